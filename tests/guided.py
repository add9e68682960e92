"""People who have chosen to be asked step by step, as most conversations here are."""

from sqlalchemy import text

from storage.database import Database

GUIDED = (*range(11, 16), 1087968824)
"""Numbers of people of the tests; the last is Telegram's for all who write as an admin group."""


def choose_the_guided_way(database: Database) -> None:
    """All of GUIDED want it. The database is migrated."""
    rows = ", ".join(f"({person}, true)" for person in GUIDED)
    with database.single() as session:
        session.execute(text(f"INSERT INTO users (id, is_guided) VALUES {rows}"))  # noqa: S608 - numbers
