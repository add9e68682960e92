"""Contenders that take turns; the quickest run of each counts."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Contender = Callable[[], object]
OURS = "ours"


@dataclass(frozen=True)
class Result:
    """Ours against another way: at most `most` times as long, or at least `least` times faster."""

    what: str
    against: str
    ours: float
    theirs: float
    most: float | None = None
    least: float | None = None

    @property
    def ratio(self) -> float:
        """Our time by theirs; or theirs by ours where we are to be faster."""
        return self.theirs / self.ours if self.least else self.ours / self.theirs

    @property
    def holds(self) -> bool:
        """Whether it is as wanted."""
        if self.least:
            return self.ratio >= self.least
        return self.most is None or self.ratio <= self.most

    @property
    def row(self) -> tuple[str, ...]:
        """For the table."""
        wanted = f"{self.least:g} x faster" if self.least else f"<= {self.most:g}"
        verdict = "ok" if self.holds else "MISSED"
        ratio = f"{self.ratio:.2f}"
        return (
            self.what,
            f"{self.ours:.3f} s",
            self.against,
            f"{self.theirs:.3f} s",
            ratio,
            wanted,
            verdict,
        )


def race(
    contenders: Mapping[str, Contender], rounds: int, *, warm_up: bool = True
) -> dict[str, float]:
    """The best time of each, in seconds. The round that warms up does not count."""
    best: dict[str, float] = {}
    for number in range(0 if warm_up else 1, rounds + 1):
        for name, contender in contenders.items():
            started = time.perf_counter()
            contender()
            taken = time.perf_counter() - started
            if number:
                best[name] = min(taken, best.get(name, taken))
    return best
