"""The engine, which publishes what is due, once; and the ways to publish. Knows no Telegram."""
