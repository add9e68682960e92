"""A whole post's media made ready for its type: what is uploaded later is made here."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

from publisher.media.choices import (
    chosen_fit,
    is_slideshow,
    needs_framing,
    shape_of,
    target_ratio,
    trim,
)
from publisher.media.covers import automatic_cover, chosen_cover, own_cover
from publisher.media.framing import same_ratio
from publisher.media.isolated import Limits, isolated, never
from publisher.media.notes import Made, Note
from publisher.media.refused import MediaRefusedError, Refusal
from publisher.media.rules import RULES
from publisher.media.streams import inspect
from publisher.media.video import Target, may_need_converting, prepare_video
from publisher.media.work import make_slideshow, prepare_photo
from storage.files import MediaFiles
from storage.items import Preparation
from storage.lifecycle import MediaKind, PostType
from storage.models import Content, MediaItem

Progress = Callable[[float], None]
"""Is told a share from 0 to 1, again and again."""
Cancelled = Callable[[], bool]


SLOW_PIXELS = 60_000_000
"""Of all photos together: one of 48 megapixels is quick, an album of six with 12 each is not."""
SLOW_BYTES = 100 * 10**6
"""Of videos that are only copied."""
REEL_LIMITS = Limits(600, 600, output_bytes=RULES[PostType.REEL].video_bytes)
"""Some 25 s of video at the most."""


def unheard(share: float) -> None:
    """Nobody listens to the progress."""


@dataclass(frozen=True)
class Ready:
    """What was made. A slideshow's one video stands with its first photo; the others have none."""

    items: list[Preparation]
    notes: list[Note]
    """What people should be told, in the order of `Note`."""


def is_slow(post: Content) -> bool:
    """Whether preparing takes more than about two seconds, as far as can be told beforehand."""
    if is_slideshow(post):
        return True
    videos = [item for item in post.media if item.kind is MediaKind.VIDEO]
    photos = [item for item in post.media if item.kind is MediaKind.PHOTO]
    if videos and needs_framing(post):
        return True
    if sum(item.width * item.height for item in photos) > SLOW_PIXELS:
        return True
    if sum(item.size_bytes for item in videos) > SLOW_BYTES:
        return True
    return any(may_need_converting(item, trim(post, item)) for item in videos)


def prepare(
    post: Content,
    files: MediaFiles,
    *,
    progress: Progress = unheard,
    cancelled: Cancelled = never,
) -> Ready:
    """Make every item ready for the post's type, as the person chose. Blocks.

    Raises MediaRefusedError, PreparationCancelledError, OSError.
    """
    _check_agreed(post)
    work = _Work(post, files, cancelled)
    try:
        if is_slideshow(post):
            work.make_slideshow(progress)
        else:
            for item, share in zip(post.media, _shares(post.media, progress), strict=True):
                work.make(item, share)
    except BaseException:
        files.remove(name for one in work.made for name in (one.prepared, one.cover) if name)
        raise
    return Ready(work.made, [note for note in Note if note in work.notes])


def renew_covers(post: Content, files: MediaFiles) -> Ready:
    """Make the covers anew after another was chosen; the videos stay. Blocks.

    Raises MediaRefusedError, OSError.
    """
    work = _Work(post, files, never)
    for item in post.media:
        if item.cover and item.prepared:
            work.made.append(
                Preparation(item.id, item.prepared, work.make_cover(item, item.prepared))
            )
    return Ready(work.made, [])


def _check_agreed(post: Content) -> None:
    """Nothing is cut off without the person's word."""
    for item in post.media:
        part = trim(post, item)
        if part and not post.trim_agreed:
            raise MediaRefusedError(
                Refusal.TOO_LONG, seconds=f"{item.duration:.0f}", limit=f"{part[1]:.0f}"
            )


def _shares(items: list[MediaItem], progress: Progress) -> list[Progress]:
    """One listener for each item, which knows its part of the whole; photos take next to none."""
    weights = [item.duration or 0.5 for item in items]
    total, starts = sum(weights), accumulate(weights, initial=0.0)
    return [
        _share(progress, start / total, weight / total)
        for start, weight in zip(starts, weights, strict=False)
    ]


def _share(progress: Progress, start: float, size: float) -> Progress:
    """Never goes back, whatever it is told."""
    furthest = 0.0

    def listener(share: float) -> None:
        nonlocal furthest
        furthest = max(furthest, min(share, 1.0))
        progress(start + furthest * size)

    return listener


class _Work:
    """The preparation of one post."""

    def __init__(self, post: Content, files: MediaFiles, cancelled: Cancelled) -> None:
        self._post, self._files, self._cancelled = post, files, cancelled
        self.made: list[Preparation] = []
        self.notes: set[Note] = set()

    def make(self, item: MediaItem, progress: Progress) -> None:
        """Prepare one photo or video."""
        if not same_ratio(item.width / item.height, target_ratio(self._post, item)):
            self.notes.add(Note.FRAMED)
        if item.kind is MediaKind.VIDEO:
            self._make_video(item, progress)
        else:
            self._make_photo(item)
        progress(1.0)

    def make_slideshow(self, progress: Progress) -> None:
        """One video of all photos, with a cover."""
        first, *_ = items = self._post.media
        photos = [self._files.local(item.original) for item in items]
        if needs_framing(self._post):
            self.notes.add(Note.FRAMED)
        with self._files.incoming() as path:
            making = isolated(
                make_slideshow,
                limits=REEL_LIMITS,
                progress=progress,
                cancelled=self._cancelled,
            )
            made = making(photos, path, chosen_fit(self._post), self._post.fit_shift)
            self._keep(first, self._files.keep(path, ".mp4"), made)

    def make_cover(self, item: MediaItem, video: str) -> str:
        """The still picture of a prepared video; returns its name."""
        source = self._files.local(video)
        found = inspect(source)
        with self._files.incoming() as path:
            if item.own_cover:
                own_cover(self._files.local(item.own_cover), found.width, found.height, path)
            elif item.cover_at is not None:
                chosen_cover(source, item.cover_at, found.duration, path)
            else:
                automatic_cover(source, found.duration, path)
            return self._files.keep(path, ".jpg")

    def _make_photo(self, item: MediaItem) -> None:
        with self._files.incoming() as path:
            making = isolated(prepare_photo, cancelled=self._cancelled)
            made = making(self._files.local(item.original), path, shape_of(self._post, item))
            self.notes |= made.notes
            self.made.append(Preparation(item.id, self._files.keep(path, ".jpg")))

    def _make_video(self, item: MediaItem, progress: Progress) -> None:
        assert self._post.post_type is not None
        if item.format == "mov":
            self.notes.add(Note.CONVERTED)
        shape = shape_of(self._post, item)
        wanted = Target(shape, RULES[self._post.post_type].video_bytes, trim(self._post, item))
        with self._files.incoming() as path:
            source = self._files.local(item.original)
            made = prepare_video(source, path, wanted, progress=progress, cancelled=self._cancelled)
            self._keep(item, self._files.keep(path, ".mp4"), made)

    def _keep(self, item: MediaItem, video: str, made: Made) -> None:
        self.notes |= made.notes
        try:
            self.made.append(Preparation(item.id, video, self.make_cover(item, video)))
        except BaseException:
            self._files.remove([video])
            raise
