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
