"""How long a video lasts when it is published: what is too short for Instagram is made longer."""

import math

from publisher.media.rules import MIN_TAKEN_SECONDS, MIN_VIDEO_SECONDS
from publisher.media.tracks import Video

HELD_BEYOND_SECONDS = 0.1
"""Seconds by which a last picture is held longer than needed, since it ends with a whole one."""

MAX_OUTLASTED_SECONDS = 1.0
"""Seconds by which the sound may outlast the pictures before the last picture is held."""


def repeats(found: Video) -> int:
    """How often it is shown; more than once only what moves in circles, such as a GIF."""
    is_long = found.duration >= MIN_TAKEN_SECONDS
    return 1 if is_long else math.ceil(MIN_VIDEO_SECONDS / found.duration)


def held_seconds(found: Video) -> float:
    """For how long its last picture is held."""
    missing = MIN_VIDEO_SECONDS - found.duration * repeats(found)
    return missing + HELD_BEYOND_SECONDS if missing > 0 else 0.0


def still_seconds(found: Video) -> float:
    """How long the last picture stays while the sound goes on, as in players."""
    return found.outlasted if found.outlasted > MAX_OUTLASTED_SECONDS else 0.0


def published_seconds(found: Video) -> float:
    """Its length once that is done."""
    return found.duration * repeats(found) + held_seconds(found)
