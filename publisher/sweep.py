"""The sweep: rescue what was left behind, then publish what is due, one post at a time."""

import logging
import random
import threading
from collections.abc import Callable

from publisher.errors import PublishError, Remedy
from publisher.instagram import Instagram
from publisher.publish import Heartbeat, publish
from publisher.retry import next_attempt
from storage.accounts import Accounts
from storage.files import MediaFiles
from storage.models import Post
from storage.queue import LeaseLostError, Queue

log = logging.getLogger(__name__)


class Publisher:
    """Publishes the posts of one account. Blocks; call it in a thread."""

    def __init__(
        self,
        *,
        queue: Queue,
        accounts: Accounts,
        files: MediaFiles,
        instagram: Instagram,
        account_id: int,
        random: Callable[[], float] = random.random,
    ) -> None:
        self._queue, self._accounts, self._files = queue, accounts, files
        self._instagram, self._account_id = instagram, account_id
        self._random = random
        self._stopping = threading.Event()

    def sweep(self) -> int:
        """Publish everything that is due; returns how many posts were dealt with.

        Raises sqlalchemy's errors when the database is away: what is left behind is rescued.
        """
        self.rescue()
        handled = 0
        while not self._stopping.is_set() and self.publish_next():
            handled += 1
        return handled

    def stop(self) -> None:
        """End with the post at hand."""
        self._stopping.set()

    def rescue(self) -> bool:
        """Take posts from publishers that have fallen silent; False if there were none."""
        rescued = self._queue.rescue()
        if rescued:
            log.warning("rescued posts %s", rescued)
        return bool(rescued)

    def publish_next(self) -> bool:
        """Publish the post that has been due the longest; False if none is."""
        post = self._queue.claim_next(self._account_id)
        if post is None:
            return False
        try:
            with Heartbeat(self._queue, post):
                self._try(post)
        except LeaseLostError as error:
            log.warning("%s", error)
        return True

    def _try(self, post: Post) -> None:
        try:
            publish(post, queue=self._queue, files=self._files, instagram=self._instagram)
        except PublishError as error:
            log.warning("post %d: %s, %s", post.id, error.remedy, error)
            self._settle(post, error)
        else:
            log.info("post %d is on Instagram", post.id)

    def _settle(self, post: Post, error: PublishError) -> None:
        """Record what became of the post, by what the failure asks for."""
        told = {"error_class": error.reason, "error_message": error.detail or error.reason}
        match error.remedy:
            case Remedy.UNCERTAIN:
                self._queue.mark_unconfirmed(post, **told)
            case Remedy.REJECT:
                self._queue.reject(post, **told)
            case Remedy.RETRY:
                delay = next_attempt(post.retry_count, self._random)
                if delay is None:
                    self._queue.reject(post, **told)
                else:
                    self._queue.retry_later(post, delay=delay, **told)
            case Remedy.LOG_IN_AGAIN:
                self._queue.hand_back(post)
            case Remedy.BACK_OFF | Remedy.HUMAN:
                self._accounts.pause(
                    self._account_id, reason=error.reason, detail=error.detail, span=error.pause
                )
                self._queue.hand_back(post)
