"""What is wrong with the installation, by how it stands: rules, each with its figures."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from storage.alerts import Trouble
from storage.facts import Facts, OpenAlert, ProcessState
from storage.lasting import LASTING
from storage.outbox import NoticeKind
from storage.processes import BEAT

SWEEPS = 3
"""Intervals without a sweep that are too many."""
SILENT_SECONDS = 3 * BEAT.total_seconds()
"""Without a sign of life, after which a process is missed."""
FORGOTTEN_SECONDS = timedelta(days=1).total_seconds()
"""After which nobody waits for it any more."""
NEARLY_FULL, WELL_AGAIN = 2.0, 2.5
"""Times MIN_FREE_DISK_MB: below it nothing new is taken in."""
WRONG_SECONDS = 60
"""By which a clock may be off."""
ENDS_SOON_SECONDS = timedelta(days=14).total_seconds()
"""How long before its end a session is to be renewed."""
LOOK_SECONDS = BEAT.total_seconds()
"""How often to look."""

Key = tuple[str, str]


class Clock(StrEnum):
    """What is wrong with one."""

    DATABASE = "clock_database"
    """Postgres' clock, by which posts are due, against the platform's."""
    MACHINE = "clock_machine"
    """A machine's against Postgres'."""
    SET = "clock_set"
    """A machine's was set while we ran."""


@dataclass(frozen=True)
class Verdict:
    raised: list[Trouble] = field(default_factory=list)
    over: list[OpenAlert] = field(default_factory=list)
    unsaid: list[OpenAlert] = field(default_factory=list)
    """What is over, and of which nobody need hear."""
    forgotten: list[str] = field(default_factory=list)
    """Processes for which nobody waits any more."""


class Watch:
    """Remembers since when something is wrong: what passes by itself is not told.

    Args:
        floor: bytes of the disk below which nothing new is taken in.
        key_ends: whether the media store is reached by a key that ends.
    """

    def __init__(self, floor: int, *, key_ends: bool = False) -> None:
        self._floor, self._key_ends = floor, key_ends
        self._since: dict[Key, float] = {}

    def judge(self, facts: Facts, now: float) -> Verdict:
        """What to tell by now.

        Args:
            now: seconds, by a clock that nobody sets.
        """
        told = {(alert.kind, alert.subject): alert for alert in facts.alerts}
        succeeded = _succeeded(facts.processes)
        found = [*_troubles(facts, self._floor, succeeded), *_ending(facts, self._key_ends)]
        wrong = {(trouble.kind, trouble.subject): trouble for trouble, _ in found}
        self._since = {key: self._since.get(key, now) for key in wrong}
        raised = [
            trouble
            for trouble, patience in found
            if (key := (trouble.kind, trouble.subject)) not in told
            and now - self._since[key] >= patience
        ]
        over = [alert for key, alert in told.items() if key not in wrong and alert.kind in LASTING]
        forgotten = {one.id for one in facts.processes if one.seen > FORGOTTEN_SECONDS}
        unsaid = [alert for alert in over if _is_gone(alert, facts, forgotten)]
        return Verdict(
            raised,
            [alert for alert in over if alert not in unsaid],
            unsaid,
            sorted(forgotten | succeeded),
        )


def _is_gone(alert: OpenAlert, facts: Facts, forgotten: set[str]) -> bool:
    """Whether what it is about is there no more."""
    there = {
        NoticeKind.ACCOUNT_PAUSED: {str(account.id) for account in facts.accounts},
        NoticeKind.SILENT: {one.id for one in facts.processes} - forgotten,
        NoticeKind.ENDING: {"", *(str(one.id) for one in facts.accounts if not one.needs_login)},
        NoticeKind.DISK: {one.host for one in facts.processes if one.seen <= SILENT_SECONDS},
    }
    return alert.subject not in there.get(NoticeKind(alert.kind), {alert.subject})


def _succeeded(processes: list[ProcessState]) -> set[str]:
    """Of those that are silent, whose place a later one has taken: one for one."""
    alive = [one for one in processes if one.seen <= SILENT_SECONDS]
    found = set()
    for silent in sorted(processes, key=lambda one: -one.seen):
        if silent.seen <= SILENT_SECONDS:
            continue
        for later in alive:
            same = (later.kind, later.host) == (silent.kind, silent.host)
            if same and later.started < silent.seen:
                alive.remove(later)
                found.add(silent.id)
                break
    return found


def _troubles(facts: Facts, floor: int, succeeded: set[str]) -> Iterator[tuple[Trouble, float]]:
    """What is wrong, and for how many seconds that may be."""
    here = [one for one in facts.processes if one.seen <= SILENT_SECONDS]
    known = {(alert.kind, alert.subject) for alert in facts.alerts}
    late = [*_late_sweeps(facts, here)]
    yield from late
    if facts.unexplained and not late:
        detail = {"posts": facts.unexplained, "count": len(facts.unexplained)}
        yield Trouble(NoticeKind.OVERDUE, "", detail), LOOK_SECONDS
    missed = [one for one in facts.processes if one not in here and one.id not in succeeded]
    # all are missed for a moment after Postgres was away, or the machine has slept
    yield from ((trouble, LOOK_SECONDS) for trouble in _silent(missed))
    at_once = [
        *_full_disks(here, floor, known),
        *_wrong_clocks(here),
        *_told_by_others(facts, known),
    ]
    yield from ((trouble, 0.0) for trouble in at_once)


def _silent(missed: list[ProcessState]) -> Iterator[Trouble]:
    for one in missed:
        if one.seen <= FORGOTTEN_SECONDS:
            yield Trouble(NoticeKind.SILENT, one.id, _named(one, one.seen))


def _full_disks(here: list[ProcessState], floor: int, known: set[Key]) -> Iterator[Trouble]:
    for host in sorted({one.host for one in here}):
        free = min(one.free_bytes for one in here if one.host == host)
        times = WELL_AGAIN if (NoticeKind.DISK, host) in known else NEARLY_FULL
        if free < times * floor:
            yield Trouble(NoticeKind.DISK, host, {"host": host, "free": free, "floor": floor})


def _told_by_others(facts: Facts, known: set[Key]) -> Iterator[Trouble]:
    """What whoever finds out tells at once, and which goes on: here it is withdrawn."""
    paused = {str(one.id) for one in facts.accounts if one.is_paused or one.needs_login}
    for kind, subject in known:
        if kind == NoticeKind.MEDIA_AWAY and facts.waiting_for_media:
            yield Trouble(NoticeKind.MEDIA_AWAY, subject)
        if kind == NoticeKind.ACCOUNT_PAUSED and subject in paused:
            yield Trouble(NoticeKind.ACCOUNT_PAUSED, subject)


def _ending(facts: Facts, key_ends: bool) -> Iterator[tuple[Trouble, float]]:
    """What can be renewed before anything has to wait for it; what has ended is told otherwise."""
    for one in facts.accounts:
        left = one.session_left
        if left is not None and left < ENDS_SOON_SECONDS and not one.needs_login:
            detail = {"account": one.name, "until": one.session_ends_at}
            yield Trouble(NoticeKind.ENDING, str(one.id), detail), 0.0
    if key_ends:
        yield Trouble(NoticeKind.ENDING), 0.0


def _late_sweeps(facts: Facts, here: list[ProcessState]) -> Iterator[tuple[Trouble, float]]:
    """Who means to sweep and has not; or that nobody even means to."""
    sweeping = [one for one in here if one.sweep_seconds is not None]
    for one in sweeping:
        assert one.sweep_seconds is not None
        last = one.started if one.swept is None else one.swept
        behind = last - one.seen  # as it was when it said so
        if behind > SWEEPS * one.sweep_seconds:
            detail = _named(one, last)
            yield Trouble(NoticeKind.SWEEP, one.id, detail), one.sweep_seconds + LOOK_SECONDS
    if not sweeping and facts.accounts:
        yield Trouble(NoticeKind.SWEEP), SILENT_SECONDS


def _wrong_clocks(here: list[ProcessState]) -> Iterator[Trouble]:
    off = {}
    for one in here:
        if abs(one.database_ahead or 0) > WRONG_SECONDS:
            off[Clock.DATABASE, ""] = one.database_ahead
        if abs(one.clock_ahead or 0) > WRONG_SECONDS:
            off[Clock.MACHINE, one.host] = one.clock_ahead
        elif abs(one.clock_set_by) > WRONG_SECONDS:
            off[Clock.SET, one.host] = one.clock_set_by
    for (clock, host), seconds in off.items():
        detail = {"error_class": clock, "host": host, "seconds": seconds}
        yield Trouble(NoticeKind.CLOCK, f"{clock} {host}".strip(), detail)


def _named(one: ProcessState, seconds: float) -> dict[str, object]:
    return {"process": one.kind, "host": one.host, "seconds": round(seconds)}
