"""Instagram accounts: their encrypted sessions, and whether publishing pauses."""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.database import Database
from storage.encryption import SecretBox, UnreadableSecretError
from storage.lifecycle import PLANNED, Status
from storage.models import Account, Notice, Post
from storage.outbox import ADMIN, OWNER, NoticeKind


class Accounts:
    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database = database
        self._box = box

    def ensure(self, username: str) -> Account:
        """The account of this name, made if it is new. Instagram's names know no case."""
        name = username.lower()
        known = select(Account).where(func.lower(Account.username) == name).order_by(Account.id)
        with self._database.transaction() as session:
            if session.scalar(known.limit(1)) is None:
                session.execute(insert(Account).values(username=name).on_conflict_do_nothing())
            return session.scalars(known.limit(1)).one()

    def ids(self) -> frozenset[int]:
        """The numbers of all accounts that this installation has or had."""
        with self._database.transaction() as session:
            return frozenset(session.scalars(select(Account.id)))

    def forsaken(self, account_id: int) -> list[str]:
        """Names of the other accounts that have posts planned, for which nobody publishes."""
        planned = exists().where(Post.account_id == Account.id, Post.status.in_(PLANNED))
        with self._database.transaction() as session:
            others = select(Account.username).where(Account.id != account_id, planned)
            return list(session.scalars(others.order_by(Account.username)))

    def load_session(self, account_id: int) -> dict[str, Any] | None:
        """The stored session; None if there is none or SECRET_KEY no longer opens it."""
        with self._database.transaction() as session:
            sealed = session.get_one(Account, account_id).session
        if sealed is None:
            return None
        try:
            loaded: dict[str, Any] = json.loads(self._box.open(sealed))
        except UnreadableSecretError:
            return None
        return loaded

    def save_session(self, account_id: int, settings: dict[str, Any]) -> None:
        """Keep the session, encrypted."""
        sealed = self._box.seal(json.dumps(settings))
        with self._database.transaction() as session:
            session.execute(update(Account).where(Account.id == account_id).values(session=sealed))

    def pause(
        self,
        account_id: int,
        *,
        reason: str,
        detail: str,
        span: timedelta | None,
        waiting: int | None = None,
    ) -> None:
        """Publish nothing for `span`, or, if None, until a person resumes. The admin hears once.

        Args:
            waiting: the post that was to be published when this came up; its owner hears of it.
        """
        until = None if span is None else func.now() + span
        with self._database.transaction() as session:
            paused = session.scalar(
                update(Account)
                .where(Account.id == account_id, ~is_paused())
                .values(
                    paused_reason=reason,
                    paused_detail=detail,
                    paused_at=func.now(),
                    paused_until=until,
                )
                .returning(Account.id)
            )
            if paused is None:
                return
            told = {
                "error_class": reason,
                "seconds": None if span is None else span.total_seconds(),
            }
            session.add(Notice(audience=ADMIN, kind=NoticeKind.ACCOUNT_PAUSED, detail=told))
            if waiting is not None:
                session.add(waits(waiting, reason))

    def resume(self, account_id: int) -> bool:
        """End the pause; False if there was none. Posts in doubt are read about at once."""
        with self._database.transaction() as session:
            session.execute(
                update(Post)
                .where(
                    Post.account_id == account_id,
                    Post.status == Status.UNCONFIRMED,
                    Post.next_check_at > func.now(),
                )
                .values(next_check_at=func.now())
                .execution_options(synchronize_session=False)
            )
            resumed = session.scalar(
                update(Account)
                .where(Account.id == account_id, Account.paused_reason.is_not(None))
                .values(paused_reason=None, paused_detail=None, paused_at=None, paused_until=None)
                .returning(Account.id)
            )
            return resumed is not None

    def pause_of(self, account_id: int) -> tuple[str, datetime | None] | None:
        """(reason, end or None for a person's decision) while the account pauses, else None."""
        with self._database.transaction() as session:
            row = session.execute(
                select(Account.paused_reason, Account.paused_until).where(
                    Account.id == account_id, is_paused()
                )
            ).one_or_none()
            return None if row is None else (str(row[0]), row[1])


def waits(post_id: int, reason: str) -> Notice:
    """What an owner hears of a post that is due while its account pauses."""
    detail = {"error_class": reason}
    return Notice(audience=OWNER, kind=NoticeKind.WAITING, post_id=post_id, detail=detail)


def is_paused() -> ColumnElement[bool]:
    """Whether the account of the row at hand pauses at this moment."""
    return Account.paused_reason.is_not(None) & or_(
        Account.paused_until.is_(None), Account.paused_until > func.now()
    )
