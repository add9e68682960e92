"""The Bot API over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`."""

import asyncio
import logging
import re
import secrets
from typing import Any

from tornado.web import Application, HTTPError, RequestHandler

from bot.sandbox.local_handler import refuse_foreign
from bot.sandbox.telegram.errors import ApiError
from bot.sandbox.telegram.faults import Fault
from bot.sandbox.telegram.methods import METHODS, Method
from bot.sandbox.telegram.parameters import Parameters, read_parameters
from bot.sandbox.telegram.state import TelegramState

log = logging.getLogger(__name__)

TOKEN = re.compile(r"\d{1,16}:[A-Za-z0-9_-]{30,50}")
MAX_UPLOAD, MAX_LOCAL_UPLOAD = 50 * 1024**2, 2000 * 1024**2
"""Bytes: https://core.telegram.org/bots/api#sending-files and #using-a-local-bot-api-server"""
CHUNK_BYTES = 256 * 1024
NOT_FOUND = ApiError(404, "Not Found")


def application(state: TelegramState) -> Application:
    """Serves one bot's state; the access log is off since every URL holds the token."""
    return Application(
        [
            (r"/bot([^/]*)/([^/]*)", MethodHandler, {"state": state}),
            (r"/file/bot([^/]*)/(.+)", DownloadHandler, {"state": state}),
        ],
        default_handler_class=NotFoundHandler,
        default_handler_args={"state": state},
        log_function=lambda handler: None,
    )


class ApiHandler(RequestHandler):
    """Answers as the Bot API does, carries out ordered faults, and logs no token."""

    state: TelegramState

    def initialize(self, state: TelegramState) -> None:
        self.state = state

    def prepare(self) -> None:
        self.set_header("Content-Type", "application/json")
        refuse_foreign(self.request)

    def check_token(self, token: str) -> None:
        """Raise ApiError: 401 for another bot's token, 404 for what is no token."""
        if secrets.compare_digest(token.encode(), self.state.token.encode()):
            return
        raise ApiError(401, "Unauthorized") if TOKEN.fullmatch(token) else NOT_FOUND

    async def before(self, fault: Fault | None) -> bool:
        """The fault that keeps a call from its effect, or delays it; True: answer nothing."""
        if fault is None or fault.after_effect:
            return False
        return await self.strike(fault)

    async def strike(self, fault: Fault) -> bool:
        """Wait, then close the connection (True: answer nothing) or raise the ordered error."""
        await self.state.faults.hold(fault.delay)
        if fault.drop:
            self.detach().close()
            return True
        if fault.status is not None:
            raise ApiError(fault.status, fault.description, retry_after=fault.retry_after)
        return False

    def answer_error(self, error: ApiError) -> None:
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": error.status,
            "description": error.description,
        }
        if error.retry_after is not None:
            answer["parameters"] = {"retry_after": error.retry_after}
            self.set_header("Retry-After", str(error.retry_after))
        if error.migrate_to_chat_id is not None:
            answer["parameters"] = {"migrate_to_chat_id": error.migrate_to_chat_id}
        self.set_status(error.status)
        self.finish(answer)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.answer_error(ApiError(status_code, self._reason))

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """Tornado would log the whole URL."""
        if not isinstance(error, HTTPError):  # such as a page of another site
            log.error("The sandbox's Bot API failed", exc_info=(kind, error, trace))


class NotFoundHandler(ApiHandler):
    def prepare(self) -> None:
        super().prepare()
        self.answer_error(NOT_FOUND)


class MethodHandler(ApiHandler):
    """One call of a method, by GET or POST."""

    _poll: asyncio.Task[Any] | None = None

    async def get(self, token: str, name: str) -> None:
        try:
            self.check_token(token)
            method = METHODS.get(name.lower())
            if method is None:
                raise NOT_FOUND
            await self._call(name, method)
        except ApiError as error:
            self.answer_error(error)

    post = get

    async def _call(self, name: str, method: Method) -> None:
        fault = self.state.faults.take(name)
        if await self.before(fault):
            return
        try:
            result = await self._run(name, method)
        except asyncio.CancelledError:
            return
        if fault and fault.after_effect and await self.strike(fault):
            return
        self.finish({"ok": True, "result": result})

    async def _run(self, name: str, method: Method) -> Any:
        call = asyncio.ensure_future(method(self.state, self._parameters()))
        if name.lower() == "getupdates":
            self._poll = call
        return await call

    def _parameters(self) -> Parameters:
        limit = MAX_LOCAL_UPLOAD if self.state.local_mode else MAX_UPLOAD
        return read_parameters(self.request, limit)

    def on_connection_close(self) -> None:
        """A poller that hung up waits no longer; all other calls are carried through."""
        if self._poll is not None:
            self._poll.cancel()


class DownloadHandler(ApiHandler):
    """The bytes of a file whose path getFile has told."""

    async def get(self, token: str, path: str) -> None:
        try:
            self.check_token(token)
            fault = self.state.faults.take("downloadFile")
            if await self.before(fault):
                return
            await self._send(path, cut=fault is not None and fault.after_effect)
        except ApiError as error:
            self.answer_error(error)

    def answer_error(self, error: ApiError) -> None:
        """With status 200 it is a page of somebody's on the way here."""
        if error.status == 200:
            self.set_header("Content-Type", "text/html; charset=utf-8")
            self.finish(error.description)
        else:
            super().answer_error(error)

    async def _send(self, path: str, *, cut: bool) -> None:
        """All of it, or half of it and a closed connection."""
        stored = self.state.files.by_path(path)
        if stored is None:
            raise NOT_FOUND
        content = await asyncio.to_thread(self.state.files.location(stored).read_bytes)
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("Content-Length", str(len(content)))
        end = len(content) // 2 if cut else len(content)
        for start in range(0, end, CHUNK_BYTES):
            self.write(content[start : min(start + CHUNK_BYTES, end)])
            await self.flush()
        if cut:
            self.detach().close()
        else:
            self.finish()
