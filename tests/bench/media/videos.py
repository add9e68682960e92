"""A 1080p clip to a reel and to 4:5, against bare ffmpeg and moviepy; a compliant one, and cp."""

import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from imageio_ffmpeg import get_ffmpeg_exe
from moviepy.editor import VideoFileClip
from PIL import Image

from publisher.media.canvas import composed
from publisher.media.choices import video_bounds
from publisher.media.encoding import CRF, PRESET
from publisher.media.framing import Fit, Shape, frame
from publisher.media.streams import inspect
from publisher.media.video import Target, conversion, prepare_video
from tests.bench.media.race import OURS, Result, race
from tests.films import run

BARE, MOVIEPY, COPY = "bare ffmpeg, same settings", "moviepy's frames", "cp and a process start"
BYTES = 300_000_000
SHAPES = {
    "1080p to reel, blurred": Shape(9 / 16, video_bounds(9 / 16), Fit.BLUR),
    "1080p to 4:5, blurred": Shape(4 / 5, video_bounds(4 / 5), Fit.BLUR),
    "1080p to 4:5, cropped": Shape(4 / 5, video_bounds(4 / 5), Fit.CROP),
}


def results(folder: Path, rounds: int, seconds: int) -> Iterator[Result]:
    """All measured on clips of that length, with sound."""
    wide, tall, target = folder / "wide.mp4", folder / "tall.mp4", folder / "prepared.mp4"
    _film(wide, 1920, 1080, seconds)
    for what, shape in SHAPES.items():
        ours = partial(_ours, wide, target, Target(shape, BYTES))
        bare = partial(_bare, _command(wide, Target(shape, BYTES)), target)
        quick = race({OURS: ours, BARE: bare}, rounds)
        yield Result(what, BARE, quick[OURS], quick[BARE], most=1.1)
        slow = race({OURS: ours, MOVIEPY: partial(_moviepy, wide, target, shape)}, 1, warm_up=False)
        yield Result(what, MOVIEPY, slow[OURS], slow[MOVIEPY], least=3)
    _film(tall, 1080, 1920, seconds)
    ours = partial(_ours, tall, target, Target(SHAPES["1080p to reel, blurred"], BYTES))
    times = race({OURS: ours, COPY: partial(_copy, tall, target)}, rounds * 4)
    yield Result("compliant file", COPY, times[OURS], times[COPY], most=3)


def _film(path: Path, width: int, height: int, seconds: int) -> None:
    picture = f"testsrc2=s={width}x{height}:r=30:d={seconds}"
    tone = f"sine=440:r=48000:d={seconds}"
    inputs = ("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", tone)
    encoding = ("-c:v", "libx264", "-preset", "veryfast", "-b:v", "12M", "-pix_fmt", "yuv420p")
    run(*inputs, *encoding, "-c:a", "aac", "-ac", "2", str(path))


def _ours(source: Path, target: Path, wanted: Target) -> None:
    prepare_video(source, target, wanted, progress=lambda share: None)


def _command(source: Path, wanted: Target) -> list[str]:
    """The same settings, without limits on the process, progress, or a look at the file before."""
    found = inspect(source)
    plan = frame((found.width, found.height), wanted.shape, step=2)
    command = [get_ffmpeg_exe(), "-loglevel", "error", "-y", "-i", str(source)]
    return [*command, *conversion(found, plan, wanted, is_copied=False)]


def _bare(command: list[str], target: Path) -> None:
    subprocess.run([*command, str(target)], check=True)


def _moviepy(source: Path, target: Path, shape: Shape) -> None:
    """Each frame through Python, scaled by Pillow since moviepy 1.0.3's own scaling is broken."""

    def framed(pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> object:
        picture = composed(Image.fromarray(pixels), shape)
        even = (picture.width // 2 * 2, picture.height // 2 * 2)
        return np.asarray(picture.crop((0, 0, *even)))

    movie = VideoFileClip(str(source))
    movie.fl_image(framed).write_videofile(
        str(target),
        codec="libx264",
        audio_codec="aac",
        preset=PRESET,
        temp_audiofile=str(target.with_suffix(".m4a")),
        ffmpeg_params=["-crf", CRF, "-pix_fmt", "yuv420p"],
        verbose=False,
        logger=None,
    )
    movie.close()


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    subprocess.run(
        [get_ffmpeg_exe(), "-loglevel", "error", "-version"], capture_output=True, check=True
    )
