"""Every scripted fault and the exception that the client really raises for it."""

import time
from functools import partial
from typing import Any

import pytest
import requests
from instagrapi import Client
from instagrapi.exceptions import (
    AccountSuspended,
    AlbumConfigureError,
    ChallengeRequired,
    ClientConnectionError,
    ClientError,
    ClientForbiddenError,
    ClientIncompleteReadError,
    ClientJSONDecodeError,
    ClientNeedsUpgradeError,
    ClientThrottledError,
    ClientUnauthorizedError,
    FeedbackRequired,
    LoginRequired,
    PhotoNotUpload,
    PleaseWaitFewMinutes,
    RateLimitError,
    SentryBlock,
)

from bot.sandbox.instagram.faults import Fault, Kind
from bot.sandbox.instagram.state import InstagramState
from tests.bot.sandbox_instagram import posting
from tests.bot.sandbox_instagram.conftest import PASSWORD, USERNAME, MakePhoto, redirected
from tests.chaos.waiting import until

RAISED: list[tuple[Kind, type[Exception]]] = [
    ("status", ClientError),
    ("drop", ClientConnectionError),
    ("challenge", ChallengeRequired),
    ("masked_challenge", KeyError),
    ("suspended", AccountSuspended),
    ("feedback_required", FeedbackRequired),
    ("sentry_block", SentryBlock),
    ("please_wait", PleaseWaitFewMinutes),
    ("throttled", ClientThrottledError),
    ("rate_limit", RateLimitError),
    ("login_required", LoginRequired),
    ("unauthorized", ClientUnauthorizedError),
    ("forbidden", ClientForbiddenError),
    ("bad_body", ClientJSONDecodeError),
    ("transcode", ClientError),
    ("needs_reupload", ClientError),
]


@pytest.fixture
def staged(client: Client, make_photo: MakePhoto) -> str:
    """The id of a photo that only waits to be configured."""
    upload_id, _, _ = client.photo_rupload(make_photo(320, 320))
    return str(upload_id)


@pytest.mark.parametrize(("kind", "exception"), RAISED)
def test_a_fault_at_configure_raises_and_nothing_is_posted(
    state: InstagramState, client: Client, staged: str, kind: Kind, exception: type[Exception]
) -> None:
    state.script(Fault(at="configure", kind=kind))

    with pytest.raises(exception):
        client.photo_configure(staged, 320, 320, "")

    assert (state.configures, state.posts) == (1, [])
    assert client.photo_configure(staged, 320, 320, "")["status"] == "ok"


@pytest.mark.parametrize(("kind", "exception"), RAISED)
def test_a_fault_after_the_effect_raises_although_the_post_is_live(
    state: InstagramState, client: Client, staged: str, kind: Kind, exception: type[Exception]
) -> None:
    state.script(Fault(at="configure", kind=kind, when="after"))

    with pytest.raises(exception):
        client.photo_configure(staged, 320, 320, "")

    assert [post.upload_id for post in state.posts] == [staged]


def test_a_reply_without_the_media_is_no_error_by_itself(
    state: InstagramState, client: Client, staged: str
) -> None:
    state.script(Fault(at="configure", kind="no_media", when="after"))

    configured = client.photo_configure(staged, 320, 320, "")

    assert configured == {"status": "ok"}
    assert len(state.posts) == 1
    with pytest.raises(AlbumConfigureError, match="without media payload"):
        client._extract_configured_media_or_raise(configured, AlbumConfigureError, "Album")


def test_a_reply_cut_short_is_read_as_incomplete_and_sent_again(
    state: InstagramState, client: Client, staged: str
) -> None:
    state.script(Fault(at="configure", kind="truncate", when="after", times=2))

    with pytest.raises(ClientIncompleteReadError):
        client.photo_configure(staged, 320, 320, "")

    assert (state.configures, len(state.posts)) == (2, 1)


def test_an_old_app_is_told_to_upgrade(state: InstagramState, client: Client, staged: str) -> None:
    state.script(Fault(at="configure", kind="needs_upgrade"))

    with pytest.raises(ClientNeedsUpgradeError):
        client.photo_configure(staged, 320, 320, "")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_delay_is_only_late(
    state: InstagramState, client: Client, staged: str, when: Any
) -> None:
    state.script(Fault(at="configure", kind="delay", when=when, seconds=0.3))
    began = time.monotonic()

    assert client.photo_configure(staged, 320, 320, "")["status"] == "ok"

    assert time.monotonic() - began >= 0.3
    assert len(state.posts) == 1


def gives_up_waiting(client: Client, staged: str) -> None:
    """Its request stays under way."""
    real = client.private.request
    client.private.request = partial(real, timeout=(60, 0.1))
    with pytest.raises(requests.Timeout):
        client.photo_configure(staged, 320, 320, "")
    client.private.request = partial(real, timeout=60)


def test_a_connection_may_take_its_time_to_drop(
    state: InstagramState, client: Client, staged: str, caplog: pytest.LogCaptureFixture
) -> None:
    state.script(Fault(at="configure", kind="drop", seconds=60))
    gives_up_waiting(client, staged)

    until(lambda: state.held)
    state.let_go()
    until(lambda: not state.held)
    client.account_info()

    assert (state.configures, state.posts) == (1, [])
    assert "Uncaught" not in caplog.text


def test_a_post_may_vanish_after_it_was_confirmed(
    state: InstagramState, client: Client, staged: str
) -> None:
    state.script(Fault(at="configure", kind="vanish", when="after"))

    assert client.photo_configure(staged, 320, 320, "")["media"]["pk"]

    assert state.posts == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_client_that_gives_up_waiting_is_posted_for_all_the_same(
    state: InstagramState, client: Client, staged: str, when: Any, caplog: pytest.LogCaptureFixture
) -> None:
    state.script(Fault(at="configure", kind="delay", when=when, seconds=60))
    gives_up_waiting(client, staged)

    until(lambda: state.held)
    state.let_go()
    until(lambda: state.posts and not state.held)
    client.account_info()

    assert [post.upload_id for post in state.posts] == [staged]
    assert "Uncaught" not in caplog.text


def test_a_status_and_a_body_can_be_chosen(
    state: InstagramState, client: Client, staged: str
) -> None:
    body = {"message": "Sorry, something went wrong.", "status": "fail"}
    state.script(Fault(at="configure", kind="status", status=503, body=body))

    with pytest.raises(ClientError, match="something went wrong") as raised:
        client.photo_configure(staged, 320, 320, "")

    assert raised.value.response.status_code == 503


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("status", 500),
        ("processing_failed", 400),
        ("login_required", 403),
        ("throttled", 429),
        ("request_timeout", 408),
    ],
)
def test_a_fault_at_the_upload_is_photo_not_upload(
    state: InstagramState, client: Client, make_photo: MakePhoto, kind: Kind, status: int
) -> None:
    state.script(Fault(at="rupload", kind=kind))

    with pytest.raises(PhotoNotUpload) as raised:
        client.photo_rupload(make_photo(320, 320))

    assert raised.value.response.status_code == status
    assert state.uploads == {}


def test_a_connection_dropped_during_an_upload_is_a_connection_error(
    state: InstagramState, client: Client, make_photo: MakePhoto
) -> None:
    state.script(Fault(at="rupload", kind="drop"))

    with pytest.raises(requests.ConnectionError):
        client.photo_rupload(make_photo(320, 320))


@pytest.mark.parametrize(
    ("kind", "exception"),
    [
        ("challenge", ChallengeRequired),
        ("please_wait", PleaseWaitFewMinutes),
        ("sentry_block", SentryBlock),
        ("suspended", AccountSuspended),
        ("drop", ClientConnectionError),
    ],
)
def test_a_fault_at_the_login(
    state: InstagramState, url: str, kind: Kind, exception: type[Exception]
) -> None:
    state.script(Fault(at="login", kind=kind))

    with pytest.raises(exception):
        redirected(url).login(USERNAME, PASSWORD)

    assert (state.logins, state.unknown_requests) == (0, [])


@pytest.mark.parametrize(
    ("at", "request_"),
    [
        ("session", "accounts/current_user/?edit=true"),
        ("feed", "feed/user/{}/"),
        ("/api/v1/users/", "users/{}/info/"),
    ],
)
def test_a_fault_strikes_at_its_place(
    state: InstagramState, client: Client, at: str, request_: str
) -> None:
    state.script(Fault(at=at, kind="login_required"))
    client.get_timeline_feed()

    with pytest.raises(LoginRequired):
        client.private_request(request_.format(client.user_id))


def test_faults_strike_in_their_order_and_as_often_as_scripted(
    state: InstagramState, client: Client
) -> None:
    state.script(Fault(at="session", kind="throttled", times=2))
    state.script(Fault(at="session", kind="sentry_block"))

    for exception in (ClientThrottledError, ClientThrottledError, SentryBlock):
        with pytest.raises(exception):
            client.account_info()

    assert client.account_info().username == USERNAME


def test_faults_can_be_called_off(state: InstagramState, client: Client) -> None:
    state.script(Fault(at="session", kind="throttled", times=100))

    state.clear_faults()

    assert client.account_info().username == USERNAME


@pytest.mark.parametrize(
    "fields", [{"kind": "nonsense"}, {"at": "nonsense"}, {"when": "nonsense"}], ids=str
)
def test_a_fault_that_makes_no_sense_cannot_be_scripted(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        Fault(**{"at": "login", "kind": "drop", **fields})


def test_what_never_was_cannot_vanish() -> None:
    with pytest.raises(ValueError, match="vanish"):
        Fault(at="configure", kind="vanish", when="before")


def test_a_lost_reply_can_be_settled_by_the_upload_id(
    state: InstagramState, client: Client, make_photo: MakePhoto
) -> None:
    state.script(Fault(at="configure", kind="drop", when="after"))
    with pytest.raises(ClientConnectionError):
        posting.post_photo(client, make_photo(320, 320), "Lost", upload_id="424242")

    client.user_medias_v1(client.user_id)

    assert [item["device_timestamp"] for item in client.last_json["items"]] == [424242]
