"""The items of a draft: their order, and which of them stay."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from storage.database import Repository, stored
from storage.draft_changes import locked, unprepare
from storage.media import files_of, unneeded
from storage.models import Draft


class DraftItems(Repository):
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
