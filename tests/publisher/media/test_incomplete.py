"""What lacks a part is refused, although decoders show the rest of it without a word."""

import io
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from PIL import Image

from publisher.media.prepare import prepare
from publisher.media.probe import probe
from publisher.media.refused import MediaRefusedError, Refusal
from storage.files import MediaFiles
from storage.lifecycle import PostType
from tests.films import run
from tests.flashes import flashing
from tests.pictures import chunk, encoded, quarters
from tests.publisher.media.accepted import accepted_video, duration
from tests.publisher.media.conftest import Taker
from tests.publisher.media.posts import post, prepared_paths
from tests.publisher.media.test_gifs import gif


def noise(side: int) -> Image.Image:
    return Image.effect_noise((side, side), 90).convert("RGB")


def emptied(whole: bytes, octets: int) -> bytes:
    """As long as it was, with zeros at its end."""
    return whole[:-octets] + bytes(octets)


END = b"\xff\xd9"
BASELINE = encoded(quarters(400, 400))
PROGRESSIVE = encoded(quarters(400, 400), progressive=True)
NOISE = encoded(noise(400))
LAST_SCAN = PROGRESSIVE.rindex(b"\xff\xc4")
"""Where the tables of the last begin."""


def png(kind: int, rows: int, palette: bytes = b"") -> bytes:
    """Of 400 pixels each way, with fewer rows than that."""
    header = struct.pack(">IIBBBBB", 400, 400, 8, kind, 0, 0, 0)
    body = zlib.compress((b"\0" + b"\xff" * 400 * (1 if kind == 3 else 3)) * rows)
    chunks = (chunk(b"IHDR", header), chunk(b"PLTE", palette), chunk(b"IDAT", body), chunk(b"IEND"))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks if kind == 3 else (chunks[0], *chunks[2:]))


def of_height(height: int) -> bytes:
    return BASELINE.replace(struct.pack(">HH", 400, 400), struct.pack(">HH", height, 400), 1)


PICTURES: dict[str, Callable[[], bytes]] = {
    "a scan": lambda: PROGRESSIVE[:LAST_SCAN],
    "a scan, but not the end": lambda: PROGRESSIVE[:LAST_SCAN] + END,
    "the middle of a JPEG": lambda: BASELINE[: len(BASELINE) * 2 // 3] + END,
    "the half that a JPEG claims": lambda: of_height(800),
    "what was never copied": lambda: emptied(NOISE, len(NOISE) // 2),
    "what was never copied, but the end": lambda: emptied(NOISE, 5000) + END,
    "what was never copied of a HEIC": lambda: emptied(encoded(noise(330), "HEIF"), 70_000),
    "what was never copied of a short HEIC": lambda: emptied(encoded(noise(330), "HEIF"), 2000),
    "what was never copied of an AVIF": lambda: emptied(encoded(noise(330), "AVIF"), 2000),
    "what was never copied of a WebP": lambda: emptied(encoded(noise(330), "WEBP"), 2000),
    "rows of a PNG": lambda: png(2, 200),
    "a palette": lambda: png(3, 400),
}


def refused(tmp_path: Path, content: bytes) -> Refusal:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(MediaRefusedError) as problem:
        probe(path)
    return problem.value.reason


@pytest.mark.parametrize("lost", PICTURES)
def test_a_picture_that_lacks_a_part(tmp_path: Path, lost: str) -> None:
    assert refused(tmp_path, PICTURES[lost]()) is Refusal.TRUNCATED


@pytest.mark.parametrize(("form", "grey"), [("JPEG", 128), ("JPEG", 255), ("PNG", 0)])
def test_a_picture_that_ends_as_if_it_lacked_something(
    tmp_path: Path, form: str, grey: int
) -> None:
    """In the colour that stands for what is missing, or in zeros that stand for one colour."""
    path = tmp_path / "file"
    plain = Image.new("RGB", (1600, 1600), (grey,) * 3)
    path.write_bytes(encoded(plain, form, optimize=True))
    assert probe(path).width == 1600


@pytest.mark.parametrize("without_losses", [True, False])
def test_a_webp_whose_last_rows_are_plain_is_whole(tmp_path: Path, without_losses: bool) -> None:
    grey = Image.frombytes("L", (800, 800), random.Random(1).randbytes(800 * 800))
    picture = grey.convert("RGB")
    picture.paste("white", (0, 768, 800, 800))
    path = tmp_path / "file"
    path.write_bytes(encoded(picture, "WEBP", lossless=without_losses, method=0))
    assert path.read_bytes().endswith(bytes(100))
    assert probe(path).width == 800


def grey_with_a_scan_for_each_colour() -> bytes:
    """Its blue and red are zeros from beginning to end."""
    colour, grey = (
        encoded(quarters(400, 400), subsampling="4:4:4"),
        encoded(noise(400).convert("L")),
    )

    def scan(number: int, tables: int) -> bytes:
        return bytes((0xFF, 0xDA, 0, 8, 1, number, tables, 0, 63, 0))

    luma = grey.partition(scan(1, 0))[2].removesuffix(END)
    nothing = bytes(50 * 50 // 2)  # of each block four bits
    parts = (scan(1, 0), luma, scan(2, 0x11), nothing, scan(3, 0x11), nothing, END)
    return colour[: colour.index(b"\xff\xda")] + b"".join(parts)


def test_a_jpeg_whose_last_colour_is_empty_is_whole(tmp_path: Path) -> None:
    (path := tmp_path / "file").write_bytes(grey_with_a_scan_for_each_colour())
    assert probe(path).width == 400


def turning() -> bytes:
    upright = quarters(360, 361)
    return gif(upright, upright.rotate(180), milliseconds=2000)


@pytest.mark.parametrize("kept", [0.4, 0.97])
def test_a_gif_that_ends_too_early(tmp_path: Path, kept: float) -> None:
    whole = turning()
    assert refused(tmp_path, whole[: int(len(whole) * kept)]) is Refusal.BROKEN_GIF


def test_words_behind_the_last_picture_of_a_gif_are_no_picture(
    take: Taker, files: MediaFiles
) -> None:
    item = take(turning()[:-1] + b"!\xfe\x05hello\0;")
    assert item.duration == pytest.approx(4.0)
    path = prepared_paths(prepare(post(PostType.VIDEO, item), files), files)[0]
    accepted_video(path, PostType.VIDEO)
    assert duration(path) == pytest.approx(4.0, abs=0.1)


@pytest.mark.parametrize("flags", ["faststart", "frag_keyframe+empty_moov"])
def test_a_video_cut_between_two_of_its_packets(tmp_path: Path, flags: str) -> None:
    (tmp_path / "clip.mp4").write_bytes(flashing())
    path = tmp_path / "film.mp4"
    run("-i", str(tmp_path / "clip.mp4"), "-c", "copy", "-movflags", flags, str(path))
    content = path.read_bytes()
    with av.open(io.BytesIO(content), "r") as container:
        ends = sorted((one.pos or 0) + one.size for one in container.demux() if one.size)
    assert refused(tmp_path, content[: ends[-5]]) is Refusal.BROKEN_VIDEO
