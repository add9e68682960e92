"""Publishers that are killed, stopped and doubled: every post appears once."""

import pytest

from storage.lifecycle import Status
from tests.chaos.conftest import CREATOR, House
from tests.chaos.postgres import OwnPostgres
from tests.chaos.processes import Process
from tests.chaos.waiting import stays, until

FOREVER = 600.0
"""Seconds: the sandbox holds a request for longer than any test takes."""


def uploads(house: House) -> int:
    """How many times bytes of a photo have arrived."""
    return sum(path.startswith("/rupload_") for path in house.instagram.paths)


def is_killed_and_relieved(house: House, victim: Process) -> None:
    """It dies, its lease runs out, and another one starts."""
    victim.kill()
    house.instagram.clear_faults()
    house.ledger.let_lease_expire()
    house.publisher()


def test_a_publisher_killed_before_the_commit_point_has_its_post_published_by_the_next(
    house: House,
) -> None:
    """Row 1: kill -9 of a publisher before the commit point."""
    house.instagram.script("rupload", "drop", seconds=FOREVER)
    (post,) = house.ledger.plan(CREATOR, ["Killed early"])
    victim = house.publisher()
    until(lambda: uploads(house) == 1, what="bytes arrive")
    assert house.ledger.status(post) is Status.CLAIMED

    is_killed_and_relieved(house, victim)

    house.is_published_once(post, "Killed early")
    assert house.instagram.configures == 1


@pytest.mark.parametrize("took_effect", [False, True], ids=["refused", "accepted"])
def test_a_publisher_killed_while_it_configures_leaves_one_post_live(
    house: House, took_effect: bool
) -> None:
    """Row 2: kill -9 during configure, whether or not Instagram had acted upon it."""
    if took_effect:
        house.instagram.script("configure", "delay", when="after", seconds=FOREVER)
    else:
        house.instagram.script("configure", "drop", seconds=FOREVER)
    (post,) = house.ledger.plan(CREATOR, ["Killed at work"])
    victim = house.publisher()
    until(lambda: house.instagram.configures == 1, what="configure arrives")
    assert house.ledger.status(post) is Status.SENDING

    is_killed_and_relieved(house, victim)

    house.is_published_once(post, "Killed at work")
    assert house.instagram.configures == (1 if took_effect else 2)


def test_a_publisher_killed_after_instagrams_reply_leaves_a_post_that_is_found(
    house: House,
) -> None:
    """Row 3: kill -9 after Instagram's reply, before the outcome is written."""
    house.instagram.script("configure", "delay", when="after", seconds=2)
    (post,) = house.ledger.plan(CREATOR, ["Killed late"])
    victim = house.publisher()
    until(lambda: house.instagram.configures == 1, what="configure arrives")
    with house.ledger.locked("SELECT 1 FROM scheduled_posts WHERE id = :id FOR UPDATE", id=post):
        until(house.ledger.somebody_waits, what="the outcome is about to be written")
        victim.kill()
    assert house.ledger.status(post) is Status.SENDING

    house.ledger.let_lease_expire()
    house.publisher()

    house.is_published_once(post, "Killed late")
    assert house.instagram.configures == 1


def test_a_publisher_that_stood_still_past_its_lease_notices_and_stops(house: House) -> None:
    """Row 6: SIGSTOP past the lease, then SIGCONT, before the commit point."""
    house.instagram.script("rupload", "delay", when="after", seconds=2)
    (post,) = house.ledger.plan(CREATOR, ["Asleep"])
    sleeper = house.publisher()
    until(lambda: uploads(house) == 1, what="bytes arrive")
    sleeper.freeze()
    house.ledger.let_lease_expire()
    house.publisher()
    house.is_published_once(post, "Asleep")

    sleeper.thaw()
    until(lambda: "is lost" in sleeper.words(), what="it notices")

    stays(lambda: house.instagram.configures == 1, seconds=1, what="it does not configure")
    assert sleeper.is_alive


def test_a_request_that_was_under_way_all_along_publishes_nothing_twice(house: House) -> None:
    """Row 6 at its worst: stopped after the commit point, its request arrives minutes later."""
    house.instagram.script("configure", "delay", when="before", seconds=4)
    (post,) = house.ledger.plan(CREATOR, ["Under way"])
    sleeper = house.publisher()
    until(lambda: house.instagram.configures == 1, what="configure arrives")
    sleeper.freeze()
    house.ledger.let_lease_expire()
    house.publisher()
    house.is_published_once(post, "Under way")
    again = house.instagram.configures

    sleeper.thaw()
    stays(lambda: len(house.instagram.live()) == 1, seconds=5, what="one is live")

    assert house.instagram.configures == again
    assert house.ledger.status(post) is Status.UPLOADED


def test_three_publishers_share_one_account_and_publish_one_at_a_time(house: House) -> None:
    """Row 12: several publishers, one account, many due posts."""
    captions = [f"Shared {number}" for number in range(9)]
    house.ledger.plan(CREATOR, captions)

    workers = [house.publisher() for _ in range(3)]

    until(lambda: house.ledger.statuses() == {Status.UPLOADED: len(captions)}, what="all are live")
    assert house.instagram.captions() == captions
    assert house.instagram.most_at_once == 1
    assert house.instagram.configures == len(captions)
    assert all(worker.is_alive for worker in workers)


def test_a_publisher_told_to_end_finishes_the_post_at_hand(house: House) -> None:
    """SIGTERM is no fault: nothing is left behind for anybody to rescue."""
    house.instagram.script("configure", "delay", when="after", seconds=2)
    first, second = house.ledger.plan(CREATOR, ["At hand", "Next"])
    publisher = house.publisher()
    until(lambda: house.instagram.configures == 1, what="configure arrives")

    assert publisher.terminate() == 0

    assert house.ledger.status(first) is Status.UPLOADED
    assert house.ledger.status(second) is Status.PENDING
    assert house.ledger.rows("SELECT lease_owner FROM accounts") == [(None,)]


def test_a_publisher_started_while_postgres_is_away_waits_for_it(
    house_with_postgres: tuple[House, OwnPostgres],
) -> None:
    """Row 11, for a publisher: no traceback, no crash loop."""
    house, postgres = house_with_postgres
    (post,) = house.ledger.plan(CREATOR, ["Waits"])
    postgres.stop()
    publisher = house.publisher()
    until(lambda: "waiting for it" in publisher.words(), what="it says so")
    assert publisher.is_alive

    postgres.start()

    house.is_published_once(post, "Waits")
    assert "Traceback" not in publisher.words()
