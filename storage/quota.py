"""Room for media: a share for each person, and a floor below which the disk takes nothing more."""

import errno
import os
import shutil
from enum import StrEnum
from pathlib import Path

from storage.posts import Posts


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

    def check(self, owner_id: int, incoming: int, *, taken: int = 0) -> None:
        """Whether `incoming` more bytes of this person can be kept, and another post be begun.

        Args:
            taken: bytes that lie on the disk already and belong to no post of theirs yet.

        Raises QuotaExceededError, or OSError when the disk is too full.
        """
        theirs = self._posts.held_by(owner_id)
        if theirs.drafts >= self._drafts:
            raise QuotaExceededError(theirs.drafts, self._drafts, Share.DRAFTS)
        if theirs.planned >= self._planned:
            raise QuotaExceededError(theirs.planned, self._planned, Share.POSTS)
        held = theirs.size + taken
        if held + incoming > self._quota:
            raise QuotaExceededError(held, self._quota)
        if shutil.disk_usage(self._folder).free - incoming < self._floor:
            reason = f"{os.strerror(errno.ENOSPC)} (MIN_FREE_DISK_MB)"
            raise OSError(errno.ENOSPC, reason)
