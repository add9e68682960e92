"""How hard a storm blew, and what came of it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from storage.lifecycle import Status


@dataclass(frozen=True)
class Storm:
    """How much it breaks. `seconds`: as long posts fall due and publishers die."""

    posts: int
    kills: int
    seconds: float
    seed: int
    accounts: int = 20
    publishers: int = 3
    database_kills: int = 0

    @property
    def names(self) -> list[str]:
        """The accounts' names."""
        return [f"account{number}" for number in range(self.accounts)]


@dataclass(frozen=True)
class Kill:
    """One publisher killed: when, and what it had in hand."""

    at: datetime
    held: list[tuple[int, Status]]


@dataclass
class Outcome:
    """What it cost, and what it did not. Times in seconds."""

    storm: Storm
    kills: list[Kill] = field(default_factory=list)
    freezes: int = 0
    database_kills: int = 0
    ended: int = 0
    """Publishers that ended by themselves: started while Postgres was away."""
    lost_replies: int = 0
    dropped_requests: int = 0
    refusals_with_effect: int = 0
    refusals_without: int = 0
    false_readings: int = 0
    by_hand: int = 0
    duplicates: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    untrue: list[int] = field(default_factory=list)
    """Posts whose row says something else than the profile."""
    told_wrongly: list[str] = field(default_factory=list)
    """Messages that were not true when they were written."""
    pauses: int = 0
    asked: int = 0
    late: list[float] = field(default_factory=list)
    recovery: dict[Status, list[float]] = field(default_factory=dict)
    took: float = 0.0

    @property
    def is_kept(self) -> bool:
        """Whether the promise was kept."""
        return not (self.duplicates or self.lost or self.untrue or self.told_wrongly)


def table(outcome: Outcome) -> str:
    """The count, as it stands in the docs."""
    at_work = Counter(status for kill in outcome.kills for _, status in kill.held)
    lines = [
        ("posts", f"{outcome.storm.posts} on {outcome.storm.accounts} accounts"),
        ("publishers at a time", f"{outcome.storm.publishers}"),
        ("seed, seconds", f"{outcome.storm.seed}, {outcome.took:.0f}"),
        ("kills (SIGKILL)", f"{len(outcome.kills)}"),
        ("posts in hand when killed", f"{sum(at_work.values())}"),
        ("... of them being sent", f"{at_work[Status.SENDING]}"),
        ("stopped past the lease, then continued", f"{outcome.freezes}"),
        ("Postgres killed", f"{outcome.database_kills}"),
        ("publishers started while it was away", f"{outcome.ended}"),
        ("replies lost after effect", f"{outcome.lost_replies}"),
        ("requests dropped before effect", f"{outcome.dropped_requests}"),
        ("refusals after effect", f"{outcome.refusals_with_effect}"),
        ("refusals before effect", f"{outcome.refusals_without}"),
        ("readings that showed nothing, or only a page", f"{outcome.false_readings}"),
        ("twins posted by hand", f"{outcome.by_hand}"),
        ("accounts paused, then resumed", f"{outcome.pauses}"),
        ("duplicates", f"{len(outcome.duplicates)}"),
        ("lost", f"{len(outcome.lost)}"),
        ("standing otherwise than it is", f"{len(outcome.untrue)}"),
        ("told wrongly", f"{len(outcome.told_wrongly)}"),
        ("asked", f"{outcome.asked} ({outcome.asked / outcome.storm.posts:.1%})"),
        ("late, p50 / p99 / max", _spread(outcome.late)),
        *(
            (f"killed while {status}, until it is settled", _spread(sorted(times)))
            for status, times in sorted(outcome.recovery.items())
        ),
    ]
    width = max(len(name) for name, _ in lines)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in lines)


def _spread(times: list[float]) -> str:
    """Of sorted times."""
    if not times:
        return "none"
    p50, p99 = (times[min(int(len(times) * share), len(times) - 1)] for share in (0.5, 0.99))
    return f"{p50:.2f} / {p99:.2f} / {times[-1]:.2f} s"
