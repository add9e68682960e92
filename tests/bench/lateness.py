"""How late `configure` reaches Instagram, against the minute that the person chose."""

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from storage.lifecycle import Status
from tests.bench.deployment import BenchDeployment
from tests.chaos.waiting import until

PUBLISHER = "tests.chaos.publisher_process"
SWEEP_ONLY = "tests.bench.sweep_only"

POSTS = 50
SECONDS = 120.0
"""As long as it is from one sweep to the next that comes every two minutes."""

BACKLOG = 10_000
BACKLOG_POSTS, BACKLOG_SECONDS = 60, 60.0
TROUBLE_POSTS, TROUBLE_SECONDS = 200, 300.0
TROUBLE = {"lost": 0.025, "slow": 0.025, "seconds": 200.0}
"""Shares of all `configure` requests; slow ones take up to so many seconds."""
HEAD_START = 15.0
TIMEOUT_SECONDS = 200.0


def measure(deployment: BenchDeployment) -> tuple[list[float], list[float]]:
    """(ours, a sweep's alone): seconds late of each post, sorted.

    One after the other: a publisher takes whatever is due.
    """
    ours = _measured(deployment, "account0", PUBLISHER, {})
    return ours, _measured(deployment, "account1", SWEEP_ONLY, {"stage_ahead": 0.0})


def _measured(
    deployment: BenchDeployment, account: str, module: str, timings: dict[str, float]
) -> list[float]:
    due = _moments(POSTS, SECONDS, seed=1)
    deployment.ledger.plan(account, _captions(account, due), due=due)
    plan = deployment.plan([account], {"preflight": 0.0, **timings})
    with deployment.publisher(plan, module):
        _all_live(deployment)
    late = _late(deployment, account, due)
    deployment.ledger.forget_posts()
    return late


def measure_backlog(deployment: BenchDeployment) -> tuple[list[float], list[float]]:
    """(without, with): seconds late, with 10,000 due posts on another account that pauses."""
    accounts = [f"account{number}" for number in range(2, 7)]
    results = []
    for has_backlog in (False, True):
        if has_backlog:
            deployment.ledger.plan("paused", [f"Waits {number}" for number in range(BACKLOG)])
            deployment.ledger.pause("paused")
        due = _moments(BACKLOG_POSTS, BACKLOG_SECONDS, seed=2)
        for index, account in enumerate(accounts):
            part = due[index :: len(accounts)]
            deployment.ledger.plan(account, _captions(f"{account} {has_backlog}", part), due=part)
        plan = deployment.plan([*accounts, "paused"], {"preflight": 0.0})
        with deployment.publisher(plan, PUBLISHER):
            _all_live(deployment, apart_from=BACKLOG if has_backlog else 0)
        late = [
            each
            for index, account in enumerate(accounts)
            for each in _late(deployment, account, due[index :: len(accounts)], str(has_backlog))
        ]
        results.append(sorted(late))
        deployment.ledger.forget_posts()
    return results[0], results[1]


def measure_trouble(deployment: BenchDeployment) -> tuple[list[float], list[float]]:
    """(others, in trouble): seconds late where 5 % of the replies are lost or slow."""
    accounts = [f"account{number}" for number in range(5)]
    due = _moments(TROUBLE_POSTS, TROUBLE_SECONDS, seed=3)
    parts = {name: due[index :: len(accounts)] for index, name in enumerate(accounts)}
    for number, (name, part) in enumerate(parts.items()):
        deployment.world.instagram[name].turn(**TROUBLE, seed=number)
        deployment.ledger.plan(name, _captions(name, part), due=part)
    with deployment.publisher(deployment.plan(accounts, {"preflight": 0.0}), PUBLISHER):
        until(
            lambda: deployment.ledger.statuses().get(Status.PENDING, 0) == 0,
            seconds=TROUBLE_SECONDS + TIMEOUT_SECONDS,
            every=0.5,
            what="every post was sent",
        )
        _no_longer_sent(deployment)
    late: dict[bool, list[float]] = {False: [], True: []}
    for name, part in parts.items():
        spoiled = set(deployment.world.instagram[name].spoiled)
        moments = dict(zip(_captions(name, part), part, strict=True))
        for post in deployment.world.instagram[name].live():
            seconds = post["taken_at"] - moments[post["caption"]].timestamp()
            late[post["caption"] in spoiled].append(seconds)
    deployment.ledger.forget_posts()
    return sorted(late[False]), sorted(late[True])


def _no_longer_sent(deployment: BenchDeployment) -> None:
    owned = (Status.CLAIMED, Status.SENDING)
    until(
        lambda: not any(deployment.ledger.statuses().get(status) for status in owned),
        seconds=TIMEOUT_SECONDS,
        every=0.5,
        what="nothing is being sent",
    )


def _moments(posts: int, seconds: float, seed: int) -> list[datetime]:
    dice = random.Random(seed)
    start = datetime.now(UTC) + timedelta(seconds=HEAD_START)
    return sorted(start + timedelta(seconds=dice.random() * seconds) for _ in range(posts))


def _captions(prefix: str, due: Sequence[datetime]) -> list[str]:
    return [f"{prefix} {number}" for number in range(len(due))]


def _all_live(deployment: BenchDeployment, apart_from: int = 0) -> None:
    def done() -> bool:
        statuses = deployment.ledger.statuses()
        waiting = sum(count for status, count in statuses.items() if status != Status.UPLOADED)
        return waiting == apart_from

    until(done, seconds=SECONDS + TIMEOUT_SECONDS, every=0.5, what="all posts are live")
    time.sleep(1)


def _late(
    deployment: BenchDeployment, account: str, due: Sequence[datetime], word: str = ""
) -> list[float]:
    moments = dict(zip(_captions(f"{account} {word}".strip(), due), due, strict=True))
    return sorted(
        post["taken_at"] - moments[post["caption"]].timestamp()
        for post in deployment.world.instagram[account].live()
        if post["caption"] in moments
    )
