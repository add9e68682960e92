"""How this process is, said to whoever asks: a watchdog, a monitoring system, the admin chat."""
