"""The baton: one holder at a time, and free the moment its connection falls."""

from sqlalchemy import text

from storage.baton import Baton
from storage.database import Database


def test_one_process_holds_it_at_a_time(database: Database) -> None:
    first, second = Baton(database), Baton(database)
    assert (first.take(), first.is_held(), first.is_ours) == (True, True, True)
    assert (second.take(), second.is_held(), second.is_ours) == (False, False, False)
    first.drop()
    assert (second.take(), first.is_ours) == (True, False)
    second.drop()


def test_a_holder_whose_connection_falls_notices_and_another_takes_over(
    database: Database,
) -> None:
    first, second = Baton(database), Baton(database)
    assert first.take()
    with database.transaction() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory'"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
    assert (first.is_held(), first.is_ours) == (False, False)
    assert second.take()
    second.drop()
