"""Instagram's rules as data, each with where the figure comes from. Looked up in November 2026.

Sources:
    Graph API   Meta's reference of `POST /{ig-user-id}/media`, "Image / Reel / Story Video
                Specifications": developers.facebook.com/docs/instagram-api/reference/ig-user/media.
                Of the private API, which we use, nothing is published; where the two could
                differ the stricter figure is taken.
    Help        help.instagram.com/1631821640426723, "photo resolution", which names 3:4 to 1.91:1
                since May 2025 (postybirb #762 reports posts accepted within exactly that range).
    Measured    what users of private API clients report, with the issue.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from storage.lifecycle import MediaKind, PostType
from storage.pace import NO_PACE, Pace

MAX_CAPTION = 2200
"""Caption and hashtags together (Graph API, `caption`: "2200 characters"). In which unit is not
said: UTF-16 units are counted, which are never fewer than characters."""

MAX_HASHTAGS = 5
"""Hashtags of a post or reel, in caption and list together (Instagram's @creators, 18 December
2025: "up to five", introduced account by account; the Graph API's reference still says 30, hence
the setting MAX_HASHTAGS)."""

MAX_MENTIONS = 20
"""@names in a caption (Graph API, `caption`: "20 @ tags")."""

MAX_CAROUSEL_ITEMS = 10
CAROUSEL_ITEMS = range(2, MAX_CAROUSEL_ITEMS + 1)
"""Graph API. The app takes 20 since August 2024; for the private API only 10 is known to work."""

SLIDESHOW_PHOTOS = CAROUSEL_ITEMS
"""Our own limits: a reel of one photo is no slideshow, and an album has no more items."""

SERIES_STORIES = CAROUSEL_ITEMS
"""Stories in a row: our own limits, as many as an album has."""

MOST_A_DAY = 50
"""Posts within 24 hours that Instagram's own API takes: `quota_total` in its reference of
`content_publishing_limit` (developers.facebook.com/docs/instagram-platform/instagram-graph-api/
reference/ig-user/content_publishing_limit, read in November 2026; a carousel counts once). It was
25 before, and others report 100."""

DAILY_CAP = 25
"""Ours, half of that: the private API has no published limit and looks for what no person would do,
and 25 is what Meta itself once held to be enough for programs that publish."""

MIN_GAP = timedelta(minutes=5)
"""Ours: instagrapi's maintainer advises to pause "as if you were a regular user"
(subzeroid/instagrapi #224, June 2021), and says that several requests within a minute may be too
many where few a day are not (#60, January 2021)."""

MB = 10**6


LENGTH_SLACK_SECONDS = 0.05
"""Seconds by which a video may exceed the longest: "a tiny range is still valid" (Measured, mgp25
Instagram-API #1365)."""


@dataclass(frozen=True)
class Rule:
    """What one type of post takes. Ratios are width over height, sizes pixels, times seconds."""

    takes: tuple[tuple[frozenset[MediaKind], range], ...]
    """Which kinds of media, and how many: any of these."""
    narrowest: float
    widest: float
    """Media outside these ratios are framed: cropped or given a border, as the person chooses."""
    photo_width: int
    photo_height: int
    """The largest photo that is worth sending."""
    fills_screen: bool
    """Each of its media is shown on a phone's whole screen. In the feed all have the first's
    ratio."""
    shortest: float
    longest: float
    """Of a video."""
    video_bytes: int
    joins_photos: bool = False
    """Into one video."""


@dataclass(frozen=True)
class Rules:
    """What a way to publish takes; asked at intake already."""

    types: Mapping[PostType, Rule]
    max_caption: int
    """UTF-16 units of caption and hashtags together."""
    max_hashtags: int
    max_mentions: int
    pace: Pace = NO_PACE
    """What counts for an account that says nothing itself."""


FEED_NARROWEST, FEED_WIDEST = 3 / 4, 1.91
"""3:4 (Help; the Graph API still says 4:5), 1.91:1 (Help, Graph API)."""

SCREEN_RATIO = 9 / 16
SCREEN_SLACK_SHARE = 0.03
"""Reels are taken from 0.01:1 to 10:1 and stories from 0.1:1 to 10:1, but 9:16 is advised "to avoid
cropping or blank spaces" (Graph API). What differs by more than this share of the ratio is framed
here, so that nothing is cropped or bordered that nobody has seen."""

FEED = (FEED_NARROWEST, FEED_WIDEST, 1440, 1920, False)
"""1440 pixels wide is the largest that Instagram keeps (Graph API), 1920 high follows from 3:4."""
_SLACK = SCREEN_RATIO * SCREEN_SLACK_SHARE
FULL_SCREEN = (SCREEN_RATIO - _SLACK, SCREEN_RATIO + _SLACK, 1080, 1920, True)
"""1080x1920 (Graph API, recommended for reels and stories)."""

ONE = range(1, 2)
PHOTOS, VIDEOS = frozenset({MediaKind.PHOTO}), frozenset({MediaKind.VIDEO})

RULES: dict[PostType, Rule] = {
    PostType.PHOTO: Rule(((PHOTOS, ONE),), *FEED, 3, 3600, 650 * MB),
    # Help, "video post requirements": 3 s to 60 min, 650 MB for what is under 10 minutes.
    PostType.VIDEO: Rule(((VIDEOS, ONE),), *FEED, 3, 3600, 650 * MB),
    # Graph API: children of a carousel have 3 to 60 s and 100 MB.
    PostType.CAROUSEL: Rule(((PHOTOS | VIDEOS, CAROUSEL_ITEMS),), *FEED, 3, 60, 100 * MB),
    # Graph API: 3 s to 15 min, 300 MB.
    PostType.REEL: Rule(
        ((VIDEOS, ONE), (PHOTOS, SLIDESHOW_PHOTOS)),
        *FULL_SCREEN,
        3,
        900,
        300 * MB,
        joins_photos=True,
    ),
    # Graph API: 3 to 60 s, 100 MB.
    PostType.STORY: Rule(((PHOTOS | VIDEOS, ONE),), *FULL_SCREEN, 3, 60, 100 * MB),
    PostType.STORIES: Rule(((PHOTOS | VIDEOS, SERIES_STORIES),), *FULL_SCREEN, 3, 60, 100 * MB),
}

BY_HAND_RULES = Rules(RULES, MAX_CAPTION, MAX_HASHTAGS, MAX_MENTIONS)
"""A person publishes, at a person's pace."""
INSTAGRAM_RULES = replace(BY_HAND_RULES, pace=Pace(DAILY_CAP, MIN_GAP))
"""Published by ourselves."""

MIN_WIDTH = 320
"""Pixels of width. Narrower pictures are scaled up to it (Graph API, of images: "Minimum width: 320
(will be scaled up to the minimum if necessary)", "Height: Varies, depending on width and aspect
ratio")."""

MIN_SIDE = 64
"""Pixels of either side of a photo, our own bound: less is an icon and no photo."""

SOFT_WIDTH = 540
"""Pixels; Instagram advises against less (Graph API: 540x960 for reels), so people are told."""

MAX_PIXELS = 120_000_000
"""Our own bound on what is decoded; 400 bytes can claim more than any machine has memory."""

VIDEO_SHORT_SIDE, VIDEO_LONG_SIDE = 1080, 1920
"""What videos are scaled down to: 1080x1920 for reels, at most 1920 columns (Graph API)."""

MAX_VIDEO_SIDE = 8192
"""Our own bound on what is decoded: 8K, the most that phones record."""

MIN_VIDEO_SECONDS = min(rule.shortest for rule in RULES.values())
MIN_TAKEN_SECONDS = 2.5
"""Seconds. What lacks less is made to last as long as the rule asks for, its last picture held:
Live Photos have 1.5 s before and after the picture, or a little less. How strictly Instagram takes
the 3 is not published; it has accepted stories of 0.1 s (Measured, mgp25 Instagram-API #2283)."""
MAX_VIDEO_SECONDS = max(rule.longest for rule in RULES.values())
"""Seconds; longer ones fit nowhere, not even trimmed in a sensible time."""

MIN_FPS, MAX_FPS = 23.0, 60.0
"""Frames per second (Graph API). 23.976 counts as 23."""

MAX_VIDEO_BITS_PER_SECOND = 25 * MB
"""Graph API: variable bit rate, 25 Mbps at the most."""

AUDIO_CODEC, AUDIO_HERTZ, AUDIO_CHANNELS = "aac", 48_000, 2
"""AAC, 48 kHz at the most, mono or stereo (Graph API)."""

AUDIO_KILOBITS = 128
MAX_AUDIO_KILOBITS = 200
"""128 kbps (Graph API) is what we make; what phones record, up to some 190, is not made worse."""
