"""A typed text made ready for the grammar: what carries no meaning is gone, words are folded."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import regex

MAX_CHARS = 120
"""Nobody needs more to name a moment."""
MAX_NAMED_CHARS = 30
"""Of a word that is named as not understood."""

PLAIN = str.maketrans(
    {
        "½": " 1/2",
        "¼": " 1/4",
        "¾": " 3/4",
        "⅓": " 1/3",
        "⅔": " 2/3",
        "\u2212": "-",
        **dict.fromkeys("\u2236\ufe55\ua789", ":"),
    }
    | {chr(wide): chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
)
"""Other ways to write a character, with what is read."""
MARKS = [
    (regex.compile(pattern, regex.VERSION1), instead)
    for pattern, instead in (
        (r"\p{Pd}", "-"),
        (r"(?<=\s)(?:[:;]-?[DdPp)(]+(?!\S)|<3+(?!\w))", ""),
        # all that is not seen, but for what makes text read in an order other than its own;
        # phones put what they copy between marks that keep its order
        (r"[\p{Cf}\p{Me}\ufe00-\ufe0f--\u202b\u202d\u202e\u2067]", ""),
        (r"[\p{So}\p{Sk}\p{Pi}\p{Pf}„…←-⇿--’‘]", " "),
        (r"\s+", " "),
        (r"(?<=\d) ?:+ ?(?=\d)|(?<=\b\d\d?)_(?=\d\d(?!\d))", ":"),
        (r"(?<=[\d.\p{L}] |\.)['’‘](?=[23]\d(?![\d'’]))", " 20"),
        (r"(?<=\p{L})-(?=\p{L})", " "),
        (r"(?i)(?<=\p{L})(?<!\b(?:utc|gmt))[-_](?=\d)", " "),
        (r"(?<=(?:^|[\s+(*])\d{1,3})['’′](?!\w)", " min"),
        (r"(?<!\w)['’‘‚]|['’‘](?!\w)", " "),
        (r"(?<=\d\.)(?=\p{L}{2})", " "),
        (r"(?i)(?<=^plane?\b.*\d.*) ein(?=[\s.!]*$)", ""),  # 'plan es für 9 Uhr ein': not 9:01
        (r"(?<=\p{L}{2})(?=\d)", " "),
    )
]
UNPRINTABLE = regex.compile(r"""\p{C}+|^[.,;:!?"'()„“”]+|[.,;:!?"'()„“”]+$""")


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
        return (*self.starts, len(self.folded))[word + 1]

    def letters(self, word: int) -> str:
        """A word as it is read."""
        return self.folded[self.starts[word] : self.end_of(word)].strip(""" ,;.!?()[]*_~"'""")

    def named(self, word: int) -> str:
        """A word as it was typed, fit to be shown."""
        return UNPRINTABLE.sub("", self.words[word])[:MAX_NAMED_CHARS]

    def with_word(self, word: int, instead: str) -> "Text":
        return read([*self.words[:word], instead, *self.words[word + 1 :]])


def typed(text: str) -> Text | None:
    """The text without marks that carry no meaning; None if it is too long."""
    if len(text) > 50 * MAX_CHARS:
        return None
    text = plain(text)
    for pattern, instead in MARKS:
        text = pattern.sub(instead, text)
    return read(text.split()) if len(text) <= MAX_CHARS else None


def plain(text: str) -> str:
    """With the digits of every script in ASCII: people also write ١٨:٣٠."""
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in text.translate(PLAIN)
    )


def read(words: Sequence[str]) -> Text:
    """Fold word by word, so that each is found again."""
    bare = [(word, folded(word)) for word in words if folded(word)]
    starts, end = [], 0
    for _, word in bare:
        starts.append(end)
        end += len(word) + 1
    return Text(tuple(word for word, _ in bare), " ".join(word for _, word in bare), tuple(starts))


def folded(text: str) -> str:
    """Lower case, single spaces, no apostrophes, and one spelling of ä, ae and a."""
    plain = unicodedata.normalize("NFD", " ".join(text.split()).casefold())
    bare = "".join(char for char in plain if not unicodedata.combining(char) and char not in "'’")
    return re.sub("([aou])e", r"\1", bare)
