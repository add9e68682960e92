"""Clips with a white flash and a beep at each full second, and when a file really has them."""

import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from imageio_ffmpeg import get_ffmpeg_exe

from tests.films import run
from tests.made import made_once

Marks = npt.NDArray[np.bool_]
"""For each hundredth of a second, whether it is so."""

H264 = ("-c:v", "libx264", "-preset", "veryfast", "-g", "48", "-pix_fmt", "yuv420p")
"""With B-frames, and a key frame every two seconds."""


@made_once
def flashing(
    seconds: float = 6,
    *,
    size: str = "324x576",
    rate: int = 24,
    steps: str = "null",
    pictures: tuple[str, ...] = H264,
    sound: tuple[str, ...] = ("-c:a", "aac"),
    suffix: str = ".mp4",
) -> bytes:
    """The clip; complies with a reel. `steps` are more of ffmpeg's filters.

    Its lower third is grey, so that the first frame looked at is a cover already.
    """
    grey = "drawbox=y=ih*2/3:c=gray:t=fill"
    flash = "drawbox=c=white:t=fill:enable='lt(mod(t,1),0.1)'"
    beep = "aevalsrc='if(lt(mod(t,1),0.1),sin(2*PI*1000*t),0)'"
    shown = f"color=black:s={size}:r={rate}:d={seconds},{grey},{flash},{steps}"
    inputs = ("-f", "lavfi", "-i", shown, "-f", "lavfi", "-i", f"{beep}:s=48000:d={seconds}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"flashing{suffix}"
        run(*inputs, *pictures, *sound, str(path))
        return path.read_bytes()


def flashes(path: Path) -> list[float]:
    """Seconds at which the picture turns white."""
    light, _ = _decoded(path)
    return _starts(np.frombuffer(light, np.uint8) > 128)


def beeps(path: Path) -> list[float]:
    """Seconds at which a tone begins, silence of up to 50 ms being a part of it."""
    sound = np.frombuffer(_decoded(path)[1], np.int16)
    loudest = np.abs(sound[: len(sound) // 80 * 80].astype(float)).reshape(-1, 80).max(axis=1)
    loud = loudest > 2000
    return [start for start in _starts(loud) if not _before(loud, start).any()]


def _before(there: Marks, second: float) -> Marks:
    place = round(second * 100)
    return there[max(place - 5, 0) : place]


def _starts(there: Marks) -> list[float]:
    before = np.concatenate([[False], there[:-1]])
    return [place / 100 for place in np.flatnonzero(there & ~before)]


@lru_cache(maxsize=1)
def _decoded(path: Path) -> tuple[bytes, bytes]:
    """How light the picture is each hundredth of a second, and the sound at 8 kHz."""
    grey = "scale=1:1:flags=area,format=gray,fps=100:start_time=0"
    light = ("-map", "0:v:0", "-vf", grey, "-f", "rawvideo")
    steps = ("-af", "aresample=8000:async=1:first_pts=0", "-ac", "1", "-f", "s16le")
    with tempfile.NamedTemporaryFile() as sound:
        outputs = (*light, "-", "-map", "0:a:0", *steps, sound.name)
        command = [get_ffmpeg_exe(), "-v", "error", "-y", "-i", str(path), *outputs]
        done = subprocess.run(command, capture_output=True, check=True)
        return done.stdout, sound.read()
