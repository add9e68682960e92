"""The baton: one holder at a time, and free the moment its connection falls."""

from sqlalchemy import text

from storage.baton import Baton
from storage.database import Database


def test_one_process_holds_it_at_a_time(database: Database) -> None:
    first, second = Baton(database), Baton(database)
    assert first.take() and first.is_ours and first.is_held()
    assert not second.take() and not second.is_held()
    first.drop()
    assert not first.is_ours
    assert second.take()
    second.drop()


def test_a_holder_whose_connection_falls_notices_and_another_takes_over(
    database: Database,
) -> None:
    first, second = Baton(database), Baton(database)
    assert first.take()
    with database.transaction() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
    assert not first.is_held()
    assert not first.is_ours
    assert second.take()
    second.drop()
