"""How the client's requests travel: bounded in time, sent once, and, if wanted, elsewhere."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from curl_cffi import Curl, CurlOpt, ffi, lib
from instagrapi import Client
from instagrapi.transports import create_curl_h2_adapter
from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.exceptions import ConnectionError as NoConnectionError
from requests.exceptions import RequestException
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from publisher.gate import Gate, GateClosedError
from publisher.instagram.clock import PlatformClock

TIMEOUT_SECONDS = (5.0, 300.0)
"""Seconds to connect, and to wait for more of a reply at the most: shorter where the table below
says so. The client itself sets no limit at all."""
REPLY_SECONDS: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(r"/rupload_"), 300.0),
    (re.compile(r"/media/configure(_to_clips|_sidecar|.*[?&]video=1)"), 60.0),
    (re.compile(r"/media/configure"), 15.0),
)
"""How long to wait for more of a reply, by address.

A photo's configure is answered within seconds, one that has to look at a video takes longer."""
USUAL_REPLY_SECONDS = 15.0
PIECE_BYTES = 1 << 18

HOSTS = (
    "i.instagram.com",
    "b.i.instagram.com",
    "www.instagram.com",
    "graph.instagram.com",
    "upload.instagram.com",
    "api.instagram.com",
    "graph.facebook.com",
    "b-graph.facebook.com",
    "rupload.facebook.com",
)
"""All that the client talks to; mounted one by one, since it mounts `https://` anew itself."""


class NeverLeftError(NoConnectionError):
    """No byte of the request was sent, so that nothing can have come of it."""


class Bounded(BaseAdapter):
    """Passes the gate, gives every request a time limit, and leaves it to another adapter.

    Raises NeverLeftError when the connection never stood.
    """

    def __init__(
        self, inner: BaseAdapter, timeout: tuple[float, float], gate: Gate, clock: PlatformClock
    ) -> None:
        super().__init__()
        self._inner, self._gate, self._clock = inner, gate, clock
        self._connect, self._longest = timeout

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        self._gate.has_left = False
        self._gate.pass_through()
        usual = (self._connect, min(reply_seconds(request.url or ""), self._longest))
        kwargs["timeout"] = kwargs.get("timeout") or usual
        try:
            response = self._inner.send(request, *args, **kwargs)
        except RequestException as error:
            if self._gate.has_left:
                raise
            self._gate.pass_through()  # if it was the gate that stopped it, that is the reason
            raise NeverLeftError(str(error), request=request) from error
        self._clock.hear(response)
        return response

    def close(self) -> None:
        self._inner.close()


def reply_seconds(url: str) -> float:
    """How long a request to this address waits for more of its reply."""
    return next((limit for at, limit in REPLY_SECONDS if at.search(url)), USUAL_REPLY_SECONDS)


class GatedAdapter(HTTPAdapter):
    """Asks the gate again once the connection stands, before each piece that is sent."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _gated_pool(HTTPConnectionPool, self._gate),
            "https": _gated_pool(HTTPSConnectionPool, self._gate),
        }


def _gated_pool(kind: type[HTTPConnectionPool], gate: Gate) -> type[HTTPConnectionPool]:
    class Connection(kind.ConnectionCls):  # type: ignore[misc, name-defined]
        def send(self, data: Any) -> None:
            if self.sock is None:
                self.connect()
            for piece in _pieces(data):
                gate.leave()
                super().send(piece)

    class Pool(kind):  # type: ignore[misc, valid-type]
        ConnectionCls = Connection

    return Pool


def _pieces(data: Any) -> Iterable[Any]:
    """So small that the time limit of sending holds for each, not for a whole video."""
    if not isinstance(data, bytes):
        return [data]
    view = memoryview(data)
    return [view[start : start + PIECE_BYTES] for start in range(0, len(view), PIECE_BYTES)]


class GatedCurl(Curl):
    """The same for libcurl, which calls back when its connection stands."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()

        @ffi.callback("int(void*, char*, char*, int, int)")  # type: ignore[untyped-decorator]
        def connected(*_: object) -> int:
            try:
                gate.leave()
            except GateClosedError:
                return 1  # libcurl breaks off
            return 0

        self._connected = connected

    def perform(self, clear_headers: bool = True, clear_resolve: bool = True) -> None:
        """Raises CurlError."""
        lib._curl_easy_setopt(self._curl, CurlOpt.PREREQFUNCTION, self._connected)
        super().perform(clear_headers, clear_resolve)


class Redirect(GatedAdapter):
    """Sends requests to `base_url`, path kept, and hands replies back under their own address."""

    def __init__(self, base_url: str, gate: Gate) -> None:
        super().__init__(gate)
        self._base_url = base_url.rstrip("/")

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        meant = urlsplit(request.url or "")
        sent = request.copy()
        sent.url = self._base_url + meant._replace(scheme="", netloc="").geturl()
        sent.headers["X-Forwarded-Host"] = meant.hostname or ""
        response = super().send(sent, *args, **{**kwargs, "proxies": {}})
        response.request, response.url = request, request.url or ""
        return response


def redirect(
    client: Client,
    base_url: str,
    timeout: tuple[float, float] = TIMEOUT_SECONDS,
    gate: Gate | None = None,
    clock: PlatformClock | None = None,
) -> None:
    """Let all requests of this client go to another server that speaks Instagram's protocol."""
    gate, clock = gate or Gate(), clock or PlatformClock()
    for session in (client.private, client.public, client.graphql):
        _mount(session, Bounded(Redirect(base_url, gate), timeout, gate, clock))


def bound(client: Client, timeout: tuple[float, float], gate: Gate, clock: PlatformClock) -> None:
    """Let the client talk to Instagram itself, with time limits and no hidden repetition."""
    curl = create_curl_h2_adapter()
    curl.client.curl_options[CurlOpt.FRESH_CONNECT] = 1  # a reused connection may send twice
    curl.client._use_thread_local_curl, curl.client._curl = False, GatedCurl(gate)
    _mount(client.private, Bounded(curl, timeout, gate, clock))
    for session in (client.public, client.graphql):
        _mount(session, Bounded(GatedAdapter(gate), timeout, gate, clock))


def _mount(session: Session, adapter: BaseAdapter) -> None:
    session.max_redirects = 0  # to follow one is to send again, perhaps to somebody else
    for host in HOSTS:
        session.mount(f"https://{host}/", adapter)
