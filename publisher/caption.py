"""Captions and hashtags: found as Instagram finds them, put together, and held to its limits."""

import unicodedata
from collections.abc import Iterable
from enum import StrEnum

import regex

from publisher.media.rules import INSTAGRAM_RULES, Rules

_EMOJI = r"\p{Extended_Pictographic}\p{Regional_Indicator}"
_BEGINS = rf"[\p{{L}}\p{{N}}_{_EMOJI}]"
_GOES_ON = rf"[\p{{L}}\p{{N}}\p{{M}}_{_EMOJI}\p{{Emoji_Modifier}}\u200c\u200d\U000E0020-\U000E007F]"
_TAG = rf"(?!\p{{N}}+(?!{_GOES_ON})){_BEGINS}{_GOES_ON}*"

_ADDRESS = r"(?:https?://|www\.)(?:[!-\"$-'*-~]|(?<![,;.!?)])#)+"
HASHTAG = regex.compile(rf"{_ADDRESS}(*SKIP)(*FAIL)|(?<!&)[#＃]({_TAG})")
"""Word characters and emoji after a '#' that no '&' precedes, whatever else does ("Emojineering
Part II", instagram-engineering.com, 2015), joiners of Persian, Hindi and emoji among them. Digits
alone are none, and neither is the keycap #️⃣, which begins with a mark, nor what stands behind the
'#' of a web address."""

MENTION = regex.compile(
    rf"{_ADDRESS}(*SKIP)(*FAIL)|" r"(?<![\w.@])@[a-zA-Z0-9_](?:[a-zA-Z0-9_.]{0,28}[a-zA-Z0-9_])?"
)

SEPARATORS = regex.compile(
    r"""[\s,;|/#＃،؛、，；・·•"“”„‟«»‹›「」『』()（）\[\]{}<>*`→…\u200b\u200e\u200f\u2060\ufeff]+"""
    r"|[.!?:。！？؟۔।：]+(?=\s|$)|(?<!\S)[-–—+&]+(?!\S)"
    r"|(?<!\w)['’‘]+|['’‘]+(?!\w)|(?<!\S)\d+[.)](?=\s)"
)
"""What may stand around and between the hashtags of a list: commas of other scripts, quotes and
brackets, the bullets and numbers of a list, an end of the sentence."""


GAP = regex.compile(r"\s")
LONGEST_WORD, SHOWN_CHARACTERS = 60, 60
"""Where a text is cut: at a gap, if one is near; and how much is quoted of what has room."""


class Problem(StrEnum):
    """What is wrong with a caption or a list of hashtags."""

    TOO_LONG = "too_long"
    """length, limit, over: in UTF-16 units; double: how many characters look shorter than that;
    fits: the last words that have room; rest: what follows them."""
    TOO_MANY_HASHTAGS = "too_many_hashtags"
    """count, limit, over; rest: those beyond the limit."""
    TOO_MANY_MENTIONS = "too_many_mentions"
    """The same."""
    BAD_HASHTAG = "bad_hashtag"
    """hashtag: the one that cannot be."""


class CaptionError(ValueError):
    """A limit of Instagram is exceeded; `details` are the values of the problem."""

    def __init__(self, problem: Problem, **details: object) -> None:
        super().__init__(f"{problem} {details}")
        self.problem = problem
        self.details = details


def find_hashtags(text: str) -> list[str]:
    """All hashtags in a text, in order, without '#' and repeats."""
    return _distinct(HASHTAG.findall(text))


def count_hashtags(text: str) -> int:
    """As Instagram counts them: each time, also the same again."""
    return len(HASHTAG.findall(text))


def normalise_hashtags(text: str) -> list[str]:
    """A list as people type it, with or without '#', commas and repeats. Raises CaptionError."""
    parts = SEPARATORS.split(unicodedata.normalize("NFC", text))
    tags = [part for part in parts if part.strip("\u200c\u200d\ufe0f")]
    for tag in tags:
        if not regex.fullmatch(_TAG, tag):
            raise CaptionError(Problem.BAD_HASHTAG, hashtag=tag[:60])
    return _distinct(tags)


def compose(caption: str, hashtags: Iterable[str]) -> str:
    """The text as it stands on Instagram: caption, blank line, hashtags not yet in the caption."""
    present = {_folded(tag) for tag in find_hashtags(caption)}
    missing = [f"#{tag}" for tag in _distinct(hashtags) if _folded(tag) not in present]
    return "\n\n".join(part for part in (caption, " ".join(missing)) if part)


def check(text: str, rules: Rules = INSTAGRAM_RULES) -> None:
    """Whether a way to publish takes this text. Raises CaptionError."""
    length, limit = utf16_length(text), rules.max_caption
    if length > limit:
        fits, rest = _cut(text, limit)
        double = length - len(text.replace("\ufe0f", ""))
        values = {"length": length, "limit": limit, "over": length - limit, "double": double}
        raise CaptionError(Problem.TOO_LONG, **values, fits=fits, rest=rest)
    hashtags = [f"#{tag}" for tag in HASHTAG.findall(text)]
    _check_count(Problem.TOO_MANY_HASHTAGS, hashtags, rules.max_hashtags)
    _check_count(Problem.TOO_MANY_MENTIONS, MENTION.findall(text), rules.max_mentions)


def _cut(text: str, limit: int) -> tuple[str, str]:
    """The last whole words within so many UTF-16 units, and what follows them."""
    room = len(text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore"))
    gaps = [gap.start() for gap in GAP.finditer(text, max(room - LONGEST_WORD, 0), room + 1)]
    end = gaps[-1] if gaps else room
    start = max(end - SHOWN_CHARACTERS, 0)
    words = text[start:end].split()
    is_cut = start > 0 and not GAP.search(text, start - 1, start + 1) and len(words) > 1
    return " ".join(words[is_cut:]), text[end:].lstrip()


def utf16_length(text: str) -> int:
    """In UTF-16 units: most emoji have two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _check_count(problem: Problem, found: list[str], limit: int) -> None:
    if len(found) > limit:
        over, rest = len(found) - limit, " ".join(found[limit:])
        raise CaptionError(problem, count=len(found), limit=limit, over=over, rest=rest)


def _distinct(tags: Iterable[str]) -> list[str]:
    """The first spelling of each, in the order in which they came."""
    first: dict[str, str] = {}
    for tag in tags:
        first.setdefault(_folded(tag), tag)
    return list(first.values())


def _folded(tag: str) -> str:
    """The same for a word in capitals and in small letters, with İ, ı and ß among them."""
    folded = unicodedata.normalize("NFC", tag).replace("İ", "i").replace("ı", "i").casefold()
    return unicodedata.normalize("NFC", folded)
