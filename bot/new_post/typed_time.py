"""The time that typed words mean, on the day that was named before or within them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.new_post.question import Moment
from bot.slots import SLOT
from bot.texts.words import LATER
from bot.when import Problem, When, WhenError, parse
from storage.models import Draft

HALF_A_DAY = timedelta(hours=12)
MORNING, NOON = time(7), time(12)
"""Of earlier hours the afternoon's are meant just as often: "tomorrow 5"."""


def ways(
    said: str, draft: Draft, days: Sequence[date], language: str, moment: Moment
) -> Sequence[When]:
    """The time that is meant. With a later day and a bare hour ("tomorrow 9") that is the one
    which a clock of 24 hours shows so, from 7:00 on; the one of the other half comes second.

    Raises WhenError.

    Args:
        days: the one that was named before, whose hour is open; or several, of which one is meant.
    """
    words = said.removeprefix(SLOT)
    try:
        return [_parsed(words, days, language, moment, _counted_from(said, draft, moment))]
    except WhenError as error:
        if error.problem is not Problem.SEVERAL_WAYS or len(error.choices) != 2:
            raise
        walls = [when.local.replace(tzinfo=None) for when in error.choices]
        is_later = walls[0].date() > moment.now.astimezone(moment.zone).date()
        names_day = bool(days) or (is_later and len(words.split()) > 1)
        is_bare = walls[1] - walls[0] == HALF_A_DAY and MORNING <= walls[0].time() <= NOON
        if not names_day or not is_bare:
            raise
        return error.choices


def _parsed(
    said: str, days: Sequence[date], language: str, moment: Moment, counted_from: datetime
) -> When:
    """An hour alone is that of the day that was named; of several, it may be each day's.

    Raises WhenError.
    """
    found: list[When] = []
    each: list[date | None] = [*days] or [None]
    for day in each:
        try:
            when = parse(
                said,
                now=counted_from,
                zone=moment.zone,
                language=language,
                day=day,
                earliest=moment.now,
            )
        except WhenError as error:
            if len(days) < 2 or not error.choices:
                raise
            found += error.choices
        else:
            found.append(when)
    if len(set(found)) > 1:
        raise WhenError(Problem.SEVERAL_WAYS, tuple(dict.fromkeys(found)))
    return found[0]


def _counted_from(said: str, draft: Draft, moment: Moment) -> datetime:
    """'A day later' and 'an hour earlier' count from the time that is planned, if there is one."""
    planned = draft.scheduled_time
    if planned is None or draft.wall_time is None or planned <= moment.now:
        return moment.now
    return planned if LATER.search(said) else moment.now
