"""What is done isolated, in a process of its own.

The modules that do it are loaded there alone: with their decoders they take 35 MB.
"""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from publisher.media.framing import Fit, Shape, Size
from publisher.media.notes import Made
from publisher.media.refused import MediaRefusedError
from publisher.media.shown import Source
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


def draw_post(
    sources: Sequence[Source],
    account: str,
    caption: str | None,
    *,
    fills_screen: bool,
    will_play: bool = False,
) -> bytes:
    """See `sheets.post`."""
    from publisher.media import sheets

    return sheets.post(sources, account, caption, fills_screen=fills_screen, will_play=will_play)


def draw_squares(sources: Sequence[Source | None], names: Sequence[str]) -> bytes:
    """See `sheets.squares`."""
    from publisher.media import sheets

    return sheets.squares(sources, names)


def draw_variants(source: Source, shape: Shape) -> bytes:
    """See `sheets.variants`."""
    from publisher.media import sheets

    return sheets.variants(source, shape)


def draw_strip(frames: Sequence[Image.Image]) -> bytes:
    """See `sheets.strip`."""
    from publisher.media import sheets

    return sheets.strip(frames)


def make_slideshow(photos: Sequence[Path], target: Path, fit: Fit, shift: float) -> Made:
    """See `slideshow.make_slideshow`."""
    from publisher.media import slideshow

    return slideshow.make_slideshow(photos, target, fit, shift)
