"""Sizes and counts in words."""

from babel.numbers import format_decimal


def figure(language: str, count: int) -> str:
    """A count as it is written: '2,200' or '2.200'."""
    return str(format_decimal(count, locale=language))


def megabytes(size: int) -> str:
    """Bytes in megabytes, such as '0.4', '3' or '250'."""
    return f"{size / 1e6:.1f}".removesuffix(".0") if size < 10e6 else f"{size / 1e6:.0f}"
