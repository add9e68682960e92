"""Which types of post some media can become, and why not the others."""

from collections.abc import Mapping, Sequence

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
from storage.models import MediaItem

CAROUSEL_ITEMS = range(MIN_CAROUSEL_ITEMS, MAX_CAROUSEL_ITEMS + 1)
SLIDESHOW_PHOTOS = range(MIN_SLIDESHOW_PHOTOS, MAX_SLIDESHOW_PHOTOS + 1)


Types = Mapping[PostType, Rule]


def fitting_types(items: Sequence[MediaItem], types: Types = RULES) -> list[PostType]:
    """The types that these media can become, in the order of PostType.

    Args:
        types: those that are taken where they are to be published.
    """
    return [kind for kind in PostType if kind in types and why_not(items, kind, types) is None]


def why_not(
    items: Sequence[MediaItem], post_type: PostType, types: Types = RULES
) -> MediaRefusedError | None:
    """Why these media cannot become this type; None if they can."""
    problem = _wrong_number(items, post_type)
    if problem is not None:
        return problem
    videos = [item for item in items if item.kind is MediaKind.VIDEO]
    return next((found for item in videos if (found := _misfit(item, types[post_type]))), None)


def _wrong_number(items: Sequence[MediaItem], post_type: PostType) -> MediaRefusedError | None:
    kinds = [item.kind for item in items]
    is_slideshow = {*kinds} == {MediaKind.PHOTO} and len(kinds) in SLIDESHOW_PHOTOS
    fits, reason, numbers = {
        PostType.PHOTO: (kinds == [MediaKind.PHOTO], Refusal.NEEDS_ONE_PHOTO, None),
        PostType.VIDEO: (kinds == [MediaKind.VIDEO], Refusal.NEEDS_ONE_VIDEO, None),
        PostType.STORY: (len(kinds) == 1, Refusal.NEEDS_ONE_ITEM, None),
        PostType.CAROUSEL: (
            len(kinds) in CAROUSEL_ITEMS,
            Refusal.NEEDS_SEVERAL_ITEMS,
            CAROUSEL_ITEMS,
        ),
        PostType.REEL: (
            kinds == [MediaKind.VIDEO] or is_slideshow,
            Refusal.NEEDS_VIDEO_OR_PHOTOS,
            SLIDESHOW_PHOTOS,
        ),
    }[post_type]
    limits = {"least": numbers[0], "most": numbers[-1]} if numbers else {}
    return None if fits else MediaRefusedError(reason, **limits)


def _misfit(video: MediaItem, rule: Rule) -> MediaRefusedError | None:
    """What cannot be cured: shapes are framed, and too much of it is trimmed."""
    seconds = video.duration or 0.0
    if seconds < rule.shortest:
        return MediaRefusedError(
            Refusal.TOO_SHORT, seconds=f"{seconds:.1f}", limit=f"{rule.shortest:.0f}"
        )
    return None
