"""Room for media: a share for each person, and a floor below which the disk takes nothing more."""

import errno
import os
import shutil
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from storage.posts import Held, Posts


class Share(StrEnum):
    """What each person has a share of."""

    BYTES = "bytes"
    DRAFTS = "drafts"
    POSTS = "posts"


class QuotaExceededError(Exception):
    """The person would need more than their share of this."""

    def __init__(self, held: int, quota: int, of: Share = Share.BYTES) -> None:
        super().__init__(f"{held} of {quota} {of} are in use")
        self.held, self.quota, self.of = held, quota, of


class Wanted(NamedTuple):
    """Whether `incoming` more bytes of a person can be kept, and another post be begun."""

    owner_id: int
    incoming: int
    taken: int = 0
    """Bytes that lie on the disk already and belong to no post of theirs yet."""


class Quota:
    """Asked before anything is taken in.

    Args:
        quota: bytes of originals that one person's posts may hold.
        floor: bytes of the disk that stay free, for the database and what is made of originals.
        drafts: that one person may have begun; a series is one.
        planned: posts that one person may have planned.
    """

    def __init__(
        self,
        posts: Posts,
        folder: Path,
        *,
        quota: int,
        floor: int,
        drafts: int = 50,
        planned: int = 500,
    ) -> None:
        self._posts, self._folder = posts, folder
        self._quota, self._floor = quota, floor
        self._drafts, self._planned = drafts, planned

    def check(self, *several: Wanted) -> list[QuotaExceededError | OSError | None]:
        """Why these cannot be kept: the person's share, or a disk that is too full."""
        held = self._posts.held_by(*(one.owner_id for one in several))
        free = self._free()
        return [self._judged(*both, free) for both in zip(several, held, strict=True)]

    def check_floor(self, incoming: int) -> None:
        """Before each piece is written: others write, too, since it was asked about the whole.

        Raises OSError if these bytes would go below the floor.
        """
        if full := self._full(incoming, self._free()):
            raise full

    def _free(self) -> int:
        return shutil.disk_usage(self._folder).free

    def _judged(
        self, wanted: Wanted, theirs: Held, free: int
    ) -> QuotaExceededError | OSError | None:
        if theirs.drafts >= self._drafts:
            return QuotaExceededError(theirs.drafts, self._drafts, Share.DRAFTS)
        if theirs.planned >= self._planned:
            return QuotaExceededError(theirs.planned, self._planned, Share.POSTS)
        held = theirs.size + wanted.taken
        if held + wanted.incoming > self._quota:
            return QuotaExceededError(held, self._quota)
        return self._full(wanted.incoming, free)

    def _full(self, incoming: int, free: int) -> OSError | None:
        if free - incoming >= self._floor:
            return None
        return OSError(errno.ENOSPC, f"{os.strerror(errno.ENOSPC)} (MIN_FREE_DISK_MB)")
