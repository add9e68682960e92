"""What Instagram answers decides what becomes of the post and of the account."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.instagram.faults import Fault
from storage.lifecycle import PostType, Status
from tests.publisher.conftest import CAPTION, World
from tests.scopes import own

PAUSES = {  # whether they end by themselves
    "please_wait": True,
    "throttled": True,
    "feedback_required": True,
    "sentry_block": True,
    "challenge": False,
    "suspended": False,
}


@pytest.mark.parametrize("place", ["rupload", "configure"])
def test_the_account_pauses_its_posts_are_kept_and_the_admin_hears_once(
    world: World, place: str
) -> None:
    publisher = world.publisher()
    for kind, ends in PAUSES.items():
        before, admins = len(world.told()), len(world.told("admin"))
        captions = [f"{kind} {number}" for number in range(2)]
        posts = [world.plan(caption=caption) for caption in captions]
        world.instagram.script(Fault(at=place, kind=kind, times=9))  # type: ignore[arg-type]
        for _ in range(3):
            world.sweep(publisher)
        first = Status.UNCONFIRMED if place == "configure" else Status.PENDING
        assert [world.post(post).status for post in posts] == [first, Status.PENDING], kind
        assert [world.post(post).retry_count for post in posts] == [0, 0], kind
        (paused,) = world.accounts.paused()
        assert (paused.paused_until is not None) == ends, kind
        doubt = ["unconfirmed"] if place == "configure" else []
        assert world.told("admin")[admins:] == ["account_paused", *doubt], kind
        told = ["unconfirmed", "waiting"] if doubt else ["waiting"] * 2
        assert world.told()[before:] == told, kind
        world.instagram.clear_faults()
        world.accounts.resume(world.account_id)
        world.sweep(publisher)
        assert sorted(set(world.live()).intersection(captions)) == captions
    assert world.instagram.logins == 1
    assert len(world.live()) == 2 * len(PAUSES)


@pytest.mark.parametrize("place", ["rupload", "configure"])
def test_a_session_that_has_ended_costs_one_login(world: World, place: str) -> None:
    publisher = world.publisher()
    world.plan()
    world.sweep(publisher)
    post_id = world.plan()
    world.instagram.script(Fault(at=place, kind="login_required"))
    world.sweep(publisher)
    assert world.post(post_id).status is Status.UPLOADED
    assert world.instagram.logins == 2
    assert world.told("admin") == (["unconfirmed"] if place == "configure" else [])


def test_a_session_that_ends_again_and_again_is_a_persons_matter(world: World) -> None:
    world.plan()
    world.instagram.script(Fault(at="rupload", kind="login_required", times=9))
    publisher = world.publisher()
    for _ in range(3):
        world.sweep(publisher)
    assert world.told("admin") == ["login"]
    assert (world.is_paused(), world.instagram.logins) == (True, 1)


def test_a_second_publisher_takes_over_the_session_of_the_first(world: World) -> None:
    """Two logins in turn would end each other's sessions."""
    first, second = world.publisher(), world.publisher()
    for publisher in (first, second):
        world.plan()
        world.sweep(publisher)
    world.instagram.revoke_sessions()
    for publisher in (first, second, first):
        world.plan()
        world.sweep(publisher)
    assert len(world.live()) == 5
    assert world.instagram.logins == 2


@pytest.mark.parametrize("kind", ["needs_reupload", "transcode"])
def test_what_has_nothing_to_publish_yet_is_sent_again_after_one_look_under_the_same_id(
    world: World, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.instagram.destination.TRANSCODE_ATTEMPTS", 0)
    post_id = world.plan(PostType.REEL)
    world.instagram.script(Fault(at="configure", kind=kind))  # type: ignore[arg-type]
    publisher = world.publisher(reconcile_pause=timedelta(minutes=3))
    world.sweep(publisher)
    post = world.post(post_id)
    assert (post.status, post.retry_count) == (Status.UPLOADED, 1)
    (live,) = world.instagram.posts
    assert live.upload_id == post.upload_id


def test_what_never_gets_ready_is_asked_about_and_then_read_about_now_and_then(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.instagram.destination.TRANSCODE_ATTEMPTS", 0)
    post_id = world.plan(PostType.REEL)
    world.instagram.script(Fault(at="configure", kind="transcode", times=9))
    publisher = world.publisher(reconcile_pause=timedelta(minutes=3))
    world.sweep(publisher)
    assert (world.instagram.configures, world.told()) == (6, ["asked"])
    world.read_now(publisher)
    assert world.post(post_id).status is Status.UNCONFIRMED
    readings = len(world.instagram.requests)
    world.sweep(publisher)
    assert len(world.instagram.requests) == readings, "not at once again, and not for ever"


def test_attempts_end_and_the_owner_is_told(world: World) -> None:
    post_id = world.plan()
    world.instagram.script(Fault(at="rupload", kind="status", status=503, times=9))
    publisher = world.publisher()
    for _ in range(6):
        world.sweep(publisher)
        world.execute("UPDATE scheduled_posts SET next_attempt_at = now()")
    assert world.post(post_id).status is Status.FAILED
    assert world.told() == ["retrying", "failed"]


def test_a_post_at_which_our_own_code_stumbles_holds_nothing_up_and_fails_in_the_end(
    world: World,
) -> None:
    publisher, post_id = world.publisher(), world.plan()
    world.execute("UPDATE media_items SET prepared = NULL, original = '../none of ours'")
    next_one = world.plan(caption="the next")
    world.sweep(publisher)
    post = world.post(post_id)
    assert (post.status, post.retry_count, post.error_class) == (Status.PENDING, 1, "own_fault")
    assert world.post(next_one).status is Status.UPLOADED
    world.execute("UPDATE scheduled_posts SET retry_count = 5 WHERE status = 'pending'")
    world.due_now()
    world.sweep(publisher)
    assert world.post(post_id).status is Status.FAILED
    assert world.told() == ["retrying", "published", "failed"]


@pytest.mark.parametrize("status", [Status.UNCONFIRMED, Status.UPLOADED])
def test_a_post_that_our_own_code_cannot_look_for_holds_nothing_up(
    world: World, status: Status
) -> None:
    publisher, post_id = world.publisher(reconcile_pause=timedelta(minutes=3)), world.plan()
    if status is Status.UNCONFIRMED:
        world.instagram.script(Fault(at="configure", kind="drop", when="after"))
        world.instagram.script(Fault(at="feed", kind="status", status=503))
    world.sweep(publisher)
    assert world.post(post_id).status is status
    world.execute("UPDATE scheduled_posts SET newest_before = '²'")
    next_one, logins = world.plan(caption="the next"), world.instagram.logins
    world.read_now(publisher)
    post = world.post(post_id)
    assert post.status is status and post.next_check_at is not None
    assert post.next_check_at > datetime.now(UTC) + timedelta(minutes=2)
    assert world.post(next_one).status is Status.UPLOADED
    assert world.instagram.logins == logins and not world.is_paused()


def test_posts_that_a_pause_makes_hours_late_wait_for_their_owner(world: World) -> None:
    late = [world.plan() for _ in range(3)]
    other = world.plan(owner_id=8)
    world.accounts.pause(world.account_id, reason="challenge", span=None)
    publisher = world.publisher()
    world.sweep(publisher)
    assert world.told() == ["waiting"] * 4
    world.execute("UPDATE scheduled_posts SET next_attempt_at = now() - interval '3 hours'")
    world.sweep(publisher)
    world.accounts.resume(world.account_id)
    world.sweep(publisher)
    assert world.told() == [*["waiting"] * 4, "late", "late"]
    assert world.live() == []
    assert world.posts.publish_late(late[0], own(7)) == 3
    assert world.posts.drop_late(other, own(8))[0] == 1
    world.sweep(publisher)
    assert world.live() == [CAPTION] * 3
    assert {world.post(post).status for post in late} == {Status.UPLOADED}


def test_posts_that_an_outage_made_hours_late_wait_for_their_owner(world: World) -> None:
    late = world.plan(due_in=timedelta(hours=-14))
    soon_after = world.plan(due_in=timedelta(hours=-1))
    publisher = world.publisher()
    world.sweep(publisher)
    assert (world.post(late).status, world.post(late).error_class) == (Status.FAILED, "late")
    assert world.post(soon_after).status is Status.UPLOADED
    assert world.told() == ["late", "published"]
    world.posts.publish_late(late, own(7))
    world.sweep(publisher)
    assert world.post(late).status is Status.UPLOADED
