"""Step 1: what the media become."""

from collections import Counter

from bot.context import Actor
from bot.keyboards import in_rows
from bot.new_post.question import (
    Answers,
    Decision,
    Moment,
    NotUnderstoodError,
    Prompt,
    Question,
    Reply,
    back_row,
)
from bot.texts import label, say
from bot.texts.lists import alternatives, enumerated
from bot.texts.refusals import refusal
from bot.texts.words import heard
from publisher.media.kinds import fitting_types, why_not
from storage.lifecycle import PostType
from storage.models import Draft

UNDECIDED: Answers = {"fit": None, "fit_shift": 0.0, "trim_start": None, "trim_agreed": False}
"""Framing and trimming, to be chosen anew: another type, or other media, need others."""


class TypeQuestion(Question):
    name = "type"
    shapes_media = True

    def is_answered(self, draft: Draft) -> bool:
        return draft.post_type is not None and bool(draft.media)

    def back(self, draft: Draft) -> Reply:
        return Decision.REPLACE_MEDIA

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language = actor.language
        if not draft.media:
            return Prompt(say(language, "ask_media"), [])
        fitting = fitting_types(draft.media, moment.rules.types)
        row = [(type_label(kind, language), kind.value) for kind in fitting]
        text = say(language, "ask_type", media=counted(draft, language), count=len(draft.media))
        return Prompt(text, [*in_rows(row, 3), back_row(language)])

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers:
        if not draft.media:
            raise NotUnderstoodError("media_first")
        chosen = heard(said, PostType)
        if chosen is None or PostType(chosen) not in moment.rules.types:
            fitting = fitting_types(draft.media, moment.rules.types)
            names = [type_label(kind, actor.language) for kind in fitting]
            types = alternatives(actor.language, names)
            raise NotUnderstoodError("type_not_understood", {"types": types})
        problem = why_not(draft.media, PostType(chosen), moment.rules.types)
        if problem is not None:
            raise NotUnderstoodError("type_does_not_fit", {"why": refusal(actor.language, problem)})
        if chosen == draft.post_type:
            return {"post_type": draft.post_type}
        return {"post_type": PostType(chosen), **UNDECIDED}


def type_label(kind: PostType, language: str) -> str:
    return label(language, f"type_{kind}")


def counted(draft: Draft, language: str) -> str:
    """Such as '1 photo' or '3 photos and 1 video'."""
    parts = [
        label(language, f"count_{kind}", count=count)
        for kind, count in Counter(item.kind for item in draft.media).items()
    ]
    return enumerated(language, parts)
