"""One numbered file for each change of the tables; `migrating.py` has Alembic run them."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import Connection

REVISION = slice(1, 5)
"""Of a file's name: v0001_the_first_tables.py."""


def newest() -> str:
    """The last of the revisions, by the names of their files."""
    files = Path(__file__).with_name("versions").glob("v*.py")
    return max(file.name[REVISION] for file in files)


def is_newest(connection: Connection) -> bool:
    """Whether the tables are as we know them; without Alembic, which takes 9 MB."""
    if connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return False
    current = connection.scalars(text("SELECT version_num FROM alembic_version"))
    return [*current] == [newest()]
