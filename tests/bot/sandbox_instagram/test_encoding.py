"""How a video may be encoded and how it may not, at both sides of each limit."""

from typing import Any

import pytest
from instagrapi import Client
from requests import Response

from bot.sandbox.instagram import encoding
from bot.sandbox.instagram.state import InstagramState
from tests.bot.sandbox_instagram import posting
from tests.bot.sandbox_instagram.conftest import MakeVideo

SIZE = (320, 320)
TONE = ("-f", "lavfi", "-i", "sine=duration=3")
TWO_TRACKS = ("-map", "0:v", "-map", "1:a", "-map", "1:a", "-c:a:0", "libmp3lame", "-c:a:1", "aac")


def sound(*options: str) -> dict[str, tuple[str, ...]]:
    return {"sound": TONE, "more": ("-c:a", *options)}


def pixels(form: str) -> dict[str, tuple[str, ...]]:
    return {"more": ("-pix_fmt", form)}


TAKEN: dict[str, dict[str, Any]] = {
    "the slowest": {"rate": "24000/1001"},
    "23 frames": {"rate": "23"},
    "the fastest": {"rate": "60"},
    "full range": pixels("yuvj420p"),
    "AAC": sound("aac"),
    "AAC in stereo, 48 kHz": sound("aac", "-ac", "2", "-ar", "48000"),
    "silent": {},
    "AAC beside other sound": {"sound": TONE, "more": TWO_TRACKS},
    "the index at the end": {"more": ("-movflags", "-faststart")},
    "a place in the metadata": {"more": ("-metadata", "location=+48.2082+016.3738/")},
}

REFUSED: dict[str, dict[str, Any]] = {
    "too slow": {"rate": "22"},
    "too fast": {"rate": "61"},
    "ten bits": pixels("yuv420p10le"),
    "4:2:2": pixels("yuv422p"),
    "4:4:4": pixels("yuv444p"),
    "MP3": sound("libmp3lame"),
    "Opus": sound("libopus"),
    "AAC of 96 kHz": sound("aac", "-ar", "96000"),
    "AAC in 5.1": sound("aac", "-ac", "6"),
}


def uploaded(
    client: Client, make_video: MakeVideo, size: tuple[int, int], how: dict[str, Any]
) -> Response:
    data = make_video(*size, **how).read_bytes()
    return posting.rupload_video(client, data, "1", size, 3)


@pytest.mark.parametrize("how", TAKEN.values(), ids=TAKEN)
def test_what_the_specification_names_is_taken(
    state: InstagramState, client: Client, make_video: MakeVideo, how: dict[str, Any]
) -> None:
    assert uploaded(client, make_video, SIZE, how).status_code == 200
    assert state.uploads["1"].video


@pytest.mark.parametrize("how", REFUSED.values(), ids=REFUSED)
def test_a_video_encoded_otherwise_is_refused(
    state: InstagramState, client: Client, make_video: MakeVideo, how: dict[str, Any]
) -> None:
    refused = uploaded(client, make_video, SIZE, how)

    assert refused.status_code == 400
    assert refused.json()["debug_info"]["type"] == "ProcessingFailedError"
    assert state.uploads == {}
    assert list(state.files.iterdir()) == []


@pytest.mark.parametrize(
    ("size", "status"), [((1920, 64), 200), ((1922, 64), 400), ((64, 1922), 200)]
)
def test_a_video_has_1920_columns_at_the_most(
    client: Client, make_video: MakeVideo, size: tuple[int, int], status: int
) -> None:
    assert uploaded(client, make_video, size, {}).status_code == status


REPORT = """
Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'x.mp4':
  Metadata:
    title           : a
                    :   Stream #0:0: Video: h264, yuv420p, 640x360, 30 fps
  Duration: 00:01:02.50, start: 0.000000, bitrate: 1000 kb/s
  Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p(tv, bt709, progressive),\
 1080x1920 [SAR 1:1 DAR 9:16], {kilobits} kb/s, {fps} fps, 30 tbr, 15360 tbn (default)
Output #0, null, to 'pipe:':
  Stream #0:0: Video: wrapped_avframe, yuv420p, 640x360, q=2-31, 200 kb/s, 30 fps, 30 tbn
"""


@pytest.mark.parametrize(
    ("kilobits", "fps", "fits"),
    [
        ("25000", "30", True),
        ("25001", "30", False),
        ("900", "59.94", True),
        ("900", "60.01", True),
        ("900", "60.03", False),
        ("900", "22.98", False),
        ("900", "1k", False),
    ],
)
def test_a_report_tells_the_rates(kilobits: str, fps: str, fits: bool) -> None:
    found = encoding.understood(REPORT.format(kilobits=kilobits, fps=fps))

    assert found
    assert (found.width, found.height, found.duration) == (1080, 1920, 62.5)
    assert (encoding.objection(found) is None) is fits


def test_a_report_without_a_video_is_none() -> None:
    assert encoding.understood("Input #0\n  Duration: 00:00:03.00\nOutput #0\n") is None
