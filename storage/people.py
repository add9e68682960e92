"""What we remember of a person: the time zone in which their times are meant."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from storage.database import Database
from storage.models import Person


class People:
    def __init__(self, database: Database) -> None:
        self._database = database

    def timezone(self, person_id: int) -> str | None:
        """The zone that the person has chosen, if they have."""
        with self._database.transaction() as session:
            return session.scalar(select(Person.timezone).where(Person.id == person_id))

    def choose_timezone(self, person_id: int, timezone: str) -> None:
        """From now on the person's times are meant in this zone."""
        with self._database.transaction() as session:
            session.execute(
                insert(Person)
                .values(id=person_id, timezone=timezone)
                .on_conflict_do_update(index_elements=[Person.id], set_={"timezone": timezone})
            )
