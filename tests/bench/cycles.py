"""Claim-to-finish cycles per second: two publishers over many accounts, and a job queue beside it.

Both take a piece of work, do nothing, and write that it is done; both let one piece at a time run
per account; same Postgres, same processes, same concurrency. Ours asks which accounts have work and
works for one after the other, as the dispatcher does; the job queue runs its own worker. They take
turns in short rounds, each as often before the other as after it, so that whatever else the machine
does hits both.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import Any

from publisher.timings import Timings
from storage.database import Database
from storage.due import DueWork
from storage.queue import Queue
from tests.bench import procrastinate_rival
from tests.chaos.ledger import Ledger

PROCESSES, CONCURRENCY = 2, 4
ACCOUNTS, POSTS, ROUNDS = 100, 1_000, 6


def measure(ledger: Ledger, url: str) -> list[tuple[float, float]]:
    """Per round (ours, procrastinate's): cycles per second."""
    return [_round(ledger, url, ours_first=number % 2 == 0) for number in range(ROUNDS)]


def _round(ledger: Ledger, url: str, *, ours_first: bool) -> tuple[float, float]:
    for number in range(ACCOUNTS):
        name = f"account{number}"
        ledger.plan(name, [f"{name} {post}" for post in range(POSTS // ACCOUNTS)])
    asyncio.run(procrastinate_rival.prepare(url, POSTS, ACCOUNTS))
    rivals = [publish, procrastinate_rival.work]
    seconds = {work: _seconds(work, url) for work in (rivals if ours_first else rivals[::-1])}
    return POSTS / seconds[publish], POSTS / seconds[procrastinate_rival.work]


def publish(url: str, concurrency: int, start: Barrier) -> None:
    """One publisher process: every write that a published post costs, and no Instagram."""
    database = Database(url)
    queue, due = Queue(database), DueWork(database, ["instagram"])
    queue.claim_next(0)  # builds what is built once
    with ThreadPoolExecutor(concurrency) as pool:
        list(pool.map(lambda _: database.answers(), range(concurrency)))
        start.wait()
        list(pool.map(lambda _: _publish_all(queue, due), range(concurrency)))
    database.close()


def _publish_all(queue: Queue, due: DueWork) -> None:
    timings = Timings()
    ahead = timings.stage_ahead
    while accounts := due.accounts_with_work(ahead, ahead, timings.preflight):
        for account_id in accounts:
            while (post := queue.claim_next(account_id)) is not None:
                queue.outcomes.mark_sending(post)
                queue.outcomes.mark_uploaded(post, media_pk=str(post.id), link=None)


def _seconds(work: Callable[[str, int, Barrier], Any], url: str) -> float:
    """How long the processes take together, from the moment at which all are ready."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(PROCESSES + 1)
    workers = [
        context.Process(target=work, args=(url, CONCURRENCY, start)) for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    start.wait()
    began = time.monotonic()
    for worker in workers:
        worker.join()
    assert all(worker.exitcode == 0 for worker in workers)
    return time.monotonic() - began
