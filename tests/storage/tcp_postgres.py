"""A Postgres as on another machine: over TCP, with passwords and roles that lack something."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from storage.postmaster import Postmaster
from tests.addresses import free_port, normalised

ROLES = """
    CREATE ROLE postbote LOGIN PASSWORD 'right';
    CREATE ROLE sleeper PASSWORD 'right';
    CREATE ROLE barred LOGIN PASSWORD 'right';
    CREATE ROLE poor LOGIN PASSWORD 'right' CONNECTION LIMIT 0;
    CREATE ROLE reader LOGIN PASSWORD 'right';
    ALTER ROLE reader SET default_transaction_read_only TO on;
"""
DATABASES = (
    "CREATE DATABASE mine OWNER postbote",
    "CREATE DATABASE theirs",
    "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0",
    "CREATE DATABASE closed ALLOW_CONNECTIONS false",
    "CREATE DATABASE frozen OWNER postbote",
    "ALTER DATABASE frozen SET default_transaction_read_only TO on",
)


class TcpPostgres(Postmaster):
    """The embedded server, listening on a port as well."""

    addresses = "127.0.0.1"
    rules = (
        f"{Postmaster.rules}\nhost all barred 127.0.0.1/32 reject"
        "\nhost all all 127.0.0.1/32 scram-sha-256"
    )

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.port = free_port()


@contextmanager
def tcp_postgres(folder: Path) -> Iterator[str]:
    """Where it listens: host and port."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = TcpPostgres(folder)
    server.start()
    try:
        engine = create_engine(normalised(server.url), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(ROLES))
            for statement in DATABASES:
                connection.execute(text(statement))
        engine.dispose()
        yield f"127.0.0.1:{server.port}"
    finally:
        server.stop()
