"""Which types of post some media can become, and why not the others."""

from collections.abc import Mapping, Sequence

from publisher.media.refused import MediaRefusedError, Refusal
from publisher.media.rules import RULES, Rule
from storage.lifecycle import MediaKind, PostType
from storage.models import MediaItem

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
    problem = _wrong_number(items, types[post_type])
    if problem is not None:
        return problem
    videos = [item for item in items if item.kind is MediaKind.VIDEO]
    return next((found for item in videos if (found := _misfit(item, types[post_type]))), None)


def _wrong_number(items: Sequence[MediaItem], rule: Rule) -> MediaRefusedError | None:
    kinds = {item.kind for item in items}
    if any(kinds <= taken and len(items) in numbers for taken, numbers in rule.takes):
        return None
    several = next((numbers for _, numbers in rule.takes if len(numbers) > 1), None)
    limits = {"least": several[0], "most": several[-1]} if several else {}
    return MediaRefusedError(rule.needs, **limits)


def _misfit(video: MediaItem, rule: Rule) -> MediaRefusedError | None:
    """What cannot be cured: shapes are framed, and too much of it is trimmed."""
    seconds = video.duration or 0.0
    if seconds < rule.shortest:
        return MediaRefusedError(
            Refusal.TOO_SHORT, seconds=f"{seconds:.1f}", limit=f"{rule.shortest:.0f}"
        )
    return None
