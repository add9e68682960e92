"""How long a video lasts when it is published: what is too short for Instagram is made longer."""

import math

from publisher.media.rules import SHORTEST_TAKEN, SHORTEST_VIDEO
from publisher.media.streams import Video

HELD_BEYOND = 0.1
"""Seconds by which a last picture is held longer than needed, since it ends with a whole one."""


def repeats(found: Video) -> int:
    """How often it is shown; more than once only what moves in circles, such as a GIF."""
    return 1 if found.duration >= SHORTEST_TAKEN else math.ceil(SHORTEST_VIDEO / found.duration)


def held_seconds(found: Video) -> float:
    """For how long its last picture is held."""
    missing = SHORTEST_VIDEO - found.duration * repeats(found)
    return missing + HELD_BEYOND if missing > 0 else 0.0


def published_seconds(found: Video) -> float:
    """Its length once that is done."""
    return found.duration * repeats(found) + held_seconds(found)
