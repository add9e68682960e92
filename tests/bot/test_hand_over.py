"""What is sent of a post that is handed over: all of it, in requests that Telegram takes."""

from pathlib import Path

import pytest
from telegram.error import BadRequest, NetworkError, TimedOut

from bot.hand_over import MAX_ATTEMPTS, Part, parts_of, refuses_files
from bot.sandbox.telegram.html import parse_html
from publisher.media.rules import MAX_CAPTION
from storage.files import MediaFiles
from storage.lifecycle import MediaKind, PostType
from storage.models import MediaItem, Post
from storage.remote_files import RemoteFiles
from tests.s3 import S3Server

MB = 10**6
HOSTED, LOCAL = 50 * MB, 2000 * MB


def post_with(tmp_path: Path, *sizes: int, caption: str = "", covers: bool = False) -> Post:
    """One video of each size, in bytes; without a file for 0."""
    items = []
    for number, size in enumerate(sizes):
        name, cover = f"{number:032x}.mp4", f"{number:032x}.jpg"
        if size:
            with (tmp_path / name).open("wb") as file:
                file.truncate(size)  # sparse
        (tmp_path / cover).write_bytes(b"cover")
        kept = {"prepared": name, "original": name, "cover": cover, "cover_at": 1.0}
        items.append(MediaItem(kind=MediaKind.VIDEO, position=number, **kept))
        items[-1].cover_at = 1.0 if covers else None
    return Post(
        id=7,
        language="en",
        post_type=PostType.CAROUSEL if len(sizes) > 1 else PostType.REEL,
        caption=caption,
        hashtags=[],
        media=items,
    )


@pytest.mark.parametrize(
    ("error", "attempts", "refuses"),
    [
        (NetworkError("Request Entity Too Large"), 0, True),
        (BadRequest("Wrong file identifier"), 0, True),
        (BadRequest("Chat not found"), MAX_ATTEMPTS, False),
        (TimedOut(), MAX_ATTEMPTS - 1, False),
        (TimedOut(), MAX_ATTEMPTS, True),
    ],
)
def test_a_file_that_cannot_be_sent_is_not_tried_for_ever(
    error: NetworkError, attempts: int, refuses: bool
) -> None:
    assert refuses_files(error, attempts) is refuses


def names_in(part: Part) -> list[str] | str:
    return part if isinstance(part, str) else [one.name for one in part]


@pytest.mark.parametrize(
    ("sizes", "limit", "albums"),
    [
        ([1], HOSTED, [1]),
        ([HOSTED], HOSTED, [1]),
        ([1] * 10, HOSTED, [10]),
        ([30 * MB, 20 * MB, 1], HOSTED, [2, 1]),
        ([60 * MB, 1, 1], LOCAL, [1, 2]),
    ],
)
def test_as_many_files_go_together_as_one_request_takes_in_order(
    tmp_path: Path, sizes: list[int], limit: int, albums: list[int]
) -> None:
    parts = parts_of(post_with(tmp_path, *sizes), MediaFiles(tmp_path), limit)
    assert [len(part) for part in parts] == albums
    sent = [one for part in parts if not isinstance(part, str) for one in part]
    assert [one.size for one in sent] == sizes
    numbers = [""] if len(sizes) == 1 else [f"-{number}" for number in range(1, len(sizes) + 1)]
    assert [one.name for one in sent] == [f"post-7{number}.mp4" for number in numbers]


def test_covers_follow_their_videos_and_fill_a_second_album(tmp_path: Path) -> None:
    parts = parts_of(post_with(tmp_path, *[1] * 6, covers=True), MediaFiles(tmp_path), HOSTED)
    assert [len(part) for part in parts] == [10, 2]
    assert names_in(parts[1]) == ["post-7-6.mp4", "post-7-6-cover.jpg"]


def test_what_cannot_be_sent_is_said_with_a_way_out(tmp_path: Path) -> None:
    post = post_with(tmp_path, 1, HOSTED + 1, 0, caption="Hello")
    first, too_large, missing, caption = parts_of(post, MediaFiles(tmp_path), HOSTED)
    assert names_in(first) == ["post-7-1.mp4"]
    assert "post-7-2.mp4" in str(too_large) and "at most 50 MB" in str(too_large)
    assert "post-7-3.mp4" in str(missing) and "you sent me" in str(missing)
    assert caption == "<pre>Hello</pre>"


@pytest.mark.parametrize("caption", ["", "1 < 2 & <b>3</b>", "&" * MAX_CAPTION, "😀\n\n#eins"])
def test_the_caption_is_one_block_to_copy_whatever_stands_in_it(
    tmp_path: Path, caption: str
) -> None:
    _, *blocks = parts_of(post_with(tmp_path, 1, caption=caption), MediaFiles(tmp_path), HOSTED)
    shown = [parse_html(str(block)) for block in blocks]
    assert [one.text for one in shown] == ([caption] if caption else [])
    assert [entity["type"] for one in shown for entity in one.entities] == ["pre"] * len(shown)


def test_a_file_that_the_media_store_has_otherwise_than_it_was_stored_is_said_to_be_missing(
    tmp_path: Path, s3: S3Server
) -> None:
    files = RemoteFiles(s3.store(s3.bucket()), tmp_path / "copies", MB)
    with files.incoming() as path:
        path.write_bytes(b"a picture")
        name = files.keep(path, ".jpg")
    post = post_with(tmp_path, 1)
    post.media[0].prepared = name
    path = files.path(name)
    path.write_bytes(b"another")
    files._store.put(path, name)
    path.unlink()
    (missing,) = parts_of(post, files, HOSTED)
    assert "post-7.jpg" in str(missing) and "you sent me" in str(missing)
