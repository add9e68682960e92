"""Awkward media for the end-to-end tests, and a look at what Instagram was given."""

import io
import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image

from bot.sandbox.instagram.posts import Item
from tests.end_to_end.conftest import World
from tests.films import run
from tests.made import made_once

Colour = tuple[int, int, int]

STRIPE = "drawbox=h=ih/4:c=white:t=fill"
STRIPES: tuple[str, ...] = ("red", "lime", "blue")


def stripes(width: int, height: int, form: str = "JPEG", **options: object) -> bytes:
    """A picture in three upright stripes, red, lime and blue, from the left."""
    picture = Image.new("RGB", (width, height))
    for number, colour in enumerate(STRIPES):
        box = (width * number // 3, 0, width * (number + 1) // 3, height)
        picture.paste(colour, box)
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


@made_once
def video(
    size: str = "640x360",
    seconds: float = 4,
    *,
    codec: str = "libx264",
    suffix: str = ".mp4",
    source: str = "smptebars",
    rate: int = 25,
    sound: bool = True,
    more: tuple[str, ...] = (),
) -> bytes:
    """A clip made by ffmpeg; with a white stripe at its top, so that it has a telling frame."""
    tone = ("-f", "lavfi", "-i", f"sine=440:d={seconds}") if sound else ()
    separator = ":" if "=" in source else "="
    picture = ("-f", "lavfi", "-i", f"{source}{separator}s={size}:r={rate}:d={seconds},{STRIPE}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"clip{suffix}"
        preset = ("-preset", "ultrafast", "-pix_fmt", "yuv420p")
        run(*picture, *tone, "-c:v", codec, *preset, *more, "-c:a", "aac", str(path))
        return path.read_bytes()


@dataclass(frozen=True)
class Published:
    """What Instagram shows of an item."""

    width: int
    height: int
    colours: list[str]
    """Of the middle row at a sixth, a half and five sixths."""
    edge: Colour
    """Of the middle of the top edge."""
    info: str
    """What ffmpeg says about a video."""
    metadata: dict[str, object]
    content: bytes


def published(world: World, item: Item) -> Published:
    """Read the bytes that Instagram got, as it would."""
    path = world.instagram.files / (item.video or item.photo).file
    if item.video:
        frame, info = _frame(path)
    else:
        frame, info = path.read_bytes(), ""
    with Image.open(io.BytesIO(frame)) as opened:
        picture = opened.convert("RGB")
        metadata = {"exif": dict(opened.getexif()), "icc": opened.info.get("icc_profile")}
    width, height = picture.size
    names = [name_of(pixel(picture, width * n // 6, height // 2)) for n in (1, 3, 5)]
    edge = pixel(picture, width // 2, 2)
    return Published(width, height, names, edge, info, metadata, path.read_bytes())


def cover_colours(world: World, item: Item) -> list[str]:
    """The same of a video's cover."""
    return published(world, Item(item.photo)).colours


def seconds_of(info: str) -> float:
    found = re.search(r"Duration: (\d+):(\d+):([\d.]+)", info)
    assert found, info
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3])


def picture_of(world: World, message: dict[str, object]) -> Image.Image:
    """The photo that the bot has sent with this message."""
    sizes = json.loads(json.dumps(message["photo"]))
    stored = world.telegram.files.by_unique_id(sizes[-1]["file_unique_id"])
    assert stored is not None
    return Image.open(world.telegram.files.location(stored)).convert("RGB")


def _frame(path: Path) -> tuple[bytes, str]:
    """The first frame, turned as a player would, and what ffmpeg says."""
    arguments = ["-i", str(path), "-frames:v", "1", "-c:v", "png", "-f", "image2pipe", "-"]
    done = subprocess.run(
        [get_ffmpeg_exe(), "-nostdin", "-hide_banner", *arguments], capture_output=True, check=True
    )
    return done.stdout, done.stderr.decode(errors="replace")


def pixel(picture: Image.Image, x: int, y: int) -> Colour:
    red, green, blue = picture.getpixel((x, y))  # type: ignore[misc] # RGB has three
    return int(red), int(green), int(blue)


def name_of(colour: Colour) -> str:
    """The nearest of the primary colours, white and black."""
    names = {
        "red": (255, 0, 0),
        "lime": (0, 255, 0),
        "blue": (0, 0, 255),
        "white": (255, 255, 255),
        "black": (0, 0, 0),
    }
    return min(names, key=lambda name: _distance(names[name], colour))


def _distance(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def lose(world: World, name: str) -> None:
    """A file is gone from the disk, and Telegram does not have it any more."""
    world.services.files.remove([name])
    gone = "Bad Request: wrong file_id or the file is temporarily unavailable"
    world.telegram.fail("getFile", status=400, description=gone)
