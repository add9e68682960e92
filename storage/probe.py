"""Why a connection is refused: the server's own code and words, or what stands in the way to it.

libpq keeps the SQLSTATE of a refused connection to itself, unless it is told to be verbose.
"""

import ctypes
import re
import select
import socket
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from typing import Any

import psycopg2
from psycopg2 import _psycopg
from psycopg2.extensions import (
    POLL_OK,
    POLL_READ,
    POLL_WRITE,
    connection,
    make_dsn,
)

SECONDS = 20.0
"""How long to try: pgbouncer lets 15 pass before it asks a server that has refused once more."""

PQERRORS_VERBOSE = 2
PQPING_NO_ATTEMPT = 3
"""libpq-fe.h"""

CODE = re.compile(r":  ([0-9A-Z]{5}): (.+)")
"""After a severity in the server's language, libpq writes the code, always in this form."""

SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
"""What any Postgres answers with one letter, S or N (protocol 3.0, SSLRequest)."""

_libpq = ctypes.CDLL(_psycopg.__file__)
"""psycopg2 itself, which has libpq's functions among its own."""


def refusal(given: Mapping[str, Any]) -> tuple[str, str]:
    """Try once more; the SQLSTATE, if the server named one, and what was said ("": nothing)."""
    try:
        with closing(psycopg2.connect(**given, async_=True)) as begun:
            address = ctypes.c_void_p(begun.pgconn_ptr)
            _libpq.PQsetErrorVerbosity(address, PQERRORS_VERBOSE)
            _complete(begun)
    except TimeoutError:
        return "", ""
    except psycopg2.Error as error:
        found = CODE.findall(str(error))
        return found[-1] if found else ("", first_line(str(error)))
    return "", ""


def may_pass(given: Mapping[str, Any]) -> bool:
    """Whether a refusal without a code may end by itself: not if a server is there and speaks."""
    dsn = make_dsn(**{**given, "connect_timeout": 5}).encode()
    if _libpq.PQping(dsn) == PQPING_NO_ATTEMPT:  # an option has no such value
        return False
    if "target_session_attrs" in given:  # the wanted server may be chosen in a moment
        return True
    hosts = str(given.get("hostaddr") or given.get("host") or "").split(",")
    ports = str(given.get("port", 5432)).split(",")
    ports += ports[-1:] * (len(hosts) - len(ports))
    return any(map(_is_away, hosts, ports))


def _is_away(host: str, port: str) -> bool:
    if not host or host.startswith(("/", "@")):
        return True
    try:
        with socket.create_connection((host, int(port)), SECONDS / 4) as server:
            server.sendall(SSL_REQUEST)
            return server.recv(1) not in (b"S", b"N")
    except socket.gaierror as error:
        return error.errno == socket.EAI_AGAIN  # the name server is away, not the name unknown
    except (ValueError, OverflowError):
        return False
    except OSError:
        return True


def _complete(begun: connection) -> None:
    """Raises psycopg2.OperationalError, TimeoutError."""
    deadline = time.monotonic() + SECONDS
    while (state := begun.poll()) != POLL_OK:
        reading = [begun] if state == POLL_READ else []
        writing = [begun] if state == POLL_WRITE else []
        left = deadline - time.monotonic()
        if left <= 0 or not any(select.select(reading, writing, [], left)):
            raise TimeoutError


def first_line(text: str) -> str:
    """Of what libpq says: the rest is advice that fits nobody."""
    with suppress(StopIteration):
        return next(line.strip() for line in text.splitlines() if line.strip())
    return "no reason was given"
