"""People who have chosen to be asked step by step, as most conversations here are."""

from contextlib import closing

from storage.connection import connect

GUIDED = (*range(11, 16), 1087968824)
"""Numbers of people of the tests; the last is Telegram's for all who write as an admin group."""


def choose_the_guided_way(database_url: str) -> None:
    """All of GUIDED want it. The database is migrated."""
    rows = ", ".join(f"({person}, true)" for person in GUIDED)
    with closing(connect(database_url)) as connection, connection.cursor() as asking:
        asking.execute(f"INSERT INTO users (id, is_guided) VALUES {rows}")  # noqa: S608 - numbers
        connection.commit()
