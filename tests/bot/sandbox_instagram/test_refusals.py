"""Requests that Instagram refuses for what came before them, or for what they name."""

import pytest
from instagrapi import Client
from instagrapi.exceptions import (
    ClientError,
    ClientForbiddenError,
    MediaUnavailable,
    PrivateAccount,
    UnknownError,
)

from bot.sandbox.instagram.state import InstagramState
from tests.bot.sandbox_instagram import posting
from tests.bot.sandbox_instagram.conftest import MakePhoto, MakeVideo


def test_what_was_never_uploaded_must_be_uploaded_first(
    state: InstagramState, client: Client
) -> None:
    with pytest.raises(ClientError, match="media_needs_reupload"):
        client.photo_configure("123", 320, 320, "")

    assert state.posts == []


def test_a_video_without_its_cover_is_not_complete(
    state: InstagramState, client: Client, make_video: MakeVideo
) -> None:
    posting.rupload_video(client, make_video(640, 640).read_bytes(), "5", (640, 640), 3)

    with pytest.raises(ClientError, match="media_needs_reupload"):
        client.private_request("media/configure_to_clips/?video=1", {"upload_id": "5"})

    assert state.posts == []


def test_a_cover_without_its_video_is_not_complete(
    state: InstagramState, client: Client, make_photo: MakePhoto
) -> None:
    cover = make_photo(360, 640)

    with pytest.raises(ClientError, match="media_needs_reupload"):
        client.video_configure("5", 360, 640, 3, cover, "")

    assert state.posts == []


def test_an_upload_id_makes_one_post_only(
    state: InstagramState, client: Client, make_photo: MakePhoto
) -> None:
    posting.post_photo(client, make_photo(320, 320), upload_id="9")

    with pytest.raises(UnknownError, match="conflicting upload id"):
        client.photo_configure("9", 320, 320, "")

    assert len(state.posts) == 1


def test_a_deleted_posts_upload_is_gone_too(client: Client, make_photo: MakePhoto) -> None:
    media = posting.post_photo(client, make_photo(320, 320), upload_id="9")
    client.media_delete(media["id"])

    with pytest.raises(ClientError, match="media_needs_reupload"):
        client.photo_configure("9", 320, 320, "")


def test_the_same_children_under_a_new_id_are_published_twice(
    state: InstagramState, client: Client, make_photo: MakePhoto
) -> None:
    children = [posting.photo_child(client, make_photo(320, 320)) for _ in range(2)]

    for upload_id in ("91", "92"):
        posting.post_carousel(client, children, "", upload_id)

    assert len(state.posts) == 2


def test_an_upload_id_is_a_number(client: Client, make_photo: MakePhoto) -> None:
    staged = posting.rupload_photo(client, make_photo(320, 320).read_bytes(), "abc")
    assert staged.status_code == 403

    with pytest.raises(ClientForbiddenError, match="incorrect upload id"):
        client.photo_configure("abc", 320, 320, "")


def test_other_peoples_feeds_are_not_here(client: Client) -> None:
    with pytest.raises(PrivateAccount):
        client.private_request("feed/user/1/")


def test_a_media_that_is_not_there_is_unavailable(client: Client) -> None:
    with pytest.raises(MediaUnavailable):
        client.private_request("media/123/info/")


def test_an_unknown_path_is_recorded(state: InstagramState, client: Client) -> None:
    with pytest.raises(ClientError):
        client.private_request("direct_v2/inbox/")

    assert state.unknown_requests == [("GET", "/api/v1/direct_v2/inbox/")]


def test_an_unknown_host_is_recorded(state: InstagramState, client: Client) -> None:
    with pytest.raises(ClientError):
        client.private_request("accounts/current_user/", domain="www.instagram.com")

    assert state.unknown_requests == [("GET", "/api/v1/accounts/current_user/")]
