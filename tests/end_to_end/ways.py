"""Ways to Postgres: one that counts what is asked, one on which commits lose their reply."""

import random
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from math import inf
from urllib.parse import parse_qs, urlsplit

from storage.database import LEADER

CHANGES = re.compile(rb"(INSERT|UPDATE|DELETE|WITH|COMMIT|PREPARE|EXECUTE)\b")
"""How a statement begins after which something is committed, if no transaction is open."""

NOTIFICATION = b"A"
"""How a message begins that nobody has asked for (NotificationResponse)."""

IS_READY = b"Z\0\0\0\5"
"""How the last message of an answer begins."""


class Way:
    """Hands on what both sides say, and hears what is asked."""

    hears_leader = False
    """Whether the connection by which a leader keeps the lead counts as well."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._open, daemon=True).start()

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)  # else who waits there would go on
        self._door.close()

    def asked_for(self, client: socket.socket, statement: bytes) -> None:
        """Told of each statement right before it is handed on."""

    def loses_reply(self, client: socket.socket, statement: bytes) -> bool:
        """Asked about each statement once it was handed on."""
        return False

    def answered(self, client: socket.socket) -> None:
        """Told when the server has said all, right before it is handed on."""

    def passed_on(self, data: bytes) -> bytes:
        """What the client gets of what the server says."""
        return data

    def _open(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                for work in (self._ask, self._answer):
                    threading.Thread(target=work, args=(client, server), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        with closing(client), closing(server), suppress(OSError):
            asked = client.makefile("rb")
            length = asked.read(4)
            opening = asked.read(int.from_bytes(length) - 4)
            server.sendall(length + opening)
            while head := asked.read(5):
                body = asked.read(int.from_bytes(head[1:]) - 4)
                statement = body.rstrip(b"\0")
                is_ours = head[:1] == b"Q" and (self.hears_leader or LEADER.encode() not in opening)
                if is_ours:
                    self.asked_for(client, statement)
                server.sendall(head + body)
                if is_ours and self.loses_reply(client, statement):
                    client.shutdown(socket.SHUT_RDWR)
                    server.shutdown(socket.SHUT_WR)  # it works off what it has
                    return

    def _answer(self, client: socket.socket, server: socket.socket) -> None:
        with closing(client), closing(server), suppress(OSError):
            while data := server.recv(65536):
                if data[-6:-1] == IS_READY:
                    self.answered(client)
                client.sendall(self.passed_on(data))


class LossyWay(Way):
    """Now and then it breaks off right behind what is committed, or before a statement."""

    def __init__(self, server: str, seed: int) -> None:
        super().__init__(server)
        self.share = 0.0
        """Of the commits that lose their reply from now on."""
        self.next: list[bytes] = []
        """Of these statements, one after the other, the commit surely does."""
        self.kept_back: list[bytes] = []
        """These statements, one after the other, never arrive: it breaks off before them."""
        self._random = random.Random(seed)
        self._open_ones: set[socket.socket] = set()
        self._doomed: set[socket.socket] = set()
        self.lost = 0
        """Replies that nobody got."""

    def asked_for(self, client: socket.socket, statement: bytes) -> None:
        if self.kept_back and self.kept_back[0] in statement:
            del self.kept_back[0]
            raise ConnectionError

    def loses_reply(self, client: socket.socket, statement: bytes) -> bool:
        if statement.startswith(b"BEGIN"):
            self._open_ones.add(client)
        is_open = client in self._open_ones
        if statement in (b"COMMIT", b"ROLLBACK"):
            self._open_ones.discard(client)
        commits = statement == b"COMMIT" if is_open else CHANGES.match(statement)
        if self.next and self.next[0] in statement:
            del self.next[0]
            self._doomed.add(client)
        is_lost = bool(commits) and (client in self._doomed or self._random.random() < self.share)
        self.lost += is_lost
        return is_lost


class DeafWay(Way):
    """What the server says unasked gets lost, as behind a pooler in transaction mode."""

    def passed_on(self, data: bytes) -> bytes:
        return b"" if data.startswith(NOTIFICATION) else data


TRIP_SECONDS = 0.02
"""As to a server on another machine, so that what goes on side by side is seen to do so."""


PREPARED = re.compile(r"PREPARE (\w+) .*? AS (.*); EXECUTE ", re.DOTALL)


@dataclass
class Trip:
    statement: str
    asks: str
    """The same, but of a prepared statement its own words."""
    began: float
    ended: float = inf


class CountingWay(Way):
    """Each statement is a round trip: on a connection, nobody asks before the answer is there."""

    def __init__(self, server: str) -> None:
        super().__init__(server)
        self.trips: list[Trip] = []
        self._prepared: dict[str, str] = {}
        self._waiting: dict[socket.socket, Trip] = {}

    def asked_for(self, client: socket.socket, statement: bytes) -> None:
        said = statement.decode()
        if new := PREPARED.match(said):
            self._prepared[new[1]] = new[2]
        name = said.split(" ", 2)[1] if said.startswith(("PREPARE ", "EXECUTE ")) else ""
        trip = Trip(said, self._prepared.get(name, said), time.monotonic())
        self.trips.append(trip)
        self._waiting[client] = trip
        time.sleep(TRIP_SECONDS)

    def answered(self, client: socket.socket) -> None:
        if trip := self._waiting.pop(client, None):
            trip.ended = time.monotonic()


@contextmanager
def lossy_way(url: str, seed: int) -> Iterator[tuple[LossyWay, str]]:
    """The way, and the database's URL by it."""
    way = LossyWay(_socket_of(url), seed)
    with closing(way):
        yield way, _by(way, url)


@contextmanager
def deaf_way(url: str) -> Iterator[str]:
    """The database's URL by one on which no signal comes through."""
    with closing(DeafWay(_socket_of(url))) as way:
        yield _by(way, url)


@contextmanager
def counting_way(url: str) -> Iterator[tuple[CountingWay, str]]:
    """The same for one that counts."""
    way = CountingWay(_socket_of(url))
    with closing(way):
        yield way, _by(way, url)


def _socket_of(url: str) -> str:
    """`url` names a Unix socket's folder as `host`."""
    query = parse_qs(urlsplit(url).query)
    return f"{query['host'][0]}/.s.PGSQL.{query.get('port', ['5432'])[0]}"


def _by(way: Way, url: str) -> str:
    parts = urlsplit(url)
    user = f"{parts.username}@" if parts.username else ""
    return f"postgresql://{user}127.0.0.1:{way.port}{parts.path}?sslmode=disable"
