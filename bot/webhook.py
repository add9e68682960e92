"""Updates that Telegram brings to us: in the inbox before it hears that we have them."""

import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from secrets import compare_digest
from socket import socket
from typing import Any
from urllib.parse import urlsplit

from telegram.error import TelegramError
from telegram.ext import ExtBot
from tornado.http1connection import HTTP1Connection
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler, stream_request_body

from bot.accounts.entrance import Answered, Entrance
from bot.accounts.page import HEADERS, PATH, TOKEN
from bot.keyboards import is_number
from bot.settings import Settings
from bot.transient import repeated
from storage.database import is_away, note_away

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 1024 * 1024
"""Bytes. An update has a few kilobytes, and a message that answers another one, both with a hundred
links of 2 kB, half of this. One that is refused holds up all that come after it."""

MAX_HEADER_BYTES = 16 * 1024
"""Bytes; Telegram and a proxy together send about one kilobyte."""

MAX_FORM_BYTES = 8 * 1024
"""Bytes of a form with a password and a seed."""

READ_SECONDS = 10.0
"""For the headers, and again for the body: a proxy on the same machine or network passes both on
at once."""

MAX_CONNECTIONS = 64
"""At a time. Telegram opens one; of others beyond this number the one that has been here longest
goes, so that Telegram's, which takes milliseconds, is always let in."""

ONE_AT_A_TIME = 1
"""Connections that Telegram may open: with more, updates would overtake each other."""

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - its name, not its value

Receive = Callable[[Sequence[dict[str, Any]]], Awaitable[None]]


@asynccontextmanager
async def listening(
    settings: Settings, receive: Receive, entrance: Entrance
) -> AsyncIterator[None]:
    """Serve WEBHOOK_URL's path on WEBHOOK_LISTEN and WEBHOOK_PORT, once these can be had."""
    path = urlsplit(str(settings.webhook_url)).path.rstrip("/")
    given = {"secret": settings.webhook_token, "receive": receive}
    application = Application(
        [
            (rf"{re.escape(path)}/?", UpdateHandler, given),
            (rf"{re.escape(path)}/{PATH}/({TOKEN})", PageHandler, {"entrance": entrance}),
        ],
        default_handler_class=NothingHandler,
        log_function=lambda handler: None,
    )
    sockets = await _bound(settings)
    server = BoundedServer(
        application,
        no_keep_alive=True,
        idle_connection_timeout=READ_SECONDS,
        body_timeout=READ_SECONDS,
        max_header_size=MAX_HEADER_BYTES,
        max_body_size=MAX_BODY_BYTES,
        max_buffer_size=MAX_BODY_BYTES,
    )
    application.settings["server"] = server
    server.add_sockets(sockets)
    log.info("listening for Telegram on %s:%d", settings.webhook_listen, settings.webhook_port)
    try:
        yield
    finally:
        server.stop()
        await server.close_all_connections()


async def _bound(settings: Settings) -> list[socket]:
    async def bound() -> list[socket]:
        return bind_sockets(settings.webhook_port, settings.webhook_listen)

    def note(error: BaseException) -> None:
        log.error(
            "WEBHOOK_LISTEN %s with WEBHOOK_PORT %d cannot be had (%s): free it, or give Postbote"
            " another one and tell your proxy. It is tried again",
            settings.webhook_listen,
            settings.webhook_port,
            getattr(error, "strerror", error),
        )

    return await repeated(lambda error: isinstance(error, OSError), before_pause=note)(bound)


async def register(bot: ExtBot[Any], settings: Settings, kinds: Sequence[str]) -> None:
    """Tell Telegram where we listen, until it has heard. Call it once we do."""
    await repeated(
        lambda error: isinstance(error, TelegramError),
        before_pause=lambda error: log.warning("the webhook cannot be set: %s", error),
    )(
        bot.set_webhook,
        str(settings.webhook_url),
        secret_token=settings.webhook_token,
        max_connections=ONE_AT_A_TIME,
        allowed_updates=kinds,
        drop_pending_updates=False,
    )


class BoundedServer(HTTPServer):
    """Tornado's server, which holds a bounded number of connections that have shown no secret."""

    def initialize(self, *args: Any, **kwargs: Any) -> None:
        super().initialize(*args, **kwargs)
        self._unknown: dict[IOStream, None] = {}

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        self._unknown = {one: None for one in self._unknown if not one.closed()}
        if len(self._unknown) >= MAX_CONNECTIONS:
            next(iter(self._unknown)).close()
        self._unknown[stream] = None
        super().handle_stream(stream, address)

    def admit(self, stream: IOStream) -> None:
        """It has shown the secret: it stays, however many others come."""
        self._unknown.pop(stream, None)


@stream_request_body
class NothingHandler(RequestHandler):
    """Any other path: refused before a body is read, which ends the connection."""

    def prepare(self) -> None:
        self.answer(404)

    def data_received(self, chunk: bytes) -> None:
        """Never called: nothing is read any more."""

    def answer(self, status: int) -> None:
        self.set_status(status)
        self.finish()

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.finish()

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        if not isinstance(error, HTTPError):  # such as another method: a stranger's doing
            log.error("the webhook failed", exc_info=(kind, error, trace))


@stream_request_body
class UpdateHandler(NothingHandler):
    """One update by POST: 200 once it is kept, 503 while it cannot be, 403 for a stranger."""

    SUPPORTED_METHODS = ("POST",)
    _secret: str
    _receive: Receive

    def initialize(self, secret: str, receive: Receive) -> None:
        self._secret, self._receive = secret, receive
        self._body = bytearray()

    def prepare(self) -> None:
        """Before anything of the body is read."""
        given = self.request.headers.get(SECRET_HEADER, "")
        if not compare_digest(given.encode(), self._secret.encode()):
            self.answer(403)
            return
        connection = self.request.connection
        assert isinstance(connection, HTTP1Connection)
        self.settings["server"].admit(connection.stream)

    def data_received(self, chunk: bytes) -> None:
        self._body += chunk

    async def post(self) -> None:
        update = _update_in(bytes(self._body))
        if update is None:
            self.answer(400)
            return
        try:
            await self._receive([update])
        except Exception as error:
            if not is_away(error):
                raise
            note_away("updates wait at Telegram", error)
            self.answer(503)
        else:
            self.answer(200)


@stream_request_body
class PageHandler(NothingHandler):
    """The page on which a password is given: GET shows it, POST takes it, once.

    The address is the only secret that there is: nothing of it is logged, and the page tells it to
    nobody. The body is a few hundred bytes.
    """

    SUPPORTED_METHODS = ("GET", "POST")
    _entrance: Entrance

    def initialize(self, entrance: Entrance) -> None:
        self._entrance = entrance
        self._body = bytearray()

    def prepare(self) -> None:
        length = self.request.headers.get("Content-Length", "0")
        fits = is_number(length) and int(length) <= MAX_FORM_BYTES
        if self.request.method == "POST" and not fits:
            self.answer(413)

    def data_received(self, chunk: bytes) -> None:
        self._body += chunk[: MAX_FORM_BYTES + 1 - len(self._body)]

    async def get(self, token: str) -> None:
        await self._show(self._entrance.shown(token))

    async def post(self, token: str) -> None:
        if len(self._body) > MAX_FORM_BYTES:  # in pieces, whose length nobody said
            self.answer(413)
            return
        await self._show(self._entrance.received(token, bytes(self._body)))

    async def _show(self, answer: Awaitable[Answered]) -> None:
        try:
            answered = await answer
        except Exception as error:
            if not is_away(error):
                raise
            note_away("the page waits", error)
            self.answer(503)
            return
        for name, value in HEADERS.items():
            self.set_header(name, value)
        self.set_status(answered.status)
        self.finish(answered.page)


def _update_in(body: bytes) -> dict[str, Any] | None:
    """The update; None for what is none."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    is_one = isinstance(update, dict) and type(update.get("update_id")) is int
    return update if is_one and 0 <= update["update_id"] < 2**63 else None
