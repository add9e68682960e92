"""Before its minute: bytes staged, a check; at its minute: configure, and nothing else."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.sandbox.instagram.faults import Fault
from storage.lifecycle import Status
from tests.publisher.conftest import CAPTION, PUBLISHED, World
from tests.scopes import ALL

SOON, WITHIN_THE_HOUR = timedelta(minutes=2), timedelta(minutes=40)
ON_TIME = timedelta(seconds=10)
"""On a machine that runs many tests at once. `make bench` measures it alone."""


def due_now(world: World) -> None:
    world.execute("UPDATE scheduled_posts SET next_attempt_at = now(), scheduled_time = now()")


def test_at_its_minute_only_configure_is_left_whoever_sends_it(world: World) -> None:
    first, second = world.publisher(), world.publisher()
    for sent, kind in enumerate(PUBLISHED):
        post_id = world.plan(kind, due_in=SOON)
        world.sweep(first)
        assert world.post(post_id).status is Status.PENDING, kind
        assert world.post(post_id).staged_at is not None, kind
        assert len(world.live()) == sent
        before = len(world.instagram.requests)
        due_now(world)
        world.sweep(second)
        assert world.post(post_id).status is Status.UPLOADED, kind
        (request,) = world.instagram.requests[before:]
        assert request[1].startswith("/api/v1/media/configure"), kind


def test_configure_starts_at_the_due_time(world: World) -> None:
    publisher = world.publisher()
    world.plan()
    world.sweep(publisher)  # logged in
    post_id = world.plan(due_in=timedelta(seconds=2))
    running = threading.Thread(target=publisher.run)
    running.start()
    post = world.until(post_id, Status.UPLOADED)
    publisher.stop()
    running.join()
    assert post.scheduled_time is not None and post.first_sent_at is not None
    assert timedelta(0) <= post.first_sent_at - post.scheduled_time < ON_TIME


def test_what_was_staged_is_forgotten_when_the_post_changes(world: World) -> None:
    post_id = world.plan(due_in=SOON)
    publisher = world.publisher()
    world.sweep(publisher)
    due_now(world)
    world.execute("UPDATE scheduled_posts SET caption = 'Changed'")
    world.sweep(publisher)
    assert world.post(post_id).status is Status.UPLOADED
    assert world.live() == ["Changed"]


def test_a_post_may_be_deleted_after_its_bytes_were_staged(world: World) -> None:
    post_id = world.plan(due_in=SOON)
    publisher = world.publisher()
    world.sweep(publisher)
    world.posts.delete(post_id, ALL)
    due_now(world)
    world.sweep(publisher)
    assert world.live() == []


def test_bytes_that_could_not_be_staged_ahead_are_sent_when_it_is_due(world: World) -> None:
    post_id = world.plan(due_in=SOON)
    world.instagram.script(Fault(at="rupload", kind="status", status=503))
    publisher = world.publisher()
    world.sweep(publisher)
    assert (world.post(post_id).staged, world.post(post_id).retry_count) == (None, 0)
    due_now(world)
    world.sweep(publisher)
    assert world.live() == [CAPTION]


def test_bytes_that_instagram_has_lost_are_sent_again(world: World) -> None:
    post_id = world.plan(due_in=SOON)
    publisher = world.publisher()
    world.sweep(publisher)
    world.instagram.uploads.clear()
    due_now(world)
    world.sweep(publisher)
    post = world.post(post_id)
    assert (post.status, post.retry_count) == (Status.UPLOADED, 1)
    assert world.live() == [CAPTION]


def test_a_check_ahead_that_finds_nothing_says_nothing_and_is_done_once(world: World) -> None:
    post_id = world.plan(due_in=WITHIN_THE_HOUR)
    publisher = world.publisher()
    world.sweep(publisher)
    checked = world.post(post_id).preflighted_at
    assert checked is not None
    world.sweep(publisher)
    assert world.post(post_id).preflighted_at == checked
    assert world.told() == []
    assert world.instagram.logins == 1


def test_a_post_of_tomorrow_is_not_checked_yet(world: World) -> None:
    post_id = world.plan(due_in=timedelta(hours=20))
    world.sweep(world.publisher())
    assert world.post(post_id).preflighted_at is None


def test_a_check_ahead_tells_what_is_missing_while_it_can_be_mended(world: World) -> None:
    post_id = world.plan(due_in=WITHIN_THE_HOUR)
    (item,) = world.post(post_id).media
    world.files.remove(item.files)
    world.sweep(world.publisher())
    assert reasons(world) == ["media_missing"]


def test_a_check_ahead_notices_a_session_that_needs_a_person(new_world: World) -> None:
    world = new_world
    world.plan(due_in=WITHIN_THE_HOUR)
    world.instagram.script(Fault(at="login", kind="challenge", times=3))
    for _ in range(2):
        world.sweep(world.publisher())
    assert reasons(world) == ["paused"]
    assert world.told("admin") == ["login"]


def test_a_check_ahead_notices_a_pause_and_at_its_minute_the_post_is_offered_by_hand(
    world: World,
) -> None:
    world.plan(due_in=WITHIN_THE_HOUR)
    world.accounts.pause(world.account_id, reason="challenge", span=None)
    publisher = world.publisher()
    for _ in range(2):
        world.sweep(publisher)
    assert reasons(world) == ["paused"]
    due_now(world)
    for _ in range(2):
        world.sweep(publisher)
    assert world.told() == ["preflight", "waiting"]
    assert world.notices()[-1].detail["offered"]


def test_a_pause_with_an_end_that_the_check_has_told_of_is_not_told_again(world: World) -> None:
    world.plan(due_in=WITHIN_THE_HOUR)
    world.accounts.pause(world.account_id, reason="rate_limited", span=timedelta(hours=9))
    world.sweep(world.publisher())
    due_now(world)
    world.sweep(world.publisher())
    assert world.told() == ["preflight"], "the owner knows already"


def test_who_has_posts_planned_hears_once_of_a_pause_that_a_person_wants(world: World) -> None:
    for owner_id in (7, 7, 8, 9):
        world.plan(owner_id=owner_id, due_in=WITHIN_THE_HOUR)
    publisher, accounts = world.publisher(), world.accounts
    assert accounts.pause_on_request([world.account_id], until=None, by=9)
    accounts.pause_on_request([world.account_id], until=None, by=9)
    told = [(notice.kind, notice.detail["count"]) for notice in world.notices()]
    assert told == [("paused", 2), ("paused", 1)], "whoever wants it knows"
    for _ in range(2):
        world.sweep(publisher)
        due_now(world)
    assert len(world.told()) == 2, "and nothing is said at their minutes"
    world.plan()
    world.sweep(publisher)
    assert world.told()[2:] == ["waiting"], "planned since"
    assert world.live() == []
    accounts.resume(world.account_id)
    world.sweep(publisher)
    assert len(world.live()) == 5


@pytest.mark.parametrize("hours", [None, 48])
def test_a_wish_to_pause_does_not_shorten_a_pause_that_there_is(
    world: World, hours: int | None
) -> None:
    span = None if hours is None else timedelta(hours=hours)
    world.accounts.pause(world.account_id, reason="feedback_required", span=span)
    until = datetime.now(UTC) + timedelta(hours=1)
    assert world.accounts.pause_on_request([world.account_id], until=until) == []
    (paused,) = world.accounts.paused()
    assert paused.paused_reason == "feedback_required"
    assert (paused.paused_until is None) == (hours is None)
    longer = world.accounts.pause_on_request([world.account_id], until=None)
    assert bool(longer) == (hours is not None)


def test_many_posts_that_wait_are_told_of_by_one_message_to_each_owner(world: World) -> None:
    for owner_id in (7, 7, 7, 8):
        world.plan(owner_id=owner_id)
    world.accounts.pause(world.account_id, reason="challenge", span=None)
    for _ in range(2):
        world.sweep(world.publisher())
    with world.database.transaction() as session:
        counts = session.scalars(
            text("SELECT detail->>'count' FROM notices WHERE kind = 'waiting' AND sent_at IS NULL")
        ).all()
    assert sorted(counts) == ["1", "3"]


def test_an_owner_hears_once_in_each_pause_that_a_due_post_waits(world: World) -> None:
    world.plan()
    publisher = world.publisher()
    for pauses in (1, 2):
        world.accounts.pause(world.account_id, reason="challenge", span=None)
        for _ in range(2):
            world.sweep(publisher)
        assert world.told() == ["waiting"] * pauses
        world.accounts.resume(world.account_id)
    world.sweep(publisher)
    assert world.told() == ["waiting", "waiting", "published"]


def test_a_check_ahead_notices_two_posts_in_one_minute(world: World) -> None:
    for seconds in (0, 20):
        world.plan(due_in=WITHIN_THE_HOUR + timedelta(seconds=seconds))
    world.plan(due_in=WITHIN_THE_HOUR + timedelta(minutes=5))
    world.sweep(world.publisher())
    assert reasons(world) == ["collision", "collision"]


def test_the_next_moment_is_when_bytes_are_to_be_staged_then_when_it_is_due(world: World) -> None:
    publisher = world.publisher()
    assert publisher.seconds_left() is None
    world.plan(due_in=timedelta(minutes=10))
    assert publisher.seconds_left() == pytest.approx(7 * 60, abs=20)
    world.execute(
        "UPDATE scheduled_posts SET next_attempt_at = next_attempt_at - interval '8 minutes'"
    )
    world.sweep(publisher)
    assert publisher.seconds_left() == pytest.approx(2 * 60, abs=20)
    world.accounts.pause(world.account_id, reason="challenge", span=None)
    assert publisher.seconds_left() == pytest.approx(2 * 60, abs=20), "when it is offered by hand"
    world.accounts.resume(world.account_id)
    world.accounts.pause_on_request([world.account_id], until=None)
    assert publisher.seconds_left() is None


def reasons(world: World) -> list[str]:
    with world.database.transaction() as session:
        return list(
            session.scalars(
                text(
                    "SELECT detail->>'error_class' FROM notices"
                    " WHERE kind = 'preflight' ORDER BY id"
                )
            )
        )
