"""Drafts and posts that are read whole from rows: with their account, and their media in order."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import FromClause
from sqlalchemy.orm.attributes import set_committed_value

from storage.models import Account, Draft, MediaItem, Post
from storage.prepared import Row, Stored


class Whole:
    """Args:
    source: what has the columns of the draft or post; None: the table.
    """

    def __init__(self, kind: type[Draft | Post], source: FromClause | None = None) -> None:
        self._kind, self._account = Stored(kind, source), Stored(Account)
        self._media = Stored(MediaItem)
        parts = (self._kind, self._account, self._media)
        self.columns = [column for part in parts for column in part.columns]

    def read(self, rows: Sequence[Row], start: int) -> Any:
        """What a session would leave, once it is closed; None if an outer join has found nothing.

        Args:
            rows: one for each of its media, in order; one if it has none.
            start: the place of the first of the columns.
        """
        found = self._kind.read(rows[0], start)
        if found is not None:
            at = start + len(self._kind.columns)
            set_committed_value(found, "account", self._account.read(rows[0], at))
            at += len(self._account.columns)
            media = [self._media.read(row, at) for row in rows]
            set_committed_value(found, "media", [item for item in media if item is not None])
        return found
