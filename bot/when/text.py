"""A typed text made ready for the grammar: what carries no meaning is gone, words are folded."""

import re
import unicodedata
from dataclasses import dataclass

from bot.when.words import folded

LONGEST = 120
"""Characters; nobody needs more to name a moment."""
FRACTIONS = {"½": " 1/2", "¼": " 1/4", "¾": " 3/4"}
OVERRIDES = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Characters that make text read in an order other than its own."""
MINUS, COLONS = "\u2212", "\u2236\ufe55\ua789"
UNPRINTABLE = {"Cc", "Cs", "Cf", "Co", "Cn"}
LONGEST_NAMED = 30
"""Characters of a word that is named as not understood."""


@dataclass(frozen=True)
class Text:
    """The words as they were typed, and the folded whole that the grammar reads."""

    words: tuple[str, ...]
    folded: str
    starts: tuple[int, ...]
    """Where each word begins in the folded whole."""

    def word_at(self, position: int) -> int:
        """The index of the word at this place of the folded whole."""
        return sum(1 for start in self.starts if start <= position) - 1

    def end_of(self, word: int) -> int:
        following = word + 1
        return self.starts[following] if following < len(self.starts) else len(self.folded)

    def named(self, word: int) -> str:
        """A word as it was typed, fit to be shown."""
        shown = "".join(
            char for char in self.words[word] if unicodedata.category(char) not in UNPRINTABLE
        ).strip(""".,;:!?"'()„“”""")
        return shown[:LONGEST_NAMED]

    def with_word(self, word: int, instead: str) -> "Text":
        return read([*self.words[:word], instead, *self.words[word + 1 :]])


def typed(text: str) -> Text | None:
    """The text without marks that carry no meaning; None if it is too long."""
    if len(text) > 50 * LONGEST:
        return None
    plain = " ".join("".join(map(_plain, text)).split())
    if len(plain) > LONGEST:
        return None
    plain = re.sub(r"(?<=\d) ?: ?(?=\d)", ":", plain)
    plain = re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", " ", plain)
    plain = re.sub(r"(?<=\d)['’′](?= |$)", " min", plain)
    plain = re.sub(r"(?<=\d\.)(?=[^\W\d_]{2})", " ", plain)
    return read(re.sub(r"([^\W\d_]{2})(?=\d)", r"\1 ", plain).split(" "))


def read(words: list[str]) -> Text:
    """Fold word by word, so that each is found again."""
    whole, starts, kept = "", [], []
    for word in words:
        bare = folded(word)
        if not bare:
            continue
        whole += " " if whole else ""
        starts.append(len(whole))
        kept.append(word)
        whole += bare
    return Text(tuple(kept), whole, tuple(starts))


def _plain(char: str) -> str:
    if "\uff01" <= char <= "\uff5e":
        return chr(ord(char) - 0xFEE0)
    if char in FRACTIONS:
        return FRACTIONS[char]
    category = unicodedata.category(char)
    if category == "Pd" or char == MINUS:
        return "-"
    if char in COLONS:
        return ":"
    if category == "Cf" and char not in OVERRIDES:
        return ""
    if category == "Me" or "\ufe00" <= char <= "\ufe0f":
        return ""
    if category in ("So", "Sk", "Pi", "Pf") or char in "„…" or "←" <= char <= "⇿":
        return " " if char not in "’‘" else char
    return char
