"""The private API over HTTP: host check, faults, sessions, then the endpoint."""

import contextlib
import logging
import re
from urllib.parse import unquote_plus

import tornado.web
from tornado.http1connection import HTTP1Connection
from tornado.httputil import format_timestamp
from tornado.iostream import StreamClosedError

from bot.sandbox.instagram import routes
from bot.sandbox.instagram.faults import Fault
from bot.sandbox.instagram.files import FILE_NAME, AvatarHandler, FileHandler
from bot.sandbox.instagram.sessions import require_session, session_of
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.instagram.wire import Call, RefusedError, Reply, fail
from bot.sandbox.local_handler import LOCAL_NAMES, refuse_foreign

logger = logging.getLogger(__name__)

API_HOSTS = {"i.instagram.com", "b.i.instagram.com"}
"""The hosts that serve the private API. A client sent here names the one it meant in
X-Forwarded-Host, or in Host."""

METAS = (".instagram.com", ".facebook.com")
"""Names that nobody else can let lead here."""
ORIGINS = ("www.instagram.com",)
"""What the client writes into Origin; no page but Instagram's own can."""


def _empty(reply: Reply) -> Reply:
    """A feed's reply with nothing in it."""
    shown = reply.body if isinstance(reply.body, dict) else {}
    nothing = {"reel": None} if "reel" in shown else {"items": [], "num_results": 0}
    return Reply({**_first_page(reply).body, **nothing})  # type: ignore[dict-item]


def _first_page(reply: Reply) -> Reply:
    """A feed's reply that says nothing of further pages."""
    shown = dict(reply.body) if isinstance(reply.body, dict) else {}
    shown.pop("next_max_id", None)
    return Reply({**shown, "more_available": False})


CUT = {"empty": _empty, "first_page": _first_page}
"""Faults of a feed that pass for a success."""

FORM_BYTES = 20_000
"""No form of a login is longer; uploads are."""
CONFIGURE = re.compile(r"/api/v1/media/configure\w*/?")


def application(state: InstagramState) -> tornado.web.Application:
    """The Instagram server; serve it on a loopback port."""
    return tornado.web.Application(
        [
            (rf"/files/({FILE_NAME})", OwnFileHandler, {"path": str(state.files)}),
            (r"/files/avatar\.png", OwnAvatarHandler),
            (r".*", ApiHandler, {"state": state}),
        ],
        log_function=_log,
    )


def _log(handler: tornado.web.RequestHandler) -> None:
    """Refusals are the server's business as usual: no warnings for them."""
    request = handler.request
    logger.debug("%s %s -> %s", request.method, request.path, handler.get_status())


class OwnHandler(tornado.web.RequestHandler):
    """Refuses what another site's page sends, and a name that only leads here."""

    def prepare(self) -> None:
        """Before anything else. What Meta's hosts are asked in vain is noted further on."""
        name = self.request.host_name
        meant = {name} if name.endswith(METAS) else set()
        refuse_foreign(self.request, hosts={*LOCAL_NAMES, *meant}, origins=ORIGINS)


class OwnFileHandler(OwnHandler, FileHandler):
    """Media, for the client."""


class OwnAvatarHandler(OwnHandler, AvatarHandler):
    """The account's picture, for the client."""


class ApiHandler(OwnHandler):
    """Every request of the private API passes here."""

    def initialize(self, state: InstagramState) -> None:
        """Tornado hands the rule's arguments over."""
        self.service = self.state = state

    def prepare(self) -> None:
        """Note where we really listen (Host names Instagram's): later the client may be gone."""
        super().prepare()
        connection = self.request.connection
        assert isinstance(connection, HTTP1Connection)
        host, port = connection.stream.socket.getsockname()[:2]
        self._media_root = f"http://{host}:{port}/files"

    async def get(self) -> None:
        """A request that reads."""
        await self._serve()

    async def post(self) -> None:
        """A request that does something."""
        await self._serve()

    async def _serve(self) -> None:
        path = self.request.path
        session = session_of(self.request.headers.get("Authorization", ""))
        self.state = self.service.whose(session, self._words)
        for state in {self.service, self.state}:
            state.requests.append((self._method(), path))
        if CONFIGURE.fullmatch(path):
            self.state.configures += 1
        fault = self.state.take_fault(path)
        if fault and fault.kind in CUT:
            await self._send(CUT[fault.kind](await self._answer()))
            return
        if fault and fault.when == "before":
            if fault.kind != "delay":
                await self._go_wrong(fault)
                return
            await self.state.hold(fault.seconds)
        reply = await self._answer()
        if fault and fault.when == "after":
            await self._go_wrong(fault, reply)
        else:
            await self._send(reply)

    def _words(self) -> str:
        form = self.request.body[:FORM_BYTES].decode("latin-1")
        return self.request.path + unquote_plus(form)

    async def _answer(self) -> Reply:
        if website := routes.website(self._host(), self.request.path):
            return website
        found = routes.find(self._method(), self.request.path)
        if not found or self._host() not in API_HOSTS:
            self.service.unknown_requests.append((self._method(), self.request.path))
            return fail("Page not found.", 404)
        route, parts = found
        call = self._call(parts)
        try:
            if not route.open:
                require_session(self.state, call.session)
            return await route.endpoint(self.state, call)
        except RefusedError as refused:
            return refused.reply

    def _call(self, parts: dict[str, str]) -> Call:
        authorization = self.request.headers.get("Authorization", "")
        return Call(
            method=self._method(),
            path=self.request.path,
            query={
                name: values[-1].decode() for name, values in self.request.query_arguments.items()
            },
            headers=self.request.headers,
            body=self.request.body,
            parts=parts,
            session=session_of(authorization),
            media_root=self._media_root,
        )

    def _method(self) -> str:
        return self.request.method or ""

    def _host(self) -> str:
        return self.request.headers.get("X-Forwarded-Host") or self.request.host_name

    async def _go_wrong(self, fault: Fault, reply: Reply | None = None) -> None:
        if fault.kind == "drop":
            await self.state.hold(fault.seconds)
            self.detach().close()
        elif fault.kind == "vanish" and reply:
            self._take_down(reply)
            await self._send(reply)
        elif fault.kind == "truncate":
            await self._send_half(reply or Reply({"status": "ok"}))
        elif fault.kind == "delay":
            await self.state.hold(fault.seconds)
            await self._send(reply or Reply({"status": "ok"}))
        else:
            await self._send(fault.reply())

    def _take_down(self, reply: Reply) -> None:
        """Remove the post that the reply tells of, if it tells of one."""
        media = reply.body.get("media") if isinstance(reply.body, dict) else None
        post = self.state.find(str(media["pk"])) if media else None
        if post:
            self.state.delete(post)

    async def _send(self, reply: Reply) -> None:
        self.set_status(reply.status)
        kind = "application/json" if isinstance(reply.body, dict) else "text/html"
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.set_header("Date", format_timestamp(self.state.clock()))
        for name, value in reply.headers.items():
            self.set_header(name, value)
        with contextlib.suppress(StreamClosedError):
            await self.finish(reply.text())

    async def _send_half(self, reply: Reply) -> None:
        """Announce the whole reply, send the first half of it, and hang up."""
        body = reply.text().encode()
        stream = self.detach()
        head = f"HTTP/1.1 {reply.status} OK\r\nContent-Length: {len(body)}\r\n\r\n"
        await stream.write(head.encode() + body[: len(body) // 2])
        stream.close()
