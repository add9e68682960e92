"""Real clips of every awkward kind, made by ffmpeg when they are needed."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe

from tests.made import made_once

HLG, PQ = "arib-std-b67", "smpte2084"

QUARTERS = ("red", "lime", "blue", "white")
"""Top left, top right, bottom left, bottom right: what is turned or mirrored shows at once."""


LONG_SECONDS = 10


@dataclass(frozen=True)
class Film:
    """What to film. Sizes in pixels as displayed, times in seconds."""

    width: int = 324
    height: int = 576
    seconds: float = 3.1
    fps: str = "24"
    codec: str = "libx264"
    pixels: str = "yuv420p"
    sound: str | None = "aac"
    channels: int = 2
    suffix: str = ".mp4"
    hdr: str | None = None
    rotation: int = 0
    """Degrees by which the file lies on its side; upright when it is played."""
    place: str | None = None
    """ISO 6709, as phones write it."""
    uneven: bool = False
    """With a variable frame rate."""
    options: tuple[str, ...] = ()
    """More of ffmpeg's, before the output."""


@made_once
def film(wanted: Film) -> bytes:
    """The clip: four coloured quarters, and a tone."""
    with tempfile.TemporaryDirectory() as folder:
        lying, target = (
            Path(folder) / f"lying{wanted.suffix}",
            Path(folder) / f"film{wanted.suffix}",
        )
        run(*_pictures(wanted), *_encoding(wanted), str(lying))
        turned = ("-display_rotation", str(-wanted.rotation)) if wanted.rotation else ()
        loops = ("-stream_loop", str(round(wanted.seconds / _encoded_seconds(wanted)) - 1))
        place = ("-metadata", f"location={wanted.place}") if wanted.place else ()
        sound: tuple[str, ...] = ()
        if wanted.sound:
            heard = Path(folder) / f"heard{wanted.suffix}"
            heard.write_bytes(_tone(wanted.sound, wanted.channels, wanted.seconds, wanted.suffix))
            sound = ("-i", str(heard))
        run(*turned, *loops, "-i", str(lying), *sound, *place, "-c", "copy", str(target))
        return target.read_bytes()


def run(*arguments: str) -> None:
    """Run ffmpeg; raises with what it said."""
    command = [get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-y", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _encoded_seconds(wanted: Film) -> float:
    """What is large or long is encoded in short, and then repeated."""
    if _is_large(wanted):
        return 0.1
    return 1.0 if wanted.seconds >= LONG_SECONDS else wanted.seconds


def _is_large(wanted: Film) -> bool:
    return wanted.width * wanted.height > 4_000_000


def _pictures(wanted: Film) -> tuple[str, ...]:
    width, height = wanted.width, wanted.height
    if wanted.rotation % 180:
        width, height = height, width
    colours = _as_filmed(wanted.rotation)
    places = [("0", "0"), ("iw/2", "0"), ("0", "ih/2"), ("iw/2", "ih/2")]
    boxes = ",".join(
        f"drawbox=x={x}:y={y}:w=iw/2+1:h=ih/2+1:c={colour}:t=fill"
        for (x, y), colour in zip(places, colours, strict=True)
    )
    if _is_large(wanted):
        width, height = width // 4, height // 4
    size = f"s={width}x{height}:r={wanted.fps}:d={1 / float(wanted.fps)}"
    return ("-f", "lavfi", "-i", f"color=black:{size},format=gbrp,{boxes}")


def _as_filmed(rotation: int) -> tuple[str, ...]:
    """The quarters as they lie in a file that is turned clockwise by `rotation` to be shown."""
    first, second, third, fourth = QUARTERS
    return {
        0: (first, second, third, fourth),
        90: (second, fourth, first, third),
        180: (fourth, third, second, first),
        270: (third, first, fourth, second),
    }[rotation]


@made_once
def _tone(codec: str, channels: int, seconds: float, suffix: str) -> bytes:
    """Sound alone: to encode it takes longer than the pictures, and most clips have the same."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"tone{suffix}"
        tone = ("-f", "lavfi", "-i", f"sine=440:r=48000:d={seconds}")
        run(*tone, "-c:a", codec, "-ac", str(channels), str(path))
        return path.read_bytes()


def _encoding(wanted: Film) -> tuple[str, ...]:
    colours: tuple[str, ...]
    steps = ["zscale=min=gbr:rin=full:m=bt709:r=limited"]
    colours = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709")
    if wanted.hdr:
        source = "zscale=tin=bt709:pin=bt709:min=gbr:rin=full:npl=203"
        steps = [f"{source}:p=bt2020:t={wanted.hdr}:m=bt2020nc:r=limited"]
        colours = ("-color_primaries", "bt2020", "-color_trc", wanted.hdr)
        colours += ("-colorspace", "bt2020nc")
    steps.append(f"format={wanted.pixels}")
    if _is_large(wanted):
        steps.append(f"scale={wanted.width}:{wanted.height}:flags=neighbor")
    steps.append("loop=loop=-1:size=1")  # one frame is drawn, the others are like it
    if wanted.uneven:
        steps.append(r"select=lt(mod(n\,10)\,6)")
    uneven = ("-fps_mode", "vfr") if wanted.uneven else ()
    hevc = ("-x265-params", "log-level=error", "-tag:v", "hvc1")
    encoder = ("-c:v", wanted.codec, "-preset", "ultrafast", *(hevc * (wanted.codec == "libx265")))
    graph = ("-vf", ",".join(steps), *uneven)
    length = ("-t", str(_encoded_seconds(wanted)))
    return (*graph, *encoder, *colours, "-color_range", "tv", *length, *wanted.options)
