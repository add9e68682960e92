"""Step 4: when it is to be live."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NoReturn

from bot.context import Actor
from bot.keyboards import Choice, in_rows
from bot.new_post.question import (
    Answers,
    Moment,
    NotUnderstoodError,
    Prompt,
    Question,
    Reply,
    back_row,
)
from bot.texts import dates, label, say
from bot.texts.words import heard
from bot.when import FARTHEST, Problem, When, WhenError, hours_of, parse, quick_choices
from bot.zones import zone_name
from storage.models import Draft

NO_TIME = frozenset({f"time_{Problem.NOT_UNDERSTOOD}", f"time_{Problem.UNKNOWN_WORDS}"})
"""The sentences for words that name no time."""


class TimeQuestion(Question):
    name = "time"

    def is_answered(self, draft: Draft) -> bool:
        return draft.scheduled_time is not None and draft.chosen_days is None

    def back(self, draft: Draft) -> Reply | None:
        """From the hour to all times; from there to the question before."""
        return None if draft.chosen_days is None else {"chosen_days": None}

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language, days = actor.language, _chosen_days(draft, moment)
        if len(days) == 1:
            return _ask_hour(days[0], language, moment)
        if days:
            text = say(language, f"time_{Problem.SEVERAL_WAYS}", zone=zone_name(moment.zone))
            return Prompt(text, [*in_rows(_named(days, language, moment), 2), back_row(language)])
        now = (label(language, "button_now"), "now")
        quick = _buttons(quick_choices(moment.now, moment.zone), language, moment)
        rows = in_rows([now, *quick], 2)
        if kept := _kept(draft, language, moment):
            rows.append([kept])
        text = say(language, "ask_time", zone=zone_name(moment.zone))
        return Prompt(text, [*rows, back_row(language)])

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers:
        """A time; or a day alone, whose hour is asked for next. Raises NotUnderstoodError."""
        days = _chosen_days(draft, moment)
        kept = _kept(draft, actor.language, moment)
        if kept and said.casefold() == kept[0].casefold():
            said = kept[1]  # the button, typed word for word
        try:
            when = _parsed(said, days, actor.language, moment)
        except WhenError as error:
            if error.problem is Problem.TIME_MISSING and len(error.days) == 1:
                return {"chosen_days": [*error.days]}
            _explain(error, actor.language, moment)
        answers: Answers = {
            "scheduled_time": when.utc,
            "wall_time": None if when.now else when.local.replace(tzinfo=None).isoformat(),
            "timezone": moment.zone.key,
        }
        return answers | ({} if draft.chosen_days is None else {"chosen_days": None})


def _kept(draft: Draft, language: str, moment: Moment) -> Choice | None:
    """The button for the time that was chosen before, if it is still ahead."""
    planned = draft.scheduled_time
    if planned is None or draft.wall_time is None or planned <= moment.now:
        return None
    shown = dates.moment(language, planned, moment.zone, moment.now)
    value = _value(planned.astimezone(moment.zone))
    return label(language, "button_keep_time", time=shown), value


def _ask_hour(day: date, language: str, moment: Moment) -> Prompt:
    """The day is known, and only its hour is open."""
    shown = dates.day(language, day, _today(moment))
    buttons = [
        (f"{when.local:%H:%M}", _value(when.local))
        for when in hours_of(day, moment.now, moment.zone)
    ]
    text = say(language, "ask_hour", day=shown, zone=zone_name(moment.zone))
    return Prompt(text, [buttons, back_row(language)])


def _parsed(said: str, days: Sequence[date], language: str, moment: Moment) -> When:
    """An hour alone is that of the day that was named; of several, it may be each day's.

    Raises WhenError.
    """
    found: list[When] = []
    each: list[date | None] = [*days] or [None]
    for day in each:
        try:
            when = parse(said, now=moment.now, zone=moment.zone, language=language, day=day)
        except WhenError as error:
            if len(days) < 2 or not error.choices:
                raise
            found += error.choices
        else:
            found.append(when)
    if len(set(found)) > 1:
        raise WhenError(Problem.SEVERAL_WAYS, tuple(dict.fromkeys(found)))
    return found[0]


def _explain(error: WhenError, language: str, moment: Moment) -> NoReturn:
    """Raises NotUnderstoodError: why not, and all that may have been meant as buttons."""
    night = error.problem in (Problem.SKIPPED_BY_DST, Problem.AMBIGUOUS_DST)
    offers = _buttons(error.choices, language, moment, in_full=night)
    offers += _named(error.days, language, moment)
    words = ", ".join(label(language, "quoted", words=word) for word in error.unknown)
    latest = dates.moment(language, moment.now + FARTHEST, moment.zone, moment.now)
    values = {"zone": zone_name(moment.zone), "latest": latest, "words": words}
    slip = error.problem is Problem.DID_YOU_MEAN and words
    key = "time_slip" if slip else f"time_{error.problem}"
    raise NotUnderstoodError(key, values, offers, _kept_of(error, moment))


def _kept_of(error: WhenError, moment: Moment) -> Answers:
    """The later days on which all lies that may have been meant, and the time if it is one."""
    kept: Answers = {}
    days = {*error.days, *(choice.local.date() for choice in error.choices)}
    if days and min(days) > _today(moment):
        kept["chosen_days"] = sorted(days)
    if len(error.choices) == 1 and not error.days:
        kept["suggested_time"] = error.choices[0].utc
    return kept


def agreed_time(said: str, draft: Draft, moment: Moment) -> str | None:
    """The value of the one time that was offered, if this agrees to it."""
    if draft.suggested_time is None or heard(said, ("yes",)) is None:
        return None
    return _value(draft.suggested_time.astimezone(moment.zone))


def refuse_past(planned: datetime, moment: Moment) -> None:
    """A planned time may pass while its owner thinks. Raises NotUnderstoodError."""
    if planned <= moment.now:
        raise NotUnderstoodError("time_has_passed")


def _chosen_days(draft: Draft, moment: Moment) -> list[date]:
    """The day whose hour is open, or those of which one was meant, unless passed meanwhile."""
    return [day for day in draft.chosen_days or [] if day >= _today(moment)]


def _named(days: Sequence[date], language: str, moment: Moment) -> list[Choice]:
    """A button for each day."""
    return [(dates.day(language, day, _today(moment)), day.isoformat()) for day in days]


def _today(moment: Moment) -> date:
    return moment.now.astimezone(moment.zone).date()


def _buttons(
    choices: Sequence[When], language: str, moment: Moment, *, in_full: bool = False
) -> list[Choice]:
    """One per moment; in full, or where the clock shows two alike, each with its offset."""
    walls = {when.local.replace(tzinfo=None, fold=0) for when in choices}
    shape = dates.exact if in_full or len(walls) < len(choices) else dates.short
    return [
        (shape(language, when.utc, moment.zone, moment.now), _value(when.local)) for when in choices
    ]


def _value(local: datetime) -> str:
    """What a button answers. It names the offset: of a night when clocks change, too."""
    return local.isoformat(timespec="seconds")
