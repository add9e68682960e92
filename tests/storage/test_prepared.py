"""Statements that a connection plans once, in whatever state a session is found."""

import pytest
from sqlalchemy import Text, bindparam, column, func, literal, select, table, text
from sqlalchemy.exc import OperationalError

from storage.database import Database, NotLeaderError, is_away
from storage.prepared import Prepared
from tests.end_to_end.ways import counting_way

GREETING = Prepared(select(literal("100 % ") + bindparam("name", type_=Text)))
PEOPLE = Prepared(select(column("name")).select_from(table("people")))
SUICIDE = Prepared(select(func.pg_terminate_backend(func.pg_backend_pid())))


def greeted(database: Database, name: str) -> str:
    ((words,),) = database.run(GREETING, {"name": name})
    return str(words)


def test_it_is_planned_once_and_each_run_is_one_trip(database_url: str) -> None:
    with counting_way(database_url) as (way, url):
        database = Database(url)
        assert database.answers()
        way.trips.clear()
        names = ["Anna", "%s", "it's"]
        assert [greeted(database, name) for name in names] == [f"100 % {name}" for name in names]
        begun = [trip.statement.split(" ")[0] for trip in way.trips]
        assert begun == ["PREPARE", "EXECUTE", "EXECUTE"]
        database.close()


def test_it_runs_in_a_session_that_has_forgotten_it_or_knew_it_before(database: Database) -> None:
    assert greeted(database, "Anna") == "100 % Anna"
    with database.single() as session:
        session.execute(text("DEALLOCATE ALL"))
    assert greeted(database, "Ben") == "100 % Ben"
    with database.engine.connect() as connection:
        connection.info.clear()
    assert greeted(database, "Carla") == "100 % Carla"


def test_it_runs_on_tables_that_have_changed(database: Database) -> None:
    changes = (
        "CREATE TABLE people AS SELECT 'Anna'::varchar(4) AS name",
        "ALTER TABLE people ALTER name TYPE text",
        "DROP TABLE people; CREATE TABLE people (age int, name text)",
    )
    for change in changes:
        with database.single() as session:
            session.execute(text(change))
        assert database.run(PEOPLE, {}) in ([("Anna",)], [])


def test_a_connection_that_is_cut_meanwhile_counts_as_away_and_is_used_no_more(
    database: Database,
) -> None:
    with pytest.raises(OperationalError) as raised:
        database.run(SUICIDE, {})
    assert is_away(raised.value) and raised.value.connection_invalidated
    assert greeted(database, "Anna") == "100 % Anna"


def test_who_may_no_more_runs_nothing(database: Database) -> None:
    with pytest.raises(NotLeaderError):
        database.only_while(lambda: False).run(GREETING, {"name": "Anna"})
