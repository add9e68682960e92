"""Accounts as people set them up in the chat: added, changed, stopped and removed."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from storage.account_checks import ask_check
from storage.account_forms import is_form
from storage.accounts import CHOSEN_PROXY, Accounts, is_active
from storage.causes import Cause
from storage.database import Database, Repository, stored
from storage.encryption import UnreadableSecretError
from storage.lifecycle import PLANNED, Status
from storage.logins import allow_login
from storage.models import Account, AccountForm, LoginQuestion, Post, Week
from storage.outbox import OWNER, NoticeKind, notify

UNPUBLISHED = PLANNED - {Status.HANDED_OVER, Status.FAILED, Status.UNCONFIRMED}
"""Statuses of a post that waits for its account."""


class NameTakenError(ValueError):
    """There is an account of this name already."""


class FormGoneError(LookupError):
    """It has been filled in, or given up."""


class AccountChanges(Repository):
    def __init__(self, database: Database, accounts: Accounts) -> None:
        super().__init__(database)
        self._accounts = accounts

    def is_taken(self, name: str) -> bool:
        """Whether an account that is published for has this name, by whichever way."""
        with self._database.single() as session:
            return bool(session.scalar(select(_is_taken(name))))

    def add(
        self,
        form: AccountForm,
        destination: str,
        name: str,
        credentials: Mapping[str, Any] | None,
        *,
        by: int | None,
    ) -> Account:
        """The account that the form asks for is published for from now on, and the form is done.

        One that was removed comes back, with its own posts and settings. With credentials, a
        publisher is to look whether they are right. Raises NameTakenError, FormGoneError.
        """
        with self._database.transaction() as session:
            _close(session, form, by)
            if session.scalar(select(_is_taken(name))):
                raise NameTakenError(name)
            same = select(Account).where(Account.destination == destination)
            account = session.scalar(same.where(func.lower(Account.name) == name.lower()))
            if account is None:
                account = Account(destination=destination)
                session.add(account)
            account.name, account.removed_at, account.from_settings = name, None, False
            self._give(session, account, credentials)
            _point(session, form, account.id)
            if credentials is not None:
                _ask_check(session, form, account.id)
            return stored(session, account)

    def set_credentials(
        self, form: AccountForm, credentials: Mapping[str, Any], *, by: int | None
    ) -> Account:
        """The form's account logs in with these from now on; its proxy stays.

        Raises FormGoneError.
        """
        with self._database.transaction() as session:
            _close(session, form, by)
            account = session.get_one(Account, form.account_id, with_for_update=True)
            former = self._opened(account, otherwise={})
            known = {"proxy": former["proxy"]} if "proxy" in former else {}
            self._give(session, account, {**known, **credentials})
            _ask_check(session, form, account.id)
            return stored(session, account)

    def set_proxy(self, form: AccountForm, proxy: str | None, *, by: int | None) -> Account:
        """From now on the account is reached by this proxy, whatever the settings say; None: by
        none. Raises FormGoneError, UnreadableSecretError.
        """
        with self._database.transaction() as session:
            _close(session, form, by)
            account = session.get_one(Account, form.account_id, with_for_update=True)
            known = self._opened(account)
            if account.from_settings:
                known[CHOSEN_PROXY] = proxy or ""
            else:
                known.pop("proxy", None)
                known |= {"proxy": proxy} if proxy else {}
            account.credentials = self._accounts.sealed(known)
            account.configured_at = func.clock_timestamp()
            return stored(session, account)

    def set_pace(self, form: AccountForm, *, by: int | None, **values: int | None) -> Account:
        """Its `daily_cap`, or `min_gap_seconds`; None: as its way does. Raises FormGoneError."""
        with self._database.transaction() as session:
            _close(session, form, by)
            account = session.get_one(Account, form.account_id, with_for_update=True)
            for column, value in values.items():
                setattr(account, column, value)
            return stored(session, account)

    def set_timezone(self, form: AccountForm, timezone: str | None, *, by: int | None) -> Account:
        """Its times are meant in this zone, those of its slots as well; None: in each person's own.

        What is planned stays at its moment. Raises FormGoneError.
        """
        with self._database.transaction() as session:
            _close(session, form, by)
            account = session.get_one(Account, form.account_id, with_for_update=True)
            account.timezone = timezone
            if timezone is not None:
                week = update(Week).where(Week.account_id == account.id)
                session.execute(week.values(timezone=timezone))
            return stored(session, account)

    def set_approval(self, account_id: int, *, is_needed: bool) -> None:
        """Whether what authors plan for it waits for an approval."""
        self._update(account_id, needs_approval=is_needed)

    def waiting(self, account_id: int) -> int:
        """How many posts wait to be published for it."""
        mine = (Post.account_id == account_id, Post.status.in_(UNPUBLISHED))
        with self._database.single() as session:
            return session.scalar(select(func.count()).where(*mine)) or 0

    def remove(self, account_id: int, *, by: int) -> bool:
        """Nobody publishes for it from now on, and what it logged in with is forgotten.

        So is what is just being typed about it. Its planned posts stay where they are; their other
        owners hear so. False if it was removed before, or the settings name it.
        """
        with self._database.transaction() as session:
            gone = session.scalar(
                update(Account)
                .where(Account.id == account_id, is_active(), ~Account.from_settings)
                .values(
                    removed_at=func.now(),
                    credentials=None,
                    session=None,
                    session_ends_at=None,
                    login_at=None,
                    login_begun_at=None,
                    paused_reason=None,
                    paused_at=None,
                    paused_until=None,
                )
                .returning(Account.id)
            )
            if gone is None:
                return False
            asked = (LoginQuestion.account_id == account_id, LoginQuestion.settled_at.is_(None))
            settled = {
                "settled_at": func.now(),
                "outcome": "removed",
                "answer": None,
                "state": None,
            }
            session.execute(update(LoginQuestion).where(*asked).values(**settled))
            forms = update(AccountForm).where(AccountForm.account_id == account_id)
            session.execute(forms.values(step="done", sealed=None, link_hash=None))
            mine = (Post.account_id == account_id, Post.status.in_(UNPUBLISHED))
            first = select(func.min(Post.id), func.count()).where(*mine, Post.owner_id != by)
            for post_id, count in session.execute(first.group_by(Post.owner_id)).all():
                kind = NoticeKind.ACCOUNT_REMOVED
                notify(session, kind, OWNER, post_id=post_id, count=count)
            return True

    def _give(
        self, session: Session, account: Account, credentials: Mapping[str, Any] | None
    ) -> None:
        """Log in anew, with these; a pause is over, unless a person wanted it."""
        account.credentials = self._accounts.sealed(credentials)
        account.configured_at = func.clock_timestamp()
        if account.paused_reason != Cause.ON_REQUEST:
            account.paused_reason = account.paused_at = account.paused_until = None
        session.flush()
        allow_login(session, account.id)

    def _opened(self, account: Account, otherwise: dict[str, Any] | None = None) -> dict[str, Any]:
        """Raises UnreadableSecretError, unless it is said what counts otherwise."""
        try:
            sealed = account.credentials
            return {} if sealed is None else dict(json.loads(self._accounts.box.open(sealed)))
        except UnreadableSecretError:
            if otherwise is None:
                raise
            return otherwise

    def _update(self, account_id: int, **values: object) -> None:
        with self._database.single() as session:
            session.execute(update(Account).where(Account.id == account_id).values(**values))


def _is_taken(name: str) -> Any:
    return exists().where(is_active(), func.lower(Account.name) == name.lower())


def _close(session: Session, form: AccountForm, by: int | None) -> None:
    """The form is done; what it kept of secrets is gone. Raises FormGoneError."""
    closed = session.scalar(
        update(AccountForm)
        .where(*is_form(form), AccountForm.step == form.step)
        .values(step="done", sealed=None, link_hash=None, last_update_id=by)
        .returning(AccountForm.person_id)
    )
    if closed is None:
        raise FormGoneError


def _ask_check(session: Session, form: AccountForm, account_id: int) -> None:
    where = {"chat_id": form.chat_id, "message_id": form.message_id, "language": form.language}
    ask_check(session, account_id, **where)


def _point(session: Session, form: AccountForm, account_id: int) -> None:
    session.execute(update(AccountForm).where(*is_form(form)).values(account_id=account_id))
