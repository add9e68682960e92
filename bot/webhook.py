"""Updates that Telegram brings to us: in the inbox before it hears that we have them."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from secrets import compare_digest
from typing import Any
from urllib.parse import urlsplit

from telegram.error import TelegramError
from telegram.ext import ExtBot
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from bot.patience import pause_after
from bot.settings import Settings
from storage.database import is_away, note_away

log = logging.getLogger(__name__)

MAX_BODY = 4 * 1024 * 1024
"""Bytes; an update has a few kilobytes."""

ONE_AT_A_TIME = 1
"""Connections that Telegram may open: with more, updates would overtake each other."""

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name, not its value

Receive = Callable[[Sequence[dict[str, Any]]], Awaitable[None]]


def secret_of(settings: Settings) -> str:
    """WEBHOOK_SECRET, or one that follows from the bot's token and does not tell it."""
    if settings.webhook_secret is not None:
        return settings.webhook_secret.get_secret_value()
    token = settings.telegram_bot_token.get_secret_value()
    return sha256(f"postbote webhook {token}".encode()).hexdigest()


@asynccontextmanager
async def listening(settings: Settings, receive: Receive) -> AsyncIterator[None]:
    """Serve WEBHOOK_URL's path on WEBHOOK_LISTEN and WEBHOOK_PORT. Raises OSError."""
    path = urlsplit(str(settings.webhook_url)).path.rstrip("/")
    given = {"secret": secret_of(settings), "receive": receive}
    application = Application(
        [(rf"{re.escape(path)}/?", UpdateHandler, given)], log_function=lambda handler: None
    )
    sockets = bind_sockets(settings.webhook_port, settings.webhook_listen)
    server = HTTPServer(
        application, max_body_size=MAX_BODY, max_buffer_size=MAX_BODY, xheaders=True
    )
    server.add_sockets(sockets)
    log.info("listening for Telegram on %s:%d", settings.webhook_listen, settings.webhook_port)
    try:
        yield
    finally:
        server.stop()
        await server.close_all_connections()


async def register(bot: ExtBot[Any], settings: Settings, kinds: Sequence[str]) -> None:
    """Tell Telegram where we listen, until it has heard. Call it once we do."""
    attempt = 0
    while True:
        try:
            await bot.set_webhook(
                str(settings.webhook_url),
                secret_token=secret_of(settings),
                max_connections=ONE_AT_A_TIME,
                allowed_updates=kinds,
                drop_pending_updates=False,
            )
        except TelegramError as error:
            attempt += 1
            log.warning("the webhook cannot be set: %s", error.message)
            await asyncio.sleep(pause_after(error, attempt))
        else:
            return


class UpdateHandler(RequestHandler):
    """One update by POST: 200 once it is kept, 503 while it cannot be, 403 for a stranger."""

    SUPPORTED_METHODS = ("POST",)
    _secret: str
    _receive: Receive

    def initialize(self, secret: str, receive: Receive) -> None:
        self._secret, self._receive = secret, receive

    async def post(self) -> None:
        given = self.request.headers.get(SECRET_HEADER, "")
        if not compare_digest(given.encode(), self._secret.encode()):
            self._answer(403)
            return
        update = _update_in(self.request.body)
        if update is None:
            self._answer(400)
            return
        try:
            await self._receive([update])
        except Exception as error:
            if not is_away(error):
                raise
            note_away("updates wait at Telegram", error)
            self._answer(503)
        else:
            self._answer(200)

    def _answer(self, status: int) -> None:
        self.set_status(status)
        self.finish()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.finish()

    def log_exception(self, *error: Any) -> None:
        log.error("the webhook failed", exc_info=error)


def _update_in(body: bytes) -> dict[str, Any] | None:
    """The update; None for what is none."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    is_one = isinstance(update, dict) and type(update.get("update_id")) is int
    return update if is_one and 0 <= update["update_id"] < 2**63 else None
