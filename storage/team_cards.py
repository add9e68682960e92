"""Messages in approvers' chats that show a post which waits for approval, or did."""

from sqlalchemy import delete, select

from storage.database import Repository, stored
from storage.models import Post, TeamCard


class TeamCards(Repository):
    def add(
        self, post_id: int, chat_id: int, message_id: int, *, has_picture: bool, revision: int
    ) -> tuple[list[TeamCard], Post]:
        """This message shows the post in this chat.

        Returns those that did so before it, and the post as it stands by now: whoever changes it
        from here on finds this one.
        """
        here = (TeamCard.post_id == post_id, TeamCard.chat_id == chat_id)
        with self._database.transaction() as session:
            post = session.get_one(Post, post_id, with_for_update={"read": True, "of": Post})
            before = list(session.scalars(select(TeamCard).where(*here)))
            session.execute(delete(TeamCard).where(*here))
            session.add(
                TeamCard(
                    post_id=post_id,
                    chat_id=chat_id,
                    message_id=message_id,
                    has_picture=has_picture,
                    revision=revision,
                )
            )
            return before, stored(session, post)

    def forget(self, post_id: int, chat_id: int) -> None:
        """It is shown in this chat no more."""
        here = (TeamCard.post_id == post_id, TeamCard.chat_id == chat_id)
        with self._database.single() as session:
            session.execute(delete(TeamCard).where(*here))

    def of(self, post_id: int, chat_id: int) -> list[TeamCard]:
        """The messages that show the post in this chat."""
        here = (TeamCard.post_id == post_id, TeamCard.chat_id == chat_id)
        return self._all(select(TeamCard).where(*here).order_by(TeamCard.message_id))

    def post_on(self, chat_id: int, message_id: int) -> int | None:
        """The number of the post that this message shows, if any."""
        card = (TeamCard.chat_id == chat_id, TeamCard.message_id == message_id)
        with self._database.single() as session:
            return session.scalar(select(TeamCard.post_id).where(*card))
