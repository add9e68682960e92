"""Whether an account works: asked by a person, looked at by a publisher under its lease."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Exists, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from storage import lease
from storage.database import Database, Repository
from storage.lease import Lease
from storage.models import Account, AccountCheck, LoginQuestion
from storage.outbox import CHAT, NoticeKind, notify
from storage.queue import Queue

CARD_LASTS = timedelta(hours=1)
"""An older message may show something else by now."""


def ask_check(session: Session, account_id: int, **where: Any) -> None:
    """A publisher is to look; what it finds is told there, on the message that `where` names."""
    values = {**where, "asked_at": func.now(), "done_at": None, "reason": None}
    session.execute(
        insert(AccountCheck)
        .values(account_id=account_id, **values)
        .on_conflict_do_update(index_elements=[AccountCheck.account_id], set_=values)
    )


class AskedChecks(Repository):
    """For whoever asks."""

    def ask(self, account_id: int, *, chat_id: int, message_id: int, language: str) -> None:
        """Have a publisher look; what it finds is told on this message."""
        where = {"chat_id": chat_id, "message_id": message_id, "language": language}
        with self._database.single() as session:
            ask_check(session, account_id, **where)

    def is_told_on_card(self, question: LoginQuestion) -> bool:
        """Whether somebody waited for a look when this was asked, and reads it on the card."""
        at, done = question.asked_at, AccountCheck.done_at
        waited = exists().where(
            AccountCheck.account_id == question.account_id,
            AccountCheck.asked_at <= at,
            done.is_(None) | (done >= at),
        )
        with self._database.single() as session:
            return bool(session.scalar(select(waited)))


class AccountChecks:
    """For a publisher, which gives the account back by `Queue.release`."""

    def __init__(self, database: Database, queue: Queue) -> None:
        self._database, self._queue = database, queue

    def hold_next(self, account_id: int) -> tuple[Lease, Account] | None:
        """Lease this account if it is to be looked at, also if it pauses."""
        statement = lease.taking(_ASKED, of_one=True, paused_too=True)
        with self._database.single() as session:
            queue = self._queue
            taken = lease.take_by(session, statement, account_id, queue.owner, queue.span)
            return None if taken is None else (taken[0], session.get_one(Account, taken[1]))

    def mark_checked(self, ours: Lease, reason: str | None) -> None:
        """It works, or, with a reason, does not; whoever asked hears it. Raises LeaseLostError."""
        with self._database.transaction() as session:
            lease.hold(session, ours)
            check = session.scalar(
                update(AccountCheck)
                .where(AccountCheck.account_id == ours.account_id, AccountCheck.done_at.is_(None))
                .values(done_at=func.now(), reason=reason)
                .returning(AccountCheck)
            )
            if check is not None:
                _tell(session, check)


def tell_logged_in(session: Session, account_id: int) -> None:
    """Where a look has just shown that a login is needed, it is told that it was done."""
    check = session.scalar(
        update(AccountCheck)
        .where(AccountCheck.account_id == account_id, AccountCheck.reason.is_not(None))
        .where(AccountCheck.asked_at > func.now() - CARD_LASTS)
        .values(done_at=func.now(), reason=None)
        .returning(AccountCheck)
    )
    if check is not None:
        _tell(session, check)


def _tell(session: Session, check: AccountCheck) -> None:
    (notice,) = notify(
        session,
        NoticeKind.ACCOUNT_CHECKED,
        CHAT,
        account_id=check.account_id,
        error_class=check.reason,
        message_id=check.message_id,
        language=check.language,
    )
    notice.chat_id = check.chat_id


_ASKED: lease.Work = (  # one for all: `taking` knows a statement by its work
    select(AccountCheck.account_id.label("post_id"), AccountCheck.asked_at.label("at"))
    .where(AccountCheck.account_id == Account.id, AccountCheck.done_at.is_(None))
    .correlate(Account)
)


def is_to_be_checked() -> Exists:
    """Whether somebody waits for a look at the account of the row at hand."""
    return exists().where(AccountCheck.account_id == Account.id, AccountCheck.done_at.is_(None))
