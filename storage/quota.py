"""Room for media: a share for each person, and a floor below which the disk takes nothing more."""

import errno
import shutil
from pathlib import Path

from storage.posts import Posts


class QuotaExceededError(Exception):
    """The person's media would need more than their share; both figures are bytes."""

    def __init__(self, held: int, quota: int) -> None:
        super().__init__(f"{held} of {quota} bytes are in use")
        self.held, self.quota = held, quota


class Quota:
    """Asked before anything is taken in.

    Args:
        quota: bytes of originals that one person's posts may hold.
        floor: bytes of the disk that stay free, for the database and what is made of originals.
    """

    def __init__(self, posts: Posts, folder: Path, *, quota: int, floor: int) -> None:
        self._posts, self._folder = posts, folder
        self._quota, self._floor = quota, floor

    def check(self, owner_id: int, incoming: int, *, taken: int = 0) -> None:
        """Whether `incoming` more bytes of this person can be kept.

        Args:
            taken: bytes that lie on the disk already and belong to no post of theirs yet.

        Raises QuotaExceededError, or OSError when the disk is too full.
        """
        held = self._posts.bytes_held(owner_id) + taken
        if held + incoming > self._quota:
            raise QuotaExceededError(held, self._quota)
        if shutil.disk_usage(self._folder).free - incoming < self._floor:
            raise OSError(errno.ENOSPC, "less than MIN_FREE_DISK_MB is free")
