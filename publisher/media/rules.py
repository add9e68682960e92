"""Instagram's rules as data, each with where the figure comes from.

"Graph API" is Meta's documentation of `POST /{ig-user-id}/media`; for the private API, which we
use, nothing is published, so the stricter figure is taken where the two could differ.
"""

from dataclasses import dataclass

from storage.lifecycle import PostType

MAX_CAPTION = 2200
"""Characters of caption and hashtags together (Graph API, `caption`)."""

MAX_HASHTAGS = 30
"""Hashtags in caption and list together (Graph API, `caption`)."""

MIN_CAROUSEL_ITEMS = 2
MAX_CAROUSEL_ITEMS = 10
"""Graph API. The app takes 20 since August 2024; for the private API only 10 is known to work."""


@dataclass(frozen=True)
class Rule:
    """What one type of post takes. Ratios are width over height, times seconds."""

    narrowest: float
    widest: float
    shortest: float
    longest: float
    max_width: int
    max_height: int


FEED_NARROWEST, FEED_WIDEST = 3 / 4, 1.91
"""3:4 since May 2025 (announced by Instagram's head), 1.91:1 (Graph API)."""

RULES: dict[PostType, Rule] = {
    # 1440 px wide is the largest that Instagram keeps; 3 s to 60 min (help page on video posts).
    PostType.PHOTO: Rule(FEED_NARROWEST, FEED_WIDEST, 3, 3600, 1440, 1920),
    PostType.VIDEO: Rule(FEED_NARROWEST, FEED_WIDEST, 3, 3600, 1440, 1920),
    # Graph API: children of a carousel have 3 to 60 s.
    PostType.CAROUSEL: Rule(FEED_NARROWEST, FEED_WIDEST, 3, 60, 1440, 1920),
    # Graph API: reels 0.01:1 to 10:1 and 3 s to 15 min, shown at 9:16.
    PostType.REEL: Rule(0.01, 10, 3, 900, 1080, 1920),
    # Graph API: stories 0.1:1 to 10:1 and 3 to 60 s, shown at 9:16.
    PostType.STORY: Rule(0.1, 10, 3, 60, 1080, 1920),
}

MIN_SIDE = 320
"""Pixels; Instagram scales smaller pictures up (help page on photo resolution)."""

MAX_PIXELS = 120_000_000
"""What we decode at most: above any phone's camera, below what exhausts a small machine."""

MAX_VIDEO_SIDE = 4096
"""Pixels; H.264's usual level limits end here."""

VIDEO_CODECS = frozenset({"h264"})
AUDIO_CODECS = frozenset({"aac", "mp3"})
"""What is published as it is (Graph API names H.264 or HEVC with AAC; HEVC is converted later)."""
