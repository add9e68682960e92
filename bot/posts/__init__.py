"""Planned posts in the chat: cards, /list, /delete, and what to do about trouble."""
