"""python -m tests.bench.reliability [MEASURE ...]: measure, and print the table."""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench import cycles, lateness, recovery, sweep_cost
from tests.bench.deployment import BenchDeployment, bench_deployment

ACCOUNTS = [*(f"account{number}" for number in range(7)), "paused"]


def main() -> int:
    """Measure what is named, or everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reliability", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[[], *MEASURES], default=[])
    for name in parser.parse_args().what or MEASURES:
        with (
            tempfile.TemporaryDirectory(prefix="postbote-bench-") as folder,
            bench_deployment(Path(folder), ACCOUNTS) as deployment,
        ):
            for line in MEASURES[name](deployment):
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()
    return 0


def _cycles(deployment: BenchDeployment) -> list[str]:
    rounds = cycles.measure(deployment.ledger, deployment.url)
    ours, theirs = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    ratios = sorted(mine / rival for mine, rival in rounds)
    return [
        f"claim to finish, 2 publishers, 100 accounts: {ours:.0f} per second; procrastinate"
        f" {theirs:.0f}; ratio {statistics.median(ratios):.2f}, by round"
        f" {ratios[0]:.2f} to {ratios[-1]:.2f}"
    ]


def _sweep(deployment: BenchDeployment) -> list[str]:
    costs = sweep_cost.measure(deployment)
    least = costs[min(costs)]
    return [
        f"a sweep with {rows:,} posts behind it: {cost:.1f} ms; ratio {cost / least:.2f}"
        for rows, cost in costs.items()
    ]


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
        f" accounts: {_spread(others)}; the {len(troubled)} themselves: {_spread(troubled)}"
    ]


def _recovery(deployment: BenchDeployment) -> list[str]:
    early, late = recovery.measure(deployment)
    return [
        f"publisher killed before the commit point, until its post is live: {_range(early)}",
        f"publisher killed after it, until its post is found: {_range(late)}",
    ]


def _range(times: Sequence[float]) -> str:
    """Of sorted seconds."""
    return f"{times[0]:.0f} to {times[-1]:.0f} s ({len(times)} posts)"


def _spread(times: Sequence[float]) -> str:
    """p50 and p99 of sorted seconds."""
    p50, p99 = (times[min(int(len(times) * share), len(times) - 1)] for share in (0.5, 0.99))
    return f"p50 {p50:.2f} s, p99 {p99:.2f} s"


MEASURES: dict[str, Callable[[BenchDeployment], list[str]]] = {
    "cycles": _cycles,
    "sweep": _sweep,
    "late": _late,
    "backlog": _backlog,
    "trouble": _trouble,
    "recovery": _recovery,
}

if __name__ == "__main__":
    sys.exit(main())
