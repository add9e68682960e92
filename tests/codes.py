"""Codes of six digits, told from those of a moment or of a longer number."""

import re
from collections.abc import Iterable


def codes_in(told: str, codes: Iterable[str]) -> list[str]:
    """Those of them that stand there by themselves: microseconds are six digits, too."""
    return [code for code in codes if re.search(rf"(?<![\d.,]){code}(?!\d)", told)]
