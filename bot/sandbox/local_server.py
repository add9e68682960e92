"""A Tornado application listening on loopback, in this loop or in a thread of its own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application

HOST = "127.0.0.1"
MAX_BODY_BYTES = 120 * 1024 * 1024


class LocalServer:
    """Serves one application on 127.0.0.1; port 0 takes a free one and keeps it.

    `stop` followed by `start` listens on the same address again, as a service after an outage.
    """

    def __init__(
        self, application: Application, *, port: int = 0, max_body_bytes: int = MAX_BODY_BYTES
    ) -> None:
        self.port = port
        self._application = application
        self._max_body_bytes = max_body_bytes
        self._server: HTTPServer | None = None

    @property
    def url(self) -> str:
        """`http://127.0.0.1:<port>` without a slash at the end; known once started."""
        return f"http://{HOST}:{self.port}"

    async def start(self) -> str:
        """Listen and return the URL. Raises OSError when the port is taken."""
        sockets = bind_sockets(self.port, HOST)
        self.port = sockets[0].getsockname()[1]
        self._server = HTTPServer(
            self._application,
            max_body_size=self._max_body_bytes,
            max_buffer_size=self._max_body_bytes,
        )
        self._server.add_sockets(sockets)
        return self.url

    async def stop(self) -> None:
        """Stop listening and close what is open, long polls included; harmless when repeated."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()
            await server.close_all_connections()

    @contextmanager
    def run_in_thread(self) -> Iterator[str]:
        """Serve from a thread with its own loop, for code that blocks; yields the URL."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="local-server", daemon=True)
        thread.start()
        try:
            yield asyncio.run_coroutine_threadsafe(self.start(), loop).result()
        finally:
            asyncio.run_coroutine_threadsafe(self.stop(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()
