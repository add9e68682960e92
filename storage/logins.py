"""Logins: when an account needs one, and what a person is asked meanwhile.

A password leaves once for each session that was lost (`begin`), whoever is killed then; once more
only when a person says so. Where the platform wants a person, a question is kept and the account
pauses; nobody holds its lease until there is an answer.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, null, or_, select, update
from sqlalchemy.orm import Session, lazyload

from storage import lease
from storage.accounts import allow_login, end_login_pause, is_paused, read_doubts_now
from storage.database import Database, Repository
from storage.encryption import SecretBox, UnreadableSecretError
from storage.lease import Lease, LeaseLostError
from storage.models import Account, LoginQuestion, Post
from storage.outbox import ADMIN, NoticeKind, notify
from storage.queue import Queue

CODE_LIFE = timedelta(minutes=10)
"""How long an answer is waited for."""
NO_DEADLINE = timedelta(days=365)
"""For what has to be done in the platform's own app."""
ASKED_AGAIN = 3
"""How often another code is asked for after a wrong one."""
FRESH = timedelta(hours=1)
"""A session that ends so soon, before anything was published with it, may end so again."""


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


@dataclass(frozen=True)
class LoginWork:
    """What is to be done next about an account's login; without one, a look at its session."""

    account: Account
    question: LoginQuestion | None = None
    """What has been asked; None: the password is to be sent, or was when somebody was killed."""
    state: dict[str, Any] | None = field(default=None, repr=False)
    answer: str | None = field(default=None, repr=False)

    @property
    def is_interrupted(self) -> bool:
        """Whether a password or a code was sent, and nobody lived to hear what came of it."""
        if self.question is None:
            return self.account.login_begun_at is not None
        return self.question.answered_at is not None and self.answer is None


class Logins(Repository):
    """What a person does about a login."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        super().__init__(database)
        self.box = box

    def want(self, account_id: int) -> None:
        """Log in as soon as possible: its credentials are new. The admin hears what comes of it."""
        with self._database.transaction() as session:
            session.execute(
                update(Account)
                .where(Account.id == account_id)
                .values(login_at=func.now(), login_begun_at=None, check_at=None)
            )
            allow_login(session, account_id)
            session.add(
                LoginQuestion(
                    account_id=account_id,
                    kind="added",
                    expires_at=func.now(),
                    settled_at=func.now(),
                    outcome=Outcome.AGAIN,
                )
            )

    def try_again(self, account_id: int) -> bool:
        """A person says that the way is clear; False if no login is needed any more."""
        with self._database.transaction() as session:
            return allow_login(session, account_id)

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
        """Leave it at that: the account goes on pausing. False if it was settled already."""
        with self._database.transaction() as session:
            return _settle(session, Outcome.CANCELLED, LoginQuestion.id == question_id)

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


class LoginWorkers(Repository):
    """What a publisher does about a login, under the account's lease."""

    def __init__(self, database: Database, queue: Queue, box: SecretBox) -> None:
        super().__init__(database)
        self._queue, self._box = queue, box

    def hold_next(self, accounts: Collection[int] | None = None) -> tuple[Lease, LoginWork] | None:
        """Lease an account that is to log in, to go on with an answer, or to be looked at."""
        look = Account.login_at.is_(None) & ~is_paused() & (Account.check_at <= func.now())
        due = or_(login_moment() <= func.now(), look)
        with self._database.transaction() as session:
            taken = lease.take_account(session, due, accounts, self._queue.owner, self._queue.span)
            if taken is None:
                return None
            asked = and_(*_open_of(Account.id))
            row = session.execute(
                select(Account, LoginQuestion)
                .outerjoin(LoginQuestion, asked)
                .where(Account.id == taken.account_id)
                .options(lazyload(LoginQuestion.account))  # joined, it would drop who has none
            ).one()
            account: Account = row[0]
            question: LoginQuestion | None = row[1]
            if question is None:
                return taken, LoginWork(account)
            try:
                state = self._box.open(question.state) if question.state else None
                answer = self._box.open(question.answer) if question.answer else None
            except UnreadableSecretError:
                return taken, LoginWork(account, question)
            return taken, LoginWork(account, question, json.loads(state or "null"), answer)

    def begin(self, ours: Lease) -> None:
        """The password leaves now. Raises LeaseLostError, also if it has left before."""
        with self._database.single() as session:
            begun = session.scalar(
                update(Account)
                .where(
                    Account.id == ours.account_id,
                    Account.lease_fence == ours.fence,
                    Account.lease_until > func.now(),
                    Account.login_at.is_not(None),
                    Account.login_begun_at.is_(None),
                )
                .values(login_begun_at=func.now())
                .returning(Account.id)
            )
            if begun is None:
                raise LeaseLostError(f"the login of account {ours.account_id} is somebody else's")

    def use_answer(self, ours: Lease, question_id: int) -> None:
        """The code leaves now, and is kept no longer. Raises LeaseLostError."""
        with self._database.transaction() as session:
            lease.hold(session, ours)
            session.execute(
                update(LoginQuestion).where(LoginQuestion.id == question_id).values(answer=None)
            )

    def session_lost(self, ours: Lease, reason: str | None = None) -> None:
        """It has ended, or there is none: log in next. Raises LeaseLostError.

        Args:
            reason: why a person is asked instead, if the session was of no use at all; None: a
                person wants the login.
        """
        published = (
            exists()
            .where(Post.account_id == Account.id, Post.published_at > Account.session_at)
            .correlate(Account)
        )
        useless = (Account.session_at > func.now() - FRESH) & ~published
        with self._database.transaction() as session:
            lease.hold(session, ours)
            lost = session.execute(
                update(Account)
                .where(Account.id == ours.account_id, Account.login_at.is_(None))
                .values(login_at=func.now(), check_at=None)
                .returning(useless)
            ).scalar_one_or_none()
            if lost and reason is not None:
                _ask(session, ours.account_id, Asked(reason), None)

    def put_off(self, ours: Lease, delay: timedelta) -> None:
        """No password was sent: it is tried again after this. Raises LeaseLostError."""
        self._write(ours, login_at=func.now() + delay)

    def succeeded(self, ours: Lease, settings: dict[str, Any]) -> None:
        """Keep the session; the pause ends, and the admin hears so if they were asked.

        Raises LeaseLostError.
        """
        sealed = self._box.seal(json.dumps(settings))
        last = (
            select(LoginQuestion.id)
            .where(
                LoginQuestion.account_id == ours.account_id,
                or_(LoginQuestion.settled_at.is_(None), LoginQuestion.outcome == Outcome.AGAIN),
            )
            .order_by(LoginQuestion.id.desc())
        )
        with self._database.transaction() as session:
            lease.hold(session, ours)
            end_login_pause(session, ours.account_id)
            read_doubts_now(session, ours.account_id)
            session.execute(
                update(Account)
                .where(Account.id == ours.account_id)
                .values(
                    session=sealed,
                    session_at=func.clock_timestamp(),
                    login_at=None,
                    login_begun_at=None,
                    check_at=None,
                )
            )
            asked = session.scalar(last.limit(1))
            if asked is not None:
                _settle(session, Outcome.DONE, LoginQuestion.id == asked, is_open=False)

    def ask(self, ours: Lease, asked: Asked, instead_of: LoginQuestion | None = None) -> None:
        """A person is needed: the account pauses, and the admin hears. Raises LeaseLostError.

        Args:
            instead_of: the question of this login that stands so far.
        """
        state = None if asked.state is None else self._box.seal(json.dumps(asked.state))
        with self._database.transaction() as session:
            lease.hold(session, ours)
            if instead_of is not None:
                _settle(session, Outcome.REPLACED, LoginQuestion.id == instead_of.id)
            _ask(session, ours.account_id, asked, state)

    def ask_again(
        self, ours: Lease, question: LoginQuestion, asked: Asked | None = None, *, wrong: bool
    ) -> None:
        """Another code is needed, or there was one wrong code too many. Raises LeaseLostError.

        Args:
            asked: what the platform has sent anew; None: the code before it was of no use.
            wrong: the platform has refused a code.
        """
        with self._database.transaction() as session:
            lease.hold(session, ours)
            this = LoginQuestion.id == question.id
            if wrong and question.attempts >= ASKED_AGAIN:
                _settle(session, Outcome.WRONG, this)
                return
            values: dict[str, Any] = {"answer": None, "answered_at": None, "new_code_wanted": False}
            if asked is not None:
                values |= {"kind": asked.kind, "detail": asked.detail or question.detail}
                values["state"] = self._box.seal(json.dumps(asked.state))
            session.execute(
                update(LoginQuestion)
                .where(this, LoginQuestion.settled_at.is_(None))
                .values(
                    attempts=LoginQuestion.attempts + int(wrong),
                    asked_at=func.now(),
                    expires_at=func.now() + CODE_LIFE,
                    **values,
                )
            )
            _tell(session, question.id, ours.account_id)

    def expire(self) -> bool:
        """Give up on codes that nobody has typed in time; False if there were none."""
        late = (LoginQuestion.expires_at < func.now()) & LoginQuestion.answered_at.is_(None)
        with self._database.transaction() as session:
            return _settle(session, Outcome.EXPIRED, late)

    def _write(self, ours: Lease, **values: Any) -> None:
        with self._database.transaction() as session:
            lease.hold(session, ours)
            session.execute(
                update(Account)
                .where(Account.id == ours.account_id, Account.login_at.is_not(None))
                .values(**values)
            )


def login_moment() -> ColumnElement[Any]:
    """When the account of the row at hand has something to do about a login; null: nothing."""
    asked = _open_of(Account.id)
    acts = LoginQuestion.answered_at.is_not(None) | LoginQuestion.new_code_wanted
    return case(
        (Account.login_at.is_(None), null()),
        (exists().where(*asked, acts), Account.login_at),
        (is_paused() | exists().where(*asked), null()),
        else_=Account.login_at,
    )


def _open_of(account_id: Any) -> tuple[ColumnElement[bool], ...]:
    return LoginQuestion.account_id == account_id, LoginQuestion.settled_at.is_(None)


def _ask(session: Session, account_id: int, asked: Asked, state: bytes | None) -> None:
    if session.scalar(select(LoginQuestion.id).where(*_open_of(account_id))) is not None:
        return
    tried = (LoginQuestion.account_id == account_id) & (LoginQuestion.outcome == Outcome.AGAIN)
    _settle(session, Outcome.REPLACED, tried, is_open=False)
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
    session.execute(
        update(Account)
        .where(Account.id == account_id, ~is_paused())
        .values(paused_reason=asked.kind, paused_at=func.now(), paused_until=None)
    )
    session.execute(
        update(Account)
        .where(Account.id == account_id, Account.login_at.is_not(None))
        .values(login_begun_at=func.coalesce(Account.login_begun_at, func.now()))
    )
    _tell(session, question.id, account_id)


def _settle(
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
        _tell(session, question_id, account_id)
    return bool(settled)


def _tell(session: Session, question_id: int, account_id: int) -> None:
    notify(session, NoticeKind.LOGIN, ADMIN, account_id=account_id, question=question_id)
