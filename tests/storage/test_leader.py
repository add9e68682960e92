"""The leader: one holder at a time, handed over at once, and taken from who has fallen silent."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text

from storage import leader as leader_lock
from storage.database import Database, NotLeaderError
from storage.leader import SPAN, LeaderLock
from storage.lease import now
from storage.users import Users
from tests.storage.conftest import until_it_waits

HOLDER = """
import sys, time
from storage.leader import LeaderLock
from storage.database import Database
assert LeaderLock(Database(sys.argv[1])).take()
print("taken", flush=True)
time.sleep(60)
"""


@pytest.fixture
def quick_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten in a second, of which a busy machine may well leave some out."""
    monkeypatch.setattr(leader_lock, "BEATS_PER_SPAN", 10 * SPAN.total_seconds())


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_one_process_holds_it_at_a_time_and_hands_it_over_at_once(database: Database) -> None:
    first, second = LeaderLock(database), LeaderLock(database)
    assert (first.take(), first.is_ours) == (True, True)
    assert (second.take(), second.is_ours) == (False, False)
    first.drop()
    assert (second.take(), first.is_ours) == (True, False)
    second.drop()


def test_a_holder_that_proc_hides_is_alive_all_the_same(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = LeaderLock(database), LeaderLock(database)
    assert first.take()
    monkeypatch.setattr(psutil, "PROCFS_PATH", str(tmp_path))
    assert (second.take(), first.is_ours) == (False, True)
    first.drop()


def test_who_stops_while_taking_it_does_not_keep_it(database: Database) -> None:
    first, second = LeaderLock(database), LeaderLock(database)
    with database.engine.connect() as other, ThreadPoolExecutor() as threads:
        other.execute(text("LOCK TABLE leader IN ACCESS EXCLUSIVE MODE"))
        taken = threads.submit(first.take)
        until_it_waits(other, taken)
        dropped = threads.submit(first.drop)
        with pytest.raises(TimeoutError):
            dropped.result(timeout=0.1)
        other.rollback()
        assert taken.result()
        dropped.result()
    assert (first.is_ours, second.take()) == (False, True)
    second.drop()


@pytest.mark.usefixtures("quick_beats")
def test_its_holder_keeps_it_for_longer_than_its_span(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each beat begins the span anew, in the table and by the holder's own clock."""

    def end() -> datetime:
        with database.transaction() as session:
            found: datetime = session.execute(text("SELECT until FROM leader")).scalar_one()
            return found

    first, second = LeaderLock(database), LeaderLock(database)
    assert first.take()
    former = end()
    until(lambda: end() > former)
    assert not second.take()
    monkeypatch.setattr(leader_lock, "now", lambda: now() + SPAN.total_seconds())
    until(lambda: first.is_ours)
    first.drop()


def test_a_holder_that_was_killed_is_relieved_at_once(database: Database) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, database.url], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None and holder.stdout.readline() == "taken\n"
    successor = LeaderLock(database)
    assert not successor.take()
    holder.kill()
    holder.wait()
    holder.stdout.close()
    assert successor.take()
    successor.drop()


def test_a_holder_elsewhere_is_relieved_when_its_span_is_over(database: Database) -> None:
    """As one on another machine that was switched off."""
    with database.transaction() as session:
        owner = {"owner": "elsewhere 1 x"}
        taken = "UPDATE leader SET owner = :owner, until = now() + interval '1 hour'"
        session.execute(text(taken), owner)
    successor = LeaderLock(database)
    assert not successor.take()
    with database.transaction() as session:
        session.execute(text("UPDATE leader SET until = now()"))
    assert successor.take()
    successor.drop()


def test_a_holder_elsewhere_is_relieved_although_postgres_clock_was_set_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the clock of who waits: as long as the holder beats, it goes on."""

    def ends_in(minutes: int) -> None:
        with database.transaction() as session:
            taken = "UPDATE leader SET owner = 'elsewhere 1 x', until = now() + :span"
            session.execute(text(taken), {"span": timedelta(minutes=minutes)})

    successor, passed = LeaderLock(database), SPAN.total_seconds() + 1
    for minutes in (60, 61):
        ends_in(minutes)
        assert not successor.take()
        monkeypatch.setattr(leader_lock, "now", lambda by=passed * minutes: now() + by)
    assert successor.take()
    successor.drop()


@pytest.mark.usefixtures("quick_beats")
def test_who_has_lost_it_writes_nothing_any_more(database: Database) -> None:
    leader = LeaderLock(database)
    assert leader.take()
    people = Users(database.only_while(lambda: leader.is_ours))
    people.choose_timezone(1, "Europe/Berlin")
    with database.transaction() as session:
        session.execute(text("UPDATE leader SET owner = 'somebody else', fence = fence + 1"))
    until(lambda: not leader.is_ours)
    with pytest.raises(NotLeaderError):
        people.choose_timezone(1, "UTC")
    still_leads = iter([True, False])  # it stood still between the first statement and the commit
    with pytest.raises(NotLeaderError):
        Users(database.only_while(lambda: next(still_leads))).choose_timezone(1, "UTC")
    assert Users(database).circumstances(1)[0].timezone == "Europe/Berlin"
    leader.drop()
    with database.transaction() as session:
        assert session.scalar(text("SELECT owner FROM leader")) == "somebody else"
