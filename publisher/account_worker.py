"""One account's worker: all that is done for it, one thing after the other, under its lease."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from publisher.errors import PublishError, Reason, Remedy
from publisher.instagram import Instagram
from publisher.lease_guard import LeaseGuard
from publisher.mend import mend
from publisher.preflight import rehearse
from publisher.publish import publish, upload_of
from publisher.reconcile import resolve
from publisher.retry import next_attempt
from publisher.timings import Timings
from publisher.transport import GateClosedError
from storage.accounts import Accounts
from storage.ahead import Ahead
from storage.clocks import Clocks
from storage.database import is_away
from storage.files import MediaFiles
from storage.lease import Lease, LeaseLostError, now
from storage.lifecycle import Status
from storage.models import Post
from storage.queue import Queue, lease_of
from storage.reconciliation import Reconciliation

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stores:
    """What a publisher works on."""

    queue: Queue
    doubts: Reconciliation
    ahead: Ahead
    accounts: Accounts
    files: MediaFiles
    clocks: Clocks


class AccountWorker:
    """Blocks; one thread at a time. Each step does one thing and says whether there was any.

    Args:
        stopping: once set, what is not committed yet is handed back.
    """

    def __init__(
        self,
        account_id: int,
        instagram: Instagram,
        stores: Stores,
        timings: Timings,
        *,
        random: Callable[[], float],
        stopping: threading.Event,
    ) -> None:
        self.account_id = account_id
        self.instagram, self._timings = instagram, timings
        self._queue, self._doubts, self._ahead = stores.queue, stores.doubts, stores.ahead
        self._accounts, self._files = stores.accounts, stores.files
        self._random, self._stopping = random, stopping
        self.is_closed = False
        """Its thread hung past a deadline: another worker takes over."""

    def step(self) -> bool:
        """The most urgent thing; False if there is nothing to do.

        A doubt comes first: it may be settled by one request, and its owner waits.
        """
        return (
            self.read_next(first=True)
            or self.publish_next()
            or self.read_next()
            or self.stage_next()
            or self.rehearse_next()
        )

    def publish_next(self) -> bool:
        """Publish the post that has been due the longest."""
        began = now()
        post = self._queue.claim_next([self.account_id])
        if post is None:
            return False
        with self._attempt(lease_of(post), began, partial(self._abandon, post)) as attempt:
            try:
                self._publish(post, attempt)
            except GateClosedError:
                log.warning("post %d is handed back: nothing of it was published", post.id)
                attempt.write(partial(self._queue.hand_back, post))
        return True

    def read_next(self, *, first: bool = False) -> bool:
        """Read Instagram about the post that has waited for it the longest.

        Args:
            first: only about one in doubt whose owner was not asked yet.
        """
        began = now()
        held = self._doubts.hold_next([self.account_id], first=first)
        if held is None:
            return False
        lease, post = held
        with self._leased(lease, began) as attempt, attempt.limited(self._timings.read):
            try:
                resolve(
                    post,
                    lease,
                    doubts=self._doubts,
                    instagram=self.instagram,
                    pause=self._timings.reconcile_pause,
                )
            except PublishError as error:
                log.warning("Instagram cannot be read about post %d: %s", post.id, error)
                self._pause_if_asked(error)
                if post.status is Status.UNCONFIRMED:
                    self._doubts.look_again(lease, post, self._timings.reconcile_pause)
        return True

    def stage_next(self) -> bool:
        """Send the bytes of the post that is due next, shortly before its minute."""
        began = now()
        held = self._ahead.hold_next(self._timings.stage_ahead, [self.account_id])
        if held is None:
            return False
        lease, post = held
        with self._leased(lease, began):
            staged: dict[str, Any] | None = None
            newest: int | None = None
            try:
                self._mend(post)
                upload = upload_of(post, self._files, self.instagram.max_hashtags)
                self.instagram.ensure_session()
                staged = self.instagram.stage(upload).data()
                newest = self.instagram.newest(upload.post_type)
            except PublishError as error:
                log.warning("post %d could not be staged ahead: %s", post.id, error)
                self._pause_if_asked(error)
            self._ahead.mark_staged(lease, post, staged, newest)
        return True

    def rehearse_next(self) -> bool:
        """Check a post that is due within the hour."""
        began = now()
        held = self._ahead.hold_rehearsal(
            self._timings.stage_ahead, self._timings.rehearsal, [self.account_id]
        )
        if held is None:
            return False
        lease, post = held
        with self._leased(lease, began):
            reasons, refusal = rehearse(
                post, ahead=self._ahead, instagram=self.instagram, mend=self._mend
            )
            if refusal is not None:
                self._pause_if_asked(refusal)
            self._ahead.rehearsed(lease, post, reasons)
        return True

    def _mend(self, post: Post) -> None:
        mend(post, self._files, self._ahead)

    def _publish(self, post: Post, attempt: LeaseGuard) -> None:
        try:
            publish(
                post,
                attempt=attempt,
                queue=self._queue,
                files=self._files,
                instagram=self.instagram,
                timings=self._timings,
                mend=self._mend,
            )
        except PublishError as error:
            log.warning("post %d: %s, %s", post.id, error.doubt or error.remedy, error)
            failure = error
            attempt.write(lambda: self._outcome(post, failure)())
        except Exception as error:
            if attempt.is_committed or not is_away(error):
                raise
            log.warning("post %d is handed back: the database was away", post.id)
            attempt.write(partial(self._queue.hand_back, post))
        else:
            log.info("post %d is on Instagram", post.id)

    def _outcome(self, post: Post, error: PublishError) -> Callable[[], None]:
        """What becomes of the post: by what is in doubt, else by what the failure asks for."""
        told: dict[str, Any] = {
            "error_class": error.doubt or error.reason,
            "error_message": error.detail or error.reason,
        }
        if error.doubt is not None:
            pauses = self._pause_if_asked(error)
            return partial(self._queue.mark_unconfirmed, post, unreadable=pauses, **told)
        match error.remedy:
            case Remedy.REJECT:
                return partial(self._queue.reject, post, **told)
            case Remedy.RETRY:
                delay = next_attempt(post.retry_count, self._random)
                if delay is None:
                    return partial(self._queue.reject, post, **told)
                delay = max(delay, error.pause or delay)
                return partial(self._queue.retry_later, post, delay=delay, **told)
            case Remedy.WAIT:
                return partial(self._queue.wait_for_us, post, **told)
            case Remedy.LOG_IN_AGAIN | Remedy.BACK_OFF | Remedy.HUMAN:
                self._pause_if_asked(error, waiting=post.id)
                return partial(self._queue.hand_back, post)

    def _pause_if_asked(self, error: PublishError, waiting: int | None = None) -> bool:
        """The account rests if it must; the owner of the post that was `waiting` hears of it."""
        if error.remedy not in (Remedy.BACK_OFF, Remedy.HUMAN):
            return False
        self._accounts.pause(
            self.account_id,
            reason=error.reason,
            detail=error.detail,
            span=error.pause,
            waiting=waiting,
        )
        return True

    @contextlib.contextmanager
    def _attempt(
        self, lease: Lease, began: float, give_up: Callable[[], None]
    ) -> Iterator[LeaseGuard]:
        """Work under a lease; that it is lost ends the work, and is no error."""
        attempt = LeaseGuard(
            self._queue,
            lease,
            self._timings,
            began=began,
            give_up=give_up,
            stopping=self._stopping,
        )
        self.instagram.gate.is_open = attempt.may_send
        try:
            with attempt:
                yield attempt
        except LeaseLostError as error:
            log.warning("account %d: %s", self.account_id, error)

    @contextlib.contextmanager
    def _leased(self, lease: Lease, began: float) -> Iterator[LeaseGuard]:
        """Work that owns no post: whatever becomes of it, the account is given back."""
        with self._attempt(lease, began, partial(self._let_go, lease)) as attempt:
            try:
                with contextlib.suppress(GateClosedError, LeaseLostError):
                    yield attempt
            finally:
                self._queue.release(lease)

    def _abandon(self, post: Post) -> None:
        """The deadline has passed: settle the post in place of the thread that hangs."""
        self.is_closed = True
        log.error("post %d hangs past its deadline", post.id)
        told: dict[str, Any] = {
            "error_class": Reason.NETWORK,
            "error_message": "the deadline has passed",
        }
        delay = next_attempt(post.retry_count, self._random)
        doubt = partial(
            self._queue.mark_unconfirmed, post, **{**told, "error_class": Reason.REPLY_LOST}
        )
        unsent = frozenset({Status.CLAIMED})
        again = (
            partial(self._queue.reject, post, held=unsent, **told)
            if delay is None
            else partial(self._queue.retry_later, post, delay=delay, held=unsent, **told)
        )
        for settle in (doubt, again, doubt):  # it may be committed between the first two
            with contextlib.suppress(LeaseLostError):
                settle()
                return

    def _let_go(self, lease: Lease) -> None:
        self.is_closed = True
        log.error("account %d: reading or staging hangs past its deadline", self.account_id)
        with contextlib.suppress(LeaseLostError):
            self._queue.release(lease)
