"""Step 1b, when a video is too long: which part of it is used."""

import re

from bot.context import Actor
from bot.new_post.question import Answers, Moment, NotUnderstoodError, Prompt, Question, back_row
from bot.texts import label, say
from bot.texts.dates import clock
from bot.texts.words import SECONDS, heard
from publisher.media.choices import needs_trim
from storage.models import Draft

START = re.compile(
    rf"(?:(\d{{1,3}}):)?(\d{{1,4}}(?:[.,]\d{{1,2}})?) ?(?:{'|'.join(map(re.escape, SECONDS))})?\.?"
)
"""Such as 12, 1:05 or 12.5 s."""


class TrimQuestion(Question):
    name = "trim"
    shapes_media = True

    def applies(self, draft: Draft) -> bool:
        return needs_trim(draft) is not None

    def is_answered(self, draft: Draft) -> bool:
        return draft.trim_agreed

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language, (length, limit) = actor.language, _measures(draft)
        text = say(
            language,
            "ask_trim",
            type=label(language, f"type_{draft.post_type}"),
            length=clock(length),
            limit=clock(limit),
            latest=clock(length - limit),
        )
        ends = [(label(language, f"button_trim_{end}", limit=clock(limit)), end) for end in ENDS]
        return Prompt(text, [ends, back_row(language)])

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers:
        length, limit = _measures(draft)
        word = heard(said, ENDS)
        start = {"first": 0.0, "last": length - limit}.get(word or "") if word else _seconds(said)
        values = {"limit": clock(limit), "latest": clock(length - limit)}
        if start is None:
            raise NotUnderstoodError("trim_not_understood", values)
        if start > length - limit:
            raise NotUnderstoodError("trim_too_late", values)
        return {"trim_start": start, "trim_agreed": True}


ENDS = ("first", "last")


def _measures(draft: Draft) -> tuple[float, float]:
    """(length of the longest video, longest that is taken), in seconds."""
    length = max(item.duration or 0.0 for item in draft.media)
    return length, needs_trim(draft) or length


def _seconds(said: str) -> float | None:
    found = START.fullmatch(said.strip().casefold())
    if found is None:
        return None
    return int(found[1] or 0) * 60 + float(found[2].replace(",", "."))
