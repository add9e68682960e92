"""The conversation that turns media into a planned post. `flow.py` is its table."""
