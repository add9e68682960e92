"""What we remember of a user: the zone in which they mean their times, and what they know."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from storage.database import Repository
from storage.models import User


class Users(Repository):
    def timezone(self, user_id: int) -> str | None:
        """The zone that the user has chosen, if they have."""
        with self._database.transaction() as session:
            return session.scalar(select(User.timezone).where(User.id == user_id))

    def choose_timezone(self, user_id: int, timezone: str) -> None:
        """From now on the user's times are meant in this zone."""
        with self._database.transaction() as session:
            session.execute(
                insert(User)
                .values(id=user_id, timezone=timezone)
                .on_conflict_do_update(index_elements=[User.id], set_={"timezone": timezone})
            )

    def is_guided(self, user_id: int) -> bool:
        """Whether the user wants to be asked step by step."""
        with self._database.transaction() as session:
            return bool(session.scalar(select(User.is_guided).where(User.id == user_id)))

    def choose_guidance(self, user_id: int, *, is_guided: bool) -> None:
        """From now on the user's new drafts are made step by step, or on a card."""
        with self._database.transaction() as session:
            session.execute(
                insert(User)
                .values(id=user_id, is_guided=is_guided)
                .on_conflict_do_update(index_elements=[User.id], set_={"is_guided": is_guided})
            )

    def learns_of_files(self, user_id: int) -> bool:
        """Note that the user is told how to send in full quality; False if they were before."""
        with self._database.transaction() as session:
            told = session.scalar(
                insert(User)
                .values(id=user_id, knows_of_files=True)
                .on_conflict_do_update(
                    index_elements=[User.id],
                    set_={"knows_of_files": True},
                    where=~User.knows_of_files,
                )
                .returning(User.id)
            )
            return told is not None
