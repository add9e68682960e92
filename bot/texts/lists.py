"""Several things in one sentence."""

from collections.abc import Sequence

from babel.lists import format_list


def enumerated(language: str, things: Sequence[object]) -> str:
    """Such as '1, 3 and 4', in the language's own way."""
    return format_list([str(thing) for thing in things], locale=language)


def alternatives(language: str, things: Sequence[object]) -> str:
    """Such as 'Photo, Reel or Story'."""
    return format_list([str(thing) for thing in things], style="or", locale=language)
