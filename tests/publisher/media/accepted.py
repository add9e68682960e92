"""What is uploaded, looked at as Instagram would: whole, within the rules, and nothing private.

Read with eyes of its own: ffmpeg's decoder and the bytes themselves, not the code under test.
"""

import io
import re
import struct
import subprocess
from functools import lru_cache
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image

from bot.sandbox.instagram import checks, probe
from bot.sandbox.instagram.posts import Item, Photo, Product, Video
from storage.lifecycle import PostType

PRODUCTS: dict[PostType, Product] = {
    PostType.PHOTO: "feed",
    PostType.VIDEO: "feed",
    PostType.CAROUSEL: "carousel_container",
    PostType.REEL: "clips",
    PostType.STORY: "story",
}
MB = 1_000_000
VIDEO_BYTES = {PostType.STORY: 100 * MB, PostType.CAROUSEL: 100 * MB, PostType.REEL: 300 * MB}

JFIF_BYTES = 16
"""Of the one segment of a JPEG that says nothing about it; more would be a thumbnail."""
IN_MOVIES = (b"loci", b"\xa9xyz", b"ISO6709", b"Core Media", b"mebx", b"elst")


def accepted_photo(path: Path, post_type: PostType) -> Image.Image:
    """The picture; fails if Instagram would not take it as it is."""
    content = path.read_bytes()
    assert content.startswith(b"\xff\xd8") and len(content) <= 8 * MB
    assert_bare(content)
    checks.check_item(PRODUCTS[post_type], Item(probe.photo(path)))
    picture = Image.open(io.BytesIO(content), formats=["JPEG"])
    picture.load()
    assert picture.mode == "RGB" and not picture.getexif()
    assert 320 <= picture.width <= 1440 and picture.height <= 1920
    _assert_shape(picture.width, picture.height, post_type, pixels=1)
    return picture


def assert_bare(jpeg: bytes) -> None:
    """Only what a decoder needs: no comment, no application's segment, nothing after the end."""
    place = 2
    while jpeg[place + 1] != 0xDA:
        mark, size = jpeg[place + 1], int.from_bytes(jpeg[place + 2 : place + 4], "big")
        assert jpeg[place] == 0xFF
        assert mark in (0xDB, 0xC0, 0xC4, 0xDD) or (mark, size) == (0xE0, JFIF_BYTES), hex(mark)
        place += 2 + size
    assert jpeg.endswith(b"\xff\xd9") and jpeg.count(b"\xff\xd9") == 1
    assert b"\xff\xd8" not in jpeg[2:]


def accepted_video(path: Path, post_type: PostType) -> Image.Image:
    """A frame from the middle; fails if Instagram would not take the video as it is."""
    content = path.read_bytes()
    assert len(content) <= VIDEO_BYTES.get(post_type, 650 * MB)
    assert [mark for mark in IN_MOVIES if mark in content] == []
    kinds = [kind for kind, _ in _boxes(content)]
    assert kinds.index(b"moov") < kinds.index(b"mdat"), "the index is not at the front"
    found = _found(path)
    said, middle = _decoded(path, found.duration / 2)
    video = re.search(
        r"Video: h264 \((Constrained Baseline|Main|High)\).*?, yuv420p(?:\((.*?)\))?,"
        r" (\d+)x(\d+).*?, ([\d.]+) fps",
        said,
    )
    assert video, said
    width, height, fps = int(video[3]), int(video[4]), float(video[5])
    assert "pc" not in (video[2] or "").split(", ") and "bt2020" not in (video[2] or "")
    assert ("rotation" not in said and "SAR 1:1" in said) or "SAR" not in said
    assert 22.9 <= fps <= 60.01
    assert width >= 320 and max(width, height) <= 1920 and width % 2 == height % 2 == 0
    _assert_shape(width, height, post_type, pixels=2)
    _assert_sound(said)
    cover = Photo("cover.jpg", found.width, found.height)
    checks.check_item(PRODUCTS[post_type], Item(cover, found))
    return middle


def frame(path: Path, second: float) -> Image.Image:
    """One frame of a video."""
    arguments = ("-ss", str(second), "-i", str(path), "-frames:v", "1", "-f", "image2pipe")
    command = [get_ffmpeg_exe(), "-loglevel", "error", *arguments, "-c:v", "ppm", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return _picture(done.stdout)


def duration(path: Path) -> float:
    """Seconds."""
    return _found(path).duration


@lru_cache(maxsize=1)
def _found(path: Path) -> Video:
    return probe.video(path)


def frames_digest(path: Path) -> str:
    """A digest of all pictures as decoded: the same only for the very same stream."""
    command = [get_ffmpeg_exe(), "-loglevel", "error", "-i", str(path), "-map", "0:v", "-f", "md5"]
    return subprocess.run([*command, "-"], capture_output=True, text=True, check=True).stdout


def _assert_shape(width: int, height: int, post_type: PostType, pixels: int) -> None:
    if post_type in (PostType.REEL, PostType.STORY):
        assert abs(width / height - 9 / 16) <= 0.03 * 9 / 16 + pixels / height
    else:
        assert (width + pixels) / height >= 3 / 4 and width / (height + pixels) <= 1.91


def _assert_sound(said: str) -> None:
    if "Audio:" not in said.partition("Output #0")[0]:
        return
    sound = re.search(r"Audio: aac \(LC\).*?, (\d+) Hz, (mono|stereo)", said)
    assert sound and int(sound[1]) <= 48_000, said


def _boxes(content: bytes) -> list[tuple[bytes, int]]:
    """(kind, size) of the outermost boxes of an MP4."""
    found, place = [], 0
    while place + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, place)
        found.append((kind, size))
        place += max(size, 8)
    return found


def _decoded(path: Path, second: float) -> tuple[str, Image.Image]:
    """What ffmpeg says of a video while it decodes all of it, and the frame of that second."""
    everything = ("-xerror", "-i", str(path), "-f", "null", "-")
    one = ("-ss", str(second), "-map", "0:v", "-frames:v", "1", "-f", "image2pipe", "-c:v", "ppm")
    command = [get_ffmpeg_exe(), "-nostdin", "-hide_banner", *everything, *one, "-"]
    done = subprocess.run(command, capture_output=True, check=False)
    said = done.stderr.decode(errors="replace")
    assert done.returncode == 0, said
    return said, _picture(done.stdout)


def _picture(ppm: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(ppm), formats=["PPM"])
    picture.load()
    return picture
