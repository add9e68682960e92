"""Which media files are still needed: those that an item names, of whichever draft or post."""

from collections.abc import Iterable

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from storage.models import Draft, MediaItem, Post

LOCK = 0x6D65646961
"""Key of the advisory lock under which files are given up: 'media' in ASCII."""

NAMES = (MediaItem.original, MediaItem.prepared, MediaItem.cover, MediaItem.own_cover)

ELSEWHERE = 2**40
"""By how much the positions of media are less that came by another chat: the order stays, and none
is the number of a message in this one."""

COPIED = [
    column.key
    for column in MediaItem.__mapper__.column_attrs
    if column.key not in ("id", "post_id", "draft_id")
]


def files_of(items: Iterable[MediaItem]) -> list[str]:
    """The names that these items hold."""
    return [name for item in items for name in item.files]


def copied(items: Iterable[MediaItem], *, elsewhere: bool = False) -> list[MediaItem]:
    """Items of the same files, for another draft or post.

    The one whose items they are must be locked: its files are then not given up meanwhile.

    Args:
        elsewhere: in another chat.
    """
    copies = [MediaItem(**{name: getattr(item, name) for name in COPIED}) for item in items]
    for item in copies:
        item.position -= ELSEWHERE if elsewhere else 0
    return copies


def give_up(session: Session, *owners: Draft | Post) -> list[str]:
    """Take all media from these; returns the files that nobody needs now."""
    names = [name for owner in owners for name in files_of(owner.media)]
    for owner in owners:
        owner.media.clear()
    return unneeded(session, names)


def unneeded(session: Session, names: Iterable[str | None]) -> list[str]:
    """Those of the names that no item holds any more, to be removed once this is committed.

    Two that give up the same file take turns until their ends: the later one sees that it is free.
    """
    given_up = list(dict.fromkeys(name for name in names if name))
    if not given_up:
        return []
    session.flush()
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    held = select(*NAMES).where(or_(*(column.in_(given_up) for column in NAMES)))
    needed = {name for row in session.execute(held) for name in row}
    return [name for name in given_up if name not in needed]
