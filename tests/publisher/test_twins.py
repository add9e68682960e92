"""What looks like a post of ours and is not, or may not be: nobody else's is ever taken for it."""

import time
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from bot.sandbox.instagram.faults import Fault
from storage.lifecycle import Status
from tests.publisher.conftest import CAPTION, World
from tests.publisher.test_lies import MINUTES, in_doubt


def test_a_twin_made_by_hand_before_is_never_ours(world: World) -> None:
    publisher = world.publisher()
    shapes: tuple[Any, ...] = ("upload_id", "seconds")
    for shape, twins_id in product(shapes, ("", "1712345678", "1712345678901")):
        caption = f"{CAPTION} {shape} {twins_id}"
        world.instagram.device_timestamps = shape
        world.instagram.clock = lambda: time.time() - 60
        twin = world.by_hand(caption, twins_id)
        world.instagram.clock = time.time
        post_id = in_doubt(world, "before", caption=caption)
        world.sweep(publisher)
        post = world.post(post_id)
        assert post.status is Status.UPLOADED and post.media_pk != twin, caption
        assert world.live().count(caption) == 2, caption


@pytest.mark.parametrize("twins_id", ["", "1712345678"])
def test_a_twin_made_by_hand_after_is_a_question_with_its_link(world: World, twins_id: str) -> None:
    world.instagram.device_timestamps = "seconds"
    post_id = in_doubt(world, "before")
    world.instagram.script(Fault(at="feed", kind="status", status=503))
    slow = world.publisher(reconcile_pause=MINUTES)
    world.sweep(slow)
    world.instagram.clock = lambda: time.time() + 120
    world.by_hand(upload_id=twins_id)
    world.read_now(slow, after=timedelta(minutes=4))
    assert world.post(post_id).status is Status.UNCONFIRMED
    (twin,) = world.instagram.posts
    assert world.links_asked_about() == [[f"https://www.instagram.com/p/{twin.code}/"]]
    assert world.instagram.configures == 1


@pytest.mark.parametrize("doubt", ["interrupted", "reply_lost"])
def test_a_twin_made_by_hand_between_the_sending_and_the_doubt_is_a_question(
    world: World, doubt: str
) -> None:
    """All publishers were away for an hour; or its owner had said: publish again."""
    world.instagram.device_timestamps = "seconds"
    world.instagram.clock = lambda: time.time() - 1800
    world.by_hand()
    world.instagram.clock = time.time
    post_id = in_doubt(world, "before")
    world.instagram.script(Fault(at="feed", kind="status", status=503))
    slow = world.publisher(reconcile_pause=MINUTES)
    world.sweep(slow)
    world.execute(
        "UPDATE scheduled_posts SET error_class = :doubt, first_sent_there = NULL,"
        " first_sent_at = first_sent_at - interval '1 hour'",
        doubt=doubt,
    )
    world.read_now(slow, after=timedelta(minutes=4))
    assert world.post(post_id).status is Status.UNCONFIRMED
    (twin,) = world.instagram.posts
    assert world.links_asked_about() == [[f"https://www.instagram.com/p/{twin.code}/"]]


def test_a_twin_with_another_upload_id_is_never_ours(world: World) -> None:
    post_id = in_doubt(world, "before")
    world.instagram.script(Fault(at="feed", kind="status", status=503))
    slow = world.publisher(reconcile_pause=timedelta(0))
    world.by_hand(upload_id="1712345678901")
    world.sweep(slow)
    post = world.post(post_id)
    assert post.status is Status.UPLOADED
    assert len(world.live()) == 2


def test_two_of_ours_that_look_alike_are_not_mixed_up(world: World) -> None:
    """Without ids, one live and one not: which is which only their owner can say."""
    world.instagram.device_timestamps = "seconds"
    first, second = in_doubt(world, "after"), in_doubt(world, "before")
    for _ in range(2):
        world.instagram.script(Fault(at="feed", kind="status", status=503))
    slow = world.publisher(reconcile_pause=MINUTES)
    world.sweep(slow)
    world.read_now(slow, after=timedelta(minutes=4))
    assert {world.post(post).status for post in (first, second)} == {Status.UNCONFIRMED}
    (live,) = world.instagram.posts
    link = f"https://www.instagram.com/p/{live.code}/"
    assert world.links_asked_about() == [[link], [link]]
    assert world.instagram.configures == 2


@pytest.mark.parametrize("inviter", [None, 4242], ids=["made by hand", "another's"])
def test_a_twin_in_the_very_reply_is_not_ours(world: World, inviter: int | None) -> None:
    """With our caption, under another number, and older than the request; or of somebody else."""
    world.instagram.clock = lambda: time.time() - 60
    twin = world.by_hand(upload_id="1712345678901")
    world.instagram.clock = time.time
    post_id = world.plan()
    shown: dict[str, Any] = {"pk": twin, "caption": {"text": CAPTION}}
    if inviter is None:
        shown |= {"taken_at": int(time.time() - 60), "device_timestamp": 1712345678901}
    else:
        shown |= {"taken_at": int(time.time()), "user": {"pk": inviter}}
    body = {"status": "ok", "media": shown}
    world.instagram.script(
        Fault(at="configure", kind="status", status=200, when="before", body=body)
    )
    world.sweep(world.publisher())
    post = world.post(post_id)
    assert (post.status, world.live()) == (Status.UPLOADED, [CAPTION] * 2)
    assert post.media_pk != twin
