"""'As a story tomorrow at 8': what answers the question for the type, and that for the time."""

from functools import cache

from bot.context import Actor
from bot.keyboards import Choice
from bot.new_post.first_steps import TypeQuestion
from bot.new_post.question import Answers, Moment, NotUnderstoodError, Question, Reply
from bot.new_post.text_steps import HOUR
from bot.new_post.time_step import TimeQuestion
from bot.texts import LANGUAGES, label
from bot.texts.words import heard, named
from storage.lifecycle import PostType
from storage.models import Draft

MOST_WORDS_OF_BOTH = 10
"""Of a type and a time together."""


def answer_to(question: Question, said: str, draft: Draft, actor: Actor, moment: Moment) -> Reply:
    """What the open question makes of it; where it asks for the type or the time, "as a story
    tomorrow at 8" answers both. Raises NotUnderstoodError."""
    try:
        return question.understand(said, draft, actor, moment)
    except NotUnderstoodError:
        both = _type_and_time(said, draft, actor, moment)
        if both is None or question.name not in (TypeQuestion.name, TimeQuestion.name):
            raise
        return both


def _type_and_time(said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers | None:
    """If it is a type and an hour, and not a word besides."""
    words = said.split()
    for place in range(1, min(len(words), MOST_WORDS_OF_BOTH)):
        parts = " ".join(words[:place]), " ".join(words[place:])
        for of_type, of_time in (parts, parts[::-1]):
            kind = heard(of_type, PostType) or named(of_type, _as_types())
            if HOUR.search(of_time) is None or kind is None:
                continue
            try:
                time = TimeQuestion().understand(of_time, draft, actor, moment)
                chosen = TypeQuestion().understand(kind, draft, actor, moment)
            except NotUnderstoodError:
                continue
            if isinstance(time, dict) and time.get("wall_time"):
                return {**chosen, **time}
    return None


@cache
def _as_types() -> list[Choice]:
    """'As a story', in every language."""
    return [
        (label(language, "as_type", type=label(language, f"type_{kind}")), kind.value)
        for language in LANGUAGES
        for kind in PostType
    ]
