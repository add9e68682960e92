"""One numbered file for each change of the tables; `migrating.py` has Alembic run them."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import Connection

REVISION = slice(1, 5)
"""Of a file's name: v0001_the_first_tables.py."""


def revisions() -> list[str]:
    """All that there are, the oldest first, by the names of their files."""
    files = Path(__file__).with_name("versions").glob("v*.py")
    return sorted(file.name[REVISION] for file in files)


def revision_of(connection: Connection) -> str | None:
    """What made the tables; None if they are none of ours. Alembic would take 9 MB for it."""
    if connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    current: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return current


def is_newest(connection: Connection) -> bool:
    """Whether the tables are as we know them."""
    return revision_of(connection) == revisions()[-1]
