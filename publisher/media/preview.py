"""Pictures for the chat: the ways to frame, the frames of a video, and the post as it will look."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from itertools import repeat
from typing import ParamSpec

from publisher.media.choices import is_slideshow, shape_of, target_ratio, trim
from publisher.media.covers import END_SECONDS, frame_at, telling_frame
from publisher.media.framing import Fit, Shape, Size, frame, same_ratio
from publisher.media.isolated import Limits, isolated
from publisher.media.prepare import Ready
from publisher.media.refused import MediaRefusedError
from publisher.media.rules import FEED_WIDEST, RULES, SCREEN_RATIO
from publisher.media.shown import FRAME_HEIGHT, IN_STRIP, SCREEN, SQUARE, Source
from publisher.media.streams import inspect
from publisher.media.work import draw_post, draw_squares, draw_strip, draw_variants
from storage.files import MediaFiles
from storage.items import Preparation
from storage.lifecycle import MediaKind, PreparationState
from storage.models import Content, Draft, MediaItem

P = ParamSpec("P")

VARIANT = (420, 560)
WORKING_SIDE = 1000
STRIP_FRAMES = 8

AT_ONCE = 2
"""Of how many videos a frame is looked for side by side."""


def framing_preview(post: Content, files: MediaFiles) -> bytes:
    """A JPEG with each of VARIANTS for the first item that has to be framed. Blocks.

    The crop lies where the post says. Raises MediaRefusedError, OSError.
    """
    item = next((one for one in post.media if _is_outside(post, one)), post.media[0])
    shape = replace(shape_of(post, item), bounds=VARIANT)
    return isolated(draw_variants)(_small(item, files), shape)


def cover_strip(item: MediaItem, files: MediaFiles) -> tuple[bytes, list[float]]:
    """Numbered frames of a video as one JPEG, and their seconds for `cover_at`. Blocks.

    They are the prepared video's, if there is one: as framed, trimmed and toned for Instagram.
    Raises MediaRefusedError, OSError.
    """
    video = files.local(item.prepared or item.original)
    seconds = strip_seconds(inspect(video).duration)
    frames = [frame_at(video, second, height=FRAME_HEIGHT) for second in seconds]
    return isolated(draw_strip)(frames), seconds


def strip_seconds(duration: float) -> list[float]:
    """Where the frames of the strip lie in a video of this many seconds."""
    length = max(duration - END_SECONDS, 0.0)
    return [round(length * number / (STRIP_FRAMES - 1), 2) for number in range(STRIP_FRAMES)]


def post_preview(post: Content, ready: Ready, files: MediaFiles, account: str) -> bytes:
    """A JPEG of the post as it will look: account, what was prepared, start of the caption. Blocks.

    Raises OSError.
    """
    assert post.post_type is not None, "the type is chosen first"
    caption = (post.caption or "") if post.post_type.shows_text else ""
    fills_screen = RULES[post.post_type].fills_screen
    shown = ready.items[:1] if fills_screen else ready.items
    sources = [_prepared(made, files) for made in shown]
    return _for_several(draw_post, sources)(sources, account, caption, fills_screen=fills_screen)


def draft_preview(draft: Content, files: MediaFiles) -> bytes:
    """A JPEG of a draft or post as it will look, several items with a strip of them. Blocks.

    Made from what is prepared if that counts, else from what came, cropped unless another framing
    is chosen. Without a type it has its own shape. It shows no text, so that it stays as it is
    while the text changes. Raises MediaRefusedError, OSError.
    """
    sizes = (SCREEN, *repeat(IN_STRIP, len(draft.media) - 1))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sources = [
            *pool.map(lambda item, size: _source(draft, item, files, size), draft.media, sizes)
        ]
    kind = draft.post_type
    return _for_several(draw_post, sources)(
        sources,
        draft.account.name,
        None,
        fills_screen=kind is not None and RULES[kind].fills_screen,
        will_play=kind is not None and is_slideshow(draft) and not _counts(draft, draft.media[0]),
    )


def thumbnails(
    items: Sequence[MediaItem | None], files: MediaFiles, names: Iterable[str] = ()
) -> bytes:
    """A JPEG with a small square picture of each item; where there is none, a grey one. Blocks.

    Args:
        names: what stands on each; their numbers from 1 unless given.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sources = [*pool.map(lambda item: _thumbnail(files, item), items)]
    named = [*names] or [str(number) for number in range(1, len(sources) + 1)]
    try:
        return _for_several(draw_squares, sources)(sources, named)
    except MediaRefusedError:  # one of them has ended the process
        return isolated(draw_squares)([None] * len(named), named)


def _for_several(draw: Callable[P, bytes], sources: Sequence[object]) -> Callable[P, bytes]:
    """Isolated, with as much time as so many pictures may take, and memory for two at once."""
    one, count = Limits(), len(sources)
    limits = replace(
        one,
        wall_seconds=one.wall_seconds * count,
        cpu_seconds=one.cpu_seconds * count,
        memory_bytes=one.memory_bytes * min(count, AT_ONCE),
    )
    return isolated(draw, limits=limits)


def _counts(draft: Content, item: MediaItem) -> bool:
    """Whether what is prepared of it is what the answers ask for: a post's always is."""
    is_ready = not isinstance(draft, Draft) or draft.preparation is PreparationState.DONE
    return is_ready and item.prepared is not None


def _source(draft: Content, item: MediaItem, files: MediaFiles, size: Size) -> Source:
    """An item as it will be published, for a place of this size.

    Raises MediaRefusedError, OSError.
    """
    shape = _quick_shape(draft, item, size)
    if item.prepared and _counts(draft, item):
        made = Preparation(item.id, item.prepared, item.cover)
        return replace(_prepared(made, files), size=shape.bounds)
    if item.kind is MediaKind.PHOTO:
        return Source(files.local(item.original), shape)
    return _still(draft, item, files, shape)


def _quick_shape(draft: Content, item: MediaItem, size: Size) -> Shape:
    """Cropped unless something else is chosen."""
    if draft.post_type is None:
        ratio = min(max(item.width / item.height, SCREEN_RATIO), FEED_WIDEST)
        return Shape(ratio, size, Fit.CROP)
    fit = Fit(draft.fit) if draft.fit else Fit.CROP
    return replace(shape_of(draft, item), bounds=size, fit=fit)


def _still(draft: Content, item: MediaItem, files: MediaFiles, shape: Shape) -> Source:
    """A video's cover: the person's photo, the frame they chose, or the one that we would.

    Raises MediaRefusedError, OSError.
    """
    if item.own_cover:
        cropped = replace(shape, fit=Fit.CROP)
        return Source(files.local(item.own_cover), cropped, is_video=True)
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
    return Source(still, shape, is_video=True)


def _thumbnail(files: MediaFiles, item: MediaItem | None) -> Source | None:
    """Of what is prepared where that is there, since it is quick; None if all is gone."""
    if item is None:
        return None
    if made := item.cover or item.prepared:
        with suppress(OSError):
            found = files.local(made)
            if found.exists():
                return Source(found, is_video=item.cover is not None)
    with suppress(OSError, MediaRefusedError):
        return _small(item, files, SQUARE * 2)
    return None


def _prepared(made: Preparation, files: MediaFiles) -> Source:
    """A photo, or a video's cover. Raises OSError."""
    return Source(files.local(made.cover or made.prepared), is_video=made.cover is not None)


def _is_outside(post: Content, item: MediaItem) -> bool:
    return not same_ratio(item.width / item.height, target_ratio(post, item))


def _small(item: MediaItem, files: MediaFiles, side: int = WORKING_SIDE) -> Source:
    """The item, upright, in its own ratio, in a size to try things out with.

    Raises MediaRefusedError, OSError.
    """
    source = files.local(item.original)
    if item.kind is MediaKind.VIDEO:
        return Source(frame_at(source, (item.duration or 0) / 3, height=side // 2))
    return Source(source, Shape(item.width / item.height, (side, side), Fit.CROP))
