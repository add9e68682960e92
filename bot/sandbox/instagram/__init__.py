"""A local Instagram: what the unmodified instagrapi 3.2.2 client sends is answered here."""
