"""An account is published for at a careful pace, and rests for longer each time it is asked to."""

from datetime import timedelta

import pytest

from bot.sandbox.instagram.faults import Fault
from publisher.consequences import BACK_OFFS
from publisher.failures import Reason
from publisher.media.rules import MIN_GAP
from publisher.registry import PACES
from storage.lifecycle import Status
from tests.pace import publish_at_the_ways_pace
from tests.publisher.conftest import CAPTION, World


def seconds_told(world: World) -> list[float | None]:
    """How long each pause lasts, as the admin hears it."""
    return [
        notice.detail["seconds"]
        for notice in world.notices("admin")
        if notice.kind == "account_paused"
    ]


def end_the_pause(world: World) -> None:
    world.execute("UPDATE accounts SET paused_until = now() WHERE paused_until IS NOT NULL")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("please_wait", Reason.RATE_LIMITED), ("feedback_required", Reason.FEEDBACK_REQUIRED)],
)
def test_each_pause_in_a_row_is_longer_until_a_person_decides(
    world: World, fault: str, reason: Reason
) -> None:
    post_id, publisher = world.plan(), world.publisher()
    world.instagram.script(Fault(at="rupload", kind=fault, times=9))  # type: ignore[arg-type]
    spans = BACK_OFFS[reason]
    for _ in range(len(spans) + 1):
        world.sweep(publisher)
        end_the_pause(world)
    assert seconds_told(world) == [*(span.total_seconds() for span in spans), None]
    assert world.is_paused() and world.post(post_id).retry_count == 0

    world.instagram.clear_faults()
    world.accounts.resume(world.account_id)
    world.sweep(publisher)
    assert world.live() == [CAPTION]
    world.plan()
    world.instagram.script(Fault(at="rupload", kind=fault))  # type: ignore[arg-type]
    world.sweep(publisher)
    assert seconds_told(world)[-1] == spans[0].total_seconds(), "a success begins anew"


def test_a_longer_wait_that_instagram_asks_for_is_kept(world: World) -> None:
    world.accounts.back_off(
        world.account_id,
        reason="rate_limited",
        spans=[timedelta(hours=1)],
        at_least=timedelta(hours=3),
    )
    assert seconds_told(world) == [3 * 3600]


def test_posts_of_one_minute_go_out_a_gap_apart_and_their_owner_hears_when(world: World) -> None:
    publish_at_the_ways_pace(world.database)
    publisher = world.publisher(paces=PACES)
    posts = [world.plan() for _ in range(3)]
    for out in range(1, 4):
        world.sweep(publisher)
        assert [world.post(post).status for post in posts].count(Status.UPLOADED) == out
        assert publisher.sweep() == []
        world.execute(
            "UPDATE scheduled_posts SET published_at = published_at - :gap,"
            " next_attempt_at = next_attempt_at - :gap",
            gap=MIN_GAP,
        )
    assert world.live() == [CAPTION] * 3
    assert world.told().count("postponed") == 1
