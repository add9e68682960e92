"""A database in which nothing is yet, as for a restore."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from sqlalchemy import Connection, text

from storage.database import Database
from tests.addresses import normalised


@contextmanager
def empty_database(owner: Connection, server: str) -> Iterator[Database]:
    """Of this test's own, dropped afterwards."""
    name = f"empty_{uuid4().hex}"
    owner.execute(text(f"CREATE DATABASE {name}"))
    url = normalised(server).set(database=name).render_as_string(hide_password=False)
    database = Database(url)
    try:
        yield database
    finally:
        database.close()
        owner.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
