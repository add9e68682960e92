"""What is due next, and for which account: the queries by which work is handed out."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    any_,
    bindparam,
    case,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
    true,
)

from storage import lease
from storage.account_checks import is_to_be_checked
from storage.accounts import is_active
from storage.database import Database, Repository
from storage.lifecycle import Status
from storage.login_work import login_moment
from storage.models import Account, Post
from storage.pace import NO_PACES, Paces
from storage.paced import next_due
from storage.pauses import awaits_a_person, is_paused
from storage.prepared import Prepared


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
        self._ways, self._paces = tuple(sorted(destinations)), paces

    def accounts_with_work(
        self,
        ahead: timedelta,
        soonest: timedelta,
        latest: timedelta,
        *,
        account_id: int | None = None,
    ) -> list[int]:
        """Which free accounts have something to do now, the most urgent first.

        Args:
            ahead: how early bytes are staged.
            soonest, latest: how far ahead posts are checked.
            account_id: the only one to look at; None: all.
        """
        is_one = account_id is not None
        statement = _with_work(self._ways, self._paces, ahead, soonest, latest, of_one=is_one)
        only = {"only": account_id} if is_one else {}
        return [found for (found,) in self._database.run(statement, only)]

    def seconds_left(self, ahead: timedelta) -> float | None:
        """Until there is something to do: log in, stage, publish, offer, or read about a doubt.

        By Postgres' clock: no other says when something is due. Posts of accounts that pause count
        from the end of the pause, if it ends by itself; else the minute counts at which they are
        offered by hand. Those of accounts that somebody works for right now do not.
        """
        ((seconds,),) = self._database.run(_left(self._ways, self._paces, ahead), {})
        return None if seconds is None else float(seconds)


# What runs for every post is built once: building a statement costs more than running it.
@cache
def _with_work(
    ways: tuple[str, ...],
    paces: Paces,
    ahead: timedelta,
    soonest: timedelta,
    latest: timedelta,
    *,
    of_one: bool,
) -> Prepared:
    moment = _moment(ahead, paces)
    needs_none = Account.login_at.is_(None)
    check = exists().where(Post.account_id == Account.id, needs_none, *to_check(soonest, latest))
    due = _works() & (moment.selected_columns[0] <= func.now())
    which = Account.id == bindparam("only") if of_one else true()
    return Prepared(
        moment.with_only_columns(Account.id)
        .where(which, _is_free(ways), or_(due, ~is_paused() & check, is_to_be_checked()))
        .order_by(moment.selected_columns[0])
    )


@cache
def _left(ways: tuple[str, ...], paces: Paces, ahead: timedelta) -> Prepared:
    ends = case((Account.login_at.is_(None) & is_paused(), Account.paused_until))
    moment = func.greatest(_moment(ahead, paces).selected_columns[0], ends).label("moment")
    until = _works() | Account.paused_until.is_not(None)
    counted = _moment(ahead, paces).with_only_columns(moment).where(_is_free(ways), until)
    moments = counted.subquery()
    soonest = func.least(func.min(moments.c.moment), _next_offer().scalar_subquery())
    return Prepared(select(extract("epoch", soonest - func.clock_timestamp())))


def _is_free(ways: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether the account at hand is published for by these ways, and nobody works for it."""
    known = Account.destination == any_(literal(list(ways), ARRAY(Text)))
    return is_active() & known & Account.lease_owner.is_(None)


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
