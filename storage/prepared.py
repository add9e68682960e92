"""Statements that a connection plans once: to plan a long one takes longer than to run it.

What a run gives are the bind parameters that have no value of their own; to the planner, all others
are constants. Behind a pooler each transaction may be in another session: if that does not know the
statement, or knows it already, Postgres says so before it has done anything. A name belongs to one
wording, so it never runs another statement.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import Any, NamedTuple

import psycopg2
from psycopg2.errors import (
    DuplicatePreparedStatement,
    FeatureNotSupported,
    InvalidSqlStatementName,
)
from psycopg2.extensions import adapt, cursor
from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    Engine,
    FromClause,
    TableValuedAlias,
    bindparam,
    cast,
    column,
    false,
    func,
    or_,
)
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute, make_transient_to_detached
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.elements import CompilerElement
from sqlalchemy.types import TypeEngine

DIALECT: Any = PGDialect_psycopg2(dbapi=psycopg2)  # type: ignore[no-untyped-call]

FLOAT8 = 701
"""The type's number in pg_type: the one type of which SQLAlchemy asks it."""

_KNOWN = "prepared statements"
"""Of a connection, as far as we know."""

Row = tuple[Any, ...]
Values = Mapping[str, Any]


class Prepared:
    """A statement that is a transaction of its own; safe to use from any thread.

    Args:
        statement: without an IN, which SQLAlchemy would write anew for each run.
    """

    def __init__(self, statement: CompilerElement) -> None:
        self._statement: CompilerElement | None = statement
        self._texts: _Texts | None = None

    def run(self, connection: PoolProxiedConnection, values: Values) -> list[Row]:
        """What it returns, as psycopg2 reads it. Raises psycopg2's errors."""
        known: set[str] = connection.info.setdefault(_KNOWN, set())
        running: Any = connection.cursor(cursor_factory=cursor)  # it begins no transaction
        with closing(running):
            _execute(self._written(), running, known, values)
            rows: list[Row] = running.fetchall()
            return rows

    def _written(self) -> "_Texts":
        """Made at the first run; what it is made of takes 0.1 MB, and is let go of then."""
        if (statement := self._statement) is not None:
            self._texts = _texts_of(statement)
            self._statement = None
        assert self._texts is not None
        return self._texts


class Stored:
    """Objects of one kind, read from rows of which their columns are a part.

    Args:
        source: what has these columns; None: the table.
    """

    def __init__(self, kind: type[Any], source: FromClause | None = None) -> None:
        self._kind = kind
        self.columns = list((kind.__table__ if source is None else source).c)
        (key,) = kind.__table__.primary_key
        self._keys = [column.key for column in self.columns]
        self._key = self._keys.index(key.key)
        types = [column.type.dialect_impl(DIALECT) for column in self.columns]
        self._readers = [type.result_processor(DIALECT, FLOAT8) for type in types]

    def read(self, row: Row, start: int) -> Any:
        """What a session would leave, once it is closed; None if an outer join has found nothing.

        Args:
            start: the place of the first of the columns.
        """
        values = row[start : start + len(self.columns)]
        if values[self._key] is None:
            return None
        made = self._kind()
        read = zip(self._keys, self._readers, values, strict=True)
        vars(made).update((key, reader(value) if reader else value) for key, reader, value in read)
        make_transient_to_detached(made)
        return made


def given(name: str, kind: TypeEngine[Any] | None = None) -> BindParameter[Any]:
    """A list that a run gives, of numbers unless told otherwise: for `any_` and `all_`."""
    return bindparam(name, type_=ARRAY(kind or BigInteger()))


def is_one_of(
    column: ColumnElement[Any] | InstrumentedAttribute[Any], values: Iterable[Any]
) -> ColumnElement[bool]:
    """An IN of constants."""
    return or_(false(), *(column == value for value in values))


def rows_given(types: Mapping[str, TypeEngine[Any]]) -> TableValuedAlias:
    """What a run gives as a list for each column, as rows; `place` is where one stands."""
    columns = [column(name, kind) for name, kind in types.items()]
    lists = [cast(given(name, kind), ARRAY(kind)) for name, kind in types.items()]
    rows = func.unnest(*lists).table_valued(*columns, with_ordinality="place")
    return rows.render_derived(name="given")


class _Texts(NamedTuple):
    """As psycopg2 takes them, with a place for each value that a run gives."""

    name: str
    prepare: str
    run: str
    plain: str


def _execute(texts: _Texts, cursor: cursor, known: set[str], values: Values) -> None:
    if texts.name in known:
        with suppress(InvalidSqlStatementName, FeatureNotSupported):  # a column has another type
            cursor.execute(texts.run, values)
            return
    known.add(texts.name)
    try:
        cursor.execute(texts.prepare + texts.run, values)
    except DuplicatePreparedStatement:
        cursor.execute(texts.plain, values)


def _texts_of(statement: CompilerElement) -> _Texts:
    compiled: Any = statement.compile(dialect=DIALECT)
    binds: dict[Any, str] = compiled.bind_names
    given = {name: bind.type for bind, name in binds.items() if bind.required}
    constants = {
        name: _quoted(bind.effective_value) for bind, name in binds.items() if not bind.required
    }
    text = str(compiled).replace("%%", "%%%%")  # it is filled in twice
    wording = text % {**constants, **{name: f"${place}" for place, name in enumerate(given, 1)}}
    types = _listed(type.compile(dialect=DIALECT) for type in given.values())
    digest = hashlib.sha256(f"{types} {wording}".encode()).hexdigest()
    name, places = f"postbote_{digest[:32]}", {name: f"%({name})s" for name in given}
    return _Texts(
        name,
        prepare=f"PREPARE {name} {types} AS {wording}; ",
        run=f"EXECUTE {name} {_listed(places.values())}",
        plain=text % {**constants, **places},
    )


def _listed(parts: Iterable[str]) -> str:
    joined = ", ".join(parts)
    return f"({joined})" if joined else ""


def _quoted(value: object) -> str:
    quoted: bytes = adapt(value).getquoted()
    return quoted.decode().replace("%", "%%")


@contextmanager
def connected(engine: Engine) -> Iterator[PoolProxiedConnection]:
    """psycopg2's errors become sqlalchemy's; a connection that was cut is not used again."""
    connection: PoolProxiedConnection | None = None
    is_cut = False
    try:
        with closing(engine.raw_connection()) as connection:
            try:
                yield connection
            except psycopg2.Error as error:
                is_cut = DIALECT.is_disconnect(error, connection.dbapi_connection, None)
                if is_cut:
                    connection.invalidate(error)
                raise
    except psycopg2.Error as error:
        raise DBAPIError.instance(
            None,
            None,
            error,
            psycopg2.Error,
            connection_invalidated=is_cut,
            dialect=engine.dialect,
        ) from error
