"""What stands still is missed, and nothing else is."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from publisher.health.counts import LATENESS_BOUNDS, Counts
from publisher.health.heartbeat import Clock, Heartbeat
from publisher.health.liveness import LOOP, SWEEP, Liveness
from storage.database import Database
from storage.lease import now
from storage.models import Process
from storage.processes import Processes

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def test_who_expects_nothing_misses_nothing() -> None:
    assert Liveness().alive()


def test_only_what_stands_still_is_missed_until_it_moves_or_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: seconds)
    liveness = Liveness()
    liveness.expect(LOOP, HOUR)
    liveness.expect(SWEEP, MINUTE)
    assert liveness.alive()
    seconds = 61
    assert liveness.silent().keys() == {SWEEP} and not liveness.alive()
    liveness.beat(SWEEP)
    assert liveness.alive()
    seconds = 3662
    liveness.beat(SWEEP)
    assert not liveness.alive()
    liveness.dismiss(LOOP)
    assert liveness.alive()


def test_posts_are_counted_by_how_late_they_were() -> None:
    counts = Counts()
    for seconds in (-3, 0.5, 0.6, 9000):
        counts.count_live(timedelta(seconds=seconds))
    counts.count("live")
    buckets, together = counts.lateness()
    assert buckets == [2, 1, *[0] * (len(LATENESS_BOUNDS) - 2), 1]
    assert together == pytest.approx(9001.1)
    assert counts.outcomes() == {"live": 1}


@pytest.mark.parametrize("set_by", [-7200.0, 300.0])
def test_a_clock_that_was_set_is_noticed_until_it_is_set_back_or_the_platform_agrees(
    set_by: float,
) -> None:
    off = 0.0
    clock = Clock(lambda: time.time() + off)
    assert clock.compared() == {"clock_set_by": 0}
    off = set_by
    clock.compare(time.time(), None)
    assert clock.compared() == {"clock_ahead": round(set_by), "clock_set_by": round(set_by)}
    off = 0.0
    assert clock.compared()["clock_set_by"] == 0
    off = set_by
    clock.compare(time.time(), time.time() + set_by)
    assert clock.compared() == {
        "clock_ahead": round(set_by),
        "database_ahead": -round(set_by),
        "clock_set_by": 0,
    }


def test_a_process_gives_signs_of_life_from_its_start_to_its_end(
    database: Database, tmp_path: Path
) -> None:
    since: float | None = None
    there: float | None = None

    def rows() -> list[Process]:
        with database.transaction() as session:
            return list(session.scalars(select(Process).order_by(Process.started_at)))

    def heartbeat(kind: str) -> Heartbeat:
        processes = Processes(database, kind, "attic", "1.2")
        every = timedelta(seconds=15)
        return Heartbeat(processes, tmp_path, every, lambda: since, lambda: there)

    first, second = heartbeat("bot"), heartbeat("publisher")
    first.beat()
    second.beat()
    since, there = 60.0, time.time() - 300
    first.beat()
    first.beat()
    bot, publisher = rows()
    assert (bot.kind, bot.host, bot.version, bot.sweep_seconds) == ("bot", "attic", "1.2", 15)
    assert bot.swept_at is not None
    assert (bot.seen_at - bot.swept_at).total_seconds() == pytest.approx(60, abs=30)
    assert bot.seen_at > publisher.seen_at and publisher.swept_at is None
    assert bot.free_bytes > 0
    assert (bot.clock_ahead, bot.database_ahead) == pytest.approx((0, 300), abs=30)
    first.stop()
    assert [row.kind for row in rows()] == ["publisher"]
    second.start()
    deadline = now() + 60
    while rows()[0].swept_at is None:
        assert now() < deadline
        time.sleep(0.01)
    second.stop()
    assert rows() == []
