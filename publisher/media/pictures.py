"""Opening strangers' pictures: formats on a list, pixels counted before anything is decoded."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pillow_heif
from PIL import Image, UnidentifiedImageError

from publisher.media.refused import MediaRefusedError, Refusal
from publisher.media.rules import MAX_PIXELS, MIN_WIDTH

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "GIF")
"""All that Pillow is allowed to try."""

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

ORIENTATION = 0x0112
GPS = 0x8825
SIDEWAYS = frozenset({5, 6, 7, 8})
"""EXIF orientations that swap width and height."""


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """The picture, not decoded yet.

    Raises MediaRefusedError, also for what fails in the block, and OSError for a file that is gone.
    """
    with path.open("rb") as file, _understood(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(file, formats=FORMATS) as picture:
            check_size(*picture.size)
            yield picture


@contextmanager
def _understood() -> Iterator[None]:
    """Whatever a decoder complains of is the file's fault. Raises MediaRefusedError."""
    try:
        yield
    except (MediaRefusedError, MemoryError):
        raise
    except UnidentifiedImageError:
        raise MediaRefusedError(Refusal.UNKNOWN_FORMAT, format="?") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(f"> {MAX_PIXELS // 10**6}") from None
    except (OSError, SyntaxError, ValueError, RuntimeError, EOFError, KeyError, TypeError):
        raise MediaRefusedError(Refusal.TRUNCATED) from None


def check_size(width: int, height: int) -> None:
    """Raise MediaRefusedError for more pixels than we decode, or fewer than Instagram takes."""
    if width * height > MAX_PIXELS:
        raise _too_large(width * height // 10**6)
    if min(width, height) < MIN_WIDTH:
        raise MediaRefusedError(Refusal.TOO_SMALL, width=width, height=height, limit=MIN_WIDTH)


def _too_large(megapixels: object) -> MediaRefusedError:
    return MediaRefusedError(
        Refusal.TOO_MANY_PIXELS, megapixels=megapixels, limit=MAX_PIXELS // 10**6
    )


def orientation(picture: Image.Image) -> int:
    """EXIF's number, 1 for upright. HEIC is turned by its decoder already."""
    return int(picture.getexif().get(ORIENTATION) or 1)


def displayed_size(picture: Image.Image) -> tuple[int, int]:
    """Width and height once the EXIF orientation is applied."""
    width, height = picture.size
    return (height, width) if orientation(picture) in SIDEWAYS else (width, height)
