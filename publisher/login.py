"""One step of a login: send the password, or what a person has answered, and see what it takes.

A step of its own, under the account's lease, and never one of a post. What needs a person is asked
and ends the step: the login goes on once there is an answer, by whichever publisher.
"""

import logging
from collections.abc import Callable
from functools import partial

from publisher.consequences import next_attempt
from publisher.destination import CodeWanted, Destination, LoggedIn
from publisher.failures import FailureAction, PublishError, Reason
from publisher.lease_guard import LeaseGuard
from storage.lease import Lease
from storage.login_work import LoginWork, LoginWorkers
from storage.logins import Asked
from storage.models import LoginQuestion

log = logging.getLogger(__name__)


class Login:
    """The login of one account, as often as it needs one.

    Args:
        random: returns a number from 0 to 1.
    """

    def __init__(self, logins: LoginWorkers, random: Callable[[], float]) -> None:
        self._logins, self._random = logins, random
        self._failures = 0
        """How often in a row nothing could be sent."""

    def go_on(
        self,
        work: LoginWork,
        lease: Lease,
        guard: LeaseGuard,
        connect: Callable[[], Destination],
    ) -> str | None:
        """What keeps the account from being logged in; None if it is.

        Raises LeaseLostError, GateClosedError.
        """
        if work.question is None:
            return self._log_in(work, lease, guard, connect)
        if work.answer is None and not work.question.new_code_wanted:
            self._ask_again(lease, guard, work.question, wrong=False)
            return work.question.kind
        return self._answer(work, work.question, lease, guard, connect)

    def _log_in(
        self,
        work: LoginWork,
        lease: Lease,
        guard: LeaseGuard,
        connect: Callable[[], Destination],
    ) -> str | None:
        if work.is_interrupted:
            return self._ask(lease, guard, Asked(Reason.LOGIN_INTERRUPTED))
        has_left = False

        def leaves() -> None:
            nonlocal has_left
            if not has_left:  # the old login may ask for it once more
                self._logins.begin(lease)
                has_left = True

        try:
            return self._conclude(connect().log_in(leaves), lease, guard)
        except PublishError as error:
            log.warning("account %d cannot log in: %s", lease.account_id, error)
            delay = next_attempt(self._failures, self._random)
            if has_left or error.action is not FailureAction.RETRY or delay is None:
                self._failures = 0
                return self._ask(lease, guard, Asked(error.reason))
            self._failures += 1
            guard.write(partial(self._logins.put_off, lease, delay))
            return error.reason

    def _answer(
        self,
        work: LoginWork,
        question: LoginQuestion,
        lease: Lease,
        guard: LeaseGuard,
        connect: Callable[[], Destination],
    ) -> str | None:
        leaves, state = partial(self._logins.use_answer, lease, question.id), work.state or {}
        try:
            destination = connect()
            if work.answer is None:
                asked = _asked(destination.send_new_code(state))
                self._ask_again(lease, guard, question, asked, wrong=False)
                return question.kind
            return self._conclude(destination.answer(state, work.answer, leaves), lease, guard)
        except PublishError as error:
            log.warning("account %d cannot log in: %s", lease.account_id, error)
            if error.reason is Reason.WRONG_CODE or error.action is FailureAction.RETRY:
                wrong = error.reason is Reason.WRONG_CODE
                failed = None if wrong else "new_code" if work.answer is None else "code"
                self._ask_again(lease, guard, question, wrong=wrong, failed=failed)
                return error.reason
            return self._ask(lease, guard, Asked(error.reason), question)

    def _conclude(
        self, outcome: LoggedIn | CodeWanted, lease: Lease, guard: LeaseGuard
    ) -> str | None:
        self._failures = 0
        if isinstance(outcome, LoggedIn):
            guard.write(
                partial(self._logins.succeeded, lease, outcome.session, lasts=outcome.lasts)
            )
            log.info("account %d is logged in", lease.account_id)
            return None
        return self._ask(lease, guard, _asked(outcome))

    def _ask(
        self, lease: Lease, guard: LeaseGuard, asked: Asked, instead_of: LoginQuestion | None = None
    ) -> str:
        log.warning("the login of account %d needs a person: %s", lease.account_id, asked.kind)
        guard.write(partial(self._logins.ask, lease, asked, instead_of))
        return asked.kind

    def _ask_again(
        self,
        lease: Lease,
        guard: LeaseGuard,
        question: LoginQuestion,
        asked: Asked | None = None,
        *,
        wrong: bool,
        failed: str | None = None,
    ) -> None:
        ask_again = partial(self._logins.ask_again, lease, question, asked)
        guard.write(partial(ask_again, wrong=wrong, failed=failed))


def _asked(wanted: CodeWanted) -> Asked:
    return Asked(wanted.reason, wanted.sent_to, wanted.state, wanted.can_resend)
