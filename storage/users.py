"""What we remember of a user: their name, the zone in which they mean times, what they know."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, any_, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from storage.accounts import is_active
from storage.database import Repository
from storage.models import Account, User
from storage.prepared import Prepared, Stored, given


@dataclass(frozen=True)
class Circumstances:
    """What an answer is judged by."""

    accounts: Sequence[Account]
    """All that can be posted to, the oldest first."""
    timezone: str | None = None
    is_guided: bool = False
    knows_of_files: bool = False
    knows_of_timezone: bool = False
    knows_of_edits: bool = False


@dataclass(frozen=True)
class Known:
    """Somebody who has said something."""

    id: int
    name: str
    language: str | None
    """Their app's, as an IETF tag."""


ACCOUNT = Stored(Account)


def _circumstances() -> Select[Any]:
    knows = (User.knows_of_files, User.knows_of_timezone, User.knows_of_edits)
    person = func.json_build_array(User.timezone, User.is_guided, *knows)
    people = select(func.json_object_agg(User.id, person)).where(User.id == any_(given("people")))
    once = select(people.scalar_subquery().label("people")).subquery()
    found = select(once.c.people, *ACCOUNT.columns).select_from(once)
    return found.outerjoin(Account, is_active()).order_by(Account.id)


_CIRCUMSTANCES = Prepared(_circumstances())


class Users(Repository):
    def circumstances(self, *user_ids: int) -> list[Circumstances]:
        """What is known of each user and, in the same trip, what `Accounts.active` says."""
        rows = self._database.run(_CIRCUMSTANCES, {"people": [*user_ids]})
        accounts = [account for row in rows if (account := ACCOUNT.read(row, 1)) is not None]
        known: dict[str, list[Any]] = rows[0][0] or {}
        return [Circumstances(accounts, *known.get(str(one), ())) for one in user_ids]

    def choose_timezone(self, user_id: int, timezone: str) -> None:
        """From now on the user's times are meant in this zone."""
        with self._database.single() as session:
            session.execute(
                insert(User)
                .values(id=user_id, timezone=timezone)
                .on_conflict_do_update(index_elements=[User.id], set_={"timezone": timezone})
            )

    def keep(self, user_id: int, name: str, language: str | None = None) -> None:
        """This is what the user is called now, and the language that they speak."""
        said = {"name": name, "language": language}
        with self._database.single() as session:
            session.execute(
                insert(User)
                .values(id=user_id, **said)
                .on_conflict_do_update(index_elements=[User.id], set_=said)
            )

    def known(self) -> list[Known]:
        """Everybody who has said something."""
        with self._database.single() as session:
            query = select(User.id, User.name, User.language).where(User.name.is_not(None))
            return [
                Known(number, name or "", spoken) for number, name, spoken in session.execute(query)
            ]

    def choose_guidance(self, user_id: int, *, is_guided: bool) -> None:
        """From now on the user's new drafts are made step by step, or on a card."""
        with self._database.single() as session:
            session.execute(
                insert(User)
                .values(id=user_id, is_guided=is_guided)
                .on_conflict_do_update(index_elements=[User.id], set_={"is_guided": is_guided})
            )

    def learns_of_files(self, user_id: int) -> bool:
        """Note that the user is told how to send in full quality; False if they were before."""
        return self._learns(user_id, User.knows_of_files)

    def learns_of_timezone(self, user_id: int) -> bool:
        """The same of the zone in which their times are meant."""
        return self._learns(user_id, User.knows_of_timezone)

    def learns_of_edits(self, user_id: int) -> bool:
        """The same of an edit of their own message, which the caption follows."""
        return self._learns(user_id, User.knows_of_edits)

    def _learns(self, user_id: int, known: InstrumentedAttribute[bool]) -> bool:
        with self._database.single() as session:
            told = session.scalar(
                insert(User)
                .values({User.id: user_id, known: True})
                .on_conflict_do_update(
                    index_elements=[User.id], set_={known.key: True}, where=~known
                )
                .returning(User.id)
            )
            return told is not None
