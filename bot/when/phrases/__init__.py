"""The rules of the grammar, by what their phrases name."""
