"""What we remember of a person: the zone in which they mean their times, and what they know."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from storage.database import Database
from storage.models import Person


class Users:
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

    def learns_of_files(self, person_id: int) -> bool:
        """Note that the person is told how to send in full quality; False if they were before."""
        with self._database.transaction() as session:
            told = session.scalar(
                insert(Person)
                .values(id=person_id, knows_of_files=True)
                .on_conflict_do_update(
                    index_elements=[Person.id],
                    set_={"knows_of_files": True},
                    where=~Person.knows_of_files,
                )
                .returning(Person.id)
            )
            return told is not None
