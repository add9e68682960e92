"""One line of `postbote check`."""

from enum import Enum

from bot.cli.terminal import locale_language
from bot.texts.sentences import in_language


class State(Enum):
    """By the sign that stands before the line."""

    GOOD = "✓"
    NOTE = "·"
    """To be known; nobody has to act."""
    AWAY = "…"
    """It cannot be reached just now."""
    WRONG = "✗"
    """A person has to act."""


class Finding:
    """What was found, as a text of ours."""

    def __init__(self, state: State, key: str, **values: object) -> None:
        self.state, self.key, self.values = state, key, values


def said(sentence: str, state: State = State.WRONG) -> Finding:
    """What a part of the program says itself, as in its log."""
    return Finding(state, "check_said", sentence=in_language(sentence, locale_language()))
