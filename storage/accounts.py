"""Accounts: their ways, encrypted credentials and sessions, and whether publishing pauses."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, union_all, update
from sqlalchemy.dialects.postgresql import insert

from storage.causes import Cause
from storage.database import Database, Repository, stored
from storage.encryption import SecretBox, UnreadableSecretError
from storage.lifecycle import PLANNED
from storage.logins import allow_login
from storage.models import Account, AccountForm, LoginQuestion, Post
from storage.models.base import Base
from storage.pauses import (
    begin_pause,
    is_paused,
    read_doubts_now,
    tell_planners,
    unpaused,
)

LATEST = 100
"""Posts by which one tells which accounts somebody used last."""

CHOSEN_PROXY = "chosen_proxy"
"""The key, among the credentials of an account of the settings, of the proxy that was chosen in the
chat: it counts instead of theirs; '' is none."""


class Accounts(Repository):
    def __init__(self, database: Database, box: SecretBox) -> None:
        super().__init__(database)
        self.box = box

    def configure(
        self,
        destination: str,
        name: str,
        credentials: Mapping[str, Any] | None = None,
        *,
        from_settings: bool = True,
    ) -> Account:
        """Keep the row of this account in step with what was set; it is active from now on.

        Made if it is new. Names know no case. Whoever has connected before connects anew if the
        credentials are others.

        Args:
            from_settings: whether it goes once the settings do not name it any more.
        """
        known = (
            select(Account)
            .where(Account.destination == destination, func.lower(Account.name) == name.lower())
            .order_by(Account.id)
            .limit(1)
        )
        fresh = insert(Account).values(destination=destination, name=name)
        with self._database.transaction() as session:
            if session.scalar(known) is None:
                session.execute(fresh.on_conflict_do_nothing())
            account = session.scalars(known.with_for_update()).one()
            former = self._opened(account.credentials)
            if former is not None and credentials is not None and CHOSEN_PROXY in former:
                credentials = {**credentials, CHOSEN_PROXY: former[CHOSEN_PROXY]}
            if credentials != former:
                account.credentials = self.sealed(credentials)
                account.configured_at = func.clock_timestamp()
                session.flush()
                allow_login(session, account.id)
            account.removed_at, account.from_settings = None, from_settings
            return stored(session, account)

    def remove_others(self, configured: Collection[int]) -> None:
        """The others of the settings were taken out of them: nobody publishes for those."""
        with self._database.single() as session:
            session.execute(
                update(Account)
                .where(Account.id.not_in(configured), Account.from_settings, is_active())
                .values(removed_at=func.now())
            )

    def active(self) -> list[Account]:
        """All that can be posted to, the oldest first."""
        query = select(Account).where(is_active()).order_by(Account.id)
        return self._all(query)

    def recently_used_by(self, owner_id: int) -> list[int]:
        """The accounts for which the user has posts, the last used first.

        Of what is live, their latest ones count.
        """
        theirs = Post.owner_id == owner_id
        live = select(Post.account_id, Post.id).where(theirs, Post.published_at.is_not(None))
        live = live.order_by(Post.published_at.desc()).limit(LATEST)
        planned = select(Post.account_id, Post.id).where(theirs, Post.status.in_(PLANNED))
        used = union_all(planned, live).subquery()
        query = select(used.c.account_id).group_by(used.c.account_id)
        return self._all(query.order_by(func.max(used.c.id).desc()))

    def credentials(self, account_id: int) -> dict[str, Any]:
        """What its way logs in with. Raises UnreadableSecretError if SECRET_KEY has changed."""
        with self._database.single() as session:
            sealed = session.get_one(Account, account_id).credentials
        if sealed is None:
            return {}
        opened: dict[str, Any] = json.loads(self.box.open(sealed))
        if (chosen := opened.pop(CHOSEN_PROXY, None)) is not None:
            opened["proxy"] = chosen or None
        return opened

    def orphaned(self) -> list[str]:
        """Names of removed accounts that have posts planned, for which nobody publishes."""
        planned = exists().where(Post.account_id == Account.id, Post.status.in_(PLANNED))
        others = select(Account.name).where(~is_active(), planned)
        return self._all(others.order_by(Account.name))

    def load_session(self, account_id: int) -> dict[str, Any] | None:
        """The stored session; None if there is none or SECRET_KEY no longer opens it."""
        with self._database.single() as session:
            return self._opened(session.get_one(Account, account_id).session)

    def save_session(self, account_id: int, settings: dict[str, Any]) -> None:
        """Keep the session or, before the first login, the device alone; encrypted."""
        sealed = self.sealed(settings)
        with self._database.single() as session:
            kept = update(Account).where(Account.id == account_id, is_active())
            session.execute(kept.values(session=sealed))

    def check_soon(self, apart: timedelta, *, random: Callable[[], float]) -> None:
        """Have each session looked at once, one account after the other.

        Args:
            apart: between two accounts, give or take a half.
            random: returns a number from 0 to 1.
        """
        due = (is_active(), Account.session_at.is_not(None), Account.check_at.is_(None))
        with self._database.transaction() as session:
            accounts = session.scalars(select(Account).where(*due, Account.login_at.is_(None)))
            for number, account in enumerate(accounts, start=1):
                account.check_at = func.now() + apart * (number - 0.5 + random())

    def checked(self, account_id: int) -> None:
        """Its session was looked at."""
        with self._database.single() as session:
            session.execute(update(Account).where(Account.id == account_id).values(check_at=None))

    def renew_encryption(self) -> int:
        """Encrypt with the present key what an older one has sealed; returns how many secrets."""
        renewed = 0
        with self._database.transaction() as session:
            for kind, names in SEALED.items():
                for row in session.scalars(select(kind).with_for_update(of=kind)):
                    for name in names:
                        sealed = self.box.renewed(getattr(row, name))
                        if sealed is not None:
                            setattr(row, name, sealed)
                            renewed += 1
        return renewed

    def pause(
        self,
        account_id: int,
        *,
        reason: str,
        span: timedelta | None,
        waiting: int | None = None,
    ) -> None:
        """Publish nothing for `span`, or, if None, until a person resumes. The admin hears once.

        Args:
            waiting: the post that was to be published when this came up; its owner hears of it.
        """
        with self._database.transaction() as session:
            account = unpaused(session, account_id)
            if account is not None:
                begin_pause(session, account, reason, span, waiting)

    def back_off(
        self,
        account_id: int,
        *,
        reason: str,
        spans: Sequence[timedelta],
        at_least: timedelta = timedelta(0),
        waiting: int | None = None,
    ) -> None:
        """As `pause`, longer each time until something is published again.

        Args:
            spans: for how long, the first time, the second, ...; then until a person resumes.
            at_least: what the platform itself asks for.
        """
        with self._database.transaction() as session:
            account = unpaused(session, account_id)
            if account is None:
                return
            known = account.backoffs < len(spans)
            span = max(spans[account.backoffs], at_least) if known else None
            account.backoffs += 1
            begin_pause(session, account, reason, span, waiting)

    def pause_on_request(
        self, account_ids: Collection[int], *, until: datetime | None, by: int | None = None
    ) -> list[Account]:
        """Publish nothing until then, or, if None, until a person resumes, because one wants it so.

        Everybody who has posts planned hears once. What pauses for longer anyway, for another
        reason, goes on doing so. Returns those that pause on request now.

        Args:
            by: the person who wants it, and knows.
        """
        has_end = Account.paused_until.is_not(None)
        is_longer = has_end if until is None else Account.paused_until <= until
        may = ~is_paused() | (Account.paused_reason == Cause.ON_REQUEST) | is_longer
        which = select(Account).where(Account.id.in_(account_ids), is_active(), may)
        with self._database.transaction() as session:
            accounts = session.scalars(which.order_by(Account.id).with_for_update(key_share=True))
            paused = list(accounts)
            for account in paused:
                begins = account.paused_reason != Cause.ON_REQUEST or account.paused_until != until
                account.paused_reason, account.paused_until = Cause.ON_REQUEST, until
                if begins:
                    account.paused_at = func.now()
                    tell_planners(session, account.id, until, by)
            session.flush()
            return paused

    def resume(self, account_id: int) -> bool:
        """End the pause; False if there was none. Posts in doubt are read about at once.

        A login that waits for a person is tried once more.
        """
        with self._database.transaction() as session:
            resumed = session.scalar(
                update(Account)
                .where(Account.id == account_id, Account.paused_reason.is_not(None))
                .values(paused_reason=None, paused_at=None, paused_until=None)
                .returning(Account.id)
            )
            allow_login(session, account_id)
            read_doubts_now(session, account_id)
            return resumed is not None

    def paused(self) -> list[Account]:
        """The active accounts that pause at this moment, by name."""
        query = select(Account).where(is_active(), is_paused()).order_by(Account.name)
        return self._all(query)

    def sealed(self, secret: Mapping[str, Any] | None) -> bytes | None:
        """As it is stored."""
        return None if secret is None else self.box.seal(json.dumps(secret))

    def _opened(self, sealed: bytes | None) -> dict[str, Any] | None:
        """None if there is none, or SECRET_KEY no longer opens it."""
        if sealed is None:
            return None
        try:
            opened: dict[str, Any] = json.loads(self.box.open(sealed))
        except UnreadableSecretError:
            return None
        return opened


SEALED: dict[type[Base], tuple[str, ...]] = {
    Account: ("credentials", "session"),
    LoginQuestion: ("state", "answer"),
    AccountForm: ("sealed",),
}
"""All that is encrypted with SECRET_KEY."""


def is_active() -> ColumnElement[bool]:
    """Whether the account of the row at hand is one that is published for."""
    return Account.removed_at.is_(None)
