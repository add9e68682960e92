"""Parts of sentences: several things, sizes, hashtags, and names on Instagram."""

import re
from collections.abc import Iterable, Sequence

from babel.lists import format_list
from markupsafe import Markup, escape


def enumerated(language: str, things: Sequence[object]) -> str:
    """Such as '1, 3 and 4', in the language's own way."""
    return format_list([str(thing) for thing in things], locale=language)


def alternatives(language: str, things: Sequence[object]) -> str:
    """Such as 'Photo, Reel or Story'."""
    return format_list([str(thing) for thing in things], style="or", locale=language)


def megabytes(size: int) -> float:
    """Bytes in megabytes, such as 0.4, 3 or 250."""
    return round(size / 1e6, 1) if size < 10e6 else round(size / 1e6)


def gigabytes(size: int) -> float:
    """Bytes in gigabytes, such as 0.4, 3.5 or 250."""
    return round(size / 1e9, 1) if size < 10e9 else round(size / 1e9)


NAME = re.compile(r"(?<![\w.@])@([a-z0-9_](?:[a-z0-9_.]{0,28}[a-z0-9_])?)(?!\w)", re.IGNORECASE)
"""As Instagram has them: letters, digits, underscores, and dots within, 30 at the most."""

LINK = Markup('<a href="https://www.instagram.com/{name}/">@{name}</a>')


def with_signs(hashtags: Iterable[str]) -> str:
    """Hashtags as they will stand under the post."""
    return " ".join(f"#{tag}" for tag in hashtags)


def shortened(text: str, characters: int) -> str:
    """On one line, and cut where it is longer than so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"


def with_names(text: str) -> Markup:
    """The text as HTML with its @names linked: Telegram would take them for its own people."""
    found, end = Markup(""), 0
    for match in NAME.finditer(text):
        found += escape(text[end : match.start()]) + LINK.format(name=match[1])
        end = match.end()
    return found + escape(text[end:])
