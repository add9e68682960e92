"""Media as they came, of all that is not published yet: what is lost is fetched once more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, null, or_, select, true, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storage.causes import Cause
from storage.database import Repository
from storage.lifecycle import CHANGEABLE, Status
from storage.models import LostFile, MediaItem, Notice, Post
from storage.outbox import OWNER, NoticeKind, notify
from storage.signals import LOST as LOST_FILES

NEEDED = (Status.PENDING, Status.AWAITING_APPROVAL, Status.CLAIMED, Status.FAILED, Status.HELD)
LOST, COMING = Cause.MEDIA_MISSING, Cause.MEDIA_COMING

MAX_REFUSALS, MAX_TRIES = 3, 30
"""Telegram says "wrong file_id" also of what is "temporarily unavailable"; while it is away, the
tries are ten minutes apart."""
NO_ROOM_PAUSE = timedelta(minutes=1)
"""Before it is fetched again, where it was fetched and could not be stored."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=20), timedelta(minutes=10)


@dataclass(frozen=True)
class Original:
    """A file, where it came from, and the posts that need it; none if only drafts do."""

    name: str
    size_bytes: int | None
    """None: nobody has written it down."""
    source_ref: str
    post_ids: list[int]


FILES = union_all(
    select(
        MediaItem.original.label("name"),
        MediaItem.size_bytes.label("size"),
        MediaItem.source_ref.label("source"),
        MediaItem.post_id,
    ).where(MediaItem.source_ref.is_not(None)),
    select(MediaItem.own_cover, null(), MediaItem.own_cover_ref, MediaItem.post_id).where(
        MediaItem.own_cover.is_not(None), MediaItem.own_cover_ref.is_not(None)
    ),
).subquery("files")
"""All that can be fetched once more, as often as an item names it; drafts' have no post."""


def is_asked_for() -> ColumnElement[bool]:
    """Whether a lost file is to be fetched now."""
    return LostFile.next_try_at <= func.now()


def are_coming(session: Session, post_id: int) -> bool:
    """Whether files of the post are still to be fetched; none comes before we have committed."""
    names = select(FILES.c.name).where(FILES.c.post_id == post_id)
    coming = (
        select(LostFile.name)
        .where(LostFile.name.in_(names), LostFile.next_try_at.is_not(None))
        .with_for_update(read=True)
    )
    return bool(session.scalars(coming).all())


class Originals(Repository):
    def needed(self) -> Sequence[Original]:
        """All that can be fetched once more, of what is due first first."""
        return self._found(true())

    def asked_for(self) -> Sequence[Original]:
        """Those of them that somebody waits for, and that are to be tried now."""
        with self._database.single() as session:
            names = session.scalars(select(LostFile.name).where(is_asked_for())).all()
        return self._found(FILES.c.name.in_(names)) if names else []

    def _found(self, which: ColumnElement[bool]) -> Sequence[Original]:
        posts = func.array_remove(func.array_agg(Post.id.distinct()), None)
        file = (FILES.c.name, FILES.c.size, FILES.c.source)
        query = (
            select(*file, posts)
            .outerjoin(Post, FILES.c.post_id == Post.id)
            .where(which, or_(Post.status.in_(NEEDED), FILES.c.post_id.is_(None)))
            .group_by(*file)
            .order_by(func.min(Post.next_attempt_at))
        )
        with self._database.single() as session:
            return [Original(*row) for row in session.execute(query)]

    def ask(self, names: Collection[str]) -> set[str]:
        """Have the bot fetch these once more, if it can; returns those that cannot be had again."""
        known = select(FILES.c.name).where(FILES.c.name.in_(names))
        given_up = select(LostFile.name).where(
            LostFile.name.in_(names), LostFile.next_try_at.is_(None)
        )
        with self._database.transaction() as session:
            asked = set(session.scalars(known))
            if asked:
                rows = [{"name": name} for name in sorted(asked)]
                session.execute(insert(LostFile).values(rows).on_conflict_do_nothing())
                session.execute(select(func.pg_notify(LOST_FILES, "")))
            return ({*names} - asked) | set(session.scalars(given_up))

    def came_back(self, name: str) -> None:
        """It is there again: what waits for it goes out now."""
        waits: dict[str, Any] = {"status": Status.PENDING, "error_class": COMING}
        items = select(FILES.c.post_id).where(FILES.c.name == name)
        with self._database.transaction() as session:
            session.execute(delete(LostFile).where(LostFile.name == name))
            session.execute(
                update(Post)
                .filter_by(**waits)
                .where(Post.id.in_(items))
                .values(next_attempt_at=func.least(Post.next_attempt_at, func.now()))
            )

    def not_had(self, name: str, *, refused: bool) -> bool:
        """It could not be fetched: later again; True if that was the last try.

        Args:
            refused: Telegram has said that it does not have it; else it was away.
        """
        with self._database.transaction() as session:
            lost = session.get(LostFile, name, with_for_update=True)
            if lost is None:
                return False
            lost.tries += 1
            if lost.tries >= (MAX_REFUSALS if refused else MAX_TRIES):
                lost.next_try_at = None
                return True
            pause = min(FIRST_PAUSE * 2 ** (lost.tries - 1), LONGEST_PAUSE)
            lost.next_try_at = func.now() + pause
            return False

    def not_stored(self, name: str) -> None:
        """It could be fetched, and there is no place for it: again in a while, and no try less."""
        lost = update(LostFile).where(LostFile.name == name, LostFile.next_try_at.is_not(None))
        with self._database.single() as session:
            session.execute(lost.values(next_try_at=func.now() + NO_ROOM_PAUSE))

    def tell_lost(self, post_id: int) -> bool:
        """Tell the owner of a planned post, once, that a file of it is lost; whether it was.

        Who waits for it at its minute hears so when the post fails.
        """
        told = select(Notice.id).where(
            Notice.post_id == post_id, Notice.detail["error_class"].astext == LOST
        )
        with self._database.transaction() as session:
            post = session.get_one(Post, post_id, with_for_update=True)
            if post.status not in CHANGEABLE or post.error_class == COMING:
                return False
            if session.scalar(told.limit(1)) is not None:
                return False
            notify(session, NoticeKind.PREFLIGHT, OWNER, post_id=post_id, error_class=LOST)
            return True

    def forget(self) -> None:
        """What nobody needs any more is not waited for."""
        with self._database.single() as session:
            session.execute(delete(LostFile).where(LostFile.name.not_in(select(FILES.c.name))))
