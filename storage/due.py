"""What is due next, and for which account: the queries by which work is handed out."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, case, exists, extract, func, or_, select, true

from storage import lease
from storage.accounts import is_active, is_paused
from storage.database import Database, Repository
from storage.lifecycle import Status
from storage.logins import login_moment
from storage.models import Account, Post


class DueWork(Repository):
    """Of active accounts, by the ways that a publisher knows.

    Args:
        destinations: the names of these ways.
    """

    def __init__(self, database: Database, destinations: Collection[str]) -> None:
        super().__init__(database)
        self._destinations = sorted(destinations)

    def accounts_with_work(
        self, ahead: timedelta, soonest: timedelta, latest: timedelta
    ) -> list[int]:
        """Which free accounts have something to do now, the most urgent first.

        Args:
            ahead: how early bytes are staged.
            soonest, latest: how far ahead posts are checked.
        """
        moment = _moment(ahead)
        check = exists().where(
            Post.account_id == Account.id,
            Account.login_at.is_(None),
            *to_check(soonest, latest),
        )
        return self._all(
            moment.with_only_columns(Account.id)
            .where(
                self._known(),
                Account.lease_owner.is_(None),
                or_(moment.selected_columns[0] <= func.now(), check),
            )
            .order_by(moment.selected_columns[0])
        )

    def seconds_left(self, ahead: timedelta) -> float | None:
        """Until there is something to do next: log in, stage, publish, or read about a doubt.

        By Postgres' clock: no other says when something is due. Posts of accounts that pause, or
        that somebody works for right now, do not count.
        """
        free = self._known() & Account.lease_owner.is_(None)
        moments = _moment(ahead).where(free).subquery()
        left = extract("epoch", func.min(moments.c.moment) - func.clock_timestamp())
        with self._database.single() as session:
            seconds = session.scalar(select(left))
            return None if seconds is None else float(seconds)

    def _known(self) -> ColumnElement[bool]:
        return is_active() & Account.destination.in_(self._destinations)


def _moment(ahead: timedelta) -> Select[datetime | None]:
    """Per account: when there is something to stage, publish, read or look at; first, to log in.

    Who pauses can only go on with a login about which a person was asked.
    """
    first = next_pending().lateral("first")
    doubt = (
        select(func.min(Post.next_check_at).label("at"))
        .where(Post.account_id == Account.id, Post.next_check_at.is_not(None))
        .correlate(Account)
        .lateral("doubt")
    )
    staging = case((first.c.staged_at.is_(None), first.c.at - ahead), else_=first.c.at)
    return (
        select(
            case(
                (Account.login_at.is_not(None), login_moment()),
                else_=func.least(staging, doubt.c.at, Account.check_at),
            ).label("moment")
        )
        .select_from(Account)
        .outerjoin(first, true())
        .outerjoin(doubt, true())
        .where(~is_paused() | Account.login_at.is_not(None))
    )


def next_pending() -> Select[int, datetime | None, datetime | None]:
    """The account's pending post that is due first."""
    first = lease.first(Post.next_attempt_at, Post.status == Status.PENDING)
    return first.add_columns(Post.staged_at)


def to_check(soonest: timedelta, latest: timedelta) -> list[ColumnElement[bool]]:
    """The condition on a post that is due within this span and was not checked yet."""
    return [
        Post.status == Status.PENDING,
        Post.preflighted_at.is_(None),
        Post.next_attempt_at > func.now() + soonest,
        Post.next_attempt_at <= func.now() + latest,
    ]
