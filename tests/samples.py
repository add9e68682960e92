"""Real pictures and clips for the tests, made when they are needed."""

import io
import tempfile
from functools import cache
from pathlib import Path

from PIL import Image

from tests.films import run
from tests.made import made_once


@cache
def jpeg(width: int = 320, height: int = 400, colour: str = "teal") -> bytes:
    """A plain JPEG, by default as small as Instagram takes it."""
    return _encoded(Image.new("RGB", (width, height), colour), "JPEG")


def png(width: int = 800, height: int = 1000) -> bytes:
    """A PNG with a transparent half."""
    picture = Image.new("RGBA", (width, height), (200, 40, 40, 255))
    picture.paste((0, 0, 0, 0), (0, 0, width // 2, height))
    return _encoded(picture, "PNG")


@made_once
def clip(width: int = 360, height: int = 640, seconds: float = 4.0) -> bytes:
    """An MP4 with moving pictures and a tone, H.264 and AAC."""
    pictures = ("-f", "lavfi", "-i", f"testsrc=s={width}x{height}:r=24:d={seconds}")
    tone = ("-f", "lavfi", "-i", f"sine=440:r=44100:d={seconds}", "-c:a", "aac")
    encoding = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        run(*pictures, *tone, *encoding, "-movflags", "+faststart", str(path))
        return path.read_bytes()


def _encoded(picture: Image.Image, form: str) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form)
    return buffer.getvalue()
