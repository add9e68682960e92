"""Weekly slots: when an account likes to publish, which of these times are taken, what waits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from typing import NamedTuple

from sqlalchemy import BigInteger, delete, func, select, true, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.orm import aliased

from storage.database import Database, Repository
from storage.draft_changes import is_open
from storage.lifecycle import PLANNED, Status
from storage.models import Account, Draft, Notice, Post, Slot, Week
from storage.outbox import OWNER, NoticeKind, notify
from storage.pace import NO_PACE, NO_PACES, WINDOW, Pace, Paces
from storage.paced import cap_of, gap_of
from storage.prepared import Prepared, is_one_of, rows_given

WeeklyTime = tuple[int, time]
"""A weekday, Monday being 0, and what the clock shows then."""

QUEUED = PLANNED - {Status.FAILED}
"""Statuses of a post that still goes out by itself or by its owner's hand."""


@dataclass(frozen=True)
class Calendar:
    """An account's slots, and what is planned for it."""

    timezone: str | None = None
    """The zone of its own slots; None until somebody sets some."""
    slots: tuple[WeeklyTime, ...] = ()
    """Its own, in order; of who wants none, none."""
    taken: tuple[datetime, ...] = ()
    """When posts are planned, in order, from a day ago on."""
    published: tuple[datetime, ...] = ()
    """When posts went out in the last 24 hours, in order."""
    pace: Pace = NO_PACE


NO_CALENDAR = Calendar()


class Planning(NamedTuple):
    """An account, and the draft or the post for which a time is looked for."""

    account_id: int
    but_draft: int | None = None
    but_post: int | None = None


@dataclass(frozen=True)
class Waiting:
    """The posts of an account that are still to come, and when the last of them does."""

    count: int
    last: datetime | None


class Slots(Repository):
    """Args:
    paces: how fast accounts publish that say nothing themselves.
    """

    def __init__(self, database: Database, paces: Paces = NO_PACES) -> None:
        super().__init__(database)
        self._paces = paces

    def calendar(self, *several: Planning) -> list[Calendar]:
        """Each account's week, with the times of its posts and of drafts that have chosen one."""
        values = {name: [getattr(one, name) for one in several] for name in Planning._fields}
        return [
            Calendar(
                timezone,
                tuple((weekday, time.fromisoformat(clock)) for weekday, clock in slots or ()),
                (*sorted(taken),),
                (*sorted(published),),
                Pace(cap, gap),
            )
            for taken, published, cap, gap, timezone, slots in self._database.run(
                _calendars(self._paces), values
            )
        ]

    def replace(
        self, account_id: int, slots: Collection[WeeklyTime], *, timezone: str, set_by: int
    ) -> None:
        """From now on these are the account's slots, meant in this zone. The same twice is once."""
        week = {"timezone": timezone, "set_by": set_by, "set_at": func.now()}
        with self._database.transaction() as session:
            session.execute(
                insert(Week)
                .values(account_id=account_id, **week)
                .on_conflict_do_update(index_elements=[Week.account_id], set_=week)
            )
            session.execute(delete(Slot).where(Slot.account_id == account_id))
            session.add_all(
                Slot(account_id=account_id, weekday=weekday, wall_time=clock)
                for weekday, clock in set(slots)
            )

    def queue(self, account_id: int) -> Waiting:
        """What waits to be published on the account."""
        waiting = (Post.account_id == account_id, Post.status.in_(QUEUED))
        query = select(func.count(), func.max(Post.scheduled_time)).where(*waiting)
        with self._database.single() as session:
            count, last = session.execute(query).one()
            return Waiting(count, last)

    def tell_of_empty_queues(self) -> int:
        """Whose last planned post has gone out hears so once, if they set its account's slots.

        Returns how many hear it now.
        """
        of_account = Post.account_id == Week.account_id
        waits = select(Post.id).where(of_account, Post.status.in_(QUEUED))
        has_slots = select(Slot.account_id).where(Slot.account_id == Week.account_id)
        last = select(Post).where(of_account, Post.status == Status.UPLOADED)
        last = last.order_by(Post.published_at.desc()).limit(1)
        ended = aliased(Post, last.lateral())
        told = select(Notice.id).where(
            Notice.post_id == ended.id, Notice.kind == NoticeKind.QUEUE_IS_EMPTY
        )
        query = (
            select(ended.id)
            .select_from(Week)
            .join(ended, true())
            .where(has_slots.exists(), ~waits.exists(), ~told.exists())
            .where(ended.owner_id == Week.set_by, ended.published_at > Week.set_at)
        )
        if not self._database.finds(query):
            return 0
        with self._database.transaction() as session:
            found = session.scalars(query.with_for_update(of=Week)).all()
            for post_id in found:
                notify(session, NoticeKind.QUEUE_IS_EMPTY, OWNER, post_id=post_id)
            return len(found)


@cache
def _calendars(paces: Paces) -> Prepared:
    at = rows_given({name: BigInteger() for name in Planning._fields})
    coming = func.now() - func.make_interval(0, 0, 0, 1)
    posts = select(Post.scheduled_time).where(
        Post.account_id == at.c.account_id,
        is_one_of(Post.status, QUEUED),
        Post.scheduled_time > coming,
        Post.id.is_distinct_from(at.c.but_post),
    )
    drafts = select(Draft.scheduled_time).where(
        Draft.account_id == at.c.account_id,
        is_open(),
        Draft.edits_post_id.is_(None),
        Draft.wall_time.is_not(None),
        Draft.scheduled_time > coming,
        Draft.id.is_distinct_from(at.c.but_draft),
    )
    gone = select(Post.published_at).where(
        Post.account_id == at.c.account_id, Post.published_at > func.now() - WINDOW
    )
    taken = func.array(union_all(posts.correlate(at), drafts.correlate(at)).scalar_subquery())
    published = func.array(gone.correlate(at).scalar_subquery())
    slot = func.json_build_array(Slot.weekday, Slot.wall_time)
    slots = select(func.json_agg(aggregate_order_by(slot, Slot.weekday, Slot.wall_time)))
    week = slots.where(Slot.account_id == at.c.account_id).scalar_subquery()
    return Prepared(
        select(taken, published, cap_of(paces), gap_of(paces), Week.timezone, week)
        .select_from(at)
        .join(Account, Account.id == at.c.account_id)
        .outerjoin(Week, Week.account_id == Account.id)
        .order_by(at.c.place)
    )
