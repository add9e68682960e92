"""After the commit point nothing is believed but what was read, and reading can be lied to."""

import time
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from bot.sandbox.instagram.faults import Fault, When
from publisher.destination import Content, ContentItem, Staged
from publisher.failures import PublishError, Reason
from publisher.gate import GateClosedError
from publisher.instagram.destination import Instagram
from publisher.instagram.session import Credentials
from storage.lifecycle import MediaKind, PostType, Status
from tests.publisher.conftest import CAPTION, World
from tests.samples import jpeg
from tests.scopes import ALL

MINUTES = timedelta(minutes=3)
"""As in production: before the first reading that counts."""

GENERAL = {"message": "Sorry, something went wrong with your media.", "status": "fail"}
REFUSALS: list[dict[str, Any]] = [
    {"kind": "please_wait"},
    {"kind": "throttled"},
    {"kind": "status", "status": 401, "body": {"message": "Please wait a few minutes before."}},
    {"kind": "unauthorized"},
    {"kind": "feedback_required"},
    {"kind": "sentry_block"},
    {"kind": "challenge"},
    {"kind": "masked_challenge"},
    {"kind": "login_required"},
    {"kind": "forbidden"},
    {"kind": "request_timeout"},
    {"kind": "needs_upgrade"},
    {"kind": "status", "status": 404, "body": GENERAL},
    {"kind": "status", "status": 400, "body": GENERAL},
    {"kind": "status", "status": 409, "body": {"message": "Conflict", "status": "fail"}},
    {"kind": "status", "status": 200, "body": {"status": "fail"}},
    {"kind": "status", "status": 200, "body": GENERAL},
    {"kind": "status", "status": 200, "body": "[]"},
    {"kind": "status", "status": 503, "body": "<html>"},
    {"kind": "bad_body"},
    {"kind": "no_media"},
    {
        "kind": "status",
        "status": 200,
        "body": {"status": "ok", "media": {"pk": "1", "device_timestamp": 1712345678901}},
    },
]


@pytest.mark.parametrize("when", ["after", "before"])
def test_a_refusal_of_what_was_sent_is_no_fact_whether_it_took_effect_or_not(
    world: World, when: When
) -> None:
    publisher = world.publisher()
    for number, reply in enumerate(REFUSALS):
        name, sent = f"{number} {reply}", world.instagram.configures
        post_id = world.plan(caption=name)
        world.instagram.script(Fault(at="configure", when=when, **reply))
        world.sweep(publisher)
        if world.is_paused():
            assert world.post(post_id).status is Status.UNCONFIRMED, name
            assert world.told()[-1] == "unconfirmed", name
            world.accounts.resume(world.account_id)
            world.sweep(publisher)
        post = world.post(post_id)
        live = [str(one.pk) for one in world.instagram.posts if one.caption == name]
        assert (post.status, [post.media_pk]) == (Status.UPLOADED, live), name
        assert world.instagram.configures - sent == (1 if when == "after" else 2), name
    assert "failed" not in world.told()


CONTENT = [
    ("Uploaded image isn't in an allowed aspect ratio", "aspect_ratio"),
    ("Caption is too long: 2201 of 2200 characters.", "caption_refused"),
    ("Transcode error: Video is too short: 1", "media_refused"),
]


def test_a_fault_of_the_content_is_told_after_one_look_at_the_feed(world: World) -> None:
    publisher = world.publisher(reconcile_pause=MINUTES)
    whens: list[When] = ["before", "after"]
    for status, (message, reason), when in product((400, 200), CONTENT, whens):
        body = {"message": message, "status": "fail"}
        post_id = world.plan(caption=f"{status} {reason} {when}")
        world.instagram.script(
            Fault(at="configure", kind="status", when=when, status=status, body=body)
        )
        before = len(world.instagram.requests)
        world.sweep(publisher)
        paths = [path for _, path in world.instagram.requests[before:]]
        post = world.post(post_id)
        assert sum("/feed/user/" in path for path in paths) == 1
        if when == "before":
            assert (post.status, post.error_class) == (Status.FAILED, reason)
        else:
            assert post.status is Status.UPLOADED
    assert world.told() == ["failed", "published"] * 6


def in_doubt(world: World, when: When = "after", **how: Any) -> int:
    """A post whose reply was lost, after the effect or before it."""
    post_id = world.plan(**how)
    world.instagram.script(Fault(at="configure", kind="drop", when=when))
    return post_id


def test_an_empty_feed_proves_nothing_while_a_neighbour_is_live(world: World) -> None:
    publisher = world.publisher()
    world.plan(caption="Neighbour")
    world.sweep(publisher)
    world.read_now(publisher)
    post_id = in_doubt(world)
    world.instagram.script(Fault(at="feed", kind="empty", times=30))
    slow = world.publisher(reconcile_pause=MINUTES)
    world.sweep(slow)
    for _ in range(6):
        world.read_now(slow, after=timedelta(minutes=4))
    post = world.post(post_id)
    assert (post.status, post.clean_reads) == (Status.UNCONFIRMED, 0)
    world.read_now(slow, after=timedelta(minutes=30))
    assert world.told()[-1] == "asked"
    assert world.instagram.configures == 2
    world.instagram.clear_faults()
    world.read_now(slow)
    assert world.post(post_id).status is Status.UPLOADED
    assert world.live() == [CAPTION, "Neighbour"]


def test_an_empty_feed_proves_nothing_while_the_profile_counts_posts(world: World) -> None:
    """The very first post: no neighbour is known."""
    post_id = in_doubt(world)
    world.instagram.script(Fault(at="feed", kind="empty", times=9))
    slow = world.publisher(reconcile_pause=MINUTES)
    world.sweep(slow)
    for minutes in (4, 6, 18):
        world.read_now(slow, after=timedelta(minutes=minutes))
    post = world.post(post_id)
    assert (post.status, post.clean_reads) == (Status.UNCONFIRMED, 0)
    world.instagram.clear_faults()
    world.read_now(slow)
    assert world.post(post_id).status is Status.UPLOADED
    assert world.live() == [CAPTION]


def test_a_first_page_alone_proves_nothing_however_new_it_is(world: World) -> None:
    world.plan(caption="Neighbour")
    world.sweep(world.publisher())
    post_id = in_doubt(world)
    world.instagram.script(Fault(at="feed", kind="status", status=503))
    slow = world.publisher(reconcile_pause=MINUTES)
    world.sweep(slow)
    for number in range(40):
        world.by_hand(f"Later {number}")
    world.instagram.clock = lambda: time.time() + 3600
    world.by_hand("Much later")
    world.instagram.script(Fault(at="feed", kind="first_page", times=9))
    for _ in range(3):
        world.read_now(slow, after=timedelta(minutes=9))
    post = world.post(post_id)
    assert (post.status, post.clean_reads) == (Status.UNCONFIRMED, 0)
    world.instagram.clear_faults()
    world.read_now(slow)
    assert world.post(post_id).status is Status.UPLOADED
    assert world.instagram.configures == 2


def test_a_feed_that_lags_for_minutes_does_not_send_a_post_out_again(world: World) -> None:
    world.plan(caption="Neighbour")
    world.sweep(world.publisher())
    world.instagram.feed_lag = 600
    post_id = in_doubt(world)
    slow = world.publisher(reconcile_pause=MINUTES)
    world.sweep(slow)
    real = time.time
    for minutes in (3, 4, 3):
        offset = world.instagram.clock() - real() + minutes * 60
        world.instagram.clock = lambda offset=offset: real() + offset  # type: ignore[misc]
        world.read_now(slow, after=timedelta(minutes=minutes))
    assert world.post(post_id).status is Status.UPLOADED
    assert world.instagram.configures == 2
    assert sorted(world.live()) == sorted([CAPTION, "Neighbour"])


def test_something_newer_proves_more_than_a_neighbour(world: World) -> None:
    """Of what never arrived: two readings with newer media are enough, three without."""
    slow = world.publisher(reconcile_pause=MINUTES)
    world.plan(caption="Neighbour")
    world.sweep(world.publisher())
    post_id = in_doubt(world, "before")
    world.sweep(slow)
    world.instagram.clock = lambda: time.time() + 1200
    world.by_hand("Newer")
    world.read_now(slow, after=timedelta(minutes=4))
    assert world.post(post_id).status is Status.UNCONFIRMED
    world.read_now(slow, after=timedelta(minutes=6))
    assert world.post(post_id).status is Status.UPLOADED


@pytest.mark.parametrize("message", ["Media is already configured.", "upload_id already in use"])
def test_already_there_in_answer_to_a_second_sending_means_live(world: World, message: str) -> None:
    """The feed lags until the post is sent again; then its link is looked for."""
    world.instagram.clock = lambda: time.time() - 7200
    world.by_hand("Two hours old")
    world.instagram.clock = time.time
    post_id = in_doubt(world)
    world.instagram.feed_lag = 3600
    body = {"message": message, "status": "fail"}
    world.instagram.script(Fault(at="configure", kind="status", status=400, body=body))
    slow = world.publisher(reconcile_pause=MINUTES)
    world.sweep(slow)
    for minutes in (4, 6, 18):
        world.read_now(slow, after=timedelta(minutes=minutes))
    assert world.instagram.configures == 2
    assert (world.post(post_id).status, world.post(post_id).error_class) == (
        Status.UNCONFIRMED,
        "id_taken",
    )
    world.instagram.feed_lag = 0
    world.read_now(slow)
    live, _ = world.instagram.posts
    assert world.post(post_id).media_pk == str(live.pk)


def test_a_doubt_of_a_former_version_is_settled_with_the_little_that_is_known(world: World) -> None:
    """Its row does not say when it was sent, nor what was there before."""
    post_id = in_doubt(world)
    world.instagram.script(Fault(at="feed", kind="status", status=503))
    publisher = world.publisher()
    world.sweep(publisher)
    world.execute(
        "UPDATE scheduled_posts SET first_sent_at = NULL, first_sent_there = NULL,"
        " newest_before = NULL, created_at = created_at - interval '20 days',"
        " error_class = 'network'"
    )
    world.read_now(publisher)
    (live,) = world.instagram.posts
    assert world.post(post_id).media_pk == str(live.pk)
    assert world.instagram.configures == 1


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_machine_whose_clock_is_wrong_finds_its_posts_all_the_same(
    world: World, minutes: int
) -> None:
    """Verified, found after a lost reply: by Instagram's clock, whatever ours says."""
    world.instagram.clock = lambda: time.time() + minutes * 60
    publisher = world.publisher()
    shown = world.plan(caption="Shown")
    world.sweep(publisher)
    world.read_now(publisher)
    assert world.post(shown).next_check_at is None
    lost = in_doubt(world)
    world.sweep(publisher)
    assert world.post(lost).status is Status.UPLOADED
    assert world.told() == ["published", "published"]
    assert world.instagram.configures == 2
    assert publisher.time_there == pytest.approx(world.instagram.clock(), abs=30)


def test_live_posts_are_not_called_vanished_while_the_feed_shows_nothing(world: World) -> None:
    publisher = world.publisher(reconcile_pause=MINUTES)
    posts = [world.plan(caption=f"Post {number}") for number in range(2)]
    world.sweep(publisher)
    world.instagram.script(Fault(at="feed", kind="empty", times=9))
    for _ in range(4):
        world.read_now(publisher)
    assert [world.post(post).status for post in posts] == [Status.UPLOADED] * 2
    assert world.told() == ["published", "published"]


def staged(world: World) -> tuple[Instagram, Staged]:
    """A client whose next request is the one that publishes."""
    client = Instagram(
        Credentials("creator", "right", api_url=world.url),
        load_session=lambda: None,
        save_session=lambda _: None,
    )
    client.log_in(lambda: None)
    with world.files.incoming() as path:
        path.write_bytes(jpeg(320, 400))
        item = ContentItem(MediaKind.PHOTO, path)
        return client, client.stage(Content(PostType.PHOTO, CAPTION, (item,), "1712345678901"))


def test_the_clock_is_asked_again_once_the_connection_stands(world: World) -> None:
    """A publisher that stood still while it connected sends nothing."""
    client, upload = staged(world)
    answers = iter([True, False])
    client.gate.is_open = lambda: next(answers)
    with pytest.raises(GateClosedError):
        client.publish(upload)
    assert world.live() == []


@pytest.mark.parametrize("then", ["closed", "unreachable"])
def test_what_follows_a_request_that_left_is_no_proof_that_nothing_left(
    world: World, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told to come again, and then held back, or nobody is there: the first may have worked."""
    monkeypatch.setattr("publisher.instagram.destination.TRANSCODE_PAUSE", timedelta(0))
    client, upload = staged(world)
    world.instagram.script(Fault(at="configure", kind="transcode", when="after"))

    def is_open() -> bool:
        if world.live():
            world.stop_instagram()
        return then == "unreachable" or not world.live()

    client.gate.is_open = is_open
    with pytest.raises(PublishError) as failure:
        client.publish(upload)
    assert failure.value.doubt is not None
    assert world.live() == [CAPTION]
    client.gate.is_open = lambda: True
    with pytest.raises(PublishError) as failure:
        client.publish(upload)
    assert (failure.value.doubt, failure.value.reason) == (None, Reason.NETWORK)
    world.start_instagram()


def test_a_request_that_never_left_is_repeated_at_once(world: World) -> None:
    """Instagram away at the minute: staged, it is live as soon as somebody answers there."""
    publisher = world.publisher()
    post_id = world.plan(due_in=timedelta(minutes=1))
    world.sweep(publisher)
    assert world.post(post_id).staged is not None
    world.stop_instagram()
    world.due_now()
    publisher.sweep()
    world.until(post_id, Status.SENDING)
    time.sleep(0.2)
    world.start_instagram()
    world.until(post_id, Status.UPLOADED)
    assert world.told() == ["published"]
    assert world.post(post_id).retry_count == 0
    assert world.live() == [CAPTION]


def test_a_request_that_never_leaves_for_long_is_planned_again(world: World) -> None:
    publisher = world.publisher(repeat_for=timedelta(0))
    post_id = world.plan(due_in=timedelta(minutes=1))
    world.sweep(publisher)
    world.stop_instagram()
    world.due_now()
    world.sweep(publisher)
    post = world.post(post_id)
    assert (post.status, post.error_class) == (Status.PENDING, "network")
    assert world.told() == ["retrying"]
    world.start_instagram()


def test_a_stuck_reply_does_not_hold_its_account(world: World) -> None:
    publisher = world.publisher(publish_photo=timedelta(seconds=1))
    world.plan(caption="Before")
    world.sweep(publisher)
    stuck = world.plan(caption="Stuck")
    following = world.plan(caption="Following")
    world.instagram.script(Fault(at="configure", kind="delay", when="after", seconds=600))
    publisher.sweep()
    world.until_true(lambda: world.post(stuck).status is Status.UNCONFIRMED)
    publisher.sweep()
    world.until(following, Status.UPLOADED)
    assert world.until(stuck, Status.UPLOADED).media_pk is not None
    assert world.instagram.configures == 3


def test_after_a_pause_doubts_are_settled_before_anything_is_published(world: World) -> None:
    post_id = world.plan(caption="First")
    world.plan(caption="Second", due_in=timedelta(seconds=-0.5))
    world.instagram.script(Fault(at="configure", kind="challenge", when="after"))
    publisher = world.publisher()
    world.sweep(publisher)
    world.accounts.resume(world.account_id)
    before = len(world.instagram.requests)
    world.sweep(publisher)
    paths = [path for _, path in world.instagram.requests[before:]]
    assert next(path for path in paths if "/feed/user/" in path or "configure" in path).count(
        "/feed/user/"
    )
    assert world.post(post_id).status is Status.UPLOADED
    assert sorted(world.live()) == ["First", "Second"]


def test_a_neighbour_that_appeared_later_does_not_hide_what_appeared_before_it(
    world: World,
) -> None:
    """The first is sent, lost and sent again only after the second; there are no ids."""
    world.instagram.device_timestamps = "seconds"
    slow = world.publisher(reconcile_pause=MINUTES)
    first = in_doubt(world, "before", caption="First")
    world.sweep(slow)
    world.instagram.script(Fault(at="configure", kind="drop", when="after"))
    world.instagram.script(Fault(at="feed", kind="empty", times=2))
    second = world.plan(caption="Second")
    world.sweep(slow)
    world.posts.try_again(first, ALL)
    world.sweep(slow)
    assert world.post(first).status is Status.UPLOADED
    world.instagram.clear_faults()
    world.read_now(slow)
    assert world.post(second).status is Status.UPLOADED
    assert sorted(world.live()) == ["First", "Second"]
