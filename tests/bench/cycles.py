"""Claim-to-finish cycles per second: two publishers over many accounts, and a job queue beside it.

Both take a piece of work, do nothing, and write that it is done; both let one piece at a time run
per account; same Postgres, same processes, same concurrency, in turns.
"""

import asyncio
import multiprocessing
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier
from typing import Any

from storage.database import Database
from storage.queue import Queue
from tests.bench import procrastinate_rival
from tests.chaos.ledger import Ledger

PROCESSES, CONCURRENCY = 2, 4
ACCOUNTS, POSTS, ROUNDS = 100, 2_000, 3


def measure(ledger: Ledger, url: str) -> tuple[float, float]:
    """(ours, procrastinate's): cycles per second, the median of some rounds."""
    ours, theirs = [], []
    for _ in range(ROUNDS):
        for number in range(ACCOUNTS):
            name = f"account{number}"
            ledger.plan(name, [f"{name} {post}" for post in range(POSTS // ACCOUNTS)])
        ours.append(POSTS / _seconds(publish, url))
        asyncio.run(procrastinate_rival.prepare(url, POSTS, ACCOUNTS))
        theirs.append(POSTS / _seconds(procrastinate_rival.work, url))
    return statistics.median(ours), statistics.median(theirs)


def publish(url: str, concurrency: int, start: Barrier) -> None:
    """One publisher process: every write that a published post costs, and no Instagram."""
    database = Database(url)
    queue = Queue(database)
    with ThreadPoolExecutor(concurrency) as pool:
        list(pool.map(lambda _: database.answers(), range(concurrency)))
        start.wait()
        list(pool.map(lambda _: _publish_all(database, queue), range(concurrency)))
    database.close()


def _publish_all(database: Database, queue: Queue) -> None:
    while True:
        post = queue.claim_next()
        if post is not None:
            queue.outcomes.mark_sending(post)
            queue.outcomes.mark_uploaded(post, media_pk=str(post.id), link=None)
        elif not _left(database):
            return


def _left(database: Database) -> bool:
    with database.engine.connect() as connection:
        query = "SELECT EXISTS (SELECT 1 FROM scheduled_posts WHERE status = 'pending')"
        return bool(connection.exec_driver_sql(query).scalar_one())


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
