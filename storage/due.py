"""What is due next, and for which account: the queries by which work is handed out."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, case, exists, extract, func, or_, select, true

from storage import lease
from storage.account_checks import is_to_be_checked
from storage.accounts import awaits_a_person, is_active, is_paused
from storage.database import Database, Repository
from storage.lifecycle import Status
from storage.logins import login_moment
from storage.models import Account, Post
from storage.pace import NO_PACES, Paces, next_due


class DueWork(Repository):
    """Of active accounts, by the ways that a publisher knows.

    Args:
        destinations: the names of these ways.
        paces: how fast accounts publish that say nothing themselves.
    """

    def __init__(
        self, database: Database, destinations: Collection[str], paces: Paces = NO_PACES
    ) -> None:
        super().__init__(database)
        self._destinations, self._paces = sorted(destinations), paces

    def accounts_with_work(
        self, ahead: timedelta, soonest: timedelta, latest: timedelta
    ) -> list[int]:
        """Which free accounts have something to do now, the most urgent first.

        Args:
            ahead: how early bytes are staged.
            soonest, latest: how far ahead posts are checked.
        """
        moment = _moment(ahead, self._paces)
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
                or_(
                    _works() & (moment.selected_columns[0] <= func.now()),
                    ~is_paused() & check,
                    is_to_be_checked(),
                ),
            )
            .order_by(moment.selected_columns[0])
        )

    def seconds_left(self, ahead: timedelta) -> float | None:
        """Until there is something to do: log in, stage, publish, offer, or read about a doubt.

        By Postgres' clock: no other says when something is due. Posts of accounts that pause, apart
        from the minute at which they are offered by hand, or that somebody works for right now, do
        not count.
        """
        free = self._known() & Account.lease_owner.is_(None) & _works()
        moments = _moment(ahead, self._paces).where(free).subquery()
        soonest = func.least(func.min(moments.c.moment), _next_offer().scalar_subquery())
        left = extract("epoch", soonest - func.clock_timestamp())
        with self._database.single() as session:
            seconds = session.scalar(select(left))
            return None if seconds is None else float(seconds)

    def _known(self) -> ColumnElement[bool]:
        return is_active() & Account.destination.in_(self._destinations)


def _works() -> ColumnElement[bool]:
    """Whether there is a moment for the account: who pauses can but go on with a login."""
    return ~is_paused() | Account.login_at.is_not(None)


@cache
def _moment(ahead: timedelta, paces: Paces) -> Select[datetime | None]:
    """Per account: when there is something to stage, publish, read or look at; first, to log in."""
    first = next_due(paces).lateral("first")
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
    )


def _next_offer() -> Select[datetime | None]:
    """When the next post is due of an account that waits for a person."""
    ahead = (Post.status == Status.PENDING, Post.next_attempt_at > func.now())
    first = lease.first(Post.next_attempt_at, *ahead).lateral("offer")
    return (
        select(func.min(first.c.at))
        .select_from(Account)
        .join(first, true())
        .where(is_active(), awaits_a_person())
    )


def to_check(soonest: timedelta, latest: timedelta) -> list[ColumnElement[bool]]:
    """The condition on a post that is due within this span and was not checked yet."""
    return [
        Post.status == Status.PENDING,
        Post.preflighted_at.is_(None),
        Post.next_attempt_at > func.now() + soonest,
        Post.next_attempt_at <= func.now() + latest,
    ]
