"""People who have chosen to be asked step by step, as most conversations here are."""

from storage.database import Database
from storage.users import Users

GUIDED = (*range(11, 16), 1087968824)
"""Numbers of people of the tests; the last is Telegram's for all who write as an admin group."""


def choose_the_guided_way(database_url: str) -> None:
    """All of GUIDED want it. The database is migrated."""
    database = Database(database_url)
    for person in GUIDED:
        Users(database).choose_guidance(person, is_guided=True)
    database.close()
