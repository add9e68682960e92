"""`GET /health`, `/ready` and `/metrics`: over HTTP, in threads of their own.

They answer while the event loop stands still and while Postgres hangs. What they say holds no
secret, no caption and nobody's name; they ask for no password, so they listen on this machine alone
unless HEALTH_ADDRESS says otherwise.
"""

import json
import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EADDRINUSE
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

from publisher.health.health import Health

log = logging.getLogger(__name__)

MAX_CONNECTIONS = 8
"""At a time; of others beyond this number the one that has been here longest goes."""
READ_SECONDS = 5.0
"""For each part of a request, and for the answer."""
TRY_AGAIN_SECONDS = 15.0
"""While the address is somebody else's: a standby takes it over when the other one ends."""

TAKEN = "give each process on this machine a port of its own"

JSON = "application/json"
Answer = tuple[int, str, bytes]
"""Status, type, body."""


@contextmanager
def served(address: tuple[str, int] | None, health: Health) -> Iterator[None]:
    """Serve at this address while the block runs; not at all if there is none.

    That the address cannot be had is no reason not to publish: it is logged, and tried again.
    """
    ended = threading.Event()
    thread = threading.Thread(target=_serve, args=(address, health, ended), name="health")
    thread.daemon = True
    if address is not None:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if address is not None:
            thread.join(READ_SECONDS)


def _serve(address: tuple[str, int], health: Health, ended: threading.Event) -> None:
    server = _bound(address, health, ended)
    if server is None:
        return
    log.info("health, ready and metrics are served at http://%s:%d", *server.server_address[:2])
    with server:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        ended.wait()
        server.shutdown()


def _bound(
    address: tuple[str, int], health: Health, ended: threading.Event
) -> "HealthServer | None":
    """None if the process ends before the address is free."""
    told = False
    while True:
        try:
            return HealthServer(address, health)
        except OSError as error:
            if not told:
                way_out = TAKEN if error.errno == EADDRINUSE else "it has to be this machine's"
                log.error(
                    "HEALTH_ADDRESS %s:%d cannot be had (%s): %s. It is tried again until it can",
                    *(*address, error.strerror, way_out),
                )
            told = True
        if ended.wait(TRY_AGAIN_SECONDS):
            return None


class HealthServer(ThreadingMixIn, HTTPServer):
    """A thread for each connection, and a bounded number of these. Raises OSError."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 4 * MAX_CONNECTIONS

    def __init__(self, address: tuple[str, int], health: Health) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._here: dict[socket.socket, None] = {}
        self._lock = threading.Lock()
        self.answers: Mapping[str, Callable[[], Answer]] = {
            "/health": partial(_alive, health),
            "/ready": partial(_ready, health),
            "/metrics": _Metrics(health),
        }
        super().__init__(address, Handler)

    def server_bind(self) -> None:
        """Without a look at what DNS calls us, which may take its time."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            if len(self._here) >= MAX_CONNECTIONS:
                with suppress(OSError):
                    next(iter(self._here)).shutdown(socket.SHUT_RDWR)
                del self._here[next(iter(self._here))]
            self._here[request] = None
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._here.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up early is not worth a line; a page that cannot be made is."""
        if not isinstance(sys.exception(), OSError):
            log.exception("a request could not be answered")


class Handler(BaseHTTPRequestHandler):
    """One request for each connection; no other method than GET is known."""

    server: HealthServer
    timeout = READ_SECONDS
    server_version, sys_version = "Postbote", ""

    def do_GET(self) -> None:
        answer = self.server.answers.get(self.path.partition("?")[0])
        if answer is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        status, kind, body = answer()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """A line for each scrape says nothing."""


def _alive(health: Health) -> Answer:
    """Asks nobody."""
    silent = health.liveness.silent()
    told = {
        "alive": not silent,
        "kind": health.kind,
        "uptime_seconds": round(health.uptime),
        "stands_still_for_seconds": {what: round(gone) for what, gone in silent.items()},
    }
    return _told(HTTPStatus.SERVICE_UNAVAILABLE if silent else HTTPStatus.OK, told)


def _ready(health: Health) -> Answer:
    found = health.readiness()
    told = {"ready": not found.troubles, "role": found.role, "troubles": found.troubles}
    return _told(HTTPStatus.SERVICE_UNAVAILABLE if found.troubles else HTTPStatus.OK, told)


def _told(status: int, told: Mapping[str, Any]) -> Answer:
    return status, JSON, json.dumps(told).encode() + b"\n"


class _Metrics:
    """The library is loaded once somebody asks."""

    def __init__(self, health: Health) -> None:
        self._health = health
        self._lock = threading.Lock()
        self._render: Callable[[], tuple[str, bytes]] | None = None

    def __call__(self) -> Answer:
        with self._lock:
            if self._render is None:
                from publisher.health.metrics import renderer

                self._render = renderer(self._health)
        kind, body = self._render()
        return HTTPStatus.OK, kind, body
