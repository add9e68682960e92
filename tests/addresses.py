"""Addresses: of databases as SQLAlchemy takes them, and those at which nobody listens yet."""

import socket

from sqlalchemy import URL, make_url


def normalised(url: str) -> URL:
    """With psycopg2 as the driver: SQLAlchemy 2.1 reads a bare `postgresql://` as psycopg 3."""
    return make_url(url).set(drivername="postgresql+psycopg2")


def free_address() -> str:
    """One of this machine, with a port that nobody else has at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"127.0.0.1:{free.getsockname()[1]}"
