"""How the client's requests travel: bounded in time, sent once, and, if wanted, elsewhere."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from curl_cffi import CurlOpt
from instagrapi import Client
from instagrapi.transports import create_curl_h2_adapter
from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter, HTTPAdapter

TIMEOUT = (10.0, 300.0)
"""Seconds to connect, and to wait for more of a reply; the client itself sets no limit at all."""

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

Timeout = float | tuple[float, float] | tuple[float, None] | None


class GateClosedError(BaseException):
    """Nothing was sent: whoever sends is no longer entitled to. No client's `except` stops it."""


class Gate:
    """Asked before each request leaves, as late as possible."""

    def __init__(self) -> None:
        self.is_open: Callable[[], bool] = lambda: True

    def pass_through(self) -> None:
        """Raises GateClosedError."""
        if not self.is_open():
            raise GateClosedError


class Bounded(BaseAdapter):
    """Passes the gate, gives every request a time limit, and leaves it to another adapter."""

    def __init__(self, inner: BaseAdapter, timeout: tuple[float, float], gate: Gate) -> None:
        super().__init__()
        self._inner, self._timeout, self._gate = inner, timeout, gate

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Timeout = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        self._gate.pass_through()
        return self._inner.send(request, stream, timeout or self._timeout, verify, cert, proxies)

    def close(self) -> None:
        self._inner.close()


class Redirect(HTTPAdapter):
    """Sends requests to `base_url`, path kept, and hands replies back under their own address."""

    def __init__(self, base_url: str) -> None:
        super().__init__(max_retries=0)
        self._base_url = base_url.rstrip("/")

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Timeout = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        meant = urlsplit(request.url or "")
        sent = request.copy()
        sent.url = self._base_url + meant._replace(scheme="", netloc="").geturl()
        sent.headers["X-Forwarded-Host"] = meant.hostname or ""
        response = super().send(sent, stream, timeout, verify, cert, {})
        response.request, response.url = request, request.url or ""
        return response


def redirect(
    client: Client,
    base_url: str,
    timeout: tuple[float, float] = TIMEOUT,
    gate: Gate | None = None,
) -> None:
    """Let all requests of this client go to another server that speaks Instagram's protocol."""
    for session in _sessions(client):
        _mount(session, Bounded(Redirect(base_url), timeout, gate or Gate()))


def bound(client: Client, timeout: tuple[float, float] = TIMEOUT, gate: Gate | None = None) -> None:
    """Let the client talk to Instagram itself, with time limits and no hidden repetition."""
    gate = gate or Gate()
    curl = create_curl_h2_adapter()
    curl.client.curl_options[CurlOpt.FRESH_CONNECT] = 1  # a reused connection may send twice
    _mount(client.private, Bounded(curl, timeout, gate))
    for session in (client.public, client.graphql):
        _mount(session, Bounded(HTTPAdapter(max_retries=0), timeout, gate))


def _mount(session: Session, adapter: BaseAdapter) -> None:
    for host in HOSTS:
        session.mount(f"https://{host}/", adapter)


def _sessions(client: Client) -> tuple[Session, Session, Session]:
    return client.private, client.public, client.graphql
