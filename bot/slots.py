"""Free slots: the next times at which an account likes to publish and nothing is planned yet.

The first button of a card is `next_free` of its moment; `calendar_of` is what a moment knows.
"""

from bisect import bisect
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.context import Context
from bot.new_post.question import Moment
from bot.when import FARTHEST, When, coming_at
from storage.models import Draft, Post
from storage.pace import NO_PACE
from storage.postponed import Out, first_free
from storage.slots import Calendar, WeeklyTime

DEFAULT_SLOTS: tuple[WeeklyTime, ...] = tuple(
    (weekday, time(hour)) for weekday in range(7) for hour in (9, 12, 18)
)
"""What counts until somebody sets slots for an account, in the zone of whoever asks."""
NEARBY = timedelta(minutes=10)
"""Posts of one account that are less than this apart get into each other's way, or less than the
account's own gap."""
SLOT = "slot:"
"""What the value of a button begins with that means a free slot, whichever is free at the tap."""
DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)
EPOCH = datetime.fromtimestamp(0, UTC)


def upcoming(calendar: Calendar, now: datetime, zone: ZoneInfo) -> Iterator[When]:
    """The account's slots that are ahead and free, the next one first, for a year.

    Args:
        zone: of the person to whom they are shown.
    """
    there = ZoneInfo(calendar.timezone) if calendar.timezone else zone
    today, taken = now.astimezone(there).date(), [*calendar.taken]
    days = (today + n * DAY for n in range(FARTHEST.days + 1))
    clocks = ((day, clock) for day in days for clock in _clocks_of(day, calendar))
    for when in coming_at(clocks, now, there, zone):
        is_alone = near(when.utc, taken, apart(calendar)) is None
        if is_alone and _is_let_out(when.utc, taken, calendar):
            taken.insert(bisect(taken, when.utc), when.utc)
            yield when


def _is_let_out(slot: datetime, taken: Sequence[datetime], calendar: Calendar) -> bool:
    """Whether the account's pace allows a post at that time, beside those planned already."""
    if calendar.pace == NO_PACE:
        return True
    return let_out(slot, replace(calendar, taken=tuple(taken))) is None


def next_free(moment: Moment, count: int = 1) -> list[When]:
    """The next free slots of the draft's account, at most `count`, fewer if there are no more.

    Pure: for `ask` and `understand` of a question. None where somebody has set no slots at all.
    """
    return [*islice(upcoming(moment.calendar, moment.now, moment.zone), count)]


def offered(value: str, moment: Moment) -> When | None:
    """The slot that a button of this value offered; if it is taken by now, the next free one.

    Of what is no slot any more, the first free one of all. None if there is none, or the value is
    no slot's.
    """
    if not value.startswith(SLOT):
        return None
    try:
        slot = datetime.fromisoformat(value.removeprefix(SLOT)).astimezone(moment.zone)
        is_one = is_slot(slot, moment.calendar, moment.zone)
    except (ValueError, OverflowError):
        return None
    found = upcoming(moment.calendar, moment.now, moment.zone)
    return next((when for when in found if not is_one or when.utc >= slot), None)


def is_as_offered(when: datetime, value: str) -> bool:
    """Whether it is the very time for which a button of this value stood, if for a slot."""
    offer = value.removeprefix(SLOT)
    with suppress(ValueError):  # forged
        return offer == value or when == datetime.fromisoformat(offer)
    return True


def value_of(slot: datetime) -> str:
    """What a button for a slot answers; see `offered`."""
    return f"{SLOT}{slot.isoformat(timespec='seconds')}"


async def calendar_of(content: Draft | Post, context: Context) -> Calendar:
    """What its time has to get along with; its own, or its post's, is not in the way."""
    if isinstance(content, Post):
        return await context.store.calendar(content.account_id, but_post=content.id)
    return await context.store.calendar(
        content.account_id, but_draft=content.id, but_post=content.edits_post_id
    )


def nearby(planned: datetime | None, calendar: Calendar) -> datetime | None:
    """When another post of the account is planned that is too close, if any."""
    return None if planned is None else near(planned, calendar.taken, apart(calendar))


def let_out(planned: datetime, calendar: Calendar) -> datetime | None:
    """When the account's pace lets a post out that is planned for this time, if that is later."""
    gone = [Out(at) for at in sorted((*calendar.published, *calendar.taken))]
    at = first_free(calendar.pace, gone, planned)
    return None if at == planned else at


def apart(calendar: Calendar) -> timedelta:
    """How far posts of the account are planned from each other, at the least."""
    return max(NEARBY, calendar.pace.min_gap)


def better_time(planned: datetime, moment: Moment) -> tuple[datetime, str]:
    """The next free time from then on, and its button's value: a slot, if somebody has set any."""
    planned, calendar = max(planned, moment.now), moment.calendar
    planned = let_out(planned, calendar) or planned
    found = upcoming(calendar, moment.now, moment.zone) if calendar.slots else iter(())
    slot = next((when.local for when in found if when.utc >= planned), None)
    if slot is not None:
        return slot, value_of(slot)
    free = _next_quarter(planned, calendar).astimezone(moment.zone)
    return free, free.isoformat(timespec="seconds")


def _next_quarter(planned: datetime, calendar: Calendar) -> datetime:
    """The first full quarter of an hour from then on at which nothing else is near."""
    moment = planned + (EPOCH - planned) % QUARTER
    while near(moment, calendar.taken, apart(calendar)) is not None:
        moment += QUARTER
    return moment


def slots_of(day: date, calendar: Calendar, now: datetime, zone: ZoneInfo) -> list[When]:
    """The free slots on one day of the person's clock."""
    found = upcoming(calendar, now, zone)
    return [when for when in _until(day, found) if when.local.date() == day]


def near(moment: datetime, taken: Sequence[datetime], apart: timedelta) -> datetime | None:
    """The nearest of these moments, which are in order, if it is less than that away."""
    at = bisect(taken, moment)
    nearest = min(taken[max(at - 1, 0) : at + 1], key=lambda t: abs(t - moment), default=None)
    return nearest if nearest is not None and abs(nearest - moment) < apart else None


def is_slot(planned: datetime, calendar: Calendar, zone: ZoneInfo) -> bool:
    """Whether it is one of the account's weekly times."""
    local = planned.astimezone(ZoneInfo(calendar.timezone) if calendar.timezone else zone)
    return local.time() in _clocks_of(local.date(), calendar)


def _clocks_of(day: date, calendar: Calendar) -> list[time]:
    slots = calendar.slots if calendar.timezone else DEFAULT_SLOTS
    return [clock for weekday, clock in slots if weekday == day.weekday()]


def _until(day: date, found: Iterator[When]) -> Iterator[When]:
    for when in found:
        if when.local.date() > day:
            return
        yield when
