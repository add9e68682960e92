"""Moments that are worth a button."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.when.present import Present
from bot.when.problems import When

SOONEST, ROUNDING = timedelta(minutes=10), timedelta(minutes=5)
MORNING, EVENING = time(9), time(18)
HOURS_OF_A_DAY = tuple(map(time, (9, 12, 18, 20)))


def quick_choices(now: datetime, zone: ZoneInfo) -> list[When]:
    """Earliest first: about an hour ahead, this evening, tomorrow morning and evening."""
    today = now.astimezone(zone).date()
    tomorrow = today + timedelta(days=1)
    clocks = ((today, EVENING), (tomorrow, MORNING), (tomorrow, EVENING))
    hour_ahead = _rounded_up(now + timedelta(hours=1))
    found = {hour_ahead: Present.at(now, zone).moment(hour_ahead)}
    found |= {when.utc: when for when in _ahead(clocks, now, zone)}
    return [found[utc] for utc in sorted(found)]


def hours_of(day: date, now: datetime, zone: ZoneInfo) -> list[When]:
    """Usual times of one day, as far as they are ahead."""
    return _ahead([(day, clock) for clock in HOURS_OF_A_DAY], now, zone)


def _ahead(clocks: Iterable[tuple[date, time]], now: datetime, zone: ZoneInfo) -> list[When]:
    present = Present.at(now, zone)
    found = [present.instants(datetime.combine(day, clock)) for day, clock in clocks]
    return [
        present.moment(utcs[0]) for utcs in found if len(utcs) == 1 and utcs[0] >= now + SOONEST
    ]


def _rounded_up(moment: datetime) -> datetime:
    since_midnight = timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
    return moment.replace(microsecond=0) + -since_midnight % ROUNDING
