"""Many accounts and posts, several publishers, one of them killed midway.

An hour is played in ten minutes: the publishers' spans (leases, how far ahead they begin) are a
sixth of production's, and so is the time between two posts. The platform takes a fraction of a
second for each request. Late is the commit point, right before the request that publishes, against
the post's time, by Postgres' clock.
"""

import random
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil

from publisher.timings import Timings
from tests.bench.deployment import BenchDeployment
from tests.bench.load_publisher import MODULE, VARIABLE, Orders
from tests.chaos.ledger import soon
from tests.chaos.waiting import until

FASTER = 6
ACCOUNTS = 200
AT_ONCE = 1_000
AHEAD_SECONDS = 20.0
"""From the publishers' start until the first post is due: what is checked an hour ahead is checked
that long ahead."""
TIMEOUT_SECONDS = 300.0


@dataclass(frozen=True)
class Load:
    """What came of one run."""

    late: Sequence[float]
    """Seconds, sorted."""
    live_after: float
    """Seconds from a post's time until it was known to be live, at the most."""
    seconds: float
    """From the first post's time until the last one was live."""
    statements: float
    """Per post, of the publishers."""
    commits: float
    """Per post, of the whole database."""
    cpu: float
    """Milliseconds of Postgres' processes per post."""
    twice: int
    """Posts that the platform has twice."""

    @property
    def rate(self) -> float:
        """Posts per second."""
        return len(self.late) / self.seconds


def measure(
    deployment: BenchDeployment, posts: int, seconds: float
) -> Iterator[tuple[str, float, Load]]:
    """Each run, the seconds over which its posts were spread, and what came of it."""
    for name, publishers, is_killed in (
        ("1 publisher", 1, False),
        ("3 publishers", 3, False),
        ("3 publishers, one killed", 3, True),
    ):
        yield name, seconds, _run(deployment, posts, seconds, publishers, is_killed=is_killed)
    for publishers in (1, 3):
        came = _run(deployment, min(posts, AT_ONCE), 0, publishers, is_killed=False)
        yield f"{publishers} at work, all due at once", 0, came


def _run(
    deployment: BenchDeployment, posts: int, seconds: float, publishers: int, *, is_killed: bool
) -> Load:
    platform = deployment.folder / f"platform {time.monotonic()}"
    platform.mkdir()
    ledger, server = deployment.ledger, _server(deployment)
    orders, began = _orders(deployment, platform), time.time() + AHEAD_SECONDS
    _plan(deployment, posts, seconds)
    commits, cpu = _commits(deployment), _cpu(server)
    with ExitStack() as running:
        killed, *_ = [
            running.enter_context(deployment.process(MODULE, {VARIABLE: orders}))
            for _ in range(publishers)
        ]
        if is_killed:
            time.sleep(AHEAD_SECONDS + seconds / 2)
            killed.send_signal(signal.SIGKILL)
        until(
            lambda: ledger.rows(UNDONE)[0][0] == 0,
            seconds=AHEAD_SECONDS + seconds + TIMEOUT_SECONDS,
            what="all are live",
            every=0.5,
        )
    spent = _commits(deployment) - commits, _cpu(server) - cpu
    late = [float(span) for (span,) in ledger.rows(LATE)]
    last, live_after = (float(ledger.rows(query)[0][0]) for query in (LAST, LIVE))
    lives = [file.read_text().count("live") for file in platform.glob("*/*")]
    statements = sum(int(file.read_text()) for file in platform.glob("*.count"))
    ledger.forget_posts()
    return Load(
        late,
        live_after,
        last - began,
        statements / posts,
        spent[0] / posts,
        spent[1] * 1000 / posts,
        twice=sum(count > 1 for count in lives) + len(lives) - posts,
    )


UNDONE = "SELECT count(*) FROM scheduled_posts WHERE status <> 'uploaded'"
LATE = "SELECT extract(epoch FROM first_sent_at - scheduled_time) FROM scheduled_posts ORDER BY 1"
LIVE = "SELECT extract(epoch FROM max(published_at - scheduled_time)) FROM scheduled_posts"
COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
LAST = "SELECT extract(epoch FROM max(published_at)) FROM scheduled_posts"


def _plan(deployment: BenchDeployment, posts: int, seconds: float) -> None:
    """At random moments, spread over the accounts."""
    moments = random.Random(1)
    each = posts // ACCOUNTS
    for number in range(ACCOUNTS):
        due = sorted(soon(AHEAD_SECONDS + moments.random() * seconds) for _ in range(each))
        captions = [f"{number} {post}" for post in range(each)]
        deployment.ledger.plan(f"account{number}", captions, due=due)


def _orders(deployment: BenchDeployment, platform: Path) -> str:
    spans = vars(Timings())
    timings = {
        name: span.total_seconds() / FASTER
        for name, span in spans.items()
        if isinstance(span, timedelta)
    }
    timings |= {"preflight": AHEAD_SECONDS, "stage_ahead": AHEAD_SECONDS / 2}
    media = str(deployment.folder / "media")
    return Orders(deployment.url, media, str(platform), timings).dump()


def _commits(deployment: BenchDeployment) -> int:
    """Transactions of the database so far."""
    time.sleep(1.5)  # sessions report once a second
    return int(deployment.ledger.rows(COMMITS)[0][0])


def _server(deployment: BenchDeployment) -> psutil.Process:
    pid = (deployment.folder / "postgres/postmaster.pid").read_text().split()[0]
    return psutil.Process(int(pid))


def _cpu(server: psutil.Process) -> float:
    """Seconds that it has taken so far, with its children that have ended."""
    times = [one.cpu_times() for one in (server, *server.children())]
    ended = times[0]
    return sum(one.user + one.system for one in times) + ended.children_user + ended.children_system
