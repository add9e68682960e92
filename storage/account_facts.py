"""How accounts stand: what they have published lately, what is next, and what went wrong last."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Exists, ScalarSelect, Select, exists, func, select

from storage.accounts import is_active
from storage.database import Repository
from storage.lifecycle import Status
from storage.models import Account, AccountCheck, LoginQuestion, Post
from storage.pauses import is_paused
from storage.slots import QUEUED

DAY = timedelta(days=1)

TROUBLED = (Status.PENDING, Status.FAILED, Status.UNCONFIRMED)
"""Statuses of a post whose last error still says something."""


@dataclass(frozen=True)
class AccountFacts:
    account: Account
    published: int
    """Posts within the last 24 hours."""
    planned: int
    next_at: datetime | None
    """When the next of them is due."""
    last_error: str | None
    """Of the account's last post in trouble."""
    is_paused: bool
    is_asked: bool
    """Its platform wants to know something of a person."""
    awaits_code: bool
    """And this is a code, which nobody has given yet."""
    checked_at: datetime | None
    """When it was last looked at because somebody asked, and why it did not work, if it did not."""
    check_reason: str | None


class AccountsAtAGlance(Repository):
    def facts(self, accounts: Collection[int] | None = None) -> list[AccountFacts]:
        """Of these active accounts, or of all, the oldest first."""
        query = _FACTS if accounts is None else _FACTS.where(Account.id.in_(accounts))
        with self._database.single() as session:
            return [AccountFacts(*row) for row in session.execute(query)]


def _of_posts(what: Any, *which: Any) -> Select[Any]:
    return select(what).where(Post.account_id == Account.id, *which).correlate(Account)


def _last_error() -> ScalarSelect[Any]:
    troubled = _of_posts(Post.error_class, Post.error_class.is_not(None), Post.status.in_(TROUBLED))
    return troubled.order_by(Post.updated_at.desc()).limit(1).scalar_subquery()


def _is_asked(*which: ColumnElement[bool]) -> Exists:
    is_open = LoginQuestion.settled_at.is_(None)
    return exists().where(LoginQuestion.account_id == Account.id, is_open, *which)


_FACTS = (
    select(
        Account,
        _of_posts(
            func.count(),
            Post.published_at > func.now() - DAY,
        ).scalar_subquery(),
        _of_posts(func.count(), Post.status.in_(QUEUED)).scalar_subquery(),
        _of_posts(func.min(Post.scheduled_time), Post.status == Status.PENDING).scalar_subquery(),
        _last_error(),
        is_paused(),
        _is_asked(),
        _is_asked(LoginQuestion.state.is_not(None), LoginQuestion.answered_at.is_(None)),
        AccountCheck.done_at,
        AccountCheck.reason,
    )
    .outerjoin(AccountCheck, AccountCheck.account_id == Account.id)
    .where(is_active())
    .order_by(Account.id)
)
