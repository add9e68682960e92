"""Step 4: when it is to be live."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NoReturn

from bot.context import Actor
from bot.keyboards import Choice, in_rows
from bot.new_post import calendar_pages
from bot.new_post.question import (
    AS_CAPTION,
    Answers,
    Moment,
    NotUnderstoodError,
    Page,
    Prompt,
    Question,
    Reply,
    back_row,
)
from bot.new_post.typed_time import ways
from bot.slots import better_time, let_out, nearby, next_free, offered, slots_of, value_of
from bot.texts import LANGUAGES, dates, label, say
from bot.texts.words import folded, heard
from bot.when import FARTHEST, Problem, When, WhenError, hours_of, quick_choices
from bot.zones import zone_name
from storage.models import Content, Draft

NO_TIME = frozenset({f"time_{Problem.NOT_UNDERSTOOD}", f"time_{Problem.UNKNOWN_WORDS}"})
"""The sentences for words that name no time."""


NEXT_FREE = frozenset(
    folded(words) for texts in LANGUAGES.values() for words in texts.listed("said_next_free")
)
"""What people say for the next free slot, in all languages."""
MOST_BUTTONS = 7
"""On a card, the way back included."""


class TimeQuestion(Question):
    name = "time"
    pages = calendar_pages.MARK

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
        text = say(language, "ask_time", zone=zone_name(moment.zone))
        return Prompt(text, [*_times(draft, language, moment), back_row(language)])

    def explain(
        self, problem: NotUnderstoodError, draft: Draft, actor: Actor, moment: Moment
    ) -> Prompt:
        """Where a time or a day may be meant, the hours of one that was named before are not; where
        they are, so is the day."""
        again = super().explain(problem, draft, actor, moment)
        offered_times = [value for _, value in problem.choices if value != AS_CAPTION]
        if not draft.chosen_days:
            return again
        if not offered_times:
            asked = self.ask(draft, actor, moment).text
            return Prompt(f"{again.text}\n{asked}", again.rows)
        offers = [[choice] for choice in problem.choices]
        return Prompt(again.text, [*offers, back_row(actor.language)])

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers | Page:
        """A time; or a day alone, whose hour is asked for next. Raises NotUnderstoodError."""
        said = _button_called(said, draft, actor.language, moment)
        if said.startswith(calendar_pages.MARK):
            return self._page(said, draft, actor, moment)
        try:
            when = (
                offered(said, moment)
                or ways(said, draft, _chosen_days(draft, moment), actor.language, moment)[0]
            )
            if when.utc > moment.now + FARTHEST:
                raise WhenError(Problem.TOO_FAR)
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

    def _page(self, value: str, draft: Draft, actor: Actor, moment: Moment) -> Page:
        """Of the calendar; or, as before there was one, of all times."""
        page = calendar_pages.page(value, actor.language, moment)
        if page is not None:
            return page
        anew = Draft(scheduled_time=draft.scheduled_time, wall_time=draft.wall_time)
        return Page(self.ask(anew, actor, moment), {"chosen_days": None})


def as_draft(content: Content) -> Draft:
    """A planned post as the time question looks at it."""
    if isinstance(content, Draft):
        return content
    return Draft(scheduled_time=content.scheduled_time, wall_time=content.wall_time)


def other_half(said: str, content: Content, actor: Actor, moment: Moment) -> Choice | None:
    """The button for 21:00, if these words were taken as 9:00 and may mean that just as well."""
    try:
        draft = as_draft(content)
        _, *others = ways(said, draft, _chosen_days(draft, moment), actor.language, moment)
    except WhenError:
        return None
    return next(iter(_buttons(others, actor.language, moment)), None)


def slot_choice(when: When, language: str, moment: Moment) -> Choice:
    """The button for a free slot; see `bot.slots.next_free`."""
    time = dates.soon(language, when.utc, moment.zone, moment.now)
    return label(language, "button_next_free", time=time), value_of(when.local)


def crowded(draft: Draft, language: str, moment: Moment) -> Prompt | None:
    """That the account's pace or another post stands in the way of its time, and a free time.

    None if nothing does. The draft's time may stay all the same.
    """
    planned = draft.scheduled_time
    if planned is not None and draft.wall_time is None:
        planned = moment.now
    said = None if planned is None else in_the_way(planned, language, moment)
    if planned is None or said is None:
        return None
    free, value = better_time(planned, moment)
    choice = dates.short(language, free, moment.zone, moment.now), value
    return Prompt(f"{said} {say(language, 'crowded_draft')}", [[choice]])


def in_the_way(planned: datetime, language: str, moment: Moment) -> str | None:
    """When a post would go out instead of at this time, or which other one is close to it."""
    calendar = moment.calendar
    later, other = let_out(planned, calendar), nearby(planned, calendar)
    shown = later or other
    if shown is None:
        return None
    time = dates.short(language, shown, moment.zone, moment.now)
    if later is None:
        return say(language, "time_nearby", time=time)
    return say(language, "time_paced", time=time, pace=dates.pace_in_words(language, calendar.pace))


def _times(draft: Draft, language: str, moment: Moment) -> list[list[Choice]]:
    """What can be tapped: the next free slot, usual times, the one before, the calendar."""
    free = next_free(moment)
    taken = {when.utc for when in free}
    quick = [when for when in quick_choices(moment.now, moment.zone) if when.utc not in taken]
    now, kept = (label(language, "button_now"), "now"), _kept(draft, language, moment)
    first = [[slot_choice(when, language, moment)] for when in free]
    last = [*([kept] if kept else []), calendar_pages.opening(language, moment)]
    room = MOST_BUTTONS - len([now, *first, *last, "back"])
    return [
        *first,
        *in_rows([now, *_buttons(quick[:room], language, moment)], 2),
        *in_rows(last, 1),
    ]


def _button_called(said: str, draft: Draft, language: str, moment: Moment) -> str:
    """The value of a button that was called by its name, where that is no time by itself."""
    if folded(said) in NEXT_FREE and (free := next_free(moment)):
        return _value(free[0].local)
    rows = [] if _chosen_days(draft, moment) else _times(draft, language, moment)
    called = {text.casefold(): value for row in rows for text, value in row}
    return called.get(said.casefold(), said)


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
    shown = dates.day(language, day, moment.today)
    text = say(language, "ask_hour", day=shown, zone=zone_name(moment.zone))
    other = calendar_pages.opening_hours(day, language)
    return Prompt(text, [*in_rows(_hours(day, moment), 4), [other], back_row(language)])


def _hours(day: date, moment: Moment) -> list[Choice]:
    """The day's free slots; usual times where it has none."""
    now, zone, own = moment.now, moment.zone, list[When]()
    if moment.calendar.timezone is not None:
        own = slots_of(day, moment.calendar, now, zone)
    found = own or hours_of(day, now, zone)
    return [(f"{when.local:%H:%M}", _value(when.local)) for when in found]


def _explain(error: WhenError, language: str, moment: Moment) -> NoReturn:
    """Raises NotUnderstoodError: why not, and all that may have been meant as buttons."""
    night = error.problem in (Problem.SKIPPED_BY_DST, Problem.AMBIGUOUS_DST)
    offers = _buttons(error.choices, language, moment, in_full=night)
    offers += _named(error.days, language, moment)
    words = ", ".join(label(language, "quoted", words=word) for word in error.unknown)
    latest = dates.moment(language, moment.now + FARTHEST, moment.zone, moment.now)
    missing = dates.missing_day(language, *error.missing) if error.missing else ""
    zone = zone_name(moment.zone)
    values = {"zone": zone, "latest": latest, "words": words, "missing": missing}
    slip = error.problem is Problem.DID_YOU_MEAN and words
    key = "time_slip" if slip else f"time_{error.problem}"
    if missing:
        key = "time_no_such_day"
    raise NotUnderstoodError(key, values, offers, _kept_of(error, moment))


def _kept_of(error: WhenError, moment: Moment) -> Answers:
    """The later days on which all lies that may have been meant, and the time if it is one."""
    kept: Answers = {}
    days = {*error.days, *(choice.local.date() for choice in error.choices)}
    if days and min(days) > moment.today:
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
    return [day for day in draft.chosen_days or [] if day >= moment.today]


def _named(days: Sequence[date], language: str, moment: Moment) -> list[Choice]:
    """A button for each day."""
    return [(dates.day(language, day, moment.today), day.isoformat()) for day in days]


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
