"""How the client's requests travel: bounded in time, sent once, and, if wanted, elsewhere."""

from collections.abc import Mapping
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


class Bounded(BaseAdapter):
    """Gives every request a time limit, then leaves it to another adapter."""

    def __init__(self, inner: BaseAdapter, timeout: tuple[float, float]) -> None:
        super().__init__()
        self._inner, self._timeout = inner, timeout

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Timeout = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
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


def redirect(client: Client, base_url: str, timeout: tuple[float, float] = TIMEOUT) -> None:
    """Let all requests of this client go to another server that speaks Instagram's protocol."""
    for session in _sessions(client):
        _mount(session, Bounded(Redirect(base_url), timeout))


def bound(client: Client, timeout: tuple[float, float] = TIMEOUT) -> None:
    """Let the client talk to Instagram itself, with time limits and no hidden repetition."""
    curl = create_curl_h2_adapter()
    curl.client.curl_options[CurlOpt.FRESH_CONNECT] = 1  # a reused connection may send twice
    _mount(client.private, Bounded(curl, timeout))
    for session in (client.public, client.graphql):
        _mount(session, Bounded(HTTPAdapter(max_retries=0), timeout))


def _mount(session: Session, adapter: BaseAdapter) -> None:
    for host in HOSTS:
        session.mount(f"https://{host}/", adapter)


def _sessions(client: Client) -> tuple[Session, Session, Session]:
    return client.private, client.public, client.graphql
