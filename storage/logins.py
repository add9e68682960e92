"""What a person is asked while an account logs in, and what they do about it.

Where the platform wants a person, a question is kept and the account pauses; nobody holds its lease
until there is an answer.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from storage.database import Database, Repository
from storage.encryption import SecretBox
from storage.models import Account, LoginQuestion
from storage.outbox import ADMIN, NoticeKind, notify
from storage.pauses import is_paused

CODE_LIFE = timedelta(minutes=10)
"""How long an answer is waited for."""
NO_DEADLINE = timedelta(days=365)
"""For what has to be done in the platform's own app."""
ASKED_AGAIN = 3
"""How often another code is asked for after a wrong one."""


class Outcome(StrEnum):
    """What came of a question."""

    DONE = "done"
    """The account is logged in."""
    AGAIN = "again"
    """A person wants it to be tried once more, which has not come to an end yet."""
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    WRONG = "wrong"
    """Too many codes were wrong."""
    REPLACED = "replaced"
    """Something else is asked by now."""


GIVEN_UP = frozenset({Outcome.CANCELLED, Outcome.EXPIRED, Outcome.WRONG})
"""The login is not done, and goes on only when a person says so."""


@dataclass(frozen=True)
class Asked:
    """What a person is asked: a code, or something that is to be done in the app."""

    kind: str
    """By the way's own word; a reason of `publisher.failures`."""
    detail: str | None = None
    """Where the code went."""
    state: dict[str, Any] | None = field(default=None, repr=False)
    """What the way goes on from; None where no code is asked for."""
    can_resend: bool = False


class Logins(Repository):
    """What a person does about a login."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        super().__init__(database)
        self.box = box

    def try_again(self, account_id: int) -> bool:
        """A person says that the way is clear; False if no login is needed any more."""
        with self._database.transaction() as session:
            return allow_login(session, account_id)

    def want(self, account_id: int) -> None:
        """A person wants it to log in now, whatever is known of its session."""
        with self._database.transaction() as session:
            session.execute(
                update(Account)
                .where(Account.id == account_id, Account.login_at.is_(None))
                .values(login_at=func.now(), check_at=None)
            )
            allow_login(session, account_id)

    def get(self, question_id: int) -> LoginQuestion | None:
        with self._database.single() as session:
            return session.get(LoginQuestion, question_id)

    def latest(self, account_id: int) -> LoginQuestion | None:
        """What was asked last about this account."""
        about = select(LoginQuestion).where(LoginQuestion.account_id == account_id)
        with self._database.single() as session:
            return session.scalar(about.order_by(LoginQuestion.id.desc()).limit(1))

    def open_codes(self) -> list[LoginQuestion]:
        """The questions that wait for a code, the newest first."""
        waits = (LoginQuestion.state.is_not(None), LoginQuestion.answered_at.is_(None))
        asked = select(LoginQuestion).where(LoginQuestion.settled_at.is_(None), *waits)
        with self._database.single() as session:
            return [*session.scalars(asked.order_by(LoginQuestion.id.desc()))]

    def is_asked_by(self, message_id: int) -> bool:
        """Whether this message in the admin chat shows one, also one that is settled."""
        shown = select(LoginQuestion.id).where(LoginQuestion.message_id == message_id)
        with self._database.single() as session:
            return session.scalar(shown.limit(1)) is not None

    def shown(self, question_id: int, message_id: int) -> None:
        """The message that shows it."""
        self._change(question_id, message_id=message_id)

    def answer(self, question_id: int, code: str) -> bool:
        """Keep what a person has typed until it is used, encrypted; False if it is too late."""
        waits = (LoginQuestion.state.is_not(None), LoginQuestion.answered_at.is_(None))
        sealed = self.box.seal(code)
        return self._change(question_id, *waits, answer=sealed, answered_at=func.now())

    def want_new_code(self, question_id: int) -> bool:
        """Have the platform send another code; False if it is too late."""
        waits = (LoginQuestion.can_resend.is_(True), LoginQuestion.answered_at.is_(None))
        return self._change(question_id, *waits, new_code_wanted=True)

    def cancel(self, question_id: int) -> bool:
        """Leave it at that: the account goes on pausing. False if it was settled already, or a
        code has left."""
        is_kept = LoginQuestion.answered_at.is_(None) | LoginQuestion.answer.is_not(None)
        with self._database.transaction() as session:
            return settle(session, Outcome.CANCELLED, (LoginQuestion.id == question_id) & is_kept)

    def _change(self, question_id: int, *which: ColumnElement[bool], **values: Any) -> bool:
        is_open = () if "message_id" in values else (LoginQuestion.settled_at.is_(None),)
        with self._database.single() as session:
            changed = session.scalar(
                update(LoginQuestion)
                .where(LoginQuestion.id == question_id, *is_open, *which)
                .values(**values)
                .returning(LoginQuestion.id)
            )
            return changed is not None


def open_of(account_id: Any) -> tuple[ColumnElement[bool], ...]:
    return LoginQuestion.account_id == account_id, LoginQuestion.settled_at.is_(None)


def ask_person(session: Session, account_id: int, asked: Asked, state: bytes | None) -> None:
    if session.scalar(select(LoginQuestion.id).where(*open_of(account_id))) is not None:
        return
    tried = (LoginQuestion.account_id == account_id) & (LoginQuestion.outcome == Outcome.AGAIN)
    settle(session, Outcome.REPLACED, tried, is_open=False)
    life = NO_DEADLINE if state is None else CODE_LIFE
    question = LoginQuestion(
        account_id=account_id,
        kind=asked.kind,
        detail=asked.detail,
        state=state,
        can_resend=asked.can_resend,
        expires_at=func.now() + life,
    )
    session.add(question)
    session.flush()
    pause_for_question(session, Account.id == account_id)
    session.execute(
        update(Account)
        .where(Account.id == account_id, Account.login_at.is_not(None))
        .values(login_begun_at=func.coalesce(Account.login_begun_at, func.now()))
    )
    tell(session, question.id, account_id)


def pause_for_question(session: Session, which: ColumnElement[bool]) -> None:
    """Until a person has answered; not where the account pauses already."""
    asked = select(LoginQuestion.kind).where(*open_of(Account.id)).scalar_subquery()
    values = {"paused_reason": asked, "paused_at": _troubled_since(Account.id)}
    session.execute(update(Account).where(which, ~is_paused()).values(paused_until=None, **values))


def _troubled_since(account_id: Any) -> ColumnElement[Any]:
    """When the account has asked first since its last login: one pause, whatever is asked next."""
    of_it = LoginQuestion.account_id == account_id
    done = select(func.max(LoginQuestion.id)).where(of_it, LoginQuestion.outcome == Outcome.DONE)
    since = LoginQuestion.id > func.coalesce(done.correlate(Account).scalar_subquery(), 0)
    first = select(func.min(LoginQuestion.asked_at)).where(of_it, since)
    return func.coalesce(first.correlate(Account).scalar_subquery(), func.now())


def settle(
    session: Session, outcome: Outcome, which: ColumnElement[bool], *, is_open: bool = True
) -> bool:
    """No code is kept beyond that, nor what the way would go on from."""
    still = (LoginQuestion.settled_at.is_(None),) if is_open else ()
    settled = session.execute(
        update(LoginQuestion)
        .where(which, *still)
        .values(
            settled_at=func.now(), outcome=outcome, answer=None, state=None, new_code_wanted=False
        )
        .returning(LoginQuestion.id, LoginQuestion.account_id)
    ).all()
    for question_id, account_id in settled:
        tell(session, question_id, account_id)
    return bool(settled)


def tell(session: Session, question_id: int, account_id: int, **more: Any) -> None:
    notify(session, NoticeKind.LOGIN, ADMIN, account_id=account_id, question=question_id, **more)


def allow_login(session: Session, account_id: int) -> bool:
    """A person wants the login that it needs to be tried, once more; False if it needs none.

    What was asked about the last one is settled, and the pause that came of it ends.
    """
    needed = session.scalar(  # the account's row before others, as whoever holds its lease does
        update(Account)
        .where(Account.id == account_id, Account.login_at.is_not(None))
        .values(login_begun_at=None, login_at=func.now())
        .returning(Account.id)
    )
    of_it = LoginQuestion.account_id == account_id
    latest = select(func.max(LoginQuestion.id)).where(of_it).scalar_subquery()
    given_up = (LoginQuestion.id == latest) & LoginQuestion.outcome.in_(GIVEN_UP)
    session.execute(
        update(LoginQuestion)
        .where(of_it, LoginQuestion.settled_at.is_(None) | given_up)
        .values(settled_at=func.now(), outcome=Outcome.AGAIN, answer=None, state=None)
    )
    end_login_pause(session, account_id)
    return needed is not None


def end_login_pause(session: Session, account_id: int) -> None:
    """End the pause, if a login that has asked for a person is its reason."""
    reasons = select(LoginQuestion.kind).where(LoginQuestion.account_id == account_id)
    session.execute(
        update(Account)
        .where(
            Account.id == account_id,
            Account.login_at.is_not(None),
            Account.paused_reason.in_(reasons),
        )
        .values(paused_reason=None, paused_at=None, paused_until=None)
    )
