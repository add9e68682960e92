"""Publishers that are killed, stopped and doubled: every post appears once."""

from storage.lifecycle import Status
from tests.chaos.conftest import CREATOR, Deployment
from tests.chaos.processes import Process
from tests.chaos.waiting import stays, until

FOREVER = 600.0
"""Seconds: the sandbox holds a request for longer than any test takes."""


def uploads(deployment: Deployment) -> int:
    """How many times bytes of a photo have arrived."""
    return sum(path.startswith("/rupload_") for path in deployment.instagram.paths)


def is_killed_and_relieved(deployment: Deployment, victim: Process) -> Process:
    """It dies, its lease runs out, and another one starts."""
    victim.kill()
    deployment.instagram.clear_faults()
    deployment.instagram.let_go()
    deployment.ledger.let_lease_expire()
    return deployment.publisher()


def test_whenever_a_publisher_is_killed_its_post_is_live_once(deployment: Deployment) -> None:
    """One after the other, each relieved by the next; the last one is told to end."""
    publisher = deployment.publisher()
    publisher = is_killed_before_the_commit_point(deployment, publisher)
    for took_effect in (False, True):
        publisher = is_killed_while_it_configures(deployment, publisher, took_effect=took_effect)
    publisher = is_killed_after_instagrams_reply(deployment, publisher)
    finishes_the_post_at_hand(deployment, publisher)


def is_killed_before_the_commit_point(deployment: Deployment, victim: Process) -> Process:
    """Row 1: kill -9 of a publisher before the commit point."""
    deployment.instagram.script("rupload", "drop", seconds=FOREVER)
    (post,) = deployment.ledger.plan(CREATOR, ["Killed early"])
    until(lambda: uploads(deployment) > 0, what="bytes arrive")
    assert deployment.ledger.status(post) is Status.CLAIMED

    relief = is_killed_and_relieved(deployment, victim)

    deployment.is_published_once(post, "Killed early")
    assert deployment.instagram.configures == 1
    return relief


def is_killed_while_it_configures(
    deployment: Deployment, victim: Process, *, took_effect: bool
) -> Process:
    """Row 2: kill -9 during configure, whether or not Instagram had acted upon it."""
    before, caption = deployment.instagram.configures, f"Killed at work, effect: {took_effect}"
    if took_effect:
        deployment.instagram.script("configure", "delay", when="after", seconds=FOREVER)
    else:
        deployment.instagram.script("configure", "drop", seconds=FOREVER)
    (post,) = deployment.ledger.plan(CREATOR, [caption])
    until(lambda: deployment.instagram.configures > before, what="configure arrives")
    assert deployment.ledger.status(post) is Status.SENDING

    relief = is_killed_and_relieved(deployment, victim)

    deployment.is_published_once(post, caption)
    assert deployment.instagram.configures - before == (1 if took_effect else 2)
    return relief


def is_killed_after_instagrams_reply(deployment: Deployment, victim: Process) -> Process:
    """Row 3: kill -9 after Instagram's reply, before the outcome is written."""
    before = deployment.instagram.configures
    deployment.instagram.script("configure", "delay", when="after", seconds=FOREVER)
    (post,) = deployment.ledger.plan(CREATOR, ["Killed late"])
    until(lambda: deployment.instagram.held, what="Instagram has acted upon it")
    with deployment.ledger.locked(
        "SELECT 1 FROM scheduled_posts WHERE id = :id FOR UPDATE", id=post
    ):
        deployment.instagram.let_go()
        until(deployment.ledger.somebody_waits, what="the outcome is about to be written")
        victim.kill()
        deployment.ledger.cut_who_waits()
    assert deployment.ledger.status(post) is Status.SENDING

    relief = is_killed_and_relieved(deployment, victim)

    deployment.is_published_once(post, "Killed late")
    assert deployment.instagram.configures == before + 1
    return relief


def finishes_the_post_at_hand(deployment: Deployment, publisher: Process) -> None:
    """SIGTERM is no fault: nothing is left behind for anybody to rescue."""
    deployment.instagram.script("configure", "delay", when="after", seconds=FOREVER)
    first, second = deployment.ledger.plan(CREATOR, ["At hand", "Next"])
    until(lambda: deployment.instagram.held, what="Instagram has acted upon it")

    publisher.ask_to_end()
    until(lambda: "stopping" in publisher.words(), what="it begins nothing new")
    deployment.instagram.let_go()

    assert publisher.wait() == 0
    assert deployment.ledger.status(first) is Status.UPLOADED
    assert deployment.ledger.status(second) is Status.PENDING
    assert deployment.ledger.rows("SELECT lease_owner FROM accounts") == [(None,)]


def test_a_publisher_that_stood_still_publishes_nothing_twice(deployment: Deployment) -> None:
    """Row 6: SIGSTOP past the lease, then SIGCONT, before the commit point; and at its worst:
    stopped after it, its request arrives minutes later."""
    deployment.instagram.script("rupload", "delay", when="after", seconds=FOREVER)
    (post,) = deployment.ledger.plan(CREATOR, ["Asleep"])
    sleeper = deployment.publisher()
    until(lambda: uploads(deployment) > 0, what="bytes arrive")
    second = is_frozen_and_relieved(deployment, sleeper)
    deployment.is_published_once(post, "Asleep")
    deployment.instagram.let_go()
    sleeper.thaw()
    until(lambda: "has moved on" in sleeper.words(), what="it notices")
    stays(lambda: deployment.instagram.configures == 1, seconds=1, what="it does not configure")
    assert sleeper.is_alive
    sleeper.kill()

    deployment.instagram.script("configure", "delay", when="before", seconds=FOREVER)
    (post,) = deployment.ledger.plan(CREATOR, ["Under way"])
    until(lambda: deployment.instagram.configures == 2, what="configure arrives")
    is_frozen_and_relieved(deployment, second)
    deployment.is_published_once(post, "Under way")
    again = deployment.instagram.configures
    deployment.instagram.let_go()
    second.thaw()
    stays(lambda: len(deployment.instagram.live()) == 2, seconds=2, what="each is live once")
    assert deployment.instagram.configures == again
    assert deployment.ledger.status(post) is Status.UPLOADED


def is_frozen_and_relieved(deployment: Deployment, sleeper: Process) -> Process:
    """It stands still, its lease runs out, and another one starts."""
    sleeper.freeze()
    deployment.ledger.let_lease_expire()
    return deployment.publisher()


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
