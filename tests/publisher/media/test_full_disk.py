"""A full disk is nobody's broken video."""

import errno
from pathlib import Path

import pytest

from publisher.media import ffmpeg
from tests.samples import clip


def test_a_full_disk_is_told_from_a_broken_video(tmp_path: Path) -> None:
    source = tmp_path / "clip.mp4"
    source.write_bytes(clip())
    with pytest.raises(OSError, match="space") as full:
        ffmpeg.run(source, ("-c", "copy", "-f", "mp4", "/dev/full"))
    assert full.value.errno == errno.ENOSPC


def test_a_film_may_be_called_like_a_full_disk(tmp_path: Path) -> None:
    source, titled = tmp_path / "clip.mp4", tmp_path / "titled.mp4"
    source.write_bytes(clip())
    title = f"title={ffmpeg.DISK_FULL}"
    assert ffmpeg.run(source, ("-c", "copy", "-metadata", title, str(titled))).succeeded
    told = ffmpeg.run(titled, ("-c", "copy", str(tmp_path / "copy.mp4")))
    assert told.succeeded and ffmpeg.DISK_FULL in told.report
