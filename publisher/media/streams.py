"""What a video file holds; each file is looked at once."""

from collections import OrderedDict
from pathlib import Path

from publisher.media.isolated import isolated
from publisher.media.tracks import Video
from publisher.media.work import look_at_video

MAX_REMEMBERED_FILES = 256
_seen: OrderedDict[tuple[int, ...], Video] = OrderedDict()
"""What was found in files looked at lately: a copy takes less time than to look again."""


def inspect(path: Path) -> Video:
    """Read the whole file and decode a picture, once for each file.

    Raises MediaRefusedError, OSError.
    """
    identity = _identity(path)
    found = _seen.get(identity)
    if found is None:
        found = _seen[identity] = isolated(look_at_video)(path)
        while len(_seen) > MAX_REMEMBERED_FILES:
            _seen.popitem(last=False)  # in one step: several threads are at it
    return found


def _identity(path: Path) -> tuple[int, ...]:
    """The same for as long as nobody writes to the file, whatever it is called."""
    stat = path.stat()
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns
