"""Which types of post some media can become, and why not the others."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from publisher.media.refused import MediaRefusedError, Refusal
from publisher.media.rules import (
    MAX_CAROUSEL_ITEMS,
    MAX_SLIDESHOW_PHOTOS,
    MIN_CAROUSEL_ITEMS,
    MIN_SLIDESHOW_PHOTOS,
    RULES,
    Rule,
)
from storage.lifecycle import MediaKind, PostType

Types = Mapping[PostType, Rule]


class Item(Protocol):
    """A photo or video, by its measures; both a probed file and a stored item are one."""

    @property
    def kind(self) -> MediaKind: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def duration(self) -> float | None: ...


def fitting_types(items: Sequence[Item], types: Types = RULES) -> list[PostType]:
    """The types that these media can become, in the order of PostType.

    Args:
        types: those that are taken where they are to be published.
    """
    return [kind for kind in PostType if kind in types and why_not(items, kind, types) is None]


def why_not(
    items: Sequence[Item], post_type: PostType, types: Types = RULES
) -> MediaRefusedError | None:
    """Why these media cannot become this type; None if they can."""
    problem = _wrong_number(items, post_type)
    if problem is not None:
        return problem
    videos = [item for item in items if item.kind is MediaKind.VIDEO]
    return next((found for item in videos if (found := _misfit(item, types[post_type]))), None)


def _wrong_number(items: Sequence[Item], post_type: PostType) -> MediaRefusedError | None:
    if post_type is PostType.CAROUSEL:
        if MIN_CAROUSEL_ITEMS <= len(items) <= MAX_CAROUSEL_ITEMS:
            return None
        return MediaRefusedError(
            Refusal.NEEDS_SEVERAL_ITEMS, least=MIN_CAROUSEL_ITEMS, most=MAX_CAROUSEL_ITEMS
        )
    kinds = [item.kind for item in items]
    if post_type is PostType.PHOTO and kinds != [MediaKind.PHOTO]:
        return MediaRefusedError(Refusal.NEEDS_ONE_PHOTO)
    if post_type is PostType.VIDEO and kinds != [MediaKind.VIDEO]:
        return MediaRefusedError(Refusal.NEEDS_ONE_VIDEO)
    if post_type is PostType.REEL and kinds != [MediaKind.VIDEO] and not _is_slideshow(kinds):
        return MediaRefusedError(
            Refusal.NEEDS_VIDEO_OR_PHOTOS, least=MIN_SLIDESHOW_PHOTOS, most=MAX_SLIDESHOW_PHOTOS
        )
    if post_type is PostType.STORY and len(kinds) != 1:
        return MediaRefusedError(Refusal.NEEDS_ONE_ITEM)
    return None


def _is_slideshow(kinds: Sequence[MediaKind]) -> bool:
    """Several photos, and nothing else."""
    enough = MIN_SLIDESHOW_PHOTOS <= len(kinds) <= MAX_SLIDESHOW_PHOTOS
    return enough and set(kinds) == {MediaKind.PHOTO}


def _misfit(video: Item, rule: Rule) -> MediaRefusedError | None:
    """What cannot be cured: shapes are framed, and too much of it is trimmed."""
    seconds = video.duration or 0.0
    if seconds < rule.shortest:
        return MediaRefusedError(
            Refusal.TOO_SHORT, seconds=f"{seconds:.1f}", limit=f"{rule.shortest:.0f}"
        )
    return None
