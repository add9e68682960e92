"""Several publishers, silent ones, hanging requests: one at a time, each once, others on time."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.instagram.faults import Fault
from publisher import lease_guard
from storage.lease import now
from storage.lifecycle import Status
from storage.models import Post
from tests.publisher.conftest import CAPTION, TIMEOUT_SECONDS, World


def test_several_publishers_publish_many_posts_once_each(world: World) -> None:
    posts = [world.plan(caption=f"Post {number}") for number in range(12)]
    publishers = [world.publisher() for _ in range(3)]
    threads = [threading.Thread(target=publisher.run) for publisher in publishers]
    for thread in threads:
        thread.start()
    for post_id in posts:
        world.until(post_id, Status.UPLOADED)
    for publisher in publishers:
        publisher.stop()
    for thread in threads:
        thread.join()
    assert sorted(world.live()) == sorted(f"Post {number}" for number in range(12))
    assert world.instagram.configures == 12


@pytest.mark.parametrize(
    ("place", "becomes"), [("rupload", Status.PENDING), ("configure", Status.UNCONFIRMED)]
)
def test_a_publication_that_hangs_is_settled_at_its_deadline(
    world: World, place: str, becomes: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes as fast as the clock jumps, and is noticed by the next heartbeat."""
    world.plan()
    world.sweep(world.publisher())  # logged in
    lease, pause = timedelta(seconds=6), timedelta(minutes=3)
    publisher = world.publisher(timeout=(5, 600), lease=lease, reconcile_pause=pause)
    post_id = world.plan()
    hangs = threading.Event()
    monkeypatch.setattr(lease_guard, "now", lambda: now() + (3600.0 if hangs.is_set() else 0.0))
    world.instagram.script(Fault(at=place, kind="delay", seconds=600))
    if place == "configure":
        world.instagram.script(Fault(at="feed", kind="status", status=503))
    publisher.sweep()
    world.until_true(lambda: world.instagram.held)
    hangs.set()
    post = world.until(post_id, becomes)
    assert (post.uncertain_since is not None) == (becomes is Status.UNCONFIRMED)
    assert (post.retry_count == 1) == (becomes is Status.PENDING)


def test_a_hanging_upload_delays_neither_the_sweep_nor_other_accounts(world: World) -> None:
    other = world.accounts.configure("instagram", "other").id
    publisher = world.publisher(timeout=(5, TIMEOUT_SECONDS))
    world.plan()
    world.sweep(publisher)
    stuck = world.plan(caption="Stuck")
    world.instagram.script(Fault(at="rupload", kind="delay", seconds=TIMEOUT_SECONDS))
    publisher.sweep()
    world.until(stuck, Status.CLAIMED)
    free = world.plan(account_id=other, owner_id=8)
    publisher.sweep()
    world.until(free, Status.UPLOADED)
    assert world.post(stuck).status is Status.CLAIMED
    world.stop_instagram()  # which ends it
    world.until(stuck, Status.PENDING)


def test_a_claimed_post_of_a_dead_publisher_is_published_by_a_living_one(world: World) -> None:
    post_id = world.plan()
    world.execute(
        "UPDATE accounts SET lease_owner = 'dead', lease_fence = 1,"
        " lease_until = now() - interval '1 second'"
    )
    world.execute("UPDATE scheduled_posts SET status = 'claimed', fence = 1, upload_id = '1'")
    world.sweep(world.publisher())
    assert world.post(post_id).status is Status.UPLOADED
    assert world.live() == [CAPTION]


def test_a_post_at_which_publishers_die_for_hours_is_claimed_by_no_more_of_them(
    world: World,
) -> None:
    post_id, publisher = world.plan(due_in=-timedelta(hours=3)), world.publisher()
    for hours, status in ((0, Status.PENDING), (3, Status.FAILED)):
        world.execute(
            "UPDATE accounts SET lease_owner = 'dead', lease_fence = 1,"
            " lease_until = now() - interval '1 second'"
        )
        world.execute(
            "UPDATE scheduled_posts SET status = 'claimed', fence = 1,"
            " upload_id = (extract(epoch FROM now() - :ago) * 1000)::bigint",
            ago=timedelta(hours=hours),
        )
        assert publisher.rescue()
        assert world.post(post_id).status is status
    assert world.post(post_id).error_class == "late"
    world.sweep(publisher)
    assert (world.told(), world.live()) == (["late"], [])


def test_a_publisher_that_was_asleep_past_its_lease_sends_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock jumps between the commit point and the request, as after SIGSTOP."""
    post_id = world.plan()
    publisher = world.publisher()
    began = now()
    asleep = threading.Event()
    real = publisher._stores.queue.outcomes.mark_sending

    def fall_asleep_after(post: Post, **how: Any) -> None:
        real(post, **how)
        asleep.set()

    monkeypatch.setattr(publisher._stores.queue.outcomes, "mark_sending", fall_asleep_after)
    monkeypatch.setattr(lease_guard, "now", lambda: began + (3600.0 if asleep.is_set() else 0.0))
    publisher.sweep()
    world.until_true(asleep.is_set)
    publisher.stop()
    assert publisher.wait(TIMEOUT_SECONDS)
    assert world.instagram.configures == 0
    assert world.post(post_id).status is Status.PENDING


def test_what_is_not_committed_is_handed_back_on_stop(world: World) -> None:
    publisher = world.publisher()
    world.plan()
    world.sweep(publisher)
    post_id = world.plan()
    world.instagram.script(Fault(at="rupload", kind="delay", seconds=TIMEOUT_SECONDS))
    publisher.sweep()
    world.until_true(lambda: world.instagram.held)
    publisher.stop()
    world.instagram.let_go()
    assert publisher.wait(TIMEOUT_SECONDS)
    post = world.post(post_id)
    assert (post.status, post.retry_count) == (Status.PENDING, 0)
    assert len(world.live()) == 1


def test_what_is_committed_is_finished_on_stop(world: World) -> None:
    publisher = world.publisher()
    world.plan()
    world.sweep(publisher)
    post_id = world.plan()
    world.instagram.script(Fault(at="configure", kind="delay", seconds=TIMEOUT_SECONDS))
    publisher.sweep()
    world.until_true(lambda: world.instagram.held)
    publisher.stop()
    world.instagram.let_go()
    assert publisher.wait(TIMEOUT_SECONDS)
    assert world.post(post_id).status is Status.UPLOADED
