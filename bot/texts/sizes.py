"""Sizes of files in words."""


def megabytes(size: int) -> str:
    """Bytes in megabytes, such as '0.4', '3' or '250'."""
    return f"{size / 1e6:.1f}".removesuffix(".0") if size < 10e6 else f"{size / 1e6:.0f}"
