"""How fast an account publishes: at the most so many posts in 24 hours, so far apart at the least.

The figures alone, which whoever looks at media needs as well: nothing of the database is loaded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(hours=24)
"""In which the posts of the daily cap are counted."""


@dataclass(frozen=True)
class Pace:
    """What counts for an account that says nothing itself."""

    daily_cap: int | None = None
    """Posts within 24 hours, at the most."""
    min_gap: timedelta = timedelta(0)
    """Between two posts, at the least."""


NO_PACE = Pace()

Paces = tuple[tuple[str, Pace], ...]
"""(way, what is cautious there), as pairs so that statements are built once for them."""

NO_PACES: Paces = ()


def paces_of(ways: Mapping[str, Pace]) -> Paces:
    return tuple(sorted(ways.items(), key=lambda way: way[0]))
