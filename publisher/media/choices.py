"""What a person is to choose about their media, read off the post: framing and trimming."""

from publisher.media.framing import Fit, Shape, Size, same_ratio
from publisher.media.rules import LENGTH_SLACK_SECONDS, RULES, VIDEO_LONG_SIDE, VIDEO_SHORT_SIDE
from storage.lifecycle import MediaKind, PostType
from storage.models import Content, MediaItem


def target_ratio(post: Content, item: MediaItem) -> float:
    """Width over height in which this item is published.

    Its own where the type takes it, else the nearest that it takes. A carousel has one ratio for
    all, that of its first item; so has a slideshow, the screen's.
    """
    rule = RULES[_type(post)]
    shown = item if rule.fills_screen else post.media[0]
    ratio = shown.width / shown.height
    if rule.narrowest <= ratio <= rule.widest:
        return ratio
    if rule.fills_screen:
        return (rule.narrowest + rule.widest) / 2
    return min(max(ratio, rule.narrowest), rule.widest)


def shape_of(post: Content, item: MediaItem) -> Shape:
    """What is to become of this item's picture."""
    ratio = target_ratio(post, item)
    rule = RULES[_type(post)]
    is_video = item.kind is MediaKind.VIDEO
    bounds = video_bounds(ratio) if is_video else (rule.photo_width, rule.photo_height)
    return Shape(ratio, bounds, chosen_fit(post), post.fit_shift)


def video_bounds(ratio: float) -> Size:
    """The largest width and height of a video."""
    if ratio >= 1:
        return VIDEO_LONG_SIDE, VIDEO_SHORT_SIDE
    return VIDEO_SHORT_SIDE, VIDEO_LONG_SIDE


def needs_framing(post: Content) -> bool:
    """Whether any item has to be cropped or given a border, so that the person is asked how."""
    return any(
        not same_ratio(item.width / item.height, target_ratio(post, item)) for item in post.media
    )


def chosen_fit(post: Content) -> Fit:
    """The person's choice; unless they say otherwise, nothing is cut off."""
    return Fit(post.fit) if post.fit else Fit.BLUR


def needs_trim(post: Content) -> float | None:
    """The seconds that the type takes at the most, if any video is longer; else None."""
    parts = [trim(post, item) for item in post.media]
    return next((part[1] for part in parts if part), None)


def trim(post: Content, item: MediaItem) -> tuple[float, float] | None:
    """(start, length) in seconds of the part of this video that is used; None for all of it."""
    longest = RULES[_type(post)].longest
    if item.duration is None or item.duration <= longest + LENGTH_SLACK_SECONDS:
        return None
    return min(post.trim_start or 0.0, item.duration - longest), longest


def is_slideshow(post: Content) -> bool:
    """Whether photos become a reel."""
    starts_with_photo = any(item.kind is MediaKind.PHOTO for item in post.media[:1])
    return RULES[_type(post)].joins_photos and starts_with_photo


def published_kinds(post: Content) -> tuple[MediaKind, ...]:
    """What Instagram gets, in order; of a slideshow the one video that its photos became."""
    return (MediaKind.VIDEO,) if is_slideshow(post) else tuple(item.kind for item in post.media)


def _type(post: Content) -> PostType:
    assert post.post_type is not None, "the type is chosen first"
    return post.post_type
