"""What Instagram accepts. Each limit says where it comes from.

Meta publishes figures for its Graph API ("IG User Media" in the developer documentation); for the
private API there are only logs and measurements. Where both exist the stricter one is taken.
"""

import re
from dataclasses import dataclass

from bot.sandbox.instagram import bodies
from bot.sandbox.instagram.posts import Item, Product, Video
from bot.sandbox.instagram.wire import RefusedError, Reply, fail, json_object

MB = 10**6

PHOTO_BYTES = 8 * MB
"""Of a JPEG, whatever it is for (Graph API)."""

ROUNDING_PIXELS = 1
"""A side may be off by a pixel: 1080x566 is called 1.91:1 by Instagram itself."""


@dataclass(frozen=True)
class Limits:
    """Aspect ratios as width over height, video lengths in seconds, sizes in bytes."""

    narrowest: float
    widest: float
    shortest_video: float
    longest_video: float
    largest_video: int


LIMITS: dict[Product, Limits] = {
    # 3:4 since May 2025 (announcement of the head of Instagram; the Graph API still says 4:5).
    # 60 minutes, 650 MB: Instagram's help, "video post requirements", which takes more of what
    # is longer than 10 minutes; the stricter figure is taken for all.
    "feed": Limits(3 / 4, 1.91, 3, 60 * 60, 650 * MB),
    # Children of a carousel: the same shapes; video 3 to 60 s, 100 MB (Graph API).
    "carousel_container": Limits(3 / 4, 1.91, 3, 60, 100 * MB),
    # Reels: 0.01:1 to 10:1, 3 s to 15 minutes, 300 MB (Graph API).
    "clips": Limits(0.01, 10, 3, 15 * 60, 300 * MB),
    # Stories: 0.1:1 to 10:1, 3 to 60 s, 100 MB (Graph API); for the shape of photos nothing else
    # is published.
    "story": Limits(0.1, 10, 3, 60, 100 * MB),
}

FRAME_SECONDS = 0.1
"""Lengths may be over by a few frames: "a tiny range is still valid" (mgp25 #1365)."""

MAX_CAPTION = 2200
"""Characters (Graph API, `caption`); in which units is not said, so code points."""

MAX_HASHTAGS, MAX_MENTIONS = 5, 20
"""@creators, 18 December 2025; Graph API, `caption`. The private API is said to post
without the caption instead (InstaSharper #190); refusing makes the mistake heard."""

MIN_CHILDREN, MAX_CHILDREN = 2, 10
"""Graph API. The app takes 20 since August 2024; of the private API's own limit nothing is known
but 10 (instagram-private-api #144)."""

HASHTAG, MENTION = re.compile(r"#\w+"), re.compile(r"(?<!\w)@\w+")


def check_caption(caption: str) -> None:
    """Raise RefusedError for a caption that is too long or has too many hashtags or mentions."""
    if len(caption) > MAX_CAPTION:
        raise RefusedError(
            fail(f"Caption is too long: {len(caption)} of {MAX_CAPTION} characters.")
        )
    hashtags = len(HASHTAG.findall(caption))
    if hashtags > MAX_HASHTAGS:
        raise RefusedError(fail(f"Caption has too many hashtags: {hashtags} of {MAX_HASHTAGS}."))
    mentions = len(MENTION.findall(caption))
    if mentions > MAX_MENTIONS:
        raise RefusedError(fail(f"Caption has too many mentions: {mentions} of {MAX_MENTIONS}."))


def check_children(count: int) -> None:
    """Raise RefusedError for a carousel with too few or too many children."""
    if count == 0:
        raise RefusedError(fail("No sidecar children"))
    if not MIN_CHILDREN <= count <= MAX_CHILDREN:
        raise RefusedError(fail(f"Invalid number of sidecar children: {count}"))


def check_item(product: Product, item: Item) -> None:
    """Raise RefusedError for a shape, a length or a size that this kind of post does not take."""
    limits = LIMITS[product]
    shown = item.video or item.photo
    if not _shape_fits(shown.width, shown.height, limits):
        raise RefusedError(bodies.ASPECT_RATIO)
    if item.video:
        refusal = _video_refusal(item.video, limits)
        if refusal:
            raise RefusedError(refusal)


def _shape_fits(width: int, height: int, limits: Limits) -> bool:
    tall = (width + ROUNDING_PIXELS) / height
    wide = width / (height + ROUNDING_PIXELS)
    return tall >= limits.narrowest and wide <= limits.widest


def _video_refusal(video: Video, limits: Limits) -> Reply | None:
    seconds = video.duration
    if seconds > limits.longest_video + FRAME_SECONDS:
        return fail(f"VideoTooLongException: Video is too long: {seconds}")
    if seconds < limits.shortest_video - FRAME_SECONDS:
        return fail(f"Transcode error: Video is too short: {seconds}")
    if video.size > limits.largest_video:
        return fail(f"Transcode error: Video is too large: {video.size}")
    return None


MAX_TAGGED = 20
"""People tagged in a picture (Graph API, `user_tags`)."""


def check_tags(tagged: object) -> None:
    """Raise RefusedError for more people than can be tagged; `tagged` is the JSON of usertags."""
    people = json_object(tagged).get("in", []) if isinstance(tagged, str) and tagged else []
    if len(people) > MAX_TAGGED:
        raise RefusedError(fail(f"Too many people are tagged: {len(people)} of {MAX_TAGGED}."))
