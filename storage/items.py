"""The media of a draft: added, removed, put in order; a video's cover."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from storage.database import Repository, stored
from storage.draft_changes import DraftGoneError, locked, unprepare, written
from storage.lifecycle import MediaKind
from storage.media import files_of, give_up, unneeded
from storage.models import Draft, MediaItem


@dataclass(frozen=True)
class NewMedia:
    """A media file that has been stored and probed, about to join a draft."""

    position: int
    kind: MediaKind
    original: str
    format: str
    width: int
    height: int
    duration: float | None
    video_codec: str | None
    size_bytes: int
    audio_codec: str | None = None
    fps: float | None = None
    hdr: bool = False
    source_ref: str | None = None


@dataclass(frozen=True)
class Preparation:
    """What was made of one media item for the chosen type."""

    item_id: int
    prepared: str
    cover: str | None = None


class DraftItems(Repository):
    def add(self, draft_id: int, items: Sequence[NewMedia]) -> Draft:
        """Add media; a position that is taken is the same item delivered twice.

        Raises DraftGoneError.
        """
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            taken = {item.position for item in draft.media}
            new = [MediaItem(**vars(item)) for item in items if item.position not in taken]
            draft.media.extend(new)
            if new:
                unprepare(draft)
            return written(session, draft)

    def remove_all(self, draft_id: int) -> list[str]:
        """Take all media out of the draft; returns the files that nobody needs now."""
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            unprepare(draft)
            return give_up(session, draft)

    def choose_cover(
        self,
        draft_id: int,
        item_id: int,
        *,
        at: float | None = None,
        own: str | None = None,
        own_ref: str | None = None,
    ) -> tuple[Draft, list[str]]:
        """The cover of a video: the frame at `at` seconds, a photo, or, without both, automatic.

        The photo can be fetched once more by `own_ref`. Returns the draft, and the files that
        nobody needs now. Raises DraftGoneError.
        """
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            item = next((item for item in draft.media if item.id == item_id), None)
            if item is None:
                raise DraftGoneError(draft_id)
            before = item.own_cover
            item.cover_at, item.own_cover, item.own_cover_ref = at, own, own_ref
            unprepare(draft)
            session.flush()
            replaced = unneeded(session, [before])
            session.refresh(draft)
            return draft, replaced

    def arrange(
        self, draft_id: int, order: Sequence[int], *, by: int | None = None, **answers: Any
    ) -> tuple[Draft, list[str]]:
        """The draft consists of the items with these numbers, in this order; others go.

        Returns it, with the answers (columns of Draft) that follow from that, and the files that
        nobody needs now. Told twice by the same update, it changes nothing. Numbers of items that
        are gone count for nothing; the last item stays.

        The positions are shared out anew: as a set they stay those of the messages that brought
        the items, so that one which is delivered again is still known. Raises DraftGoneError.
        """
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            if by is not None and draft.last_update_id == by:
                return draft, []
            given_up = _rearrange(session, draft, order)
            for column, value in answers.items():
                setattr(draft, column, value)
            draft.last_update_id = by or draft.last_update_id
            free = unneeded(session, given_up)
            return stored(session, draft), free


def _rearrange(session: Session, draft: Draft, order: Sequence[int]) -> list[str]:
    """Returns the files of the items that are gone."""
    before = {item.id: item for item in draft.media}
    kept = [before[number] for number in dict.fromkeys(order) if number in before]
    if not kept or kept == list(before.values()):
        return []
    given_up = files_of(item for item in before.values() if item not in kept)
    positions = sorted(item.position for item in kept)
    for item in kept:
        item.position = -item.position  # no two may have the same meanwhile
    draft.media[:] = kept
    session.flush()
    for item, position in zip(kept, positions, strict=True):
        item.position = position
    unprepare(draft)
    return given_up
