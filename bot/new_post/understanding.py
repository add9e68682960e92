"""What a person means by words about a post, typed at any moment."""

from collections.abc import Sequence
from functools import cache
from typing import cast

import regex

from bot.context import Actor
from bot.keyboards import Choice
from bot.new_post.first_steps import TypeQuestion
from bot.new_post.meanings import (
    Aside,
    Back,
    Cancel,
    Caption,
    Day,
    Either,
    Hashtags,
    Label,
    Meaning,
    Note,
    Problem,
    Time,
    Type,
    Unsure,
    Weekly,
)
from bot.new_post.question import Moment, NotUnderstoodError, Page
from bot.new_post.steps import CHANGEABLE
from bot.new_post.text_steps import HOUR, is_unclear_time, listed_hashtags, meant_as_caption
from bot.new_post.time_step import TimeQuestion, as_draft
from bot.texts.words import (
    NOTE,
    commanded,
    heard,
    is_aside,
    is_one_word,
    is_small_talk,
    labels_called,
    named,
    names_a_thing,
    taken_away,
    unquoted,
)
from bot.weekly_times import sounds_weekly
from bot.when import Problem as TimeProblem
from bot.when.words import any_unit
from publisher.media.kinds import fitting_types
from storage.lifecycle import PostType
from storage.models import Content, Draft

FESTIVE = regex.compile(r"[!\n\p{Extended_Pictographic}]|\blive\W*$", regex.IGNORECASE)
"""Hardly anybody says a time to a bot like that, and 'Tonight 8pm live' to the world."""

EXCLAIMED = regex.compile("[!?]")
"""'#sale!' is said to the world."""

NAMED_DAY = regex.compile(r"\p{L}{3}|\d[.-]\d")
"""And not 'so', '24/7'."""

CANCELS = ("cancel", "delete")
DISCARD = "discard"
"""The value of the button that does the same."""

SLIPS = frozenset({f"time_{TimeProblem.DID_YOU_MEAN}", "time_slip"})
SEVERAL_WAYS = f"time_{TimeProblem.SEVERAL_WAYS}"
IN_THE_PAST = f"time_{TimeProblem.IN_THE_PAST}"
DAYS_ALONE = f"time_{TimeProblem.TIME_MISSING}"
IMPOSSIBLE = frozenset(
    f"time_{problem}"
    for problem in (
        TimeProblem.NO_SUCH_DATE,
        TimeProblem.NO_SUCH_TIME,
        TimeProblem.TOO_FAR,
    )
) | {"time_no_such_day"}
CONTRADICTORY = f"time_{TimeProblem.CONTRADICTORY}"
MOST_WORDS_OF_A_DAY = 2
"""Of more words with a slip of the pen, and without an hour, there are captions."""
CLOCK_OR_DATE = regex.compile(r"\d[.:/-]\d")
"""And not '3 for 2'."""


def understand(
    said: str,
    *,
    draft: Content,
    actor: Actor,
    moment: Moment,
    buttons: Sequence[Choice] = (),
    is_reply: bool = False,
) -> Meaning:
    """What is meant by words about this draft or planned post. Changes nothing, raises nothing.

    The first of these that holds:

    1. In quotes, or after 'Caption:': the caption, and the quotes go. But only if they are needed:
       what would be the caption anyway is published as it is written, quotes and all.
    2. Nothing but hashtags, instead of those that there are, or besides: 'add #sea'. '#reel' is
       one as well.
    3. A button's own label, in either language; `back`; `cancel`, `delete`; a type; the name of
       what can be changed; 'delete the caption', 'no hashtags'. A type that is named as a thing
       ('my story') is asked about. In reply to the card, one such word is the caption ('Weiter!',
       'Now'), but for `cancel` and `delete`: they delete there, too.
    4. What begins with 'note:': asked about.
    5. Nothing but a time or a day, also in reply. It could be the caption as well, and is asked
       about, if it is as vague as one ('tonight', 'Friday') and there is no caption yet, if it
       is festive ('Tonight at 8!'), or if it cannot be (it has passed; '31 Feb 10:00').
       A story has no caption.
    6. Weekly times: asked about. In reply they are the caption.
    7. Said to the bot, but nothing that it does ('thanks', '?'): asked about. One word in reply is
       the caption, but for thanks and praise.
    8. The caption, exactly as it is written. A time within a sentence is a part of it.

    Args:
        buttons: all that can be tapped on the card, in every language.
        is_reply: the words answer the card of this draft or post.
    """
    if not said.strip():
        return Aside()
    meant = _plain(said, draft, actor, moment, buttons)
    for inner in (unquoted(said), meant_as_caption(said)):
        if inner and (
            not isinstance(meant, Caption)
            or _plain(inner, draft, actor, moment, buttons) != Caption(inner)
        ):
            return Caption(inner)
    if not is_reply or is_small_talk(said):
        return meant
    if _is_weekly(meant) or (is_one_word(said) and _is_command(meant)):
        return Caption(said)
    return meant


def _plain(
    said: str, draft: Content, actor: Actor, moment: Moment, buttons: Sequence[Choice]
) -> Meaning:
    """The same without quotes, and outside of a reply."""
    tags = listed_hashtags(said, draft.hashtags or [])
    if tags is not None and not EXCLAIMED.search(said):
        return Hashtags(tuple(tags))
    command = _command(said, draft, moment, buttons) if tags is None else None
    if command is not None:
        return command
    if NOTE.match(said):
        return _or_caption(Note(), said, draft)
    if (named_time := _time(said, draft, actor, moment)) is not None:
        return _unless_caption(named_time, said, draft)
    if sounds_weekly(said):
        return _or_caption(Weekly(said), said, draft)
    for_us = is_aside(said) or is_small_talk(said)
    return _or_caption(Aside(), said, draft) if for_us else Caption(said)


def _command(
    said: str, draft: Content, moment: Moment, buttons: Sequence[Choice]
) -> Meaning | None:
    """Of a button, or a word that does what one does."""
    called = labels_called(said)
    if "button_no_caption" in called:
        return Caption("")
    if "button_no_hashtags" in called:
        return Hashtags(())
    if gone := taken_away(said, ("caption", "hashtags")):
        return Caption("") if gone == "caption" else Hashtags(())
    values = [*(value for _, value in buttons), *_changeable(draft, moment)]
    value = named(said, buttons) or heard(said, values)
    value = value or commanded(said, ("back", *CANCELS, *PostType))
    if value in (*CANCELS, DISCARD):
        return Cancel()
    if value == "back":
        return Back()
    if value is None or value == "now":
        return None
    if value in [*PostType]:
        return _type(PostType(value), said, draft, moment)
    return Label(value)


def _is_weekly(meant: Meaning) -> bool:
    return isinstance(meant.first if isinstance(meant, Either) else meant, Weekly)


def _is_command(meant: Meaning) -> bool:
    """Whether one word that means this can be told from a caption by replying."""
    first = meant.first if isinstance(meant, Either) else meant
    return isinstance(first, Type | Label | Back | Aside) or (
        isinstance(first, Time) and first.is_now
    )


def _changeable(draft: Content, moment: Moment) -> list[str]:
    """The names of the questions that this draft or post can be asked."""
    this = cast(Draft, draft)  # what a post has in common with it is all that is looked at
    is_typed = draft.post_type is not None
    asked = [one for one in CHANGEABLE if is_typed or not one.shapes_media]
    names = [one.name for one in asked if one.applies(this) and one.has_choice(this, moment)]
    return [*names, TypeQuestion.name, "media"]


def _type(chosen: PostType, said: str, draft: Content, moment: Moment) -> Meaning:
    """One that these media cannot become, or a thing's name, may well be meant for the world."""
    fitting = fitting_types(draft.media, moment.rules.types)
    if chosen.is_story:  # of several media, several
        chosen = next((one for one in fitting if one.is_story), chosen)
    if chosen in fitting and not names_a_thing(said):
        return Type(chosen)
    return _or_caption(Type(chosen), said, draft)


def _time(said: str, draft: Content, actor: Actor, moment: Moment) -> Time | Day | Problem | None:
    """What the time question would understand, or complain of."""
    try:
        answers = TimeQuestion().understand(said, as_draft(draft), actor, moment)
    except NotUnderstoodError as problem:
        return Problem(problem) if _sounds_like_a_time(said, problem) else None
    if isinstance(answers, Page):  # a button that opens the calendar: a label
        return None
    days = answers.get("chosen_days")
    return Day(days[0]) if days else Time(answers)


def _sounds_like_a_time(said: str, problem: NotUnderstoodError) -> bool:
    if problem.key in (SEVERAL_WAYS, DAYS_ALONE, IN_THE_PAST):
        return True
    if problem.key in IMPOSSIBLE:
        return any(pattern.search(said) for pattern in (HOUR, CLOCK_OR_DATE))
    if problem.key == CONTRADICTORY:
        return CLOCK_OR_DATE.search(said) is not None
    is_slip = problem.key in SLIPS and bool(problem.choices) and HOUR.search(said) is not None
    return is_slip or _is_misspelt_day(said, problem) or is_unclear_time(said, problem)


def _is_misspelt_day(said: str, problem: NotUnderstoodError) -> bool:
    """'Nächsten Fraitag' is a day; 'Sunday brunch' would have an hour, that of lunch."""
    kept = problem.kept or {}
    is_hour = any("T" in value for _, value in problem.choices)  # 'nein' at night: tomorrow at nine
    is_day = "chosen_days" in kept and "suggested_time" not in kept and not is_hour
    return problem.key == "time_slip" and is_day and len(said.split()) <= MOST_WORDS_OF_A_DAY


def _unless_caption(meant: Time | Day | Problem, said: str, draft: Content) -> Meaning:
    """A time that could be the caption just as well is asked about."""
    is_plain = FESTIVE.search(said) is None and _is_plain(meant, said, bool(draft.caption))
    return meant if is_plain else _or_caption(meant, said, draft)


def _is_plain(meant: Time | Day | Problem, said: str, has_caption: bool) -> bool:
    match meant:
        case Time():
            return meant.is_now or has_caption or _exact().search(said) is not None
        case Day():
            return has_caption and NAMED_DAY.search(said) is not None
        case Problem(error):
            return error.key == SEVERAL_WAYS and HOUR.search(said) is not None


@cache
def _exact() -> "regex.Pattern[str]":
    """An hour, or a distance: 'in half an hour', 'in einer Stunde'."""
    return regex.compile(rf"\d|\bin\b.*\b(?:{any_unit()})\b", regex.IGNORECASE)


def _or_caption(meant: Unsure, said: str, draft: Content) -> Meaning:
    """A story has no caption that it could be."""
    return Either(meant, Caption(said)) if takes_text(draft) else meant


def takes_text(draft: Content) -> bool:
    """Whether it has a caption, or may have one yet."""
    return draft.post_type is None or draft.shows_text
