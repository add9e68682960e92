"""How late `configure` reaches Instagram, against the minute that the person chose."""

import random
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from storage.lifecycle import Status
from tests.bench.bench_house import BenchHouse
from tests.chaos.waiting import until

PUBLISHER = "tests.chaos.publisher_process"
SWEEP_ONLY = "tests.bench.sweep_only"

POSTS = 100
SECONDS = 240.0
"""Two sweeps of the kind that happens every two minutes."""

BACKLOG = 10_000
BACKLOG_POSTS, BACKLOG_SECONDS = 60, 60.0
TROUBLE_POSTS, TROUBLE_SECONDS = 200, 300.0
TROUBLE = {"lost": 0.025, "slow": 0.025, "seconds": 200.0}
"""Shares of all `configure` requests; slow ones take up to so many seconds."""
HEAD_START = 15.0
PATIENCE = 200.0


def measure(house: BenchHouse) -> tuple[list[float], list[float]]:
    """(ours, a sweep's alone): seconds late of each post, sorted; both at the same time."""
    ours, theirs = "account0", "account1"
    due = _moments(POSTS, SECONDS, seed=1)
    for account in (ours, theirs):
        house.ledger.plan(account, _captions(account, due), due=due)
    with ExitStack() as running:
        for account, module in ((ours, PUBLISHER), (theirs, SWEEP_ONLY)):
            timings = {"stage_ahead": 0.0} if module is SWEEP_ONLY else {}
            plan = house.plan([account], {"preflight": 0.0, **timings})
            running.enter_context(house.publisher(plan, module))
        _all_live(house)
    late = [_late(house, account, due) for account in (ours, theirs)]
    house.ledger.forget_posts()
    return late[0], late[1]


def measure_backlog(house: BenchHouse) -> tuple[list[float], list[float]]:
    """(without, with): seconds late, with 10,000 due posts on another account that pauses."""
    accounts = [f"account{number}" for number in range(2, 7)]
    results = []
    for has_backlog in (False, True):
        if has_backlog:
            house.ledger.plan("paused", [f"Waits {number}" for number in range(BACKLOG)])
            house.ledger.pause("paused")
        due = _moments(BACKLOG_POSTS, BACKLOG_SECONDS, seed=2)
        for index, account in enumerate(accounts):
            part = due[index :: len(accounts)]
            house.ledger.plan(account, _captions(f"{account} {has_backlog}", part), due=part)
        plan = house.plan([*accounts, "paused"], {"preflight": 0.0})
        with house.publisher(plan, PUBLISHER):
            _all_live(house, apart_from=BACKLOG if has_backlog else 0)
        late = [
            each
            for index, account in enumerate(accounts)
            for each in _late(house, account, due[index :: len(accounts)], str(has_backlog))
        ]
        results.append(sorted(late))
        house.ledger.forget_posts()
    return results[0], results[1]


def measure_trouble(house: BenchHouse) -> tuple[list[float], list[float]]:
    """(others, in trouble): seconds late where 5 % of the replies are lost or slow."""
    accounts = [f"account{number}" for number in range(5)]
    due = _moments(TROUBLE_POSTS, TROUBLE_SECONDS, seed=3)
    parts = {name: due[index :: len(accounts)] for index, name in enumerate(accounts)}
    for number, (name, part) in enumerate(parts.items()):
        house.world.instagram[name].turn(**TROUBLE, seed=number)
        house.ledger.plan(name, _captions(name, part), due=part)
    with house.publisher(house.plan(accounts, {"preflight": 0.0}), PUBLISHER):
        until(
            lambda: house.ledger.statuses().get(Status.PENDING, 0) == 0,
            seconds=TROUBLE_SECONDS + PATIENCE,
            every=0.5,
            what="every post was sent",
        )
        _no_longer_sent(house)
    late: dict[bool, list[float]] = {False: [], True: []}
    for name, part in parts.items():
        spoiled = set(house.world.instagram[name].spoiled)
        moments = dict(zip(_captions(name, part), part, strict=True))
        for post in house.world.instagram[name].live():
            seconds = post["taken_at"] - moments[post["caption"]].timestamp()
            late[post["caption"] in spoiled].append(seconds)
    house.ledger.forget_posts()
    return sorted(late[False]), sorted(late[True])


def _no_longer_sent(house: BenchHouse) -> None:
    owned = (Status.CLAIMED, Status.SENDING)
    until(
        lambda: not any(house.ledger.statuses().get(status) for status in owned),
        seconds=PATIENCE,
        every=0.5,
        what="nothing is being sent",
    )


def _moments(posts: int, seconds: float, seed: int) -> list[datetime]:
    dice = random.Random(seed)
    start = datetime.now(UTC) + timedelta(seconds=HEAD_START)
    return sorted(start + timedelta(seconds=dice.random() * seconds) for _ in range(posts))


def _captions(prefix: str, due: Sequence[datetime]) -> list[str]:
    return [f"{prefix} {number}" for number in range(len(due))]


def _all_live(house: BenchHouse, apart_from: int = 0) -> None:
    def done() -> bool:
        statuses = house.ledger.statuses()
        waiting = sum(count for status, count in statuses.items() if status != Status.UPLOADED)
        return waiting == apart_from

    until(done, seconds=SECONDS + PATIENCE, every=0.5, what="all posts are live")
    time.sleep(1)


def _late(house: BenchHouse, account: str, due: Sequence[datetime], word: str = "") -> list[float]:
    moments = dict(zip(_captions(f"{account} {word}".strip(), due), due, strict=True))
    return sorted(
        post["taken_at"] - moments[post["caption"]].timestamp()
        for post in house.world.instagram[account].live()
        if post["caption"] in moments
    )
