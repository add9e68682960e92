"""How a video is encoded, read from what ffmpeg says of it, and whether Instagram takes that.

The figures are those of Meta's "Reel / Story Video Specifications" ("IG User Media" in the
developer documentation). What it asks for besides (the index at the front, no edit lists, 128 kbps
of sound at the most) is not known to be a reason to refuse, so the sandbox takes videos without.
"""

import re
from dataclasses import dataclass

MOST_COLUMNS = 1920
"""Pixels from left to right."""

SLOWEST_FPS, FASTEST_FPS = 23.0, 60.0
"""Frames per second."""
FPS_ROUNDING = 0.01
"""ffmpeg names an average in hundredths."""

MOST_KILOBITS = 25_000
"""Of the pictures, in a second."""

PIXELS = frozenset({"yuv420p", "yuvj420p"})
"""4:2:0; of the number of bits nothing is published, eight is the stricter reading. The second is
the same with the full range of values, seen to be taken in messages (mautrix/instagram #80)."""

HIGHEST_HERTZ = 48_000
CHANNELS = frozenset({"mono", "stereo"})

DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)
STREAM = re.compile(r"^  Stream #0:\d+[^:\n]*: (Video|Audio): (.*)$", re.MULTILINE)
"""Only at the start of a line: what a file says of itself is printed further to the right."""
CODEC = re.compile(r"\w+")
PICTURE = re.compile(r", (\w+)(?:\([^)]*\))?, (\d{2,5})x(\d{2,5})")
KILOBITS = re.compile(r", (\d+) kb/s")
FPS = re.compile(r", (\d+(?:\.\d+)?)(k?) fps")
SOUND = re.compile(r", (\d+) Hz, ([^,]+)")


@dataclass(frozen=True)
class Encoding:
    """What ffmpeg says of a video; `pictures` and `sounds` are its lines about the streams."""

    pictures: str
    sounds: list[str]
    pixels: str
    width: int
    height: int
    duration: float


def understood(report: str) -> Encoding | None:
    """What the report says of the file that was read; None when there is no video in it."""
    source = report.partition("\nOutput #")[0]
    streams = STREAM.findall(source)
    pictures = next((text for kind, text in streams if kind == "Video"), "")
    picture, length = PICTURE.search(pictures), DURATION.search(source)
    if not picture or not length:
        return None
    hours, minutes, seconds = length.groups()
    return Encoding(
        pictures,
        [text for kind, text in streams if kind == "Audio"],
        pixels=picture[1],
        width=int(picture[2]),
        height=int(picture[3]),
        duration=int(hours) * 3600 + int(minutes) * 60 + float(seconds),
    )


def objection(found: Encoding) -> str | None:
    """Why Instagram does not take a video that is encoded like this; None when it does.

    Of several sound tracks one that is taken is enough; a video may also be silent.
    """
    if _codec(found.pictures) != "h264":
        return "not H.264"
    if found.pixels not in PIXELS:
        return f"not 4:2:0 in eight bits: {found.pixels}"
    if found.width > MOST_COLUMNS:
        return f"too wide: {found.width} columns"
    if not SLOWEST_FPS - FPS_ROUNDING <= _fps(found) <= FASTEST_FPS + FPS_ROUNDING:
        return f"frame rate out of range: {_fps(found)}"
    kilobits = KILOBITS.search(found.pictures)
    if kilobits and int(kilobits[1]) > MOST_KILOBITS:
        return f"too many bits a second: {kilobits[1]} kb/s"
    if found.sounds and not any(_is_taken(sound) for sound in found.sounds):
        return "not a single valid audio stream"
    return None


def _codec(stream: str) -> str:
    found = CODEC.match(stream)
    return found[0] if found else ""


def _fps(found: Encoding) -> float:
    rate = FPS.search(found.pictures)
    return float(rate[1]) * (1000 if rate[2] else 1) if rate else 0.0


def _is_taken(sound: str) -> bool:
    """Whether it is AAC of 48 kHz at the most, mono or stereo."""
    form = SOUND.search(sound)
    if _codec(sound) != "aac" or not form:
        return False
    return int(form[1]) <= HIGHEST_HERTZ and form[2] in CHANNELS
