"""Media: what Instagram accepts, what a file really is, and getting it ready."""
