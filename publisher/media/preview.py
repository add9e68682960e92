"""Pictures for the chat: the ways to frame, the frames of a video, and the post as it will look."""

import io
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import repeat
from typing import TypeVar

from PIL import Image

from publisher.media import drawing, mockup
from publisher.media.canvas import composed, jpeg
from publisher.media.choices import is_slideshow, shape_of, target_ratio, trim
from publisher.media.covers import END_SECONDS, frame_at, telling_frame
from publisher.media.framing import Fit, Shape, frame, same_ratio
from publisher.media.isolated import Limits, isolated
from publisher.media.prepare import Ready
from publisher.media.refused import MediaRefusedError
from publisher.media.rules import FEED_WIDEST, RULES, SCREEN_RATIO
from publisher.media.streams import inspect
from publisher.media.work import framed_jpegs
from storage.files import MediaFiles
from storage.items import Preparation
from storage.lifecycle import MediaKind, PreparationState
from storage.models import Content, Draft, MediaItem

Item = TypeVar("Item")
Picture = TypeVar("Picture")

VARIANTS: dict[str, Fit] = {"A": Fit.CROP, "B": Fit.BLUR, "C": Fit.WHITE, "D": Fit.BLACK}
"""The letters in the picture, and what they stand for."""

TILE = (420, 560)
GAP = 16
AROUND = (214, 219, 224)
"""Neither white nor black, so that borders of these colours show."""
WORKING_SIDE = 1000

STRIP_FRAMES, STRIP_COLUMNS = 8, 4
STRIP_HEIGHT = 320

AT_ONCE = 2
"""How many items are decoded side by side."""


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
    video = files.local(item.prepared or item.original)
    seconds = strip_seconds(inspect(video).duration)
    tiles = []
    for number, second in enumerate(seconds, start=1):
        tile = _within_a_tile(frame_at(video, second, height=STRIP_HEIGHT))
        drawing.badge(tile, str(number))
        tiles.append(tile)
    return jpeg(_in_rows(tiles, STRIP_COLUMNS)), seconds


def _within_a_tile(still: Image.Image) -> Image.Image:
    """Crop to a shape that can be published: Telegram refuses a strip of anything else."""
    own = still.width / still.height
    ratio = min(max(own, SCREEN_RATIO), FEED_WIDEST)
    bounds = (round(STRIP_HEIGHT * FEED_WIDEST), STRIP_HEIGHT)
    return still if same_ratio(own, ratio) else composed(still, Shape(ratio, bounds, Fit.CROP))


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


def draft_preview(draft: Content, files: MediaFiles) -> bytes:
    """A JPEG of a draft or post as it will look, several items with a strip of them. Blocks.

    Made from what is prepared if that counts, else from what came, cropped unless another framing
    is chosen. Without a type it has its own shape. It shows no text, so that it stays as it is
    while the text changes. Raises MediaRefusedError, OSError.
    """
    pictures = _pictures(draft, files)
    shown, account = [*pictures], draft.account.name
    if draft.post_type is not None and is_slideshow(draft) and not _counts(draft, draft.media[0]):
        shown[0] = pictures[0].copy()
        drawing.play_sign(shown[0])
    if draft.post_type is None or not RULES[draft.post_type].fills_screen:
        return jpeg(mockup.in_feed(shown, account))
    screen = mockup.on_screen(shown[0], account, "")
    return jpeg(mockup.with_strip(screen, pictures) if len(pictures) > 1 else screen)


def thumbnails(
    items: Sequence[MediaItem | None], files: MediaFiles, names: Iterable[str] = ()
) -> bytes:
    """A JPEG with a small square picture of each item; where there is none, a grey one. Blocks.

    Args:
        names: what stands on each; their numbers from 1 unless given.
    """
    pictures = _side_by_side(partial(_thumbnails, files), items)
    named = [*names] or [str(number) for number in range(1, len(pictures) + 1)]
    return jpeg(mockup.squares(pictures, named))


def _counts(draft: Content, item: MediaItem) -> bool:
    """Whether what is prepared of it is what the answers ask for: a post's always is."""
    is_ready = not isinstance(draft, Draft) or draft.preparation is PreparationState.DONE
    return is_ready and item.prepared is not None


def _pictures(draft: Content, files: MediaFiles) -> list[Image.Image]:
    """Each item as it will be published; all but the first only as large as a strip shows them.

    Raises MediaRefusedError, OSError.
    """
    sizes = (mockup.SCREEN, *repeat(mockup.IN_STRIP, len(draft.media) - 1))
    items = [*zip(draft.media, sizes, strict=True)]
    return _side_by_side(partial(_as_published, draft, files), items)


def _side_by_side(
    make: Callable[[Sequence[Item]], Sequence[Picture]], items: Sequence[Item]
) -> list[Picture]:
    """The picture of each; `make` is called in AT_ONCE threads, each time for a share of them."""
    pictures = dict[int, Picture]()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        shares = [items[number::AT_ONCE] for number in range(AT_ONCE)]
        for number, made in enumerate(pool.map(make, shares)):
            pictures |= zip(range(number, len(items), AT_ONCE), made, strict=True)
    return [pictures[number] for number in range(len(items))]


def _as_published(
    draft: Content, files: MediaFiles, items: Sequence[tuple[MediaItem, tuple[int, int]]]
) -> list[Image.Image]:
    """Each for a place of this size. Raises MediaRefusedError, OSError."""
    shapes = {item: _quick_shape(draft, item, size) for item, size in items}
    quick = [one for one in shapes if one.kind is MediaKind.PHOTO and not _counts(draft, one)]
    photos = _photos(files, [(item.original, shapes[item]) for item in quick])
    made = dict(zip(quick, photos, strict=True))
    return [made.get(item) or _made(draft, item, files, shapes[item]) for item in shapes]


def _made(draft: Content, item: MediaItem, files: MediaFiles, shape: Shape) -> Image.Image:
    """Of what is prepared, or a video's cover. Raises MediaRefusedError, OSError."""
    if item.prepared and _counts(draft, item):
        return _prepared(Preparation(item.id, item.prepared, item.cover), files, shape.bounds)
    picture = _still(draft, item, files, shape)
    drawing.play_sign(picture)
    return picture


def _quick_shape(draft: Content, item: MediaItem, size: tuple[int, int]) -> Shape:
    """Cropped unless something else is chosen."""
    if draft.post_type is None:
        ratio = min(max(item.width / item.height, SCREEN_RATIO), FEED_WIDEST)
        return Shape(ratio, size, Fit.CROP)
    fit = Fit(draft.fit) if draft.fit else Fit.CROP
    return replace(shape_of(draft, item), bounds=size, fit=fit)


def _photos(files: MediaFiles, wanted: Sequence[tuple[str, Shape]]) -> list[Image.Image]:
    """Files of these names, each in its shape. Raises MediaRefusedError, OSError."""
    sources = [(files.local(name), shape) for name, shape in wanted]
    if not sources:
        return []
    one, count = Limits(), len(sources)
    limits = replace(
        one, wall_seconds=one.wall_seconds * count, cpu_seconds=one.cpu_seconds * count
    )
    return [_opened(made) for made in isolated(framed_jpegs, limits=limits)(*sources)]


def _still(draft: Content, item: MediaItem, files: MediaFiles, shape: Shape) -> Image.Image:
    """A video's cover: the person's photo, the frame they chose, or the one that we would."""
    if item.own_cover:
        return _photos(files, [(item.own_cover, replace(shape, fit=Fit.CROP))])[0]
    part = trim(draft, item) if draft.post_type else None
    start, seconds = part or (0.0, item.duration or 0.0)
    plan = frame((item.width, item.height), shape)
    height = round(item.height * plan.inner[1] / (plan.crop[3] - plan.crop[1]))
    source = files.local(item.original)
    if item.cover_at is None:
        still = telling_frame(source, start, seconds, height=height)
    else:
        second = min(item.cover_at, max(seconds - END_SECONDS, 0.0))
        still = frame_at(source, start + second, height=height)
    return composed(still, shape)


def _thumbnails(files: MediaFiles, items: Sequence[MediaItem | None]) -> list[Image.Image | None]:
    """Of each alone, if one of those that came as photos cannot be decoded."""
    photos = {
        item: _reduced(item, mockup.SQUARE * 2)
        for item in items
        if item and item.kind is MediaKind.PHOTO and not (item.cover or item.prepared)
    }
    made = dict[MediaItem | None, Image.Image]()
    with suppress(OSError, MediaRefusedError):
        wanted = [(item.original, shape) for item, shape in photos.items()]
        made |= zip(photos, _photos(files, wanted), strict=True)
    return [made.get(item) or _thumbnail(files, item) for item in items]


def _thumbnail(files: MediaFiles, item: MediaItem | None) -> Image.Image | None:
    """Of what is prepared where that is there, since it is quick; None if all is gone."""
    if item is None:
        return None
    made = item.cover or item.prepared
    if made:
        with suppress(OSError):
            return _prepared(Preparation(item.id, made, item.cover), files)
    with suppress(OSError, MediaRefusedError):
        return _small(item, files, mockup.SQUARE * 2)
    return None


def _prepared(
    made: Preparation, files: MediaFiles, size: tuple[int, int] = mockup.SCREEN
) -> Image.Image:
    """The picture, in this size or larger, or a video's cover with a play sign."""
    with Image.open(files.local(made.cover or made.prepared), formats=["JPEG"]) as opened:
        opened.draft("RGB", size)
        picture = opened.convert("RGB")
    if made.cover:
        drawing.play_sign(picture)
    return picture


def _is_outside(post: Content, item: MediaItem) -> bool:
    return not same_ratio(item.width / item.height, target_ratio(post, item))


def _small(item: MediaItem, files: MediaFiles, side: int = WORKING_SIDE) -> Image.Image:
    """The item, upright, in its own ratio, in a size to try things out with."""
    if item.kind is MediaKind.VIDEO:
        source = files.local(item.original)
        return frame_at(source, (item.duration or 0) / 3, height=side // 2)
    return _photos(files, [(item.original, _reduced(item, side))])[0]


def _reduced(item: MediaItem, side: int) -> Shape:
    """Its own ratio, at most so many pixels long."""
    return Shape(item.width / item.height, (side, side), Fit.CROP)


def _opened(made: bytes) -> Image.Image:
    """Of an isolated process, which might answer anything. Raises OSError."""
    return Image.open(io.BytesIO(made), formats=["JPEG"])


def _in_rows(tiles: list[Image.Image], columns: int) -> Image.Image:
    width, height = (max(tile.size[axis] for tile in tiles) + GAP for axis in (0, 1))
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * width + GAP, rows * height + GAP), AROUND)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        sheet.paste(tile, (GAP + column * width, GAP + row * height))
    return sheet
