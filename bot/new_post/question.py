"""What a step of the conversation is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.context import Actor
from bot.keyboards import Choice
from bot.texts import label, say
from publisher.media.rules import MAX_HASHTAGS
from storage.models import Draft


@dataclass(frozen=True)
class Moment:
    """What an answer is judged by: the present, the actor's zone, and Instagram's limit."""

    now: datetime
    zone: ZoneInfo
    max_hashtags: int = MAX_HASHTAGS


@dataclass(frozen=True)
class Question:
    """A question as HTML, and the buttons that answer it."""

    text: str
    rows: Sequence[Sequence[Choice]]


class NotUnderstoodError(ValueError):
    """The answer does not fit; carries the sentence that says why and what would be right.

    `kept` is what was clear all the same: it counts when the question is answered anew.
    """

    def __init__(
        self,
        key: str,
        values: Mapping[str, object] | None = None,
        choices: Sequence[Choice] = (),
        kept: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(key)
        self.key, self.values, self.choices, self.kept = key, values or {}, choices, kept or {}

    def sentence(self, language: str) -> str:
        return say(language, self.key, **self.values)


Answers = dict[str, Any]
"""Columns of the draft and what an answer puts there."""


class StepModule(Protocol):
    """A step's module: how it asks, and how it understands what comes back."""

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Question: ...

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers:
        """Raises NotUnderstoodError."""
        ...


def back_row(language: str) -> list[Choice]:
    """The row that stands under every question."""
    return [(label(language, "button_back"), "back"), (label(language, "button_cancel"), "cancel")]
