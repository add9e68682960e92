"""What a publisher does about a login, under the account's lease.

A password leaves once for each session that was lost (`begin`), whoever is killed then; once more
only when a person says so. What is asked of a person meanwhile stands in `logins.py`.
"""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, null, or_, select, update
from sqlalchemy.orm import lazyload

from storage import lease
from storage.account_checks import tell_logged_in
from storage.accounts import is_active
from storage.database import Database, Repository
from storage.encryption import SecretBox, UnreadableSecretError
from storage.lease import Lease, LeaseLostError
from storage.logins import (
    ASKED_AGAIN,
    CODE_LIFE,
    Asked,
    Outcome,
    ask_person,
    end_login_pause,
    open_of,
    pause_for_question,
    settle,
    tell,
)
from storage.models import Account, LoginQuestion, Post
from storage.pauses import is_paused, read_doubts_now
from storage.queue import Queue

FRESH = timedelta(hours=1)
"""A session that ends so soon, before anything was published with it, may end so again."""


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


class LoginWorkers(Repository):
    """What a publisher does about a login, under the account's lease."""

    def __init__(self, database: Database, queue: Queue, box: SecretBox) -> None:
        super().__init__(database)
        self._queue, self._box = queue, box

    def hold_next(self, account_id: int | None = None) -> tuple[Lease, LoginWork] | None:
        """Lease an account that is to log in, to go on with an answer, or to be looked at."""
        look = Account.login_at.is_(None) & ~is_paused() & (Account.check_at <= func.now())
        due = or_(login_moment() <= func.now(), look)
        with self._database.transaction() as session:
            taken = lease.take_account(
                session, due, account_id, self._queue.owner, self._queue.span
            )
            if taken is None:
                return None
            asked = and_(*open_of(Account.id))
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
        """The code leaves now, and is kept no longer. Raises LeaseLostError, also if a person has
        left the login meanwhile."""
        with self._database.transaction() as session:
            lease.hold(session, ours)
            used = session.scalar(
                update(LoginQuestion)
                .where(LoginQuestion.id == question_id, LoginQuestion.settled_at.is_(None))
                .values(answer=None)
                .returning(LoginQuestion.id)
            )
            if used is None:
                raise LeaseLostError(f"question {question_id} is settled")

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
                ask_person(session, ours.account_id, Asked(reason), None)

    def put_off(self, ours: Lease, delay: timedelta) -> None:
        """No password was sent: it is tried again after this. Raises LeaseLostError."""
        self._write(ours, login_at=func.now() + delay)

    def succeeded(
        self, ours: Lease, settings: dict[str, Any], *, lasts: timedelta | None = None
    ) -> None:
        """Keep the session; the pause ends, and the admin hears so if they were asked.

        Raises LeaseLostError.

        Args:
            lasts: how long the session can last at the most, if that is known.
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
                .where(Account.id == ours.account_id, is_active())
                .values(
                    session=sealed,
                    session_at=func.clock_timestamp(),
                    session_ends_at=None if lasts is None else func.clock_timestamp() + lasts,
                    login_at=None,
                    login_begun_at=None,
                    check_at=None,
                )
            )
            tell_logged_in(session, ours.account_id)
            asked = session.scalar(last.limit(1))
            if asked is not None:
                settle(session, Outcome.DONE, LoginQuestion.id == asked, is_open=False)

    def ask(self, ours: Lease, asked: Asked, instead_of: LoginQuestion | None = None) -> None:
        """A person is needed: the account pauses, and the admin hears. Raises LeaseLostError.

        Args:
            instead_of: the question of this login that stands so far.
        """
        state = None if asked.state is None else self._box.seal(json.dumps(asked.state))
        with self._database.transaction() as session:
            lease.hold(session, ours)
            if instead_of is not None:
                settle(session, Outcome.REPLACED, LoginQuestion.id == instead_of.id)
            ask_person(session, ours.account_id, asked, state)

    def ask_again(
        self,
        ours: Lease,
        question: LoginQuestion,
        asked: Asked | None = None,
        *,
        wrong: bool,
        failed: str | None = None,
    ) -> None:
        """Another code is needed, or there was one wrong code too many. Raises LeaseLostError.

        Args:
            asked: what the platform has sent anew; None: the code before it was of no use.
            wrong: the platform has refused a code.
            failed: what the platform could not be reached for: "code" or "new_code".
        """
        with self._database.transaction() as session:
            lease.hold(session, ours)
            this = LoginQuestion.id == question.id
            if wrong and question.attempts >= ASKED_AGAIN:
                settle(session, Outcome.WRONG, this)
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
            tell(session, question.id, ours.account_id, **({"failed": failed} if failed else {}))

    def expire(self) -> bool:
        """Give up on codes that nobody has typed in time; False if there were none.

        Where another question is open and the pause it was asked in is over, another begins.
        """
        late = (LoginQuestion.expires_at < func.now()) & LoginQuestion.answered_at.is_(None)
        works = (~is_paused(), Account.login_at.is_not(None))
        goes_on = exists().where(LoginQuestion.account_id == Account.id, *works)
        open_ones = select(LoginQuestion.id).where(LoginQuestion.settled_at.is_(None))
        if not self._database.finds(open_ones.where(late | goes_on)):
            return False
        with self._database.transaction() as session:
            has_expired = settle(session, Outcome.EXPIRED, late)
            asked = exists().where(*open_of(Account.id))
            which = select(Account.id).where(*works, asked).with_for_update(key_share=True)
            these = Account.id.in_(session.scalars(which).all())
            pause_for_question(session, these & asked)  # anew: who was ahead may have settled it
            return has_expired

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
    asked = open_of(Account.id)
    acts = LoginQuestion.answered_at.is_not(None) | LoginQuestion.new_code_wanted
    return case(
        (Account.login_at.is_(None), null()),
        (exists().where(*asked, acts), Account.login_at),
        (is_paused() | exists().where(*asked), null()),
        else_=Account.login_at,
    )
