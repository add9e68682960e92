"""All five kinds of post, from the client's calls to the profile."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from instagrapi import Client
from instagrapi.exceptions import UserNotFound
from instagrapi.extractors import extract_media_v1, extract_story_v1

from bot.sandbox.instagram.state import InstagramState
from tests.bot.sandbox_instagram import posting
from tests.bot.sandbox_instagram.conftest import MakePhoto, MakeVideo

Post = Callable[[Client], posting.Raw]


@pytest.fixture
def cover(make_photo: MakePhoto) -> Path:
    return make_photo(360, 640)


def test_a_photo_is_on_the_feed_with_its_upload_id(
    state: InstagramState, client: Client, make_photo: MakePhoto
) -> None:
    media = posting.post_photo(client, make_photo(1080, 1080), "Late tomatoes #garden", "17955555")

    assert media["device_timestamp"] == 17955555
    feed = client.user_medias_v1(client.user_id)
    assert [(m.caption_text, m.media_type) for m in feed] == [("Late tomatoes #garden", 1)]
    assert client.last_json["items"][0]["device_timestamp"] == 17955555
    assert state.unknown_requests == []


def test_a_video_is_on_the_feed_with_its_cover(
    state: InstagramState, client: Client, make_video: MakeVideo, cover: Path
) -> None:
    media = posting.post_video(client, make_video(640, 640), cover, "Slow motion")

    parsed = extract_media_v1(media)
    assert (parsed.media_type, parsed.product_type) == (2, "feed")
    assert parsed.video_duration == pytest.approx(3, abs=0.1)
    assert [post.kind for post in state.posts] == ["video"]
    assert state.unknown_requests == []


def test_a_reel_is_a_clip(
    state: InstagramState, client: Client, make_video: MakeVideo, cover: Path
) -> None:
    media = posting.post_reel(client, make_video(360, 640), cover, "Watering")

    assert media["product_type"] == "clips"
    assert [post.kind for post in state.posts] == ["reel"]
    assert state.unknown_requests == []


def test_a_carousel_keeps_the_order_of_photos_and_videos(
    state: InstagramState,
    client: Client,
    make_photo: MakePhoto,
    make_video: MakeVideo,
    cover: Path,
) -> None:
    children = [
        posting.photo_child(client, make_photo(1080, 1350)),
        posting.video_child(client, make_video(640, 640), cover),
        posting.photo_child(client, make_photo(1080, 1080)),
    ]

    media = posting.post_carousel(client, children, "Three", "17966666")

    parsed = extract_media_v1(media)
    assert [child.media_type for child in parsed.resources] == [1, 2, 1]
    assert media["device_timestamp"] == 17966666
    assert [post.kind for post in state.posts] == ["carousel"]
    assert state.unknown_requests == []


def test_stories_are_on_the_reel_and_not_on_the_feed(
    state: InstagramState,
    client: Client,
    make_photo: MakePhoto,
    make_video: MakeVideo,
    cover: Path,
) -> None:
    posting.post_photo_story(client, make_photo(1080, 1920))
    posting.post_video_story(client, make_video(360, 640), cover)

    stories = client.user_stories_v1(client.user_id)
    items = client.last_json["reel"]["items"]
    assert [story.media_type for story in stories] == [1, 2]
    assert all(item["device_timestamp"] and extract_story_v1(item) for item in items)
    assert client.user_medias_v1(client.user_id) == []
    assert state.unknown_requests == []


def test_media_name_the_second_instead_of_their_upload(
    state: InstagramState,
    client: Client,
    make_photo: MakePhoto,
    make_video: MakeVideo,
    cover: Path,
) -> None:
    """Ten digits that several posts may share, in the reply and wherever media are read."""
    state.device_timestamps = "seconds"
    square, video = make_photo(1080, 1080), make_video(360, 640)
    children = [posting.photo_child(client, square) for _ in range(2)]
    posted = [
        posting.post_photo(client, square, "With a caption"),
        posting.post_photo(client, square),
        posting.post_video(client, make_video(640, 640), cover),
        posting.post_reel(client, video, cover, "Watering"),
        posting.post_carousel(client, children, "", "1711226110123"),
        posting.post_photo_story(client, make_photo(1080, 1920)),
        posting.post_video_story(client, video, cover),
    ]

    client.user_medias_v1(client.user_id)
    read = client.last_json["items"][::-1]
    client.user_stories_v1(client.user_id)
    read += client.last_json["reel"]["items"]
    assert [item["pk"] for item in read] == [media["pk"] for media in posted]
    for media in (*posted, *read):
        assert media["device_timestamp"] == media["taken_at"] - 1
    state.device_timestamps = "upload_id"
    client.user_medias_v1(client.user_id)
    assert client.last_json["items"][0]["device_timestamp"] == 1711226110123


def test_stories_vanish_after_24_hours(
    state: InstagramState, client: Client, make_photo: MakePhoto
) -> None:
    posting.post_photo_story(client, make_photo(1080, 1920))
    posted = state.clock()

    state.clock = lambda: posted + 24 * 3600 - 5
    assert len(client.user_stories_v1(client.user_id)) == 1
    state.clock = lambda: posted + 24 * 3600 + 5
    assert client.user_stories_v1(client.user_id) == []


def test_the_clients_whole_upload_call_works_too(
    state: InstagramState, client: Client, make_photo: MakePhoto
) -> None:
    media = client.photo_upload(make_photo(1080, 1080), "At once")

    assert media.caption_text == "At once"
    assert state.unknown_requests == []


def test_a_posts_pictures_can_be_fetched(client: Client, make_photo: MakePhoto) -> None:
    media = extract_media_v1(posting.post_photo(client, make_photo(1080, 1080)))

    fetched = requests.get(str(media.thumbnail_url), timeout=60)

    assert fetched.headers["Content-Type"] == "image/jpeg"
    assert fetched.content.startswith(b"\xff\xd8")
    assert requests.get(str(media.user.profile_pic_url), timeout=60).status_code == 200


def test_the_feed_comes_in_pages_newest_first(client: Client, make_photo: MakePhoto) -> None:
    for number in range(5):
        posting.post_photo(client, make_photo(320, 320), f"No {number}", str(1000 + number))

    page, cursor = client.user_medias_paginated_v1(client.user_id, 2)
    everything = client.user_medias_v1(client.user_id)

    assert [media.caption_text for media in page] == ["No 4", "No 3"]
    next_page, _ = client.user_medias_paginated_v1(client.user_id, 2, cursor)
    assert [media.caption_text for media in next_page] == ["No 2", "No 1"]
    assert len(everything) == 5


def test_a_deleted_post_is_gone_with_its_files(
    client: Client, make_photo: MakePhoto, tmp_path: Path
) -> None:
    media = posting.post_photo(client, make_photo(1080, 1080))
    assert client.media_info_v1(media["id"]).code == media["code"]

    assert client.media_delete(media["id"])

    assert client.user_medias_v1(client.user_id) == []
    assert list((tmp_path / "instagram" / "files").iterdir()) == []


def test_the_account_has_a_page(state: InstagramState, client: Client) -> None:
    assert client.user_info_v1(client.user_id).username == state.username
    assert client.user_info_by_username_v1(state.username).pk == str(state.user_id)
    with pytest.raises(UserNotFound):
        client.user_info_by_username_v1("somebody.else")
    state.unknown_requests.clear()


def test_what_instagrapi_2_1_asks_for_is_there(state: InstagramState, client: Client) -> None:
    """It says after each post that it took part in an experiment, and reads pinned channels."""
    assert client.private_request("qe/expose/", {"id": "1"})["status"] == "ok"
    client.user_info_v1(client.user_id)
    channels = client.last_json["user"]["pinned_channels_info"]["pinned_channels_list"]
    assert channels == []
    web = client.public.get("https://www.instagram.com/graphql/query/")
    assert (web.status_code, web.json()["require_login"]) == (401, True)
    assert state.unknown_requests == []


def test_media_say_what_they_are_in_the_types_of_the_service(
    client: Client, make_photo: MakePhoto, make_video: MakeVideo, cover: Path
) -> None:
    """Numbers of media are numbers and those of captions text, as recorded (threads-net, 2023)."""
    sound = ("-f", "lavfi", "-i", "sine=duration=3")
    silent = posting.post_reel(client, make_video(360, 640), cover)
    loud = posting.post_reel(client, make_video(360, 640, sound=sound, more=("-c:a", "aac")), cover)
    photo = posting.post_photo(client, make_photo(320, 320), "Hello")

    client.user_medias_v1(client.user_id)
    read = client.last_json["items"]
    assert [media.get("has_audio") for media in (photo, loud, silent)] == [None, True, False]
    assert [media.get("has_audio") for media in read] == [None, True, False]
    for media in (photo, read[0]):
        assert type(media["pk"]) is type(media["user"]["pk"]) is type(media["taken_at"]) is int
        assert media["id"] == f"{media['pk']}_{media['user']['pk']}"
        assert type(media["user"]["pk_id"]) is str
        assert base64.b64decode(media["client_cache_key"][:-2]).decode() == str(media["pk"])
        assert type(media["caption"]["pk"]) is str and len(media["caption"]["pk"]) == 17
        assert media["caption"]["media_id"] == media["pk"]
