"""Pictures put together for the chat, where they are decoded: in a process of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PIL import Image

from publisher.media import drawing, mockup
from publisher.media.canvas import composed, jpeg
from publisher.media.framing import Fit, Shape, Size, same_ratio
from publisher.media.photo import framed
from publisher.media.refused import MediaRefusedError
from publisher.media.rules import FEED_WIDEST, SCREEN_RATIO
from publisher.media.shown import FRAME_HEIGHT, VARIANTS, Source

Item = TypeVar("Item")
Made = TypeVar("Made")

GAP = 16
AROUND = (214, 219, 224)
"""Neither white nor black, so that borders of these colours show."""

STRIP_COLUMNS = 4

AT_ONCE = 2
"""How many pictures are made side by side: Pillow lets Python go on while it decodes and scales."""


def post(
    sources: Sequence[Source],
    account: str,
    caption: str | None,
    *,
    fills_screen: bool,
    will_play: bool = False,
) -> bytes:
    """A JPEG of a post as it will look, with a strip of its items if there are several.

    Args:
        caption: None if there is no room to be left for it.
        will_play: a video will be made of the items.
    Raises MediaRefusedError, OSError.
    """
    pictures = _side_by_side(_picture, sources)
    shown = [*pictures]
    if will_play:
        shown[0] = pictures[0].copy()
        drawing.play_sign(shown[0])
    if not fills_screen:
        return jpeg(mockup.in_feed(shown, account, caption))
    screen = mockup.on_screen(shown[0], account, caption or "")
    return jpeg(mockup.with_strip(screen, pictures) if len(pictures) > 1 else screen)


def squares(sources: Sequence[Source | None], names: Sequence[str]) -> bytes:
    """A JPEG with a small square picture of each; what is None, or not decoded, is grey."""
    return jpeg(mockup.squares(_side_by_side(_if_decoded, sources), names))


def variants(source: Source, shape: Shape) -> bytes:
    """A JPEG with each of VARIANTS. Raises MediaRefusedError, OSError."""
    picture, tiles = _picture(source), []
    for letter, fit in VARIANTS.items():
        tile = composed(picture, replace(shape, fit=fit))
        drawing.badge(tile, letter)
        tiles.append(tile)
    return jpeg(_in_rows(tiles, 2 if tiles[0].width > tiles[0].height else 4))


def strip(frames: Sequence[Image.Image]) -> bytes:
    """A JPEG with these, numbered."""
    tiles = [_within_a_tile(frame) for frame in frames]
    for number, tile in enumerate(tiles, start=1):
        drawing.badge(tile, str(number))
    return jpeg(_in_rows(tiles, STRIP_COLUMNS))


def _side_by_side(make: Callable[[Item], Made], items: Sequence[Item]) -> list[Made]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(make, items))


def _picture(source: Source) -> Image.Image:
    """Raises MediaRefusedError, OSError."""
    picture, shape = source.picture, source.shape
    if isinstance(picture, Path):
        picture = framed(picture, shape, set()) if shape else _prepared(picture, source.size)
    elif shape:
        picture = composed(picture, shape)
    if source.is_video:
        drawing.play_sign(picture)
    return picture


def _if_decoded(source: Source | None) -> Image.Image | None:
    if source:
        with suppress(MediaRefusedError, OSError):
            return _picture(source)
    return None


def _prepared(path: Path, size: Size) -> Image.Image:
    with Image.open(path, formats=["JPEG"]) as opened:
        opened.draft("RGB", size)
        return opened.convert("RGB")


def _within_a_tile(still: Image.Image) -> Image.Image:
    """Crop to a shape that can be published: Telegram refuses a strip of anything else."""
    own = still.width / still.height
    ratio = min(max(own, SCREEN_RATIO), FEED_WIDEST)
    bounds = (round(FRAME_HEIGHT * FEED_WIDEST), FRAME_HEIGHT)
    return still if same_ratio(own, ratio) else composed(still, Shape(ratio, bounds, Fit.CROP))


def _in_rows(tiles: Sequence[Image.Image], columns: int) -> Image.Image:
    width, height = (max(tile.size[axis] for tile in tiles) + GAP for axis in (0, 1))
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * width + GAP, rows * height + GAP), AROUND)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        sheet.paste(tile, (GAP + column * width, GAP + row * height))
    return sheet
