"""python -m tests.bench.growth: what is left of 100,000 updates after the daily cleaning.

Written set by set, over a year, with a post and three notices for ten updates.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from storage.accounts import Accounts
from storage.database import Database
from storage.embedded import embedded_postgres
from storage.encryption import SecretBox
from storage.retention import Retention
from tests.storage.worked import sizes, work

DAYS = 365
SHOWN = ("inbox", "notices", "media_items", "scheduled_posts")


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("--updates", type=int, default=100_000)
    updates = parser.parse_args().updates
    with (
        tempfile.TemporaryDirectory(prefix="postbote-growth-") as folder,
        embedded_postgres(Path(folder) / "postgres") as url,
        closing(Database(url)) as database,
    ):
        database.migrate()
        Accounts(database, SecretBox("a key")).configure("instagram", "creator")
        for line in measure(database, updates):
            sys.stdout.write(f"{line}\n")
    return 0


def measure(database: Database, updates: int) -> Iterator[str]:
    """Lines of the table."""
    work(database, updates=updates, days=DAYS)
    before = sizes(database)
    retention = Retention(database)
    began = time.perf_counter()
    with longest_statement(database.engine) as longest:
        retention.forget_media(timedelta(days=7))
        retention.forget_talk()
    took, slowest = time.perf_counter() - began, max(longest)
    after = _vacuumed(database)
    yield from _table(before, after, f"cleaned in {took:.1f} s, longest statement {slowest:.3f} s")
    began = time.perf_counter()
    with longest_statement(database.engine) as longest:
        retention.forget_history(timedelta(days=90))
    took, slowest = time.perf_counter() - began, max(longest)
    how = f"HISTORY_DAYS=90: {took:.1f} s, longest statement {slowest:.3f} s"
    yield from _table(before, _vacuumed(database), how)


def _table(
    before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]], how: str
) -> Iterator[str]:
    yield how
    for name in SHOWN:
        (rows, size), (left, left_size) = before[name], after[name]
        yield (
            f"  {name}: {rows:,} rows, {size / 1e6:.1f} MB -> {left:,} rows,"
            f" {left_size / 1e6:.1f} MB; ratio {left / rows:.3f}"
        )


def _vacuumed(database: Database) -> dict[str, tuple[int, int]]:
    """The sizes that the tables have once their room is given back: what is alive."""
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("VACUUM FULL")
    return sizes(database)


@contextmanager
def longest_statement(engine: Engine) -> Iterator[list[float]]:
    """The seconds that each statement takes."""
    seconds: list[float] = []

    def begins(connection: Any, *_: Any) -> None:
        connection.info["began"] = time.perf_counter()

    def ends(connection: Any, *_: Any) -> None:
        seconds.append(time.perf_counter() - connection.info["began"])

    event.listen(engine, "before_cursor_execute", begins)
    event.listen(engine, "after_cursor_execute", ends)
    try:
        yield seconds
    finally:
        event.remove(engine, "before_cursor_execute", begins)
        event.remove(engine, "after_cursor_execute", ends)


if __name__ == "__main__":
    sys.exit(main())
