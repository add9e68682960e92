"""A Postgres that goes away and comes back, for one test alone: its database takes nobody."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text

from tests.addresses import normalised

CUT = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = :name
"""


@contextmanager
def postgres_away(url: str) -> Iterator[None]:
    """Within, connections are cut and new ones refused."""
    given = normalised(url)
    engine = create_engine(given.set(database="postgres"), isolation_level="AUTOCOMMIT")
    takes = f"ALTER DATABASE {given.database} ALLOW_CONNECTIONS"
    with engine.connect() as connection:
        connection.execute(text(f"{takes} false"))
        connection.execute(text(CUT), {"name": given.database})
        try:
            yield
        finally:
            connection.execute(text(f"{takes} true"))
    engine.dispose()
