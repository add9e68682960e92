"""Whether what goes to Postgres is encrypted, by libpq's own reading of DATABASE_URL."""

import os
import re

import psycopg2
from psycopg2.extensions import parse_dsn

ENCRYPTED = ("require", "verify-ca", "verify-full")
"""Values of `sslmode` that never send a password or a caption in the clear."""


def open_hosts(url: str) -> list[str]:
    """The hosts to which it may go unencrypted; Unix sockets lead nowhere."""
    try:
        given = parse_dsn(re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url))
    except psycopg2.Error:
        return []
    if given.get("sslmode", os.environ.get("PGSSLMODE")) in ENCRYPTED:
        return []
    hosts = given.get("hostaddr") or given.get("host") or os.environ.get("PGHOST", "")
    return [host for host in hosts.split(",") if host and not host.startswith(("/", "@"))]
