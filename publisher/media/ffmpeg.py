"""ffmpeg as a locked-down process: one input file, no network, no second file, bounded in all."""

import re
import resource
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe

from publisher.media.refused import MediaRefusedError, Refusal

WALL_SECONDS = 60
CPU_SECONDS = 60
MEMORY_BYTES = 2 * 1024**3
OUTPUT_BYTES = 50 * 1024**2

LOCKED_INPUT = ("-nostdin", "-protocol_whitelist", "file", "-f", "mov")
"""Only the demuxer for MP4 and MOV, only local files: playlists and scripts are not understood."""

DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")
VIDEO = re.compile(r"Stream #\S+.*?: Video: (\w+).*?, (\d{2,5})x(\d{2,5})")
AUDIO = re.compile(r"Stream #\S+.*?: Audio: (\w+)")
ROTATION = re.compile(r"rotation of (-?\d+(?:\.\d+)?) degrees")


@dataclass(frozen=True)
class Inspected:
    """What a video file holds. Sizes are as displayed, the duration in seconds."""

    width: int
    height: int
    duration: float
    video_codec: str
    audio_codec: str | None


def inspect(path: Path) -> Inspected:
    """Read the streams, decode the first frame, and read the rest. Raises MediaRefusedError."""
    nowhere = ("-f", "null", "-")
    first_frame = ("-map", "0:v:0?", "-frames:v", "1", *nowhere)
    whole_file = ("-map", "0:v:0?", "-map", "0:a:0?", "-c", "copy", *nowhere)
    done = _run("-xerror", "-i", str(path.resolve()), *first_frame, *whole_file)
    duration, video = DURATION.search(done.stderr), VIDEO.search(done.stderr)
    if video is None and duration is not None and AUDIO.search(done.stderr):
        raise MediaRefusedError(Refusal.NO_VIDEO_TRACK)
    if video is None or duration is None or done.returncode != 0:
        raise MediaRefusedError(Refusal.BROKEN_VIDEO)
    hours, minutes, seconds = duration.groups()
    width, height = int(video[2]), int(video[3])
    rotation, audio = ROTATION.search(done.stderr), AUDIO.search(done.stderr)
    if rotation and round(float(rotation[1])) % 180 == 90:
        width, height = height, width
    return Inspected(
        width=width,
        height=height,
        duration=int(hours) * 3600 + int(minutes) * 60 + float(seconds),
        video_codec=video[1],
        audio_codec=audio[1] if audio else None,
    )


def cover_frame(video: Path, target: Path) -> None:
    """Write a telling frame of the first seconds as JPEG: not a black one if there is another.

    Raises MediaRefusedError.
    """
    picks = ("-vf", "thumbnail=n=50", "-frames:v", "1", "-q:v", "2", "-f", "image2", "-update", "1")
    done = _run("-i", str(video.resolve()), *picks, str(target.resolve()))
    if done.returncode != 0 or not target.exists() or target.stat().st_size == 0:
        raise MediaRefusedError(Refusal.BROKEN_VIDEO)


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run in an empty folder of its own. A run that exceeds its bounds counts as broken video."""
    with tempfile.TemporaryDirectory(prefix="postbote-ffmpeg-") as folder:
        try:
            return subprocess.run(
                [get_ffmpeg_exe(), "-hide_banner", "-y", *LOCKED_INPUT, *arguments],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                timeout=WALL_SECONDS,
                preexec_fn=_limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise MediaRefusedError(Refusal.BROKEN_VIDEO) from None


def _limit() -> None:
    """Between fork and exec: bounds that the process cannot leave."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
