"""Asking Telegram for updates: its offset moves only once they are in the inbox."""

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, cast

from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.context import Services
from bot.transient import backoff_after, repeated
from publisher.health.health import TOKEN_REFUSED
from storage.database import is_away, note_away
from storage.outbox import NoticeKind

log = logging.getLogger(__name__)

LONG_POLL_SECONDS = 25
"""For which Telegram may keep a request open while there is no news."""

ALERT_EVERY = timedelta(hours=6)
"""How often the admin hears that somebody else polls, at the most."""

warnings.filterwarnings("ignore", "Please use 'Bot.getUpdates'")  # we want them as they come

Receive = Callable[[Sequence[dict[str, Any]]], Awaitable[None]]


class Poller:
    """Polls until it is cancelled, whatever happens meanwhile."""

    def __init__(
        self, bot: ExtBot[Any], services: Services, receive: Receive, kinds: Sequence[str]
    ) -> None:
        self._bot, self._services, self._receive = bot, services, receive
        self._kinds = list(kinds)
        self._offset = 0
        self._troubles = 0

    async def run(self) -> None:
        """Fetch and pass on, without end."""
        has_webhook = True  # nobody knows; a webhook that is still set would keep us from polling
        while True:
            try:
                if has_webhook:
                    await self._bot.delete_webhook(drop_pending_updates=False)
                    has_webhook = False
                updates = await self._fetch()
            except Conflict as error:
                has_webhook = "webhook" in error.message.lower()
                await self._not_alone(error)
            except TelegramError as error:
                await self._trouble(error)
            else:
                if self._troubles:
                    log.info("Telegram answers again")
                self._troubles = 0
                self._services.health.note_telegram(None)
                await self._pass_on(updates)

    async def _fetch(self) -> list[dict[str, Any]]:
        """As they come, since one that PTB cannot read must not hold up the others."""
        wanted = {
            "offset": self._offset,
            "timeout": LONG_POLL_SECONDS,
            "allowed_updates": self._kinds,
        }
        updates = await self._bot.do_api_request(
            "getUpdates", api_kwargs=wanted, read_timeout=LONG_POLL_SECONDS + 10
        )
        return cast("list[dict[str, Any]]", updates)

    async def _pass_on(self, updates: list[dict[str, Any]]) -> None:
        """While they cannot be kept, they stay at Telegram, and nothing more is fetched."""
        if not updates:
            self._offset = 0  # all is confirmed, and a new server may number from 1
            return
        await repeated(
            is_away,
            pause=lambda error, attempt: backoff_after(error, attempt) / 4,
            before_pause=partial(note_away, "updates wait at Telegram"),
        )(self._receive, updates)
        self._offset = max(int(update["update_id"]) for update in updates) + 1

    async def _not_alone(self, error: Conflict) -> None:
        """Somebody else polls: each request throws the other's out, so leave long pauses."""
        self._troubles += 1
        if self._troubles == 1:
            log.error(
                "another process fetches this bot's updates with the same token: stop one of the"
                " two. (Telegram: %s)",
                error.message,
            )
            try:
                alert = self._services.store.alert
                await alert(NoticeKind.SECOND_POLLER, {}, at_most_every=ALERT_EVERY)
            except Exception as problem:
                if not is_away(problem):
                    raise
        await asyncio.sleep(backoff_after(error, self._troubles + 2))

    async def _trouble(self, error: TelegramError) -> None:
        """Afterwards begin with all that is unconfirmed: the inbox knows what has come before."""
        self._troubles += 1
        self._offset = 0
        is_refused = isinstance(error, (InvalidToken, EndPointNotFound))
        trouble = TOKEN_REFUSED if is_refused else type(error).__name__
        self._services.health.note_telegram(trouble)
        if is_refused:
            log.critical("Telegram refuses the token: check TELEGRAM_BOT_TOKEN")
        elif self._troubles == 1 or isinstance(error, RetryAfter):
            log.warning("Telegram cannot be reached: %s", type(error).__name__)
        await asyncio.sleep(backoff_after(error, self._troubles))
