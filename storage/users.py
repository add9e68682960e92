"""What we remember of a user: the zone in which they mean their times, and what they know."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from storage.accounts import is_active
from storage.database import Repository
from storage.models import Account, User


@dataclass(frozen=True)
class Circumstances:
    """What an answer is judged by."""

    timezone: str | None
    accounts: Sequence[Account]
    """All that can be posted to, the oldest first."""


class Users(Repository):
    def timezone(self, user_id: int) -> str | None:
        """The zone that the user has chosen, if they have."""
        with self._database.single() as session:
            return session.scalar(select(User.timezone).where(User.id == user_id))

    def circumstances(self, user_id: int) -> Circumstances:
        """`timezone` and `Accounts.active` in one."""
        query = select(Account, User.timezone).outerjoin(User, User.id == user_id)
        with self._database.single() as session:
            rows = session.execute(query.where(is_active()).order_by(Account.id)).all()
        if not rows:
            return Circumstances(self.timezone(user_id), [])
        return Circumstances(rows[0].timezone, [account for account, _ in rows])

    def choose_timezone(self, user_id: int, timezone: str) -> None:
        """From now on the user's times are meant in this zone."""
        with self._database.single() as session:
            session.execute(
                insert(User)
                .values(id=user_id, timezone=timezone)
                .on_conflict_do_update(index_elements=[User.id], set_={"timezone": timezone})
            )

    def learns_of_files(self, user_id: int) -> bool:
        """Note that the user is told how to send in full quality; False if they were before."""
        with self._database.single() as session:
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
