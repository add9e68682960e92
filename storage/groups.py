"""The team's groups: in which chat, and in which topic of it, an account's posts are shown."""

from sqlalchemy import update

from storage.database import Repository
from storage.models import Account


class Groups(Repository):
    def tie(self, account_id: int, chat_id: int, topic_id: int | None) -> None:
        """Its cards, approvals and results are shown there from now on, and nowhere else."""
        with self._database.single() as session:
            tied = update(Account).where(Account.id == account_id)
            session.execute(tied.values(group_chat_id=chat_id, group_topic_id=topic_id))

    def untie(self, account_id: int, chat_id: int) -> None:
        """They are not shown there any more."""
        here = (Account.id == account_id, Account.group_chat_id == chat_id)
        with self._database.single() as session:
            free = update(Account).where(*here)
            session.execute(free.values(group_chat_id=None, group_topic_id=None))
