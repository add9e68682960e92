"""Posts as they stand when their media are prepared, and a look at what came out."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from publisher.media.prepare import Ready, prepare
from storage.files import MediaFiles
from storage.lifecycle import PostType
from storage.models import MediaItem, Post
from tests.publisher.media.accepted import accepted_photo

Colour = tuple[int, int, int]

RED, LIME, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def post(post_type: PostType, *media: MediaItem, **choices: object) -> Post:
    """A draft of this type; `choices` are columns such as fit or trim_agreed."""
    defaults: dict[str, object] = {"fit_shift": 0.0, "trim_agreed": False, "caption": "Hello"}
    return Post(post_type=post_type, media=list(media), **{**defaults, **choices})


def prepared_paths(ready: Ready, files: MediaFiles) -> list[Path]:
    """Where the prepared files lie."""
    return [files.path(one.prepared) for one in ready.items]


def as_photo(
    take: Callable[[bytes], MediaItem], files: MediaFiles, content: bytes
) -> tuple[Image.Image, Ready, MediaItem]:
    """A file taken in and prepared as a post with one photo: what Instagram gets of it."""
    item = take(content)
    ready = prepare(post(PostType.PHOTO, item), files)
    return accepted_photo(prepared_paths(ready, files)[0], PostType.PHOTO), ready, item


def assert_close(found: object, wanted: Colour, tolerance: int = 24) -> None:
    """Whether a colour is right but for what compression does."""
    assert isinstance(found, tuple)
    off = max(abs(one - other) for one, other in zip(found, wanted, strict=True))
    assert off <= tolerance, f"{found} instead of {wanted}"


def assert_upright(picture: Image.Image, tolerance: int = 24) -> None:
    """Whether the four quarters of `films.QUARTERS` lie where they belong."""
    points = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
    for (x, y), colour in zip(points, (RED, LIME, BLUE, WHITE), strict=True):
        place = (int(picture.width * x), int(picture.height * y))
        assert_close(picture.convert("RGB").getpixel(place), colour, tolerance)


def cut_out(picture: Image.Image, width: int, height: int) -> Image.Image:
    """The middle of a canvas, as large as a picture of width:height that fills it one way."""
    scale = min(picture.width / width, picture.height / height)
    across, down = width * scale, height * scale
    left, top = (picture.width - across) / 2, (picture.height - down) / 2
    return picture.crop((round(left), round(top), round(left + across), round(top + down)))
