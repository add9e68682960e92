"""The publisher's side of a post: claim it, keep it, and free what silent publishers held."""

import os
import secrets
import socket
from collections.abc import Collection, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Text, extract, func, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from storage import lease
from storage.causes import Cause
from storage.database import Database
from storage.lease import LEASE, Lease
from storage.lifecycle import Status
from storage.models import Account, MediaItem, Post
from storage.outcomes import GIVEN_BACK, Outcomes, in_doubt, keep_in_line
from storage.pace import NO_PACES, Paces
from storage.paced import next_due
from storage.prepared import Prepared, Row
from storage.whole import Whole


class Queue:
    """One publisher's hands on the posts.

    Args:
        owner: a name for the lease, unique to this publisher; made up if None.
        span: how long a lease lasts without a heartbeat.
        paces: how fast accounts publish that say nothing themselves.
    """

    def __init__(
        self,
        database: Database,
        *,
        owner: str | None = None,
        span: timedelta = LEASE,
        paces: Paces = NO_PACES,
    ) -> None:
        self._database = database
        self.owner = owner or f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.span = span
        self.paces = paces
        self.outcomes = Outcomes(database, span)
        """What it writes of the posts that it has claimed."""

    def claim_next(self, account_id: int | None = None) -> Post | None:
        """Lease an account and take its post that has been due the longest; None if none is.

        One that its account's pace holds back is not due. The claimed post has an upload id from
        here on.

        Args:
            account_id: the only one to choose from; None: all.
        """
        only = {} if account_id is None else {"only": account_id}
        values = {"owner": self.owner, "span": self.span, **only}
        claim = _claim(self.paces, of_one=account_id is not None)
        while rows := self._database.run(claim.statement, values):
            ours, post = claim.read(rows)
            if post is not None:
                return post
            self.release(ours)  # deleted or changed at this very moment
        return None

    def heartbeat(self, ours: Lease) -> None:
        """Keep the account for another span. Raises LeaseLostError."""
        with self._database.single() as session:
            lease.extend(session, ours, self.span)

    def release(self, ours: Lease) -> None:
        """Give an account back of which no post is owned. Raises LeaseLostError."""
        with self._database.single() as session:
            lease.release(session, ours)

    def has_silent(self) -> bool:
        """Whether a publisher has fallen silent that holds an account."""
        return self._database.finds(select(Account.id).where(IS_SILENT))

    def rescue(self) -> list[int]:
        """Free accounts from publishers that have fallen silent; returns the posts they held.

        A claimed post goes back to pending, since uploading bytes again is harmless. One that
        was being sent may be live, so it becomes unconfirmed and the platform is asked.
        """
        with self._database.transaction() as session:
            silent = session.scalars(
                select(Account.id)
                .where(IS_SILENT)
                .with_for_update(skip_locked=True, key_share=True)
            ).all()
            if not silent:
                return []
            held = _rescue_posts(session, silent)
            session.execute(
                update(Account)
                .where(Account.id.in_(silent))
                .values(lease_owner=None, lease_until=None)
            )
            return held


IS_SILENT = or_(
    Account.lease_until < func.now(),
    Account.lease_until > func.now() + 2 * LEASE,  # Postgres' clock was set back since
)
"""Whether the publisher that holds the account at hand does not extend its lease any more."""

ROOM = 100
"""Behind an upload id, for those of a carousel's items, which follow it."""
_other = aliased(Post)
_LATEST_ID = (
    select(func.max(_other.upload_id))
    .where(_other.account_id == Post.account_id)
    .correlate(Post)
    .scalar_subquery()
)
_MILLISECONDS = func.floor(extract("epoch", func.clock_timestamp()) * 1000)
FRESH_ID = (
    func.greatest(_MILLISECONDS, _LATEST_ID.cast(BigInteger) + ROOM).cast(BigInteger).cast(Text)
)
"""A new upload id: milliseconds since 1970, as Instagram's own app numbers its uploads. None comes
twice, whatever becomes of Postgres' clock, and how quickly a post follows a carousel."""


_IS_DUE = (Post.status == Status.PENDING, Post.next_attempt_at <= func.now())


class _Claim:  # what runs for every post is built once: that costs more than running it
    """In one: the account and its fence, and the post that is claimed, if it is still due."""

    def __init__(self, paces: Paces, *, of_one: bool) -> None:
        first = next_due(paces, Post.next_attempt_at <= func.now()).lateral("first")
        due = select(first.c.post_id, first.c.at).where(first.c.at <= func.now())
        leased = lease.taking(due.correlate(Account), of_one=of_one).cte("leased")
        seen = aliased(Post)  # its media are read as of then: what was changed since is not claimed
        claimed = (
            update(Post)
            .where(Post.id == leased.c.post_id, *_IS_DUE)
            .where(seen.id == Post.id, seen.revision == Post.revision)
            .values(
                status=Status.CLAIMED,
                fence=leased.c.lease_fence,
                upload_id=func.coalesce(Post.upload_id, FRESH_ID),
            )
            .returning(*Post.__table__.columns)
            .cte("claimed")
        )
        self._post = Whole(Post, claimed)
        self.statement = Prepared(
            select(leased.c.id, leased.c.lease_fence, *self._post.columns)
            .select_from(leased)
            .outerjoin(claimed, true())
            .join(Account, Account.id == leased.c.id)
            .outerjoin(MediaItem, MediaItem.post_id == claimed.c.id)
            .order_by(MediaItem.position)
        )

    def read(self, rows: Sequence[Row]) -> tuple[Lease, Post | None]:
        """The lease, and the post with its account and media."""
        account_id, fence, *_ = rows[0]
        post: Post | None = self._post.read(rows, 2)
        return Lease(account_id, fence), post


_claim = cache(_Claim)


def _rescue_posts(session: Session, silent: Collection[int]) -> list[int]:
    behind_the_others = func.greatest(Post.next_attempt_at, func.now())  # it may kill publishers
    outcomes: list[tuple[Status, dict[str, Any]]] = [
        (Status.CLAIMED, {"status": Status.PENDING, "next_attempt_at": behind_the_others}),
        (
            Status.SENDING,
            in_doubt(Cause.INTERRUPTED, "the publisher stopped while the post was being sent"),
        ),
    ]
    held: list[int] = []
    for status, values in outcomes:
        held += session.scalars(
            update(Post)
            .where(Post.account_id.in_(silent), Post.status == status)
            .values(**GIVEN_BACK, **values)
            .returning(Post.id)
        )
    keep_in_line(session, held)
    return held
