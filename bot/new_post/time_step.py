"""Step 4: when it shall be live."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NoReturn

from bot.context import Speaker
from bot.keyboards import Choice, in_rows
from bot.new_post.question import Answers, Moment, NotUnderstoodError, Question, back_row
from bot.texts import dates, label, say
from bot.when import FARTHEST, Problem, When, WhenError, hours_of, parse, quick_choices
from bot.zones import zone_name
from storage.models import Post

NO_TIME = frozenset({f"time_{Problem.NOT_UNDERSTOOD}", f"time_{Problem.UNKNOWN_WORDS}"})
"""The sentences for words that name no time."""


def ask(draft: Post, speaker: Speaker, moment: Moment) -> Question:
    day = _chosen_day(draft, moment)
    if day is not None:
        return _ask_hour(day, speaker.language, moment)
    language = speaker.language
    now = (label(language, "button_now"), "now")
    quick = _buttons(quick_choices(moment.now, moment.zone), language, moment)
    rows = in_rows([now, *quick], 2)
    if kept := _kept(draft, language, moment):
        rows.append([kept])
    text = say(language, "ask_time", zone=zone_name(moment.zone))
    return Question(text, [*rows, back_row(language)])


def _kept(draft: Post, language: str, moment: Moment) -> Choice | None:
    """The button for the time that was chosen before, if it is still ahead."""
    planned = draft.scheduled_time
    if planned is None or draft.wall_time is None or planned <= moment.now:
        return None
    shown = dates.moment(language, planned, moment.zone, moment.now)
    value = _value(planned.astimezone(moment.zone))
    return label(language, "button_keep_time", time=shown), value


def _ask_hour(day: date, language: str, moment: Moment) -> Question:
    """The day is known, and only its hour is open."""
    shown = dates.day(language, day, _today(moment))
    buttons = [
        (f"{when.local:%H:%M}", _value(when.local))
        for when in hours_of(day, moment.now, moment.zone)
    ]
    text = say(language, "ask_hour", day=shown, zone=zone_name(moment.zone))
    return Question(text, [buttons, back_row(language)])


def understand(said: str, draft: Post, speaker: Speaker, moment: Moment) -> Answers:
    """A time; or a day alone, whose hour is asked for next. Raises NotUnderstoodError."""
    day = _chosen_day(draft, moment)
    kept = _kept(draft, speaker.language, moment)
    if kept and said.casefold() == kept[0].casefold():
        said = kept[1]  # the button, typed word for word
    try:
        when = parse(said, now=moment.now, zone=moment.zone, language=speaker.language, day=day)
    except WhenError as error:
        if error.problem is Problem.TIME_MISSING and len(error.days) == 1:
            return {"chosen_day": error.days[0]}
        _explain(error, speaker.language, moment)
    answers: Answers = {
        "scheduled_time": when.utc,
        "wall_time": None if when.now else when.local.replace(tzinfo=None).isoformat(),
        "timezone": moment.zone.key,
    }
    return answers | ({} if draft.chosen_day is None else {"chosen_day": None})


def _explain(error: WhenError, language: str, moment: Moment) -> NoReturn:
    """Raises NotUnderstoodError: why not, and all that may have been meant as buttons."""
    night = error.problem in (Problem.SKIPPED_BY_DST, Problem.AMBIGUOUS_DST)
    offers = _buttons(error.choices, language, moment, in_full=night)
    offers += [(dates.day(language, day, _today(moment)), day.isoformat()) for day in error.days]
    words = ", ".join(label(language, "quoted", words=word) for word in error.unknown)
    latest = dates.moment(language, moment.now + FARTHEST, moment.zone, moment.now)
    values = {"zone": zone_name(moment.zone), "latest": latest, "words": words}
    slip = error.problem is Problem.DID_YOU_MEAN and words
    key = "time_slip" if slip else f"time_{error.problem}"
    raise NotUnderstoodError(key, values, offers, _day_kept(error, moment))


def _day_kept(error: WhenError, moment: Moment) -> Answers:
    """The later day on which all lies that may have been meant: only its hour is open."""
    days = {*error.days, *(choice.local.date() for choice in error.choices)}
    return {"chosen_day": days.pop()} if len(days) == 1 and min(days) > _today(moment) else {}


def refuse_past(planned: datetime, moment: Moment) -> None:
    """A planned time may pass while its owner thinks. Raises NotUnderstoodError."""
    if planned <= moment.now:
        raise NotUnderstoodError("time_has_passed")


def _chosen_day(draft: Post, moment: Moment) -> date | None:
    """The day whose hour is open, unless it has passed meanwhile."""
    day = draft.chosen_day
    return day if day is not None and day >= _today(moment) else None


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
