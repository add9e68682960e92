"""Words that somebody may have meant who typed an unknown one."""

from functools import cache, lru_cache

from bot.when.words import vocabularies

MIN_LETTERS, MANY_LETTERS = 3, 6
"""Of a word that may be a slip, and of one that may have two."""
MAX_OFFERED = 5


@lru_cache(maxsize=1024)
def meant(word: str, known: frozenset[str]) -> tuple[str, ...]:
    """Known words that are one slip away, or, of long ones, two; the nearest only.

    Nobody mistakes the first letter as easily as another.
    """
    if len(word) < MIN_LETTERS or not word.isalpha() or word in no_slips():
        return ()
    allowed = 2 if len(word) >= MANY_LETTERS else 1
    close = sorted(other for other in known if abs(len(other) - len(word)) <= allowed)
    slips = {other: _slips(word, other) for other in close}
    nearest = min(slips.values(), default=allowed)
    found = [other for other in close if slips[other] == nearest <= allowed]
    alike = [other for other in found if other[0] == word[0]]
    return tuple(alike or found)[:MAX_OFFERED]


@cache
def no_slips() -> frozenset[str]:
    """The words of any language that are no slips."""
    return frozenset().union(*(words.no_slips for words in vocabularies().values()))


def _slips(a: str, b: str) -> int:
    """Letters left out, added, wrong or swapped (optimal string alignment)."""
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
