"""What a person is asked about an account: one form in a chat, answered word by word.

What is typed of a password is kept encrypted from the moment at which it comes until it is used.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from storage.accounts import Accounts
from storage.database import Database, Repository
from storage.encryption import UnreadableSecretError
from storage.invitations import hash_of
from storage.models import AccountForm

LIFE = timedelta(minutes=15)
"""How long a form waits for its next answer, and how long its link is good."""


class FormStep(StrEnum):
    """What is asked."""

    NAME = "name"
    PASSWORD = "password"  # noqa: S105 - what is asked, not a password
    SEED = "seed"
    """Of its authenticator; there may be none."""
    SESSION = "session"
    ZONE = "zone"
    CAP = "cap"
    GAP = "gap"
    PROXY = "proxy"
    DONE = "done"

    @property
    def is_secret(self) -> bool:
        """Whether what is typed must not stay in the chat."""
        return self in (FormStep.PASSWORD, FormStep.SEED, FormStep.SESSION, FormStep.PROXY)


class NewAccount(StrEnum):
    """How one is added."""

    BY_HAND = "hand"
    PASSWORD = "password"  # noqa: S105 - the way, not a password
    SESSION = "session"

    @property
    def is_secret(self) -> bool:
        """Whether a password, or what is as good as one, is asked for on the way."""
        return self is not NewAccount.BY_HAND


class AccountForms(Repository):
    def __init__(self, database: Database, accounts: Accounts) -> None:
        super().__init__(database)
        self._box = accounts.box

    def begin(
        self,
        chat_id: int,
        person_id: int,
        step: FormStep,
        *,
        message_id: int,
        thread_id: int | None,
        language: str,
        kind: NewAccount | None = None,
        account_id: int | None = None,
        by: int | None = None,
    ) -> AccountForm:
        """A new form takes the place of the person's last one in this chat."""
        values: dict[str, Any] = {
            "step": step,
            "kind": kind,
            "account_id": account_id,
            "name": None,
            "sealed": None,
            "message_id": message_id,
            "thread_id": thread_id,
            "language": language,
            "link_hash": None,
            "last_update_id": by,
            "expires_at": func.now() + LIFE,
        }
        begun = (
            insert(AccountForm)
            .values(chat_id=chat_id, person_id=person_id, **values)
            .on_conflict_do_update(
                index_elements=[AccountForm.chat_id, AccountForm.person_id], set_=values
            )
            .returning(AccountForm)
        )
        with self._database.single() as session:
            return session.scalars(begun, execution_options={"populate_existing": True}).one()

    def of(self, chat_id: int, person_id: int) -> AccountForm | None:
        """The person's form in this chat, done or not."""
        with self._database.single() as session:
            return session.get(AccountForm, (chat_id, person_id))

    def open_ones(self) -> list[AccountForm]:
        """All that wait for an answer, also those that have waited too long."""
        return self._all(select(AccountForm).where(AccountForm.step != FormStep.DONE))

    def by_link(self, token: str) -> AccountForm | None:
        """The form whose page this token opens; None once it was used, or is too old."""
        found = select(AccountForm).where(
            AccountForm.link_hash == hash_of(token), AccountForm.expires_at > func.now()
        )
        with self._database.single() as session:
            return session.scalar(found)

    def use_link(self, token: str) -> AccountForm | None:
        """The same, once: nobody else gets it by this token."""
        used = (
            update(AccountForm)
            .where(AccountForm.link_hash == hash_of(token), AccountForm.expires_at > func.now())
            .values(link_hash=None)
            .returning(AccountForm)
        )
        with self._database.single() as session:
            return session.scalar(used)

    def offer_link(self, form: AccountForm) -> str:
        """A token for the form's page; one that was given before is good no more."""
        token = secrets.token_urlsafe(32)
        self._update(form, link_hash=hash_of(token))
        return token

    def go_on(
        self,
        form: AccountForm,
        step: FormStep,
        *,
        by: int | None,
        name: str | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> AccountForm | None:
        """The next thing is asked, and what was typed is kept; None if it was not the turn."""
        values: dict[str, Any] = {
            "step": step,
            "last_update_id": by,
            "link_hash": None,
            "expires_at": func.now() + LIFE,
        }
        values |= {"name": name} if name is not None else {}
        values |= {"sealed": self._box.seal(json.dumps(dict(typed)))} if typed is not None else {}
        gone_on = (
            update(AccountForm)
            .where(*is_form(form), AccountForm.step == form.step)
            .values(**values)
            .returning(AccountForm)
        )
        with self._database.single() as session:
            return session.scalar(gone_on, execution_options={"populate_existing": True})

    def close(self, form: AccountForm) -> None:
        """It is given up; nothing of it is kept."""
        self._update(form, step=FormStep.DONE, sealed=None, link_hash=None)

    def typed(self, form: AccountForm) -> dict[str, str]:
        """What was typed of its secrets so far; nothing if SECRET_KEY has changed since."""
        if form.sealed is None:
            return {}
        try:
            return dict(json.loads(self._box.open(form.sealed)))
        except UnreadableSecretError:
            return {}

    def forget(self, age: timedelta) -> None:
        """Give up those that have waited so long that nobody is about to type any more."""
        old = AccountForm.expires_at < func.now() - age
        with self._database.single() as session:
            session.execute(
                update(AccountForm)
                .where(old, AccountForm.step != FormStep.DONE)
                .values(step=FormStep.DONE, sealed=None, link_hash=None)
            )

    def _update(self, form: AccountForm, **values: object) -> None:
        with self._database.single() as session:
            session.execute(update(AccountForm).where(*is_form(form)).values(**values))


def is_form(form: AccountForm) -> tuple[Any, ...]:
    """Whether the row at hand is this one: each person has one in each chat, at the most."""
    return AccountForm.chat_id == form.chat_id, AccountForm.person_id == form.person_id
