"""Claim-to-finish cycles per second: two publishers over many accounts, and a job queue beside it.

Both take a piece of work, do nothing, and write that it is done; both let one piece at a time run
per account; same Postgres, same processes, same concurrency. Ours asks which accounts have work and
works for each in a thread until nothing is left, as the dispatcher does; the job queue runs its own
worker. They take turns, each as often before the other as after it, so that whatever else the
machine does hits both; rounds are long enough that it hardly counts that each connection plans its
statements anew. The tables are analyzed, as Postgres does by itself in
time: without, it plans the job queue's fetch for an empty table, at ten times the cost.
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
ACCOUNTS, POSTS, ROUNDS = 100, 3_000, 12
LONGEST_SECONDS = 300
"""After which a process that has died is no longer waited for."""


def measure(ledger: Ledger, url: str) -> list[tuple[float, float]]:
    """Per round (ours, procrastinate's): cycles per second."""
    return [_round(ledger, url, ours_first=number % 2 == 0) for number in range(ROUNDS)]


def _round(ledger: Ledger, url: str, *, ours_first: bool) -> tuple[float, float]:
    for number in range(ACCOUNTS):
        name = f"account{number}"
        ledger.plan(name, [f"{name} {post}" for post in range(POSTS // ACCOUNTS)])
    asyncio.run(procrastinate_rival.prepare(url, POSTS, ACCOUNTS))
    alone = ledger.database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    rivals = [publish, procrastinate_rival.work]
    seconds = {work: _seconds(work, url) for work in (rivals if ours_first else rivals[::-1])}
    return POSTS / seconds[publish], POSTS / seconds[procrastinate_rival.work]


def publish(url: str, concurrency: int, gate: Barrier) -> None:
    """One publisher process: every write that a published post costs, and no Instagram."""
    database = Database(url)
    queue, due = Queue(database), DueWork(database, ["instagram"])
    timings = Timings()
    ahead = timings.stage_ahead
    queue.claim_next(0)  # builds what is built once
    with ThreadPoolExecutor(concurrency) as pool:
        list(pool.map(lambda _: database.answers(), range(concurrency)))
        gate.wait()
        while accounts := due.accounts_with_work(ahead, ahead, timings.preflight):
            list(pool.map(lambda account_id: _publish_all(queue, account_id), accounts))
        gate.wait()
    database.close()


def _publish_all(queue: Queue, account_id: int) -> None:
    while (post := queue.claim_next(account_id)) is not None:
        queue.outcomes.mark_sending(post)
        queue.outcomes.mark_uploaded(post, media_pk=str(post.id), link=None)


def _seconds(work: Callable[[str, int, Barrier], Any], url: str) -> float:
    """How long the processes take together, from when all are ready until all are done.

    What they take to start and to close their connections is left out.
    """
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(PROCESSES + 1, timeout=LONGEST_SECONDS)
    workers = [
        context.Process(target=work, args=(url, CONCURRENCY, gate)) for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    gate.wait()
    began = time.monotonic()
    gate.wait()
    seconds = time.monotonic() - began
    for worker in workers:
        worker.join()
    assert all(worker.exitcode == 0 for worker in workers)
    return seconds
