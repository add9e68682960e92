"""Uploads come whole and are what they claim to be, or they are refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from instagrapi import Client
from instagrapi.exceptions import (
    VideoNotUpload,
)

from bot.sandbox.instagram.state import InstagramState
from tests.bot.sandbox_instagram import posting
from tests.bot.sandbox_instagram.conftest import MakePhoto, MakeVideo


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
