"""Statements that a connection plans once: to plan a long one takes longer than to run it.

Mark one with `.execution_options(**PREPARED)`. Each run gives the bind parameters that have no
value of their own; all others are constants to the planner. Behind a pooler each transaction may be
in another session: if that does not know the statement, or knows it already, Postgres says so
before it has done anything. A name belongs to one wording, so it never runs another statement.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from psycopg2.errors import DuplicatePreparedStatement, InvalidSqlStatementName
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, AsIs
from sqlalchemy import Engine, event

from storage.connection import Statements

PREPARED: Any = {"prepared": True}

_KNOWN = "prepared statements"
"""Of a connection, as far as we know."""

Values = Mapping[str, Any]


@dataclass(frozen=True)
class _Prepared:
    name: str
    prepare: str
    run: str


_given: dict[str, dict[str, str]] = {}
"""Statement -> what each run of it gives -> its type in SQL."""
_prepared: dict[tuple[str, tuple[Any, ...]], _Prepared] = {}
"""By the statement and its constants."""


def prepare_on(engine: Engine) -> None:
    """Prepare what is marked so, outside of transactions: within one, an error would end it."""
    event.listen(engine, "do_execute", _execute)


def _execute(cursor: Statements, statement: str, values: Values, context: Any) -> bool:
    """True if it was run here."""
    if not (context.execution_options.get("prepared") and _is_alone(cursor)):
        return False
    prepared = _as_prepared(cursor, statement, values, context.compiled)
    known: set[str] = context.root_connection.info.setdefault(_KNOWN, set())
    if prepared.name in known:
        with suppress(InvalidSqlStatementName):
            cursor.execute(prepared.run, values)
            return True
    known.add(prepared.name)
    try:
        cursor.execute(prepared.prepare + prepared.run, values)
    except DuplicatePreparedStatement:
        return False
    return True


def _is_alone(cursor: Statements) -> bool:
    """Whether what is executed is a transaction of its own."""
    connection = cursor.connection
    return connection.get_transaction_status() == TRANSACTION_STATUS_IDLE and not (
        connection.opening()
    )


def _as_prepared(cursor: Statements, statement: str, values: Values, compiled: Any) -> _Prepared:
    if statement not in _given:
        _given[statement] = _types_of(values, compiled)
    given = _given[statement]
    constants = tuple(values[name] for name in values if name not in given)
    if (statement, constants) not in _prepared:
        _prepared[statement, constants] = _written(cursor, statement, values, given)
    return _prepared[statement, constants]


def _types_of(values: Values, compiled: Any) -> dict[str, str]:
    """Of what has no value of its own."""
    binds = {name: compiled.binds.get(name) for name in values}
    return {
        name: bind.type.compile(dialect=compiled.dialect)
        for name, bind in binds.items()
        if bind is not None and bind.required
    }


def _written(
    cursor: Statements, statement: str, values: Values, given: Mapping[str, str]
) -> _Prepared:
    places = {name: AsIs(f"${number}") for number, name in enumerate(given, 1)}
    wording = cursor.mogrify(statement, {**values, **places}).decode()
    types, runs = ", ".join(given.values()), ", ".join(f"%({name})s" for name in given)
    if given:
        types, runs = f"({types})", f"({runs})"
    digest = hashlib.sha256(f"{types} {wording}".encode()).hexdigest()
    name = f"postbote_{digest[:32]}"
    prepare = f"PREPARE {name} {types} AS {wording}; ".replace("%", "%%")
    return _Prepared(name, prepare, f"EXECUTE {name} {runs}")
