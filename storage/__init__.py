"""Postgres and files: everything Postbote remembers. Knows neither Telegram nor Instagram."""
