"""By hand: at its minute a post is its owner's, once, whatever becomes of the publisher."""

from datetime import timedelta

import pytest

from storage.lifecycle import PostType, Status
from tests.publisher.conftest import World
from tests.scopes import ALL


@pytest.fixture
def account_id(world: World) -> int:
    return world.accounts.configure("by_hand", "Bakery").id


@pytest.mark.parametrize("kind", [PostType.PHOTO, PostType.CAROUSEL])
def test_at_its_minute_a_post_is_handed_over_and_nothing_is_sent(
    world: World, account_id: int, kind: PostType
) -> None:
    publisher = world.publisher()
    post_id = world.plan(kind, due_in=timedelta(minutes=2), account_id=account_id)
    world.sweep(publisher)
    assert world.post(post_id).status is Status.PENDING
    world.due_now()
    world.sweep(publisher)
    assert world.post(post_id).status is Status.HANDED_OVER
    assert (world.told(), world.told("admin")) == (["hand_over"], [])
    assert world.instagram.requests == []


def test_after_a_restart_it_is_not_handed_over_again_and_asked_about_once(
    world: World, account_id: int
) -> None:
    post_id = world.plan(account_id=account_id)
    world.sweep(world.publisher())
    world.execute(
        "UPDATE scheduled_posts SET handed_over_at = now() - interval '25 hours',"
        " scheduled_time = now() - interval '25 hours'"
    )
    for _ in range(2):
        world.sweep(world.publisher())
    assert world.post(post_id).status is Status.HANDED_OVER
    assert world.told() == ["hand_over", "hand_over_reminder"]


def test_a_publisher_that_dies_before_it_is_written_down_leaves_it_to_the_next(
    world: World, account_id: int
) -> None:
    post_id = world.plan(account_id=account_id)
    dead = world.publisher()
    assert dead._stores.queue.claim_next(account_id) is not None
    world.execute("UPDATE accounts SET lease_until = now() WHERE lease_owner IS NOT NULL")
    world.sweep(world.publisher())
    assert world.post(post_id).status is Status.HANDED_OVER
    assert world.told() == ["hand_over"]


def test_a_file_that_is_lost_is_said_instead(world: World, account_id: int) -> None:
    post_id = world.plan(account_id=account_id)
    world.harm(world.post(post_id).media[0].original, "gone")
    world.sweep(world.publisher())
    assert world.post(post_id).status is Status.FAILED
    assert world.told() == ["failed"]


def test_what_its_owner_took_from_a_paused_account_is_not_published(world: World) -> None:
    world.accounts.pause(world.account_id, reason="challenge", span=None)
    post_id = world.plan()
    publisher = world.publisher()
    world.sweep(publisher)
    world.hand_over.hand_over(post_id, ALL)
    world.accounts.resume(world.account_id)
    world.sweep(publisher)
    assert world.post(post_id).status is Status.HANDED_OVER
    assert world.told() == ["waiting", "hand_over"]
    assert world.live() == []
