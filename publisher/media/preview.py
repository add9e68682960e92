"""Pictures for the chat: the ways to frame, the frames of a video, and the post as it will look."""

import io
from dataclasses import replace

from PIL import Image

from publisher.media import drawing, mockup
from publisher.media.choices import shape_of, target_ratio
from publisher.media.covers import END_SECONDS, frame_at
from publisher.media.framing import Fit, same_ratio
from publisher.media.isolated import isolated
from publisher.media.photo import composed, jpeg, small_jpeg
from publisher.media.prepare import Ready
from publisher.media.rules import RULES
from publisher.media.streams import inspect
from storage.drafts import Preparation
from storage.files import MediaFiles
from storage.lifecycle import MediaKind
from storage.models import Content, MediaItem

VARIANTS: dict[str, Fit] = {"A": Fit.CROP, "B": Fit.BLUR, "C": Fit.WHITE, "D": Fit.BLACK}
"""The letters in the picture, and what they stand for."""

TILE = (420, 560)
GAP = 16
AROUND = (214, 219, 224)
"""Neither white nor black, so that borders of these colours show."""
WORKING_SIDE = 1000

STRIP_FRAMES, STRIP_COLUMNS = 8, 4
STRIP_HEIGHT = 320


def framing_preview(post: Content, files: MediaFiles) -> bytes:
    """A JPEG with each of VARIANTS for the first item that has to be framed. Blocks.

    The crop lies where the post says. Raises MediaRefusedError, OSError.
    """
    item = next((one for one in post.media if _is_outside(post, one)), post.media[0])
    shape = replace(shape_of(post, item), bounds=TILE)
    picture = _small(item, files)
    tiles = []
    for letter, fit in VARIANTS.items():
        tile = composed(picture, replace(shape, fit=fit))
        drawing.badge(tile, letter)
        tiles.append(tile)
    return jpeg(_in_rows(tiles, 2 if tiles[0].width > tiles[0].height else 4))


def cover_strip(item: MediaItem, files: MediaFiles) -> tuple[bytes, list[float]]:
    """Numbered frames of a video as one JPEG, and their seconds for `cover_at`. Blocks.

    They are the prepared video's, if there is one: as framed, trimmed and toned for Instagram.
    Raises MediaRefusedError, OSError.
    """
    video = files.path(item.prepared or item.original)
    seconds = strip_seconds(inspect(video).duration)
    tiles = []
    for number, second in enumerate(seconds, start=1):
        tile = frame_at(video, second, height=STRIP_HEIGHT)
        drawing.badge(tile, str(number))
        tiles.append(tile)
    return jpeg(_in_rows(tiles, STRIP_COLUMNS)), seconds


def strip_seconds(duration: float) -> list[float]:
    """Where the frames of the strip lie in a video of this many seconds."""
    length = max(duration - END_SECONDS, 0.0)
    return [round(length * number / (STRIP_FRAMES - 1), 2) for number in range(STRIP_FRAMES)]


def post_preview(post: Content, ready: Ready, files: MediaFiles, account: str) -> bytes:
    """A JPEG of the post as it will look: account, what was prepared, start of the caption. Blocks.

    Raises OSError.
    """
    pictures = [_prepared(made, files) for made in ready.items]
    assert post.post_type is not None, "the type is chosen first"
    caption = (post.caption or "") if post.post_type.shows_text else ""
    if RULES[post.post_type].fills_screen:
        return jpeg(mockup.on_screen(pictures[0], account, caption))
    return jpeg(mockup.in_feed(pictures, account, caption))


def _prepared(made: Preparation, files: MediaFiles) -> Image.Image:
    """The picture, or a video's cover with a play sign."""
    with Image.open(files.path(made.cover or made.prepared), formats=["JPEG"]) as opened:
        opened.draft("RGB", mockup.SCREEN)
        picture = opened.convert("RGB")
    if made.cover:
        drawing.play_sign(picture)
    return picture


def _is_outside(post: Content, item: MediaItem) -> bool:
    return not same_ratio(item.width / item.height, target_ratio(post, item))


def _small(item: MediaItem, files: MediaFiles) -> Image.Image:
    """The item, upright, in its own ratio, in a size to try things out with."""
    source = files.path(item.original)
    if item.kind is MediaKind.VIDEO:
        return frame_at(source, (item.duration or 0) / 3, height=WORKING_SIDE // 2)
    return Image.open(
        io.BytesIO(isolated(small_jpeg)(source, item.width, item.height, WORKING_SIDE))
    )


def _in_rows(tiles: list[Image.Image], columns: int) -> Image.Image:
    width, height = (max(tile.size[axis] for tile in tiles) + GAP for axis in (0, 1))
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * width + GAP, rows * height + GAP), AROUND)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        sheet.paste(tile, (GAP + column * width, GAP + row * height))
    return sheet
