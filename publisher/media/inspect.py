"""What a video file holds, read from what ffmpeg says of it."""

import re
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from publisher.media import ffmpeg
from publisher.media.refused import MediaRefusedError, Refusal

HDR_TRANSFERS = frozenset({"smpte2084", "arib-std-b67"})
"""PQ and HLG."""

STREAM = re.compile(r"^  Stream #0:(\d+)[^:\n]*: (Video|Audio): (.*)$", re.MULTILINE)
"""Only at the start of a line: what a file says of itself is printed further to the right."""
DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)
CODEC = re.compile(r"(\w+)(?: \(([^)/]*)\))?")
PICTURE = re.compile(r", (\w+)(?:\(([^)]*)\))?, (\d{1,5})x(\d{1,5})")
PIXEL_SHAPE = re.compile(r"\[SAR (\d+):(\d+)")
KILOBITS = re.compile(r", (\d+) kb/s")
FPS = re.compile(r", (\d+(?:\.\d+)?)(k?) fps")
BASE_RATE = re.compile(r", (\d+(?:\.\d+)?)(k?) tbr")
HERTZ = re.compile(r", (\d+) Hz")
ROTATION = re.compile(r"^ {6}Display Matrix: rotation of (-?\d+(?:\.\d+)?) degrees", re.MULTILINE)
DOLBY = re.compile(r"^ {6}DOVI configuration record: .*?profile: (\d+)", re.MULTILINE)
LOCATION = re.compile(r"^ +(?:com\.apple\.quicktime\.)?location\b", re.MULTILINE | re.IGNORECASE)

UNEVEN = 0.1
"""Average and base rate that differ by more than this share mean a variable frame rate."""


@dataclass(frozen=True)
class Audio:
    """A sound track."""

    index: int
    codec: str
    profile: str
    hertz: int
    channels: str
    kilobits: int


@dataclass(frozen=True)
class Video:
    """The streams of a file that matter. Width and height are as displayed, times in seconds."""

    index: int
    codec: str
    pixels: str
    """Pixel format, such as yuv420p."""
    width: int
    height: int
    square_pixels: bool
    rotation: int
    """Degrees; 0 for a file that lies the way it is shown."""
    fps: float
    constant_rate: bool
    interlaced: bool
    range: str
    primaries: str
    transfer: str
    kilobits: int
    duration: float
    dolby_profile: int | None
    audio: Audio | None
    has_unreadable_sound: bool
    tells_location: bool

    @property
    def hdr(self) -> bool:
        return self.transfer in HDR_TRANSFERS


NOWHERE = ("-f", "null", "-")

REMEMBERED = 256
_seen: OrderedDict[tuple[int, ...], Video] = OrderedDict()
"""What was found in files looked at lately: ffmpeg decodes a dozen frames to know a stream, which
takes longer than to copy a file that was looked at when it came and needs nothing else."""


def inspect(path: Path) -> Video:
    """Read the streams, once for each file. Raises MediaRefusedError, OSError."""
    found = _seen.get(_identity(path))
    if found is not None:
        return found
    first_packet = ("-map", "0:V:0?", "-c", "copy", "-frames:v", "1", *NOWHERE)
    return _remembered(path, _reported(ffmpeg.run(path, first_packet)))


def inspect_whole(path: Path) -> Video:
    """Read the streams, decode the first picture, and read all else. Raises MediaRefusedError."""
    first_picture = ("-map", "0:V:0?", "-frames:v", "1", *NOWHERE)
    whole_file = ("-map", "0:V:0?", "-map", "0:a?", "-c", "copy", *NOWHERE)
    _reported(ffmpeg.run(path, first_picture, before=("-xerror",)))
    return _remembered(path, _reported(ffmpeg.run(path, whole_file, before=("-xerror",))))


def _remembered(path: Path, video: Video) -> Video:
    _seen[_identity(path)] = video
    while len(_seen) > REMEMBERED:
        _seen.popitem(last=False)  # in one step: several threads are at it
    return video


def _identity(path: Path) -> tuple[int, ...]:
    """The same for as long as nobody writes to the file, whatever it is called."""
    stat = path.stat()
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns


def _reported(done: ffmpeg.Finished) -> Video:
    video = understood(done.report)
    if not done.succeeded:
        raise MediaRefusedError(Refusal.BROKEN_VIDEO)
    return video


def understood(report: str) -> Video:
    """The streams that ffmpeg's report names. Raises MediaRefusedError."""
    duration = DURATION.search(report)
    streams = [(int(found[1]), found[2], found[3], found) for found in STREAM.finditer(report)]
    videos = [one for one in streams if one[1] == "Video" and "(attached pic)" not in one[2]]
    sounds = [_audio(index, text) for index, kind, text, _ in streams if kind == "Audio"]
    if duration is not None and sounds and not videos:
        raise MediaRefusedError(Refusal.NO_VIDEO_TRACK)
    if duration is None or not videos:
        raise MediaRefusedError(Refusal.BROKEN_VIDEO)
    index, _, text, place = videos[0]
    following = STREAM.search(report, place.end())
    details = report[place.end() : following.start() if following else len(report)]
    hours, minutes, seconds = duration.groups()
    audio = next((sound for sound in sounds if sound.codec != "none"), None)
    return _video(
        index,
        text,
        details,
        duration=int(hours) * 3600 + int(minutes) * 60 + float(seconds),
        audio=audio,
        has_unreadable_sound=bool(sounds) and audio is None,
        tells_location=LOCATION.search(report) is not None,
    )


def _is_no_colour(part: str) -> bool:
    """Of what ffmpeg says about pixels, such as 'tv, bt709, progressive', the rest."""
    return part in ("tv", "pc", "progressive") or "first" in part or "coded" in part


def _video(index: int, text: str, details: str, **others: object) -> Video:
    codec, picture = CODEC.match(text), PICTURE.search(text)
    if codec is None or picture is None:
        raise MediaRefusedError(Refusal.BROKEN_VIDEO)
    colours = (picture[2] or "").split(", ")
    names = next((part for part in colours if not _is_no_colour(part)), "")
    _, primaries, transfer = names.split("/") if names.count("/") == 2 else (names,) * 3
    width, height = int(picture[3]), int(picture[4])
    shape = PIXEL_SHAPE.search(text)
    square = shape is None or shape[1] == shape[2] or "0" in shape.groups()
    if shape is not None and not square:
        width = max(round(width * int(shape[1]) / int(shape[2])), 1)
    turned, dolby = ROTATION.search(details), DOLBY.search(details)
    rotation = round(float(turned[1])) % 360 if turned else 0
    if rotation % 180 == 90:
        width, height = height, width
    fps, base = _rate(FPS, text), _rate(BASE_RATE, text)
    return Video(
        index=index,
        codec=codec[1],
        pixels=picture[1],
        width=width,
        height=height,
        square_pixels=square,
        rotation=rotation,
        fps=fps or base,
        constant_rate=bool(fps) and abs(fps - base) <= UNEVEN * base,
        interlaced=any("first" in part or "coded" in part for part in colours),
        range=colours[0] if colours[0] in ("tv", "pc") else "",
        primaries=primaries,
        transfer=transfer,
        kilobits=_number(KILOBITS, text),
        dolby_profile=int(dolby[1]) if dolby else None,
        **others,  # type: ignore[arg-type] # passed through from `understood`
    )


def _audio(index: int, text: str) -> Audio:
    codec, hertz = CODEC.match(text), HERTZ.search(text)
    rest = text[hertz.end() :].lstrip(", ") if hertz else ""
    return Audio(
        index=index,
        codec=codec[1] if codec else "none",
        profile=(codec[2] or "") if codec else "",
        hertz=int(hertz[1]) if hertz else 0,
        channels=rest.partition(",")[0],
        kilobits=_number(KILOBITS, text),
    )


def _number(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return int(found[1]) if found else 0


def _rate(pattern: re.Pattern[str], text: str) -> float:
    found = pattern.search(text)
    return float(found[1]) * (1000 if found[2] else 1) if found else 0.0
