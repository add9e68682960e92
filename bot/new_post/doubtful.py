"""Words that may have been meant for the bot: asked about before they are published."""

import re

from bot.context import Actor
from bot.keyboards import Choice, fits
from bot.new_post.question import Moment, NotUnderstoodError, Question
from bot.new_post.time_step import TimeQuestion
from bot.texts import LANGUAGES, label
from bot.texts.words import is_aside
from bot.when import Problem
from storage.models import Draft

UNCLEAR_TIMES = frozenset(
    f"time_{problem}"
    for problem in (
        Problem.SEVERAL_WAYS,
        Problem.IN_THE_PAST,
        Problem.SKIPPED_BY_DST,
        Problem.AMBIGUOUS_DST,
    )
)
HOUR = re.compile(r"\d:\d|[^\W\d_].*\d|\d.*[^\W\d_]")
"""Digits with a colon or with words: `6:30`, `at 6`; dates and numbers alone are captions."""


def refuse_doubtful(
    said: str, literal: str, question: Question, draft: Draft, actor: Actor, moment: Moment
) -> None:
    """Raise NotUnderstoodError for what sounds like an answer to another question.

    `literal` is what says the same beyond doubt: the label of a button, and to be typed.
    """
    if is_aside(said) or _is_time(said, question, draft, actor, moment):
        offer: list[Choice] = (
            [(literal, literal)] if fits(question.name, draft.id or 0, literal) else []
        )
        values = {"said": said, "literal": literal}
        raise NotUnderstoodError(question.doubtful, values, offer)


def as_caption(said: str, language: str) -> str:
    """How to say that these words are meant as the caption."""
    return label(language, "caption_literal", said=said)


def meant_as_caption(said: str) -> str | None:
    """What was said to be the caption beyond doubt, in any language, if it needed to be."""
    for language in LANGUAGES:
        sign = as_caption("", language).strip()
        if said.casefold().startswith(sign.casefold()):
            rest = said[len(sign) :].strip()
            return rest or None
    return None


def _is_time(said: str, question: Question, draft: Draft, actor: Actor, moment: Moment) -> bool:
    by_day = question.doubts_a_day
    try:
        answers = TimeQuestion().understand(said, draft, actor, moment)
    except NotUnderstoodError as problem:
        names_day = by_day and problem.key == f"time_{Problem.TIME_MISSING}"
        return names_day or (problem.key in UNCLEAR_TIMES and HOUR.search(said) is not None)
    return answers.get("scheduled_time") is not None or (by_day and "chosen_days" in answers)
