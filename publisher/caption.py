"""Captions and hashtags: recognised, normalised, and put together within Instagram's limits."""

import itertools
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from publisher.media.rules import MAX_CAPTION, MAX_HASHTAGS

CANDIDATE = re.compile(r"(?<![\w#])#([^\s#]+)")
TRAILING_BLOCK = re.compile(r"(?:(?:^|\s)\s*#[^\s#]+)+\s*$")
SEPARATORS = re.compile(r"[\s,;#]+")


class Problem(StrEnum):
    """What is wrong with a caption or a list of hashtags."""

    TOO_LONG = "too_long"
    """length, limit: characters of caption and hashtags together."""
    TOO_MANY_HASHTAGS = "too_many_hashtags"
    """count, limit."""
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
    return _distinct(tag for match in CANDIDATE.finditer(text) if (tag := _leading_tag(match[1])))


def split_caption(text: str) -> tuple[str, list[str]]:
    """(the caption without the hashtags that end it, those hashtags)."""
    block = TRAILING_BLOCK.search(text)
    if block is None:
        return text.strip(), []
    tags = [match[1] for match in CANDIDATE.finditer(block[0])]
    if not all(_is_tag(tag) for tag in tags):
        return text.strip(), []
    return text[: block.start()].strip(), _distinct(tags)


def normalise_hashtags(text: str) -> list[str]:
    """A list as people type it, with or without '#', commas and repeats. Raises CaptionError."""
    tags = [tag for tag in SEPARATORS.split(unicodedata.normalize("NFC", text)) if tag]
    for tag in tags:
        if not _is_tag(tag):
            raise CaptionError(Problem.BAD_HASHTAG, hashtag=tag[:60])
    distinct = _distinct(tags)
    _check_count(len(distinct))
    return distinct


def compose(caption: str, hashtags: Iterable[str]) -> str:
    """The text as it stands on Instagram: caption, blank line, hashtags not yet in the caption.

    Raises CaptionError.
    """
    present = {tag.casefold() for tag in find_hashtags(caption)}
    missing = [f"#{tag}" for tag in hashtags if tag.casefold() not in present]
    text = "\n\n".join(part for part in (caption, " ".join(missing)) if part)
    return checked_caption(text)


def checked_caption(text: str) -> str:
    """The same text, if Instagram takes it. Raises CaptionError."""
    if len(text) > MAX_CAPTION:
        raise CaptionError(Problem.TOO_LONG, length=len(text), limit=MAX_CAPTION)
    _check_count(len(CANDIDATE.findall(text)))
    return text


def _check_count(count: int) -> None:
    if count > MAX_HASHTAGS:
        raise CaptionError(Problem.TOO_MANY_HASHTAGS, count=count, limit=MAX_HASHTAGS)


def _is_tag(text: str) -> bool:
    """Letters, digits, marks and '_', and not digits alone."""
    return all(map(_is_tag_character, text)) and not text.isdigit()


def _leading_tag(text: str) -> str:
    tag = "".join(itertools.takewhile(_is_tag_character, text))
    return "" if tag.isdigit() else tag


def _is_tag_character(char: str) -> bool:
    return char == "_" or unicodedata.category(char)[0] in "LNM"


def _distinct(tags: Iterable[str]) -> list[str]:
    """The first spelling of each."""
    return list({tag.casefold(): tag for tag in reversed(list(tags))}.values())[::-1]
