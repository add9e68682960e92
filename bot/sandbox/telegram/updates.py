"""Updates that wait for the bot: getUpdates with long polling, offsets and one poller at a time."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.errors import conflict

KEPT_SECONDS = 24 * 60 * 60
"""https://core.telegram.org/bots/api#getting-updates"""
FIRST_UPDATE_ID = 710_000_001
NOT_BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")
"""Kinds that a bot receives only when it asks for them by name."""


class Updates:
    """The queue: an update stays until a later poll names an offset behind it, or for a day."""

    def __init__(self) -> None:
        self.pending: list[Wire] = []
        self.allowed: list[str] = []
        self.webhook: Wire = {"url": ""}
        self.clock: Callable[[], float] = time.time
        self._came: dict[str, float] = {}
        self._next_id = FIRST_UPDATE_ID
        self._poller: asyncio.Future[None] | None = None

    @property
    def is_polled(self) -> bool:
        """Is a long poll waiting for news?"""
        return self._poller is not None and not self._poller.done()

    def add(self, update: Wire) -> bool:
        """Queue it under the next number unless it brings its own; False when not wanted."""
        if not self._wanted(update):
            return False
        update_id = int(update.get("update_id", self._next_id))
        self._next_id = max(self._next_id, update_id + 1)
        self.pending.append({"update_id": update_id} | update)
        self._came[str(update_id)] = self.clock()
        if self._poller and self.is_polled:
            self._poller.set_result(None)
        return True

    def _wanted(self, update: Wire) -> bool:
        kinds = set(update) - {"update_id"}
        if self.allowed:
            return bool(kinds & set(self.allowed))
        return not kinds <= set(NOT_BY_DEFAULT) or not kinds

    def begin_poll(self, offset: int) -> None:
        """Send away an earlier poller and confirm what is before the offset. Raises ApiError."""
        if self.webhook["url"]:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        self._evict()
        self._confirm(offset)
        self._forget_old()

    async def take(self, limit: int, seconds: float) -> list[Wire]:
        """The oldest updates, awaited up to `seconds`; they stay until they are confirmed.

        Raises ApiError (409) when another poll takes over.
        """
        if not self.pending and seconds > 0:
            await self._wait(seconds)
        return self.pending[:limit]

    def _evict(self) -> None:
        if self._poller and self.is_polled:
            self._poller.set_exception(
                conflict(
                    "terminated by other getUpdates request; "
                    "make sure that only one bot instance is running"
                )
            )

    def _confirm(self, offset: int) -> None:
        """A negative offset keeps that many of the newest and forgets the others."""
        if offset < 0:
            del self.pending[:offset]
        else:
            self.pending = [one for one in self.pending if one["update_id"] >= offset]

    def _forget_old(self) -> None:
        now = self.clock()
        came = {
            one["update_id"]: self._came.get(str(one["update_id"]), now) for one in self.pending
        }
        self.pending = [one for one in self.pending if came[one["update_id"]] > now - KEPT_SECONDS]
        self._came = {str(update_id): at for update_id, at in came.items()}

    async def _wait(self, seconds: float) -> None:
        self._poller = poller = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(poller, seconds)
        except TimeoutError:
            pass
        finally:
            if self._poller is poller:
                self._poller = None

    def dump(self) -> Wire:
        return {
            "pending": self.pending,
            "allowed": self.allowed,
            "webhook": self.webhook,
            "next_id": self._next_id,
            "came": self._came,
        }

    def load(self, data: dict[str, Any]) -> None:
        self.pending = data["pending"]
        self.allowed = data["allowed"]
        self.webhook = data["webhook"]
        self._next_id = data["next_id"]
        self._came = data.get("came", {})
