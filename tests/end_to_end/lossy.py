"""A way to Postgres on which some commits take effect and lose their reply."""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from urllib.parse import parse_qs, urlsplit

COMMIT = b"COMMIT\x00"


class LossyWay:
    """Hands on what both sides say; now and then it breaks off right behind a commit."""

    def __init__(self, server: str, seed: int) -> None:
        self._server = server
        self.share = 0.0
        """Of the commits that lose their reply from now on."""
        self._random = random.Random(seed)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.lost = 0
        """Replies that nobody got."""
        threading.Thread(target=self._open, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _open(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                for one, other in ((client, server), (server, client)):
                    threading.Thread(
                        target=self._hand_on, args=(one, other, one is client), daemon=True
                    ).start()

    def _hand_on(self, source: socket.socket, target: socket.socket, asks: bool) -> None:
        with closing(source), closing(target), suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
                if asks and data.endswith(COMMIT) and self._random.random() < self.share:
                    self._lose_reply(source, target)
                    return

    def _lose_reply(self, client: socket.socket, server: socket.socket) -> None:
        """The server has it all, and works it off; the client hears nothing any more."""
        self.lost += 1
        client.shutdown(socket.SHUT_RDWR)
        server.shutdown(socket.SHUT_WR)


@contextmanager
def lossy_way(url: str, seed: int) -> Iterator[tuple[LossyWay, str]]:
    """The way, and the database's URL by it. `url` names a Unix socket's folder as `host`."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    way = LossyWay(f"{query['host'][0]}/.s.PGSQL.{query.get('port', ['5432'])[0]}", seed)
    user = f"{parts.username}@" if parts.username else ""
    try:
        yield way, f"postgresql://{user}127.0.0.1:{way.port}{parts.path}?sslmode=disable"
    finally:
        way.close()
