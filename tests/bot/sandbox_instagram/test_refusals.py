"""What Instagram does not take, at both sides of each limit."""

from collections.abc import Callable
from pathlib import Path

import pytest
from instagrapi import Client
from instagrapi.exceptions import (
    ClientError,
    ClientForbiddenError,
    MediaUnavailable,
    PrivateAccount,
    UnknownError,
    VideoNotUpload,
    VideoTooLongException,
)

from bot.sandbox.instagram.checks import check_item
from bot.sandbox.instagram.posts import Item, Photo, Product, Video
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.instagram.wire import RefusedError
from tests.bot.sandbox_instagram import posting
from tests.bot.sandbox_instagram.conftest import MakePhoto, MakeVideo

EDGES: list[tuple[Product, tuple[int, int], bool]] = [
    ("feed", (1080, 1440), True),
    ("feed", (1080, 1445), False),
    ("feed", (1080, 566), True),
    ("feed", (1080, 563), False),
    ("carousel_container", (1080, 1440), True),
    ("carousel_container", (1080, 1445), False),
    ("story", (1080, 1920), True),
    ("story", (100, 1000), True),
    ("story", (100, 1020), False),
    ("story", (1000, 100), True),
    ("story", (1020, 100), False),
    ("clips", (10, 1000), True),
    ("clips", (10, 1120), False),
    ("clips", (1000, 100), True),
    ("clips", (1020, 100), False),
]

LENGTHS: list[tuple[Product, float, bool]] = [
    ("feed", 3, True),
    ("feed", 2.8, False),
    ("feed", 3600, True),
    ("feed", 3601, False),
    ("carousel_container", 60, True),
    ("carousel_container", 60.5, False),
    ("clips", 3, True),
    ("clips", 2.8, False),
    ("clips", 900, True),
    ("clips", 901, False),
    ("story", 60.05, True),
    ("story", 60.5, False),
]


def accepted(product: Product, item: Item) -> bool:
    try:
        check_item(product, item)
    except RefusedError:
        return False
    return True


@pytest.mark.parametrize(("product", "size", "fits"), EDGES)
def test_each_kind_has_its_shapes(product: Product, size: tuple[int, int], fits: bool) -> None:
    assert accepted(product, Item(Photo("x.jpg", *size))) is fits


@pytest.mark.parametrize(("product", "seconds", "fits"), LENGTHS)
def test_each_kind_has_its_lengths(product: Product, seconds: float, fits: bool) -> None:
    video = Video("x.mp4", 1080, 1080, seconds)

    assert accepted(product, Item(Photo("x.jpg", 1080, 1080), video)) is fits


@pytest.mark.parametrize("size", [(1080, 1440), (1080, 566)])
def test_a_photo_of_an_allowed_shape_is_taken(
    state: InstagramState, client: Client, make_photo: MakePhoto, size: tuple[int, int]
) -> None:
    staged = posting.rupload_photo(client, make_photo(*size).read_bytes(), "1")
    assert staged.status_code == 200

    client.photo_configure("1", *size, "")

    assert state.posts[0].items[0].photo.width == size[0]


@pytest.mark.parametrize("size", [(1080, 1500), (1080, 560)])
def test_a_photo_of_another_shape_is_refused(
    state: InstagramState, client: Client, make_photo: MakePhoto, size: tuple[int, int]
) -> None:
    posting.rupload_photo(client, make_photo(*size).read_bytes(), "1")

    with pytest.raises(UnknownError, match="isn't in an allowed aspect ratio"):
        client.photo_configure("1", *size, "")

    assert state.posts == []


def test_a_story_of_more_than_a_minute_is_too_long(
    state: InstagramState, client: Client, make_photo: MakePhoto, make_video: MakeVideo
) -> None:
    with pytest.raises(VideoTooLongException):
        posting.post_video_story(client, make_video(90, 160, 62), make_photo(360, 640))

    assert state.stories == []


def test_a_reel_of_two_seconds_is_too_short(
    state: InstagramState, client: Client, make_photo: MakePhoto, make_video: MakeVideo
) -> None:
    with pytest.raises(UnknownError, match="too short"):
        posting.post_reel(client, make_video(360, 640, 2), make_photo(360, 640))

    assert state.posts == []


@pytest.mark.parametrize(
    "caption", ["x" * 2200, "ü" * 2200, " ".join(f"#tag{n}" for n in range(30))]
)
def test_captions_up_to_the_limits_are_taken(
    state: InstagramState, client: Client, make_photo: MakePhoto, caption: str
) -> None:
    posting.post_photo(client, make_photo(320, 320), caption)

    assert state.posts[0].caption == caption


@pytest.mark.parametrize(
    ("caption", "reason"),
    [
        ("x" * 2201, "too long"),
        (" ".join(f"#tag{n}" for n in range(31)), "too many hashtags"),
        ("".join(f"#tag{n}" for n in range(31)), "too many hashtags"),
    ],
)
def test_captions_beyond_the_limits_are_refused(
    state: InstagramState, client: Client, make_photo: MakePhoto, caption: str, reason: str
) -> None:
    with pytest.raises(UnknownError, match=reason):
        posting.post_photo(client, make_photo(320, 320), caption)

    assert state.posts == []


@pytest.mark.parametrize("count", [2, 10])
def test_a_carousel_takes_two_to_ten(
    state: InstagramState, client: Client, make_photo: MakePhoto, count: int
) -> None:
    child = posting.photo_child(client, make_photo(320, 320))

    posting.post_carousel(client, [dict(child) for _ in range(count)], "", "77")

    assert len(state.posts[0].items) == count


@pytest.mark.parametrize(
    ("count", "reason"), [(0, "No sidecar children"), (1, "number of"), (11, "number of")]
)
def test_a_carousel_takes_no_fewer_and_no_more(
    state: InstagramState, client: Client, make_photo: MakePhoto, count: int, reason: str
) -> None:
    child = posting.photo_child(client, make_photo(320, 320))

    with pytest.raises(UnknownError, match=reason):
        posting.post_carousel(client, [dict(child) for _ in range(count)], "", "77")

    assert state.posts == []


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


@pytest.mark.parametrize(
    "headers",
    [{"X_Entity_Length": "1000000"}, {"Offset": "10"}, {"X_Entity_Name": "another_0_1"}],
    ids=["longer than what came", "not from the start", "under another name"],
)
def test_an_upload_comes_whole_or_not_at_all(
    state: InstagramState, client: Client, make_photo: MakePhoto, headers: dict[str, str]
) -> None:
    staged = posting.rupload_photo(client, make_photo(320, 320).read_bytes(), "1", **headers)

    assert staged.status_code == 206
    assert staged.json()["debug_info"]["type"] == "PartialRequestError"
    assert state.uploads == {}


def cut(data: bytes) -> bytes:
    return data[: len(data) * 3 // 4]


def not_media(_: bytes) -> bytes:
    return b"This is a text and nothing else. " * 100


Spoil = Callable[[bytes], bytes]


@pytest.mark.parametrize("spoil", [cut, not_media])
def test_a_photo_must_be_a_whole_jpeg(
    state: InstagramState, client: Client, make_photo: MakePhoto, tmp_path: Path, spoil: Spoil
) -> None:
    staged = posting.rupload_photo(client, spoil(make_photo(640, 640).read_bytes()), "1")

    assert staged.status_code == 400
    assert staged.json()["debug_info"]["type"] == "ProcessingFailedError"
    assert state.uploads == {}
    assert list((tmp_path / "instagram" / "files").iterdir()) == []


@pytest.mark.parametrize("spoil", [cut, not_media])
def test_a_video_must_be_a_whole_mp4(
    state: InstagramState, client: Client, make_video: MakeVideo, tmp_path: Path, spoil: Spoil
) -> None:
    data = spoil(make_video(640, 640).read_bytes())

    staged = posting.rupload_video(client, data, "1", (640, 640), 3)

    assert staged.status_code == 400
    assert staged.json()["debug_info"]["type"] == "ProcessingFailedError"
    assert state.uploads == {}
    assert list((tmp_path / "instagram" / "files").iterdir()) == []


def test_a_playlist_in_the_place_of_a_video_opens_no_other_file(
    state: InstagramState, client: Client, make_video: MakeVideo
) -> None:
    posting.rupload_video(client, make_video(640, 640).read_bytes(), "1", (640, 640), 3)
    stored = state.uploads["1"].video
    assert stored
    playlist = f"ffconcat version 1.0\nfile {stored.file}\nduration 3\n".encode()

    staged = posting.rupload_video(client, playlist, "2", (640, 640), 3)

    assert staged.status_code == 400
    assert "2" not in state.uploads


def test_a_video_must_be_h264(client: Client, make_video: MakeVideo) -> None:
    data = make_video(640, 640, codec="mpeg4").read_bytes()

    assert posting.rupload_video(client, data, "1", (640, 640), 3).status_code == 400


def test_sound_alone_is_no_video(client: Client, make_sound: Path) -> None:
    data = make_sound.read_bytes()

    assert posting.rupload_video(client, data, "1", (640, 640), 3).status_code == 400


@pytest.mark.parametrize(("size", "seconds"), [((640, 360), 3), ((640, 640), 4)])
def test_a_video_must_be_as_declared(
    client: Client, make_video: MakeVideo, size: tuple[int, int], seconds: float
) -> None:
    data = make_video(640, 640).read_bytes()

    assert posting.rupload_video(client, data, "1", size, seconds).status_code == 400


def test_the_clients_exceptions_carry_the_refusal(
    client: Client, make_video: MakeVideo, tmp_path: Path
) -> None:
    spoiled = tmp_path / "cut.mp4"
    spoiled.write_bytes(cut(make_video(640, 640).read_bytes()))
    cover = tmp_path / "cover.png"

    with pytest.raises(VideoNotUpload, match="ProcessingFailedError") as refused:
        client.video_rupload(spoiled, cover)

    assert refused.value.response.status_code == 400


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
