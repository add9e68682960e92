"""The processes at work: each writes down now and again that it lives, and how it is."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from storage.database import Database, Repository
from storage.models import Process

BEAT = timedelta(minutes=1)
"""How often a process gives a sign of life."""


@dataclass(frozen=True)
class Signs:
    """What a process says of itself; the fields are those of `Process`."""

    free_bytes: int
    sweep_seconds: int | None = None
    clock_ahead: int | None = None
    database_ahead: int | None = None
    clock_set_by: int = 0


class Processes(Repository):
    """Of which this one has a row, from its first sign of life to its end.

    Args:
        kind: 'bot' or 'publisher'.
    """

    def __init__(self, database: Database, kind: str, host: str, version: str) -> None:
        super().__init__(database)
        self.own_id = str(uuid4())
        self._who = {"id": self.own_id, "kind": kind, "host": host, "version": version}

    def beat(self, signs: Signs, *, since_sweep: float | None = None) -> datetime:
        """This process lives; returns Postgres' time. One statement.

        Args:
            since_sweep: seconds since it last looked at all that is due, if it has.
        """
        said = asdict(signs)
        if since_sweep is not None:
            said["swept_at"] = func.now() - timedelta(seconds=since_sweep)
        row = insert(Process).values(**self._who, **said)
        written = row.on_conflict_do_update(
            index_elements=[Process.id], set_={"seen_at": func.now(), **said}
        )
        with self._database.single() as session:
            told: datetime = session.scalars(written.returning(func.clock_timestamp())).one()
            return told

    def end(self) -> None:
        """This process ends as it should: nobody misses it, if Postgres is there to hear it."""
        with suppress(SQLAlchemyError):
            self.forget([self.own_id])

    def forget(self, ids: Collection[str]) -> None:
        """Nobody is to miss these."""
        with self._database.single() as session:
            session.execute(delete(Process).where(Process.id.in_(ids)))
