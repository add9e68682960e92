"""A Postgres that goes away and comes back, for one test alone: its database takes nobody."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text

from storage.database import LEADER
from tests.addresses import normalised

CUT = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = :name AND (:all OR application_name <> :leader)
"""


@contextmanager
def postgres_away(url: str, *, for_all: bool = True) -> Iterator[None]:
    """Within, connections are cut and new ones refused; if not `for_all`, the leader's stays."""
    given = normalised(url)
    engine = create_engine(given.set(database="postgres"), isolation_level="AUTOCOMMIT")
    takes = f"ALTER DATABASE {given.database} ALLOW_CONNECTIONS"
    with engine.connect() as connection:
        connection.execute(text(f"{takes} false"))
        named = {"name": given.database, "all": for_all, "leader": LEADER}
        connection.execute(text(CUT), named)
        try:
            yield
        finally:
            connection.execute(text(f"{takes} true"))
    engine.dispose()


@contextmanager
def postgres_read_only(url: str) -> Iterator[None]:
    """Within, it writes nothing, as while a standby takes over; a session from then never will."""
    given = normalised(url)
    engine = create_engine(given.set(database="postgres"), isolation_level="AUTOCOMMIT")
    setting = f"ALTER DATABASE {given.database} SET default_transaction_read_only TO"
    everybody = {"name": given.database, "all": True, "leader": LEADER}
    with engine.connect() as connection:
        connection.execute(text(f"{setting} on"))
        connection.execute(text(CUT), everybody)
        try:
            yield
        finally:
            connection.execute(text(f"{setting} off"))
    engine.dispose()
