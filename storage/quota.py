"""Room for media: a share for each person, and a floor below which the disk takes nothing more."""

import errno
import os
import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Select, distinct, func, select, union

from storage.database import Database, Repository
from storage.draft_changes import is_open
from storage.lifecycle import Status
from storage.models import Draft, MediaItem, Post
from storage.prepared import Prepared, is_one_of, rows_given

TO_COME = frozenset({Status.PENDING, Status.HELD, Status.AWAITING_APPROVAL})
"""Statuses of a post that counts for its owner's share of planned posts."""


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


@dataclass(frozen=True)
class Held:
    """What we keep for a person."""

    size: int
    """Bytes of their media."""
    drafts: int
    """Begun; a series is one."""
    planned: int
    """Posts that are still to come."""


def _held() -> Select[Any]:
    theirs = rows_given({"owner_id": BigInteger()})
    files = select(MediaItem.original, MediaItem.size_bytes).correlate(theirs)
    of_posts = files.join(Post).where(Post.owner_id == theirs.c.owner_id)
    of_drafts = files.join(Draft).where(Draft.owner_id == theirs.c.owner_id)
    each = union(of_posts, of_drafts).subquery()
    size = select(func.coalesce(func.sum(each.c.size_bytes), 0))
    together = func.coalesce(Draft.series_id, Draft.id)
    drafts = select(func.count(distinct(together)))
    drafts = drafts.where(Draft.owner_id == theirs.c.owner_id, is_open())
    is_to_come = is_one_of(Post.status, TO_COME)
    planned = select(func.count()).where(Post.owner_id == theirs.c.owner_id, is_to_come)
    counted = [query.scalar_subquery() for query in (size, drafts, planned)]
    return select(theirs.c.place, *counted).order_by(theirs.c.place)


_HELD = Prepared(_held())


class Quota(Repository):
    """Asked before anything is taken in.

    Args:
        quota: bytes of originals that one person's posts may hold.
        floor: bytes of the disk that stay free, for the database and what is made of originals.
        drafts: that one person may have begun; a series is one.
        planned: posts that one person may have planned.
    """

    def __init__(
        self,
        database: Database,
        folder: Path,
        *,
        quota: int,
        floor: int,
        drafts: int = 50,
        planned: int = 500,
    ) -> None:
        super().__init__(database)
        self._folder = folder
        self._quota, self._floor = quota, floor
        self._drafts, self._planned = drafts, planned

    def check(self, *several: Wanted) -> list[QuotaExceededError | OSError | None]:
        """Why these cannot be kept: the person's share, or a disk that is too full."""
        held = self.held_by(*(one.owner_id for one in several))
        free = self._free()
        return [self._judged(*both, free) for both in zip(several, held, strict=True)]

    def held_by(self, *owner_ids: int) -> list[Held]:
        """How much of everything we keep for each. Of media as they came, each file once."""
        rows = self._database.run(_HELD, {"owner_id": [*owner_ids]})
        return [Held(*map(int, counted)) for _, *counted in rows]

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
