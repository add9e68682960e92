"""What is done isolated, in a process of its own.

The modules that do it are loaded there alone: with their decoders they take 35 MB.
"""

from collections.abc import Sequence
from pathlib import Path

from publisher.media.framing import Fit, Shape, Size
from publisher.media.notes import Made
from publisher.media.refused import MediaRefusedError
from publisher.media.tracks import Video


def look_at_video(path: Path) -> Video:
    """See `libav.look`."""
    from publisher.media import libav

    return libav.look(path)


def look_at_photo(path: Path) -> tuple[str, Size, bool]:
    """See `pictures.look`."""
    from publisher.media import pictures

    return pictures.look(path)


def look_at_photos(*paths: Path) -> list[tuple[str, Size, bool] | MediaRefusedError]:
    """The same of several; what one is refused for stands in its place."""
    found: list[tuple[str, Size, bool] | MediaRefusedError] = []
    for path in paths:
        try:
            found.append(look_at_photo(path))
        except MediaRefusedError as problem:
            found.append(problem)
    return found


def prepare_photo(source: Path, target: Path, shape: Shape) -> Made:
    """See `photo.prepare_photo`."""
    from publisher.media import photo

    return photo.prepare_photo(source, target, shape)


def framed_jpegs(*wanted: tuple[Path, Shape]) -> list[bytes]:
    """See `photo.framed_jpeg`. Several: to fork a process takes longer than a photo does."""
    from publisher.media import photo

    return [photo.framed_jpeg(source, shape) for source, shape in wanted]


def make_slideshow(photos: Sequence[Path], target: Path, fit: Fit, shift: float) -> Made:
    """See `slideshow.make_slideshow`."""
    from publisher.media import slideshow

    return slideshow.make_slideshow(photos, target, fit, shift)
