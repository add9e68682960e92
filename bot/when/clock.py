"""The times of the day that a reading names, as time since the day's midnight."""

from collections.abc import Sequence
from datetime import timedelta

from bot.when.moments import Present, Problem, WhenError
from bot.when.said import Part, Said

HOUR = timedelta(hours=1)
MIDNIGHT, END_OF_DAY = 0 * HOUR, 24 * HOUR
LAST_OF_NIGHT = 5
"""The last hour that is meant when somebody says that it is of the night."""


def clocks_said(said: Said, present: Present) -> Sequence[timedelta | None]:
    """The times that may be meant, from 24:00 on those of the next day; None if none was said.

    Raises WhenError.
    """
    if said.same_time:
        return [timedelta(hours=present.now.hour, minutes=present.now.minute)]
    if said.midnight:
        return _midnights(said)
    if said.hour is None:
        return [said.part.value[0] * HOUR if said.part else None]
    clock = _checked(said.hour, said)
    if said.part is None:
        return [clock]
    return _of_part(said, said.part, said.hour, present)


def _midnights(said: Said) -> list[timedelta]:
    """`friday midnight` may be the start of Friday or its end."""
    if said.part or not said.has_day or said.day_ahead == 0:
        return [END_OF_DAY]
    return [MIDNIGHT, END_OF_DAY]


def _of_part(said: Said, part: Part, hour: int, present: Present) -> list[timedelta]:
    """8 said of an evening is 20; 1 of a night is of the next day, or, of another's, either."""
    _, first, last = part.value
    ways = [hour, hour + 24] if said.halved or hour > 12 else [hour, hour + 12, hour + 24]
    meant = next((way for way in ways if first <= way <= last), None)
    if meant is None:
        raise WhenError(Problem.CONTRADICTORY)
    clock = _rest(said) + meant * HOUR
    if part not in (Part.NIGHT, Part.TONIGHT) or meant < 24:
        return [clock]
    if not said.has_day:
        return [clock - END_OF_DAY]
    early = present.now.hour <= LAST_OF_NIGHT
    return [clock] if said.day_ahead == 0 and not early else [clock - END_OF_DAY, clock]


def _checked(hour: int, said: Said) -> timedelta:
    """24:00 is the end of the day. Raises WhenError."""
    clock = hour * HOUR + _rest(said)
    if (said.minute or 0) > 59 or (said.second or 0) > 59 or clock > END_OF_DAY:
        raise WhenError(Problem.NO_SUCH_TIME)
    return clock


def _rest(said: Said) -> timedelta:
    return timedelta(minutes=said.minute or 0, seconds=said.second or 0)
