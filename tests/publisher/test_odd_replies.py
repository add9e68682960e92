"""Refusals that Instagram words unusually: what is the account's is never held against a post."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from instagrapi import exceptions as ig
from requests import Response

from bot.sandbox.instagram.faults import Fault
from bot.sandbox.instagram.posts import Post as LivePost
from publisher.consequences import LONGEST_DELAY
from publisher.failures import FailureAction
from publisher.instagram.errors import LONGEST_WAIT, classify
from storage.lifecycle import Status
from tests.publisher.conftest import CAPTION, World

FAIL = {"status": "fail"}
Body = dict[str, Any] | str
THE_ACCOUNTS: list[tuple[int, Body, str]] = [
    (400, {"message": "consent_required", "consent_data": {"headline": "Terms"}}, "consent"),
    (400, {"message": "checkpoint_required", "checkpoint_url": "/challenge/"}, "challenge"),
    (400, {"message": "", "error_type": "checkpoint_challenge_required"}, "challenge"),
    (403, {"message": "challenge_required"}, "challenge"),
    (403, {"message": "feedback_required", "spam": True}, "feedback_required"),
    (200, {"message": "challenge_required"}, "challenge"),
    (403, "<html>Forbidden</html>", "login_required"),
]
"""Status, body, and why the account pauses."""
NOBODYS: list[tuple[int, Body]] = [
    (400, ""),
    (400, {"message": "Invalid request."}),
    (400, {"message": "The media, the caption and the photo are fine"}),
    (200, {"status": "ok"}),
    (200, {"message": "Unknown"}),
    (502, "<html>Bad Gateway</html>"),
]
"""What is answered to the look at the session, and tells nothing of a post."""
NOT_INSTAGRAMS: list[tuple[int, str]] = [
    (204, ""),
    (400, '<html><img alt="Video"/>Bad Request</html>'),
    (413, "<html>Request Entity Too Large</html>"),
]
"""What something on the way to Instagram answers to an upload."""
VAGUE: list[tuple[int, Body]] = [
    (200, {"message": ""}),
    (200, {"message": "Sorry, there was a problem with your request."}),
    (400, {"message": "Sorry, something went wrong. Please try again later."}),
]
"""What Instagram answers to an upload when the fault is its own."""
SESSION_OVER: list[tuple[int, Body]] = [
    (400, {"message": "login_required"}),
    (200, {"message": "login_required"}),
    (403, {"message": "user_has_logged_out", "logout_reason": 9}),
]


def _answered(at: str, status: int, body: Body) -> Fault:
    content = body if isinstance(body, str) or "status" in body else {**body, **FAIL}
    return Fault(at=at, kind="status", status=status, body=content)


def test_what_is_the_accounts_pauses_it_and_the_post_waits(world: World) -> None:
    publisher = world.publisher()
    world.plan()
    world.sweep(publisher)
    for number, (status, body, reason) in enumerate(THE_ACCOUNTS):
        post_id = world.plan(caption=f"{status} {body}")
        world.instagram.script(_answered(("session", "rupload")[number % 2], status, body))
        world.sweep(publisher)
        assert world.post(post_id).status is Status.PENDING, body
        (paused,) = world.accounts.paused()
        assert paused.paused_reason == reason, body
        world.accounts.resume(world.account_id)
        world.sweep(publisher)
        assert world.post(post_id).status is Status.UPLOADED, body
    assert "failed" not in world.told()


def test_an_answer_about_the_session_never_fails_a_post(world: World) -> None:
    publisher = world.publisher()
    world.plan()
    world.sweep(publisher)
    for status, body in NOBODYS:
        post_id = world.plan(caption=f"{status} {body}")
        world.instagram.script(_answered("session", status, body))
        world.sweep(publisher)
        post = world.post(post_id)
        assert (post.status, post.retry_count) == (Status.PENDING, 1), body
        world.due_now()
        world.sweep(publisher)
        assert world.post(post_id).status is Status.UPLOADED, body
    assert not world.is_paused() and world.instagram.logins == 1


def test_what_a_proxy_says_never_fails_a_post(world: World) -> None:
    publisher = world.publisher()
    world.plan()
    world.sweep(publisher)
    for status, body in NOT_INSTAGRAMS:
        post_id = world.plan(caption=f"{status} {body}")
        world.instagram.script(_answered("rupload", status, body))
        world.sweep(publisher)
        post = world.post(post_id)
        assert (post.status, post.error_class) == (Status.PENDING, "platform_down"), body
        world.due_now()
        world.sweep(publisher)
        assert world.post(post_id).status is Status.UPLOADED, body


def test_a_refusal_that_names_nothing_is_no_refusal_of_the_post(world: World) -> None:
    publisher = world.publisher()
    for status, body in VAGUE:
        post_id = world.plan(caption=f"{status} {body}")
        world.instagram.script(_answered("rupload", status, body))
        world.sweep(publisher)
        post = world.post(post_id)
        assert (post.status, post.error_class) == (Status.PENDING, "unknown"), body
        world.due_now()
        world.sweep(publisher)
        assert world.post(post_id).status is Status.UPLOADED, body


def test_what_time_a_proxy_has_is_not_instagrams(world: World) -> None:
    """What was live would seem to be older than its sending, and be sent again."""
    world.instagram.device_timestamps = "seconds"
    publisher = world.publisher()
    world.plan(caption="Neighbour")
    world.sweep(publisher)
    post_id = world.plan(due_in=timedelta(minutes=2))
    world.sweep(publisher)
    world.execute("UPDATE accounts SET check_at = now()")
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    page: Any = {"status": 502, "body": "<html>", "headers": {"Date": in_an_hour}}
    world.instagram.script(Fault(at="session", kind="status", **page))
    world.sweep(publisher)
    world.due_now()
    world.instagram.script(Fault(at="configure", kind="drop", when="after"))
    world.sweep(publisher)
    post = world.post(post_id)
    assert post.status is Status.UPLOADED
    assert post.first_sent_there is not None and post.first_sent_at is not None
    assert post.first_sent_there < post.first_sent_at + timedelta(minutes=1)


def test_a_session_is_over_under_whatever_status_that_is_said(world: World) -> None:
    publisher = world.publisher()
    world.plan()
    world.sweep(publisher)
    for number, (status, body) in enumerate(SESSION_OVER, start=2):
        post_id = world.plan(caption=f"{status} {body}")
        world.instagram.script(_answered("rupload", status, body))
        world.sweep(publisher)
        assert world.post(post_id).status is Status.UPLOADED, body
        assert world.instagram.logins == number, body


def test_a_feed_that_nobody_understands_leaves_a_doubt_and_holds_nothing_up(world: World) -> None:
    publisher = world.publisher(reconcile_pause=timedelta(minutes=3))
    odd = {"pk": 9, "media_type": 1, "taken_at": 4e9, "caption": "no object"}
    world.instagram.script(Fault(at="configure", kind="drop", when="after"))
    feed: Body = {"items": [odd], "status": "ok"}
    world.instagram.script(Fault(at="feed", kind="status", status=200, body=feed))
    doubtful, next_one = world.plan(caption="lost"), world.plan(caption="the next")
    world.sweep(publisher)
    assert world.post(doubtful).status is Status.UNCONFIRMED
    assert world.post(next_one).status is Status.UPLOADED
    world.read_now(publisher)
    assert world.post(doubtful).status is Status.UPLOADED


def in_feed(live: LivePost, owner: int, caption: str) -> dict[str, Any]:
    """A photo as the feed shows it, without an upload id."""
    return {
        "pk": live.pk,
        "code": live.code,
        "taken_at": int(time.time()),
        "media_type": 1,
        "caption": {"text": caption},
        "user": {"pk": owner},
    }


@pytest.mark.parametrize("is_live", [True, False])
def test_in_the_feed_what_is_anothers_is_not_ours_and_what_comes_twice_is_one(
    world: World, is_live: bool
) -> None:
    """Posts of others that invited ours stand there as well, with the very same caption; and one
    that slides on to the next page meanwhile is shown again. What is left is asked about."""
    publisher = world.publisher(reconcile_pause=timedelta(minutes=3))
    world.plan(caption="Neighbour")
    world.sweep(publisher)
    post_id = world.plan()
    world.instagram.script(
        Fault(at="configure", kind="drop", when="after" if is_live else "before")
    )
    world.instagram.script(Fault(at="feed", kind="status", status=503))
    world.sweep(publisher)
    us, (newest, *_) = world.instagram.user_id, world.instagram.posts
    shown = in_feed(newest, us, CAPTION)
    if not is_live:
        shown |= {"pk": 9 * 10**18, "user": {"pk": 4242}}
    neighbour = in_feed(world.instagram.posts[-1], us, "Neighbour")
    pages: list[dict[str, Any]] = [
        {"items": [shown], "more_available": True, "next_max_id": "x"},
        {"items": [shown, neighbour], "more_available": False},
    ]
    for page in pages:
        body = {**page, "status": "ok"}
        world.instagram.script(Fault(at="feed", kind="status", status=200, body=body))
    world.read_now(publisher, after=timedelta(minutes=4))
    assert world.post(post_id).status is Status.UNCONFIRMED
    link = f"https://www.instagram.com/p/{newest.code}/"
    assert world.links_asked_about() == ([[link]] if is_live else [])


def test_a_feed_that_goes_in_circles_proves_nothing_and_is_left_alone(world: World) -> None:
    slow = world.publisher(reconcile_pause=timedelta(minutes=3))
    post_id = world.plan()
    shown = {"pk": 9, "media_type": 1, "taken_at": 4_000_000_000}
    page: Body = {"items": [shown], "more_available": True, "next_max_id": "x", "status": "ok"}
    world.instagram.script(Fault(at="configure", kind="drop", when="after"))
    world.instagram.script(Fault(at="feed", kind="status", status=200, body=page, times=60))
    world.sweep(slow)
    post, asked = world.post(post_id), [path for _, path in world.instagram.requests]
    assert (post.status, post.clean_reads) == (Status.UNCONFIRMED, 0)
    assert sum("/feed/user/" in path for path in asked) == 2


PAGES = {
    "https://www.instagram.com/challenge/?next=/": "challenge",
    "https://www.instagram.com/consent/?flow=tos": "consent",
    "https://www.instagram.com/accounts/suspended/": "suspended",
    "https://nowhere.invalid/": None,
}
"""Where Instagram sends us, and why the account pauses, if it does."""


def test_nobody_follows_where_instagram_sends_a_browser(world: World) -> None:
    """307 asks to send the same again: what took effect would be there twice."""
    publisher = world.publisher()
    world.plan()
    world.sweep(publisher)
    for number, (page, reason) in enumerate(PAGES.items()):
        post_id, sent = world.plan(caption=page), world.instagram.configures
        moved: Any = {
            "kind": "status",
            "status": (302, 307)[number % 2],
            "headers": {"Location": page},
        }
        world.instagram.script(Fault(at="configure", when="after", **moved))
        world.sweep(publisher)
        paused = [account.paused_reason for account in world.accounts.paused()]
        assert paused == ([reason] if reason else []), page
        world.accounts.resume(world.account_id)
        world.sweep(publisher)
        assert world.post(post_id).status is Status.UPLOADED, page
        assert world.instagram.configures == sent + 1, page
    assert len(world.live()) == 1 + len(PAGES)


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 120 ", timedelta(minutes=2)),
        ("Thu, 26 Nov 2026 10:05:00 GMT", timedelta(minutes=5)),
        ("Thu, 26 Nov 2026 09:00:00 GMT", timedelta(0)),
        ("999999999999999999999", None),
        ("999999999", LONGEST_WAIT),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT),
        ("Fri, 31 Dec 99999999999 23:59:59 GMT", None),
        ("Thu, 26 Nov 2026 10:05:00 +99999999999999", None),
        ("²", None),
        ("-5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_wait_is_as_long_as_instagram_says_within_reason(
    told: str, wait: timedelta | None
) -> None:
    response = Response()
    response.status_code = 429
    response.headers.update({"Date": "Thu, 26 Nov 2026 10:00:00 GMT", "Retry-After": told})
    found = classify(ig.ClientThrottledError("", response=response))
    assert (found.action, found.pause) == (FailureAction.BACK_OFF, wait)


def test_a_page_that_promises_to_be_back_in_a_week_puts_a_post_off_by_an_hour(world: World) -> None:
    post_id = world.plan()
    away: Any = {"kind": "status", "status": 503, "headers": {"Retry-After": "604800"}}
    world.instagram.script(Fault(at="rupload", **away))
    world.sweep(world.publisher())
    (told,) = world.notices()
    assert (world.post(post_id).status, told.kind) == (Status.PENDING, "retrying")
    assert told.detail["seconds"] == LONGEST_DELAY.total_seconds()
