"""One account's worker: all that is done for it, one thing after the other, under its lease."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from publisher.consequences import Consequences
from publisher.content import content_of
from publisher.destination import Destination
from publisher.failures import FailureAction, PublishError, Reason
from publisher.gate import GateClosedError
from publisher.lease_guard import LeaseGuard
from publisher.login import Login
from publisher.mend import mend
from publisher.preflight import check_ahead
from publisher.publish import publish
from publisher.reconcile import reconcile
from publisher.stores import Stores
from publisher.timings import Timings
from storage.database import is_away
from storage.lease import Lease, LeaseLostError, now
from storage.lifecycle import Status
from storage.login_work import LoginWork
from storage.models import Account, Post
from storage.outcomes import lease_of
from storage.trail import about, new_event

log = logging.getLogger(__name__)

Connect = Callable[[Account], Destination]
Connected = tuple[datetime, datetime | None]
"""When the credentials changed last, and when the account logged in last."""


class AccountWorker:
    """Blocks; one thread at a time. Each step does one thing and says whether there was any.

    Args:
        connect: makes the account's destination: at first, and when its credentials have changed.
        stopping: once set, what is not committed yet is handed back.
    """

    def __init__(
        self,
        account_id: int,
        connect: Connect,
        stores: Stores,
        timings: Timings,
        *,
        random: Callable[[], float],
        stopping: threading.Event,
    ) -> None:
        self.account_id = account_id
        self._connect, self._stores, self._timings = connect, stores, timings
        self._queue, self._outcomes = stores.queue, stores.queue.outcomes
        self._connection: tuple[Connected, Destination] | None = None
        self._consequences = Consequences(
            account_id, self._outcomes, stores.accounts, stores.logins, random, stores.counts
        )
        self._login = Login(stores.logins, random)
        self._stopping = stopping
        self.is_closed = False
        """Its thread hung past a deadline: another worker takes over."""

    @property
    def time_there(self) -> float | None:
        """By the platform's clock, if anything is known of it: seconds since 1970."""
        return self._connection and self._connection[1].time_there

    def step(self) -> bool:
        """The most urgent thing; False if there is nothing to do.

        A doubt comes first: it may be settled by one request, and its owner waits. While a login is
        needed there is nothing else.
        """
        return (
            (self._consequences.calls_for_login and self.see_to_session())
            or self.read_next(first=True)
            or self.publish_next()
            or self.read_next()
            or self.stage_next()
            or self.check_next()
            or self.see_to_session()
            or self.check_account_next()
        )

    def see_to_session(self) -> bool:
        """Log in, or go on with that, if the session has ended; or look whether it has."""
        began = now()
        self._consequences.calls_for_login = False
        held = self._stores.logins.hold_next(self.account_id)
        if held is None:
            return False
        lease, work = held
        with self._leased(lease, began) as guard, guard.limited(self._timings.login):
            if work.account.login_at is None:
                self._look_at_session(work.account, lease, guard)
            else:
                self._log_in(work, lease, guard)
                self._stores.overdue.tell_waiting(self._timings.stage_ahead)
        return True

    def publish_next(self) -> bool:
        """Publish the post that has been due the longest."""
        began = now()
        post = self._queue.claim_next(self.account_id)
        if post is None:
            return False
        with self._guarded(lease_of(post), began, partial(self._abandon, post), post) as guard:
            try:
                self._publish(post, guard)
            except GateClosedError:
                log.warning("post %d is handed back: nothing of it was published", post.id)
                guard.write(partial(self._outcomes.hand_back, post))
        return True

    def read_next(self, *, first: bool = False) -> bool:
        """Look for the post that has waited for it the longest.

        Args:
            first: only one in doubt whose owner was not asked yet.
        """
        began, reconciliation = now(), self._stores.reconciliation
        held = reconciliation.hold_next(self.account_id, first=first)
        if held is None:
            return False
        lease, post = held
        with self._leased(lease, began, post) as guard, guard.limited(self._timings.read):
            try:
                destination = self._destination(post.account, guard)
                reconcile(post, lease, self._stores, destination, self._timings.reconcile_pause)
            except Exception as caught:
                error = _foreseen(caught)
                log.warning("post %d cannot be looked for: %s", post.id, error)
                self._consequences.rest_if_asked(error, lease)
                if post.status is Status.UNCONFIRMED and not _needs_login(error):
                    reconciliation.look_again(lease, post, self._timings.reconcile_pause)
        return True

    def stage_next(self) -> bool:
        """Send the bytes of the post that is due next, shortly before its minute."""
        began, staging = now(), self._stores.staging
        held = staging.hold_next(self._timings.stage_ahead, self.account_id)
        if held is None:
            return False
        lease, post = held
        with self._leased(lease, began, post) as guard:
            staged: dict[str, Any] | None = None
            newest: int | None = None
            try:
                mend(post, self._stores)
                destination = self._destination(post.account, guard)
                content = content_of(post, self._stores.files, destination.rules)
                destination.check_session()
                staged = destination.stage(content).data()
                newest = destination.newest(content.post_type)
            except Exception as caught:
                error = _foreseen(caught)
                log.warning("post %d could not be staged ahead: %s", post.id, error)
                self._consequences.rest_if_asked(error, lease)
                if _needs_login(error):
                    return True
            staging.mark_staged(lease, post, staged, newest)
            if staged is not None:
                log.info("post %d is staged", post.id, extra=_took(began))
        return True

    def check_next(self) -> bool:
        """Check a post that is due within the hour."""
        began, preflight = now(), self._stores.preflight
        held = preflight.hold_next(
            self._timings.stage_ahead, self._timings.preflight, self.account_id
        )
        if held is None:
            return False
        lease, post = held
        with self._leased(lease, began, post) as guard:
            try:
                destination = self._destination(post.account, guard)
                reasons, refusal = check_ahead(post, self._stores, destination)
            except Exception as caught:
                refusal = _foreseen(caught)
                reasons = [refusal.reason]
            if refusal is not None:
                self._consequences.rest_if_asked(refusal, lease)
                if _needs_login(refusal):
                    return True
            preflight.mark_checked(lease, post, reasons)
            found = ", ".join(reasons) or "nothing stands in its way"
            log.info("post %d is checked ahead: %s", post.id, found, extra=_took(began))
        return True

    def _look_at_session(self, account: Account, lease: Lease, guard: LeaseGuard) -> None:
        try:
            self._destination(account, guard).check_session()
        except Exception as caught:
            error = _foreseen(caught)
            log.warning("account %d: %s", account.id, error)
            self._consequences.rest_if_asked(error, lease)
        self._stores.accounts.checked(account.id)

    def check_account_next(self) -> bool:
        """Look whether the account works, if somebody asked, also while it pauses."""
        began, checks = now(), self._stores.account_checks
        held = checks.hold_next(self.account_id)
        if held is None:
            return False
        lease, account = held
        with self._leased(lease, began) as guard, guard.limited(self._timings.login):
            reason = self._why_not(account, lease, guard)
            checks.mark_checked(lease, reason)
        return True

    def _why_not(self, account: Account, lease: Lease, guard: LeaseGuard) -> str | None:
        """Why the account does not work; None if it does. Whoever asks wants it to log in."""
        if account.login_begun_at is not None:
            return account.paused_reason or Reason.LOGIN_REQUIRED
        try:
            if account.login_at is None:
                self._destination(account, guard).check_session()
                return None
        except Exception as caught:
            error = _foreseen(caught)
            log.warning("account %d was checked, and does not work: %s", account.id, error)
            if not _needs_login(error):
                self._consequences.rest_if_asked(error, lease)
                return error.reason
            self._stores.logins.session_lost(lease)
        return self._log_in(LoginWork(account), lease, guard)

    def _log_in(self, work: LoginWork, lease: Lease, guard: LeaseGuard) -> str | None:
        return self._login.go_on(work, lease, guard, lambda: self._destination(work.account, guard))

    def _destination(self, account: Account, guard: LeaseGuard) -> Destination:
        """The account's, by its present credentials; it sends only while the guard lets it.

        Made anew once it has logged in, here or elsewhere: the session before that is dead.
        """
        known = account.configured_at, account.session_at
        if self._connection is None or self._connection[0] != known:
            self._connection = known, self._connect(account)
        destination = self._connection[1]
        destination.gate.is_open = guard.may_send
        return destination

    def _publish(self, post: Post, guard: LeaseGuard) -> None:
        began = now()
        try:
            destination = self._destination(post.account, guard)
            publish(post, guard, self._stores, destination, self._timings)
        except Exception as caught:
            if guard.is_committed and not isinstance(caught, PublishError):
                raise
            if is_away(caught):
                log.warning("post %d is handed back: the database was away", post.id)
                guard.write(partial(self._outcomes.hand_back, post))
                return
            error = _foreseen(caught)
            with about(event=new_event()):
                what = error.doubt or error.action
                log.warning("post %d: %s, %s", post.id, what, error, extra=_took(began))
                guard.write(lambda: self._consequences.outcome(post, error)())

    @contextlib.contextmanager
    def _guarded(
        self, lease: Lease, began: float, give_up: Callable[[], None], post: Post | None
    ) -> Iterator[LeaseGuard]:
        """Work under a lease; that it is lost ends the work, and is no error.

        Args:
            post: for which it is done, if for one.
        """
        guard = LeaseGuard(
            self._queue,
            lease,
            self._timings,
            began=began,
            give_up=give_up,
            stopping=self._stopping,
        )
        fields = {"post": post.id, "attempt": post.retry_count + 1} if post else {}
        with about(account=self.account_id, **fields):
            try:
                with guard:
                    yield guard
            except LeaseLostError as error:
                log.warning("account %d: %s", self.account_id, error)

    @contextlib.contextmanager
    def _leased(self, lease: Lease, began: float, post: Post | None = None) -> Iterator[LeaseGuard]:
        """Work that owns no post: whatever becomes of it, the account is given back."""
        with self._guarded(lease, began, partial(self._let_go, lease), post) as guard:
            try:
                with contextlib.suppress(GateClosedError, LeaseLostError):
                    yield guard
            finally:
                self._queue.release(lease)

    def _abandon(self, post: Post) -> None:
        """The deadline has passed: settle the post in place of the thread that hangs."""
        self.is_closed = True
        log.error("post %d hangs past its deadline", post.id)
        self._consequences.settle_hanging(post)

    def _let_go(self, lease: Lease) -> None:
        self.is_closed = True
        log.error("account %d: reading or staging hangs past its deadline", self.account_id)
        with contextlib.suppress(LeaseLostError):
            self._queue.release(lease)


def _took(began: float) -> dict[str, float]:
    """For a line's `extra`."""
    return {"seconds": round(now() - began, 2)}


def _foreseen(error: Exception) -> PublishError:
    """What nobody foresaw is our own fault, and not done again at once.

    Raises it if the database is away, or somebody else has taken over.
    """
    if isinstance(error, PublishError):
        return error
    if is_away(error) or isinstance(error, LeaseLostError):
        raise error
    log.error("an error that nobody expected", exc_info=error)
    return PublishError(FailureAction.RETRY, Reason.OWN_FAULT, type(error).__name__)


def _needs_login(error: PublishError) -> bool:
    """Whether the same is to be done again, right after a login."""
    return error.action is FailureAction.LOG_IN_AGAIN
