"""The Telegram side: conversations, lists, results. Runs with `python -m bot`."""
