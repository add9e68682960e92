"""Sizes in words."""


def megabytes(size: int) -> float:
    """Bytes in megabytes, such as 0.4, 3 or 250."""
    return round(size / 1e6, 1) if size < 10e6 else round(size / 1e6)
