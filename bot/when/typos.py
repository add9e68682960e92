"""Words that somebody may have meant who typed an unknown one."""

from collections.abc import Collection
from functools import lru_cache

SHORTEST, LONG = 3, 6
"""Letters of a word that may be a slip, and of one that may have two."""
MOST = 3
NO_SLIPS = frozenset(
    word
    for words in (
        "not,dont,no,never,none,nor,or,and,to,till,until,before,after,every,each,daily,weekly",
        "past,last,since,soon,later,nicht,nie,kein,keine,oder,und,bis,vor,nach,ab,jeden,jede",
        "jeder,immer,letzten,letzte,seit,bald,nachher",
    )
    for word in words.split(",")
)
"""Words that change what is meant, whatever stands beside them."""


@lru_cache(maxsize=1024)
def meant(word: str, known: frozenset[str]) -> tuple[str, ...]:
    """Known words that are one slip away, or, of long ones, two; the nearest only.

    Nobody mistakes the first letter as easily as another.
    """
    if len(word) < SHORTEST or not word.isalpha() or word in NO_SLIPS:
        return ()
    allowed = 2 if len(word) >= LONG else 1
    near = {
        other: distance
        for other in known
        if abs(len(other) - len(word)) <= allowed and (distance := _slips(word, other)) <= allowed
    }
    if not near:
        return ()
    nearest = min(near.values())
    found = sorted(other for other, distance in near.items() if distance == nearest)
    alike = [other for other in found if other[0] == word[0]]
    return tuple(alike or found)[:MOST]


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
