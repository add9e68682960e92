"""One of the five settings: how it is asked for, and what makes an answer right."""

from collections.abc import Callable
from dataclasses import dataclass


class WrongAnswerError(Exception):
    """Why an answer cannot be right, as a text of ours."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


class UnsureError(WrongAnswerError):
    """It may be right: nobody could be asked."""


@dataclass(frozen=True)
class Question:
    """`check` gets what was typed and returns what is written; it tells what it has found out, and
    raises WrongAnswerError.
    """

    name: str
    check: Callable[[str], str]
    is_secret: bool = False
    offers: Callable[[], str] = lambda: ""
    """What is meant when nothing is typed, and there is no value yet."""
