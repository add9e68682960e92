"""Publishers that are killed, stopped and doubled: every post appears once."""

import pytest

from storage.lifecycle import Status
from tests.chaos.conftest import CREATOR, Deployment
from tests.chaos.postgres import OwnPostgres
from tests.chaos.processes import Process
from tests.chaos.waiting import stays, until

FOREVER = 600.0
"""Seconds: the sandbox holds a request for longer than any test takes."""


def uploads(deployment: Deployment) -> int:
    """How many times bytes of a photo have arrived."""
    return sum(path.startswith("/rupload_") for path in deployment.instagram.paths)


def is_killed_and_relieved(deployment: Deployment, victim: Process) -> None:
    """It dies, its lease runs out, and another one starts."""
    victim.kill()
    deployment.instagram.clear_faults()
    deployment.ledger.let_lease_expire()
    deployment.publisher()


def test_a_publisher_killed_before_the_commit_point_has_its_post_published_by_the_next(
    deployment: Deployment,
) -> None:
    """Row 1: kill -9 of a publisher before the commit point."""
    deployment.instagram.script("rupload", "drop", seconds=FOREVER)
    (post,) = deployment.ledger.plan(CREATOR, ["Killed early"])
    victim = deployment.publisher()
    until(lambda: uploads(deployment) == 1, what="bytes arrive")
    assert deployment.ledger.status(post) is Status.CLAIMED

    is_killed_and_relieved(deployment, victim)

    deployment.is_published_once(post, "Killed early")
    assert deployment.instagram.configures == 1


@pytest.mark.parametrize("took_effect", [False, True], ids=["refused", "accepted"])
def test_a_publisher_killed_while_it_configures_leaves_one_post_live(
    deployment: Deployment, took_effect: bool
) -> None:
    """Row 2: kill -9 during configure, whether or not Instagram had acted upon it."""
    if took_effect:
        deployment.instagram.script("configure", "delay", when="after", seconds=FOREVER)
    else:
        deployment.instagram.script("configure", "drop", seconds=FOREVER)
    (post,) = deployment.ledger.plan(CREATOR, ["Killed at work"])
    victim = deployment.publisher()
    until(lambda: deployment.instagram.configures == 1, what="configure arrives")
    assert deployment.ledger.status(post) is Status.SENDING

    is_killed_and_relieved(deployment, victim)

    deployment.is_published_once(post, "Killed at work")
    assert deployment.instagram.configures == (1 if took_effect else 2)


def test_a_publisher_killed_after_instagrams_reply_leaves_a_post_that_is_found(
    deployment: Deployment,
) -> None:
    """Row 3: kill -9 after Instagram's reply, before the outcome is written."""
    deployment.instagram.script("configure", "delay", when="after", seconds=2)
    (post,) = deployment.ledger.plan(CREATOR, ["Killed late"])
    victim = deployment.publisher()
    until(lambda: deployment.instagram.configures == 1, what="configure arrives")
    with deployment.ledger.locked(
        "SELECT 1 FROM scheduled_posts WHERE id = :id FOR UPDATE", id=post
    ):
        until(deployment.ledger.somebody_waits, what="the outcome is about to be written")
        victim.kill()
        deployment.ledger.cut_who_waits()
    assert deployment.ledger.status(post) is Status.SENDING

    deployment.ledger.let_lease_expire()
    deployment.publisher()

    deployment.is_published_once(post, "Killed late")
    assert deployment.instagram.configures == 1


def test_a_publisher_that_stood_still_past_its_lease_notices_and_stops(
    deployment: Deployment,
) -> None:
    """Row 6: SIGSTOP past the lease, then SIGCONT, before the commit point."""
    deployment.instagram.script("rupload", "delay", when="after", seconds=2)
    (post,) = deployment.ledger.plan(CREATOR, ["Asleep"])
    sleeper = deployment.publisher()
    until(lambda: uploads(deployment) == 1, what="bytes arrive")
    sleeper.freeze()
    deployment.ledger.let_lease_expire()
    deployment.publisher()
    deployment.is_published_once(post, "Asleep")

    sleeper.thaw()
    until(lambda: "has moved on" in sleeper.words(), what="it notices")

    stays(lambda: deployment.instagram.configures == 1, seconds=1, what="it does not configure")
    assert sleeper.is_alive


def test_a_request_that_was_under_way_all_along_publishes_nothing_twice(
    deployment: Deployment,
) -> None:
    """Row 6 at its worst: stopped after the commit point, its request arrives minutes later."""
    deployment.instagram.script("configure", "delay", when="before", seconds=4)
    (post,) = deployment.ledger.plan(CREATOR, ["Under way"])
    sleeper = deployment.publisher()
    until(lambda: deployment.instagram.configures == 1, what="configure arrives")
    sleeper.freeze()
    deployment.ledger.let_lease_expire()
    deployment.publisher()
    deployment.is_published_once(post, "Under way")
    again = deployment.instagram.configures

    sleeper.thaw()
    stays(lambda: len(deployment.instagram.live()) == 1, seconds=5, what="one is live")

    assert deployment.instagram.configures == again
    assert deployment.ledger.status(post) is Status.UPLOADED


def test_three_publishers_share_one_account_and_publish_one_at_a_time(
    deployment: Deployment,
) -> None:
    """Row 12: several publishers, one account, many due posts."""
    captions = [f"Shared {number}" for number in range(9)]
    deployment.ledger.plan(CREATOR, captions)

    workers = [deployment.publisher() for _ in range(3)]

    until(
        lambda: deployment.ledger.statuses() == {Status.UPLOADED: len(captions)},
        what="all are live",
    )
    assert deployment.instagram.captions() == captions
    assert deployment.instagram.most_at_once == 1
    assert deployment.instagram.configures == len(captions)
    assert all(worker.is_alive for worker in workers)


def test_a_publisher_told_to_end_finishes_the_post_at_hand(deployment: Deployment) -> None:
    """SIGTERM is no fault: nothing is left behind for anybody to rescue."""
    deployment.instagram.script("configure", "delay", when="after", seconds=2)
    first, second = deployment.ledger.plan(CREATOR, ["At hand", "Next"])
    publisher = deployment.publisher()
    until(lambda: deployment.instagram.configures == 1, what="configure arrives")

    assert publisher.terminate() == 0

    assert deployment.ledger.status(first) is Status.UPLOADED
    assert deployment.ledger.status(second) is Status.PENDING
    assert deployment.ledger.rows("SELECT lease_owner FROM accounts") == [(None,)]


def test_a_publisher_started_while_postgres_is_away_waits_for_it(
    deployment_with_postgres: tuple[Deployment, OwnPostgres],
) -> None:
    """Row 11, for a publisher: no traceback, no crash loop."""
    deployment, postgres = deployment_with_postgres
    (post,) = deployment.ledger.plan(CREATOR, ["Waits"])
    postgres.stop()
    publisher = deployment.publisher()
    until(lambda: "waiting for it" in publisher.words(), what="it says so")
    assert publisher.is_alive

    postgres.start()

    deployment.is_published_once(post, "Waits")
    assert "Traceback" not in publisher.words()
