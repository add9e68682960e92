"""Instagram, by the protocol of its own app: instagrapi, and what has to be known about it."""
