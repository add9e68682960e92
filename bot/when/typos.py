"""Words that somebody may have meant who typed an unknown one."""

from collections.abc import Collection
from functools import lru_cache

SHORTEST, LONG = 3, 7
"""Letters of a word that may be a slip, and of one that may have two."""
MOST = 3


@lru_cache(maxsize=1024)
def meant(word: str, known: frozenset[str]) -> tuple[str, ...]:
    """The known words that are one slip away, or, of long ones, two; the nearest only."""
    if len(word) < SHORTEST or not word.isalpha():
        return ()
    allowed = 2 if len(word) >= LONG else 1
    near = {
        other: distance
        for other in known
        if len(other) >= SHORTEST
        and abs(len(other) - len(word)) <= allowed
        and (distance := _slips(word, other)) <= allowed
    }
    if not near:
        return ()
    nearest = min(near.values())
    return tuple(sorted(other for other, distance in near.items() if distance == nearest))[:MOST]


def _slips(one: Collection[str], other: Collection[str]) -> int:
    """Letters left out, added, wrong or swapped (optimal string alignment)."""
    a, b = "".join(one), "".join(other)
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(b, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == wanted:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]
