"""What Instagram takes and does not take, at both sides of each limit."""

import pytest
from instagrapi import Client
from instagrapi.exceptions import (
    UnknownError,
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

MB = 10**6
SIZES: list[tuple[Product, int]] = [
    ("feed", 650 * MB),
    ("carousel_container", 100 * MB),
    ("clips", 300 * MB),
    ("story", 100 * MB),
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


@pytest.mark.parametrize(("product", "most"), SIZES)
def test_each_kind_has_its_size_in_bytes(product: Product, most: int) -> None:
    def item(size: int) -> Item:
        return Item(Photo("x.jpg", 1080, 1080), Video("x.mp4", 1080, 1080, 3, size))

    assert accepted(product, item(most))
    assert not accepted(product, item(most + 1))


def test_a_video_too_large_for_a_story_is_refused_when_it_is_posted(
    state: InstagramState, client: Client, make_photo: MakePhoto, make_video: MakeVideo
) -> None:
    small = make_video(320, 320).read_bytes()
    data = small + free_space(100 * MB + 1 - len(small))
    posting.rupload_photo(client, make_photo(320, 320).read_bytes(), "1")
    assert posting.rupload_video(client, data, "1", (320, 320), 3).status_code == 200

    with pytest.raises(UnknownError, match="too large"):
        client.private_request(
            "media/configure_to_story/?video=1", client.with_default_data({"upload_id": "1"})
        )
    assert state.stories == []


def free_space(size: int) -> bytes:
    """A box of an MP4 that means nothing."""
    return size.to_bytes(4, "big") + b"free" + bytes(size - 8)


@pytest.mark.parametrize(("size", "status"), [(8 * MB, 200), (8 * MB + 1, 400)])
def test_a_photo_has_eight_megabytes_at_the_most(
    state: InstagramState, client: Client, make_photo: MakePhoto, size: int, status: int
) -> None:
    data = make_photo(320, 320).read_bytes().ljust(size, b"\0")

    assert posting.rupload_photo(client, data, "1").status_code == status
    assert len(state.uploads) == len(list(state.files.iterdir())) == (status == 200)


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
    "caption", ["x" * 2200, "ü" * 2200, " ".join(f"#tag{n}" for n in range(5))]
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
        (" ".join(f"#tag{n}" for n in range(6)), "too many hashtags"),
        ("".join(f"#tag{n}" for n in range(6)), "too many hashtags"),
        (" ".join(f"@name{n}" for n in range(21)), "too many mentions"),
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
