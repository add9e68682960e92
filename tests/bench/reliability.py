"""What is measured with publishers and Postgres alone: lines, each with its ratios."""

import statistics
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from tests.bench import cycles, history, lateness, load, recovery
from tests.bench.deployment import BenchDeployment, bench_deployment

PROMISED_SECONDS, REQUIRED_SECONDS = 120, 30
ACCOUNTS = [*(f"account{number}" for number in range(7)), "paused"]


def lines_of(name: str, *, in_full: bool) -> Iterator[str]:
    """Of one of the measures, as it goes on."""
    with (
        tempfile.TemporaryDirectory(prefix="postbote-bench-") as folder,
        bench_deployment(Path(folder), ACCOUNTS) as deployment,
    ):
        measure = IN_FULL.get(name, MEASURES[name]) if in_full else MEASURES[name]
        yield from measure(deployment)


def _cycles(deployment: BenchDeployment) -> list[str]:
    rounds = cycles.measure(deployment.ledger, deployment.url)
    ours, theirs = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    ratios = sorted(mine / rival for mine, rival in rounds)
    return [
        f"claim to finish, 2 publishers, 100 accounts: {ours:.0f} per second; procrastinate"
        f" {theirs:.0f}; ratio {statistics.median(ratios):.2f}, by round"
        f" {ratios[0]:.2f} to {ratios[-1]:.2f}"
    ]


def _history(deployment: BenchDeployment, sizes: Sequence[int]) -> Iterator[str]:
    """Ratios of the least size; the first line says which sizes."""
    costs = dict(history.measure(deployment, sizes))
    yield "posts behind: " + " / ".join(f"{rows:,}" for rows in sizes)
    for name in costs[sizes[0]]:
        taken = [costs[rows][name] for rows in sizes]
        milliseconds = " / ".join(f"{one:.1f}" for one in taken)
        ratios = " / ".join(f"{one / taken[0]:.2f}" for one in taken)
        yield f"  {name}: {milliseconds} ms; ratio {ratios}"


def _load(deployment: BenchDeployment, posts: int, seconds: float) -> Iterator[str]:
    """Ratios of the first run of each kind: spread over the time, and all due at once."""
    yield f"{posts:,} posts of {load.ACCOUNTS} accounts, within {seconds:.0f} s"
    bases: dict[float, load.Load] = {}
    for name, span, came in load.measure(deployment, posts, seconds):
        base = bases.setdefault(span, came)
        yield (
            f"  {name}: late {_spread(came.late)}, most {came.late[-1]:.2f} s; live by"
            f" {came.live_after:.1f} s at the latest; {came.rate:.1f} posts per second, ratio"
            f" {came.rate / base.rate:.2f}; per post {came.statements:.1f} statements, ratio"
            f" {came.statements / base.statements:.2f}, {came.commits:.1f} commits,"
            f" {came.cpu:.1f} ms of Postgres, ratio {came.cpu / base.cpu:.2f};"
            f" live twice {came.twice}"
        )


def _late(deployment: BenchDeployment) -> list[str]:
    ours, sweep = lateness.measure(deployment)
    return [
        f"configure after the due time: {_spread(ours)}; a sweep alone: {_spread(sweep)};"
        f" ratio of the medians {statistics.median(ours) / statistics.median(sweep):.4f}"
    ]


def _backlog(deployment: BenchDeployment) -> list[str]:
    without, with_backlog = lateness.measure_backlog(deployment)
    return [
        f"late without a backlog: {_spread(without)}; with {lateness.BACKLOG:,} due posts on a"
        f" paused account: {_spread(with_backlog)};"
        f" difference of the medians"
        f" {statistics.median(with_backlog) - statistics.median(without):+.3f} s"
    ]


def _trouble(deployment: BenchDeployment) -> list[str]:
    others, troubled = lateness.measure_trouble(deployment)
    return [
        f"late where 5 % of the replies are lost or slow, {len(others)} other posts of the"
        f" accounts: {_spread(others)}; the {len(troubled)} themselves: {_spread(troubled)};"
        f" ratio of the others' p99 to what is required {_at(others, 0.99) / REQUIRED_SECONDS:.2f}"
    ]


def _recovery(deployment: BenchDeployment) -> list[str]:
    early, late = recovery.measure(deployment)
    return [
        f"publisher killed before the commit point, until its post is live: {_range(early)}",
        f"publisher killed after it, until its post is found: {_range(late)};"
        f" ratio to what is promised {late[-1] / PROMISED_SECONDS:.2f}",
    ]


def _range(times: Sequence[float]) -> str:
    """Of sorted seconds."""
    return f"{times[0]:.0f} to {times[-1]:.0f} s ({len(times)} posts)"


def _spread(times: Sequence[float]) -> str:
    """p50 and p99 of sorted seconds."""
    return f"p50 {_at(times, 0.5):.2f} s, p99 {_at(times, 0.99):.2f} s"


def _at(times: Sequence[float], share: float) -> float:
    """What this share of sorted seconds does not exceed."""
    return times[min(int(len(times) * share), len(times) - 1)]


SHORT_HISTORY, LONG_HISTORY = (1_000, 100_000), (1_000, 100_000, 1_000_000)

MEASURES: dict[str, Callable[[BenchDeployment], Iterable[str]]] = {
    "cycles": _cycles,
    "history": lambda deployment: _history(deployment, SHORT_HISTORY),
    "load": lambda deployment: _load(deployment, 400, 24),
    "late": _late,
    "backlog": _backlog,
    "trouble": _trouble,
    "recovery": _recovery,
}
IN_FULL: dict[str, Callable[[BenchDeployment], Iterable[str]]] = {
    "history": lambda deployment: _history(deployment, LONG_HISTORY),
    "load": lambda deployment: _load(deployment, 20_000, 600),
}
"""The same in full size: an hour's load in ten minutes, three times over; a million posts."""
