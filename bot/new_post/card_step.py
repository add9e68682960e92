"""The card itself: when it goes out, by one tap; and what else there is to change."""

from collections.abc import Sequence

from bot.context import Actor
from bot.keyboards import Choice, in_rows
from bot.new_post.first_steps import UNDECIDED, account_label
from bot.new_post.inference import other_type
from bot.new_post.last_line import LAST_LINE, offer, time_below
from bot.new_post.question import (
    AS_CAPTION,
    Answers,
    Decision,
    GoTo,
    MeantFor,
    Moment,
    NotUnderstoodError,
    Prompt,
    Question,
    Reply,
    Way,
)
from bot.new_post.text_steps import refuse_over
from bot.new_post.time_step import TimeQuestion, crowded, slot_choice
from bot.slots import next_free
from bot.texts import dates, label, say
from bot.texts.words import heard
from storage.lifecycle import PostType
from storage.models import Draft

ON_THE_CARD = ("type", "caption", "time", "account")
"""Questions whose buttons stand on the card itself; the others stand below 'More'."""


class CardQuestion(Question):
    """What stands on a card while nothing is asked: it ends with a tap on a time."""

    name = "card"

    def is_answered(self, draft: Draft) -> bool:
        return False  # with the answer the draft ends

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language, other = actor.language, other_type(draft, moment.rules.types)
        type_button = (label(language, "button_change_type"), "type")
        if other is not None:
            type_button = (label(language, "as_type", type=label(language, f"type_{other}")), other)
        caption = (label(language, "button_change_caption"), "caption")
        more = (label(language, "button_more"), "more")
        discard = (label(language, "button_discard"), "discard")
        if not draft.media:  # dropped while asked step by step
            return Prompt(say(language, "ask_media"), [[discard]])
        several = any(one.id != draft.account_id for one in moment.accounts)
        account = account_label(draft.account, language)
        for_account = [(label(language, "button_for_account", account=account), "account")]
        near = crowded(draft, language, moment) or Prompt("", [])
        times = _times(draft, language, moment, near) if draft.post_type else []
        if meant := offer(draft, actor, moment):
            near, times = meant, [[*meant.rows[0]], *times]
        rows = [*([for_account] if several else [])]
        rows += [[type_button, *([caption] if draft.shows_text else [])]]
        if over := _over(draft, moment):
            return Prompt(over.sentence(language), [*rows, [more, discard]])
        return Prompt(near.text.strip(), [*times, *rows, [more, discard]])

    def explain(
        self, problem: NotUnderstoodError, draft: Draft, actor: Actor, moment: Moment
    ) -> Prompt:
        """What may have been meant, and nothing else; without that, the card as ever."""
        again = super().explain(problem, draft, actor, moment)
        if not problem.choices:
            return again
        back = (label(actor.language, "button_back"), "back")
        return Prompt(again.text, [*in_rows(problem.choices, 1), [back]])

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Reply:
        """A button's value. Raises NotUnderstoodError."""
        if meant := MeantFor.read(said):
            return meant
        word = heard(
            said,
            (
                "time",
                "type",
                "caption",
                "account",
                "more",
                "discard",
                "not_yet",
                AS_CAPTION,
                LAST_LINE,
                *PostType,
            ),
        )
        if word == LAST_LINE:
            return time_below(draft, actor, moment) or GoTo("time")
        match word:
            case "as-caption":
                refuse_over(draft.suggested_caption or "", draft.hashtags or [], moment)
                return {"caption": draft.suggested_caption, "caption_message_id": None}
            case None:
                return TimeQuestion().understand(said, draft, actor, moment)
            case "discard":
                return Decision.DISCARD
            case "not_yet":
                return {"schedules_when_ready": False}
            case "time" | "type" | "caption" | "account" | "more":
                return GoTo(word)
        return {"post_type": PostType(word), **UNDECIDED}


def _over(draft: Draft, moment: Moment) -> NotUnderstoodError | None:
    """What is too much of a text that came with the media: until it is cut, no time is offered."""
    try:
        if draft.shows_text:
            refuse_over(draft.caption or "", draft.hashtags or [], moment)
    except NotUnderstoodError as problem:
        return problem
    return None


def _times(draft: Draft, language: str, moment: Moment, near: Prompt) -> list[list[Choice]]:
    """The best time first; one that was chosen is the best, and waits for a tap.

    Args:
        near: of another post that is close to it, with the free time that is better than now.
    """
    other = (label(language, "button_other_time"), "time")
    if draft.schedules_when_ready:
        return [[(label(language, "button_not_yet"), "not_yet"), other]]
    now = (label(language, "button_now"), "now")
    is_for_now = draft.scheduled_time is not None and draft.wall_time is None
    best = now if near.rows and is_for_now else _best(draft, language, moment)
    first = near.rows[0][0] if near.rows else now
    return [[best] if best else [], [first, other]]


def _best(draft: Draft, language: str, moment: Moment) -> Choice | None:
    """The button that plans with one tap: for the time that was typed, else for a free slot."""
    time = draft.scheduled_time
    if time is None or draft.wall_time is None or time <= moment.now:
        return next((slot_choice(when, language, moment) for when in next_free(moment)), None)
    shown = dates.short(language, time, moment.zone, moment.now)
    value = time.astimezone(moment.zone).isoformat(timespec="seconds")
    return label(language, "plan_at", time=shown), value


def best_times(draft: Draft, language: str, moment: Moment) -> list[Choice]:
    """What plans with one tap, for words at the card that may mean just that; at the most one."""
    if draft.question != CardQuestion.name or not draft.post_type or draft.schedules_when_ready:
        return []
    best = _best(draft, language, moment)
    return [best] if best else []


class MoreQuestion(Question):
    """All that can be changed about a draft, and has no button on the card."""

    name = "more"

    def __init__(self, others: Sequence[Question]) -> None:
        self._others = [question for question in others if question.name not in ON_THE_CARD]

    def is_answered(self, draft: Draft) -> bool:
        return True

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language = actor.language
        changes = [
            (label(language, f"button_change_{question.name}"), question.name)
            for question in self._others
            if draft.post_type and question.applies(draft) and question.has_choice(draft, moment)
        ]
        media = [(label(language, f"button_{what}_media"), what) for what in ("add", "replace")]
        guided = (label(language, "button_guide_me"), "guide_me")
        back = (label(language, "button_back"), "back")
        several = len(draft.media) > 1 and draft.edits_post_id is None
        apart = [(label(language, "button_separate"), Way.SEPARATE)] if several else []
        rows = [*in_rows([*changes, *media, *apart], 2), [guided], [back]]
        return Prompt(say(language, "ask_more"), rows)

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Reply:
        """Raises NotUnderstoodError."""
        values = [value for row in self.ask(draft, actor, moment).rows for _, value in row]
        word = heard(said, values)
        if word is None:
            raise NotUnderstoodError("more_not_understood")
        if word == Way.SEPARATE:
            return Way.SEPARATE
        return Decision.GUIDE_ME if word == "guide_me" else GoTo(word)


class MediaQuestion(Question):
    """The next photo, video or album joins this draft, or takes its media's place."""

    def __init__(self, name: str) -> None:
        self.name = name  # type: ignore[misc]

    def is_answered(self, draft: Draft) -> bool:
        return True

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        back = (label(actor.language, "button_back"), "back")
        return Prompt(say(actor.language, f"ask_{self.name}_media"), [[back]])

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers:
        raise NotUnderstoodError(f"ask_{self.name}_media")


ADD, REPLACE = MediaQuestion("add"), MediaQuestion("replace")
