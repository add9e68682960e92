"""The Instagram side: what is due is published, once. Knows nothing of Telegram."""
