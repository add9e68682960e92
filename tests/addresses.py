"""Addresses: of databases as SQLAlchemy takes them, and those at which nobody listens yet."""

import socket

from sqlalchemy import URL, make_url


def normalised(url: str) -> URL:
    """With psycopg2 as the driver: SQLAlchemy 2.1 reads a bare `postgresql://` as psycopg 3."""
    return make_url(url).set(drivername="postgresql+psycopg2")


_held: list[socket.socket] = []
"""Bound, never listening: whoever asks the kernel for any port is given another one."""


def free_port() -> int:
    """One of 127.0.0.1 at which nobody listens; ours until this process ends.

    Whoever is to listen there sets SO_REUSEADDR, as servers do.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    _held.append(held)
    port: int = held.getsockname()[1]
    return port


def free_address() -> str:
    """The same with its host."""
    return f"127.0.0.1:{free_port()}"
