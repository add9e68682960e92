"""An S3 on loopback (moto's server), and what may be wrong with it."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import uuid4

import requests

from storage.object_store import ObjectStore, S3Access

KEY, SECRET = "AKIAEXAMPLEKEY", "wJalrXUtnFEMI/secret"
SLOW_SECONDS = 1.5

Environ = dict[str, Any]
DENIED = (
    b'<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
)


REFUSALS = {"away": ("503 Service Unavailable", b""), "denied": ("403 Forbidden", DENIED)}


class S3Server:
    """Started at an address of its own; one bucket for each test."""

    def __init__(self) -> None:
        # here, since every worker imports this file, and few need more than a second of it
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
        from werkzeug.serving import WSGIRequestHandler, make_server

        class Silent(WSGIRequestHandler):
            def log_request(self, *_: Any) -> None:
                """Nobody reads it."""

        self._moto = DomainDispatcherApplication(create_backend_app)
        self.fault: str | None = None
        """What is wrong: "away", "denied", "slow" or "half", a file of which half comes."""
        self.requests: list[str] = []
        """Methods and paths, in order."""
        self._server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=Silent)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "S3Server":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def bucket(self) -> str:
        """A new one."""
        name = f"media-{uuid4().hex[:12]}"
        requests.put(f"{self.url}/{name}", timeout=10).raise_for_status()
        return name

    def store(self, bucket: str, folder: str = "postbote") -> ObjectStore:
        """As one process reaches it."""
        access = S3Access(KEY, SECRET, region="us-east-1", endpoint=self.url)
        return ObjectStore(f"s3://{bucket}/{folder}", access)

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        self.requests.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        if self.fault in REFUSALS:
            status, body = REFUSALS[self.fault]
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            return _answer(start, status, b"" if environ["REQUEST_METHOD"] == "HEAD" else body)
        if self.fault == "slow":
            time.sleep(SLOW_SECONDS)
        whole: Iterable[bytes] = self._moto(environ, start_at := Start())
        body, status = b"".join(whole), start_at.status
        is_file = environ["REQUEST_METHOD"] == "GET" and "list-type" not in environ["QUERY_STRING"]
        if is_file and self.fault == "half":
            body = body[: len(body) // 2]
        told = len(body) if environ["REQUEST_METHOD"] != "HEAD" else None
        return _answer(start, status, body, start_at.headers, told)


class Start:
    """What an application begins its answer with."""

    def __init__(self) -> None:
        self.status, self.headers = "", list[tuple[str, str]]()

    def __call__(self, status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        self.status, self.headers = status, headers


def _answer(
    start: Callable[..., Any],
    status: str,
    body: bytes,
    headers: Iterable[tuple[str, str]] = (),
    told: int | None = None,
) -> Iterator[bytes]:
    """`told` is the length that is announced; None: the one of `headers`."""
    kept = [(name, value) for name, value in headers if told is None or name != "Content-Length"]
    length = [] if told is None else [("Content-Length", str(told))]
    start(status, [*kept, *length])
    return iter([body])
