"""Real pictures and clips for the tests, made when they are needed."""

import functools
import io
import tempfile
from pathlib import Path

import numpy as np
from moviepy.editor import AudioClip, VideoClip
from PIL import Image


def jpeg(width: int = 1080, height: int = 1350, colour: str = "teal") -> bytes:
    """A plain JPEG."""
    return _encoded(Image.new("RGB", (width, height), colour), "JPEG")


def png(width: int = 800, height: int = 1000) -> bytes:
    """A PNG with a transparent half."""
    picture = Image.new("RGBA", (width, height), (200, 40, 40, 255))
    picture.paste((0, 0, 0, 0), (0, 0, width // 2, height))
    return _encoded(picture, "PNG")


@functools.cache
def clip(width: int = 360, height: int = 640, seconds: float = 4.0) -> bytes:
    """An MP4 with a moving gradient and a tone, H.264 and AAC."""

    def frame(t: float) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
        ramp = (np.arange(width) * 255 // width + int(t * 60)) % 256
        picture = np.zeros((height, width, 3), np.uint8)
        picture[:, :, 1] = ramp
        picture[:, :, 2] = 120
        return picture

    def tone(t: float) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
        return np.array([0.1 * np.sin(440 * 2 * np.pi * t)]).T

    video = VideoClip(frame, duration=seconds).set_audio(
        AudioClip(tone, duration=seconds, fps=44100)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        video.write_videofile(
            str(path),
            fps=24,
            codec="libx264",
            audio_codec="aac",
            preset="ultrafast",
            temp_audiofile=str(Path(folder) / "audio.m4a"),
            ffmpeg_params=["-pix_fmt", "yuv420p", "-movflags", "+faststart"],
            verbose=False,
            logger=None,
        )
        return path.read_bytes()


def _encoded(picture: Image.Image, form: str) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form)
    return buffer.getvalue()
