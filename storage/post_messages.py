"""Messages about posts: their cards, which of these is the lowest, and where buttons stand."""

from sqlalchemy import false, func, literal, null, select, update
from sqlalchemy.dialects.postgresql import JSONB

from storage.database import Repository
from storage.inbox import waits
from storage.lifecycle import CHANGEABLE, Status
from storage.models import Incoming, MediaItem, Post


class PostMessages(Repository):
    def remember(self, post: Post, chat_id: int, message_id: int) -> Post:
        """This message has buttons about the post as it stood; returns it as it stands now."""
        known = func.coalesce(Post.buttons_at, literal([], JSONB))
        here = literal([[chat_id, message_id, post.status]], JSONB)
        this = update(Post).where(Post.id == post.id)
        with self._database.single() as session:
            return session.scalars(this.values(buttons_at=known.concat(here)).returning(Post)).one()

    def remember_card(
        self,
        post_id: int,
        message_id: int,
        thread_id: int | None = None,
        *,
        has_picture: bool = False,
        alone: bool = False,
    ) -> Status | None:
        """Keep the message that shows the post, and its topic; results reply to it.

        Unless it is `alone`, that stands for the whole series of which the post is a part.
        Returns where the post stands by now: whoever changes it from here on finds the message.
        """
        series = select(Post.series_id).where(Post.id == post_id).scalar_subquery()
        together = false() if alone else Post.series_id == series
        card = {
            "card_message_id": message_id,
            "thread_id": thread_id,
            "card_has_picture": has_picture,
        }
        shown = update(Post).where((Post.id == post_id) | together).values(**card)
        with self._database.single() as session:
            rows = session.execute(shown.returning(Post.id, Post.status)).all()
        return next((status for number, status in rows if number == post_id), None)

    def with_card(self, chat_id: int, message_id: int) -> Post | None:
        """The post that this message shows, deleted or not; the first of a series."""
        card = (Post.chat_id == chat_id, Post.card_message_id == message_id)
        with self._database.single() as session:
            found = session.scalars(select(Post).where(*card).order_by(Post.id).limit(1))
            return found.one_or_none()

    def of_album(self, album: str, *, owner_id: int, chat_id: int) -> Post | None:
        """The one post that this user's album has become in this chat, unless it was deleted."""
        message = (Incoming.chat_id == chat_id, Incoming.album == album, ~waits())
        theirs = (Post.owner_id == owner_id, Post.chat_id == chat_id, Post.series_id.is_(None))
        media = (MediaItem.post_id == Post.id, MediaItem.position == Incoming.message_id)
        post = select(Post).join(MediaItem, media[0]).join(Incoming, media[1])
        post = post.where(*message, *theirs, Post.status != Status.DELETED)
        with self._database.single() as session:
            return session.scalars(post.order_by(Post.id).limit(1)).one_or_none()

    def about(self, number: int, *, is_series: bool = False) -> list[Post]:
        """The post of this number, or all of the series, deleted or not, that have buttons
        elsewhere than on their card."""
        which = (Post.series_id if is_series else Post.id) == number
        return self._all(select(Post).where(which, Post.buttons_at.is_not(None)))

    def outdated(self, post: Post) -> list[tuple[int, int]]:
        """The messages, by chat and number, that have buttons about what it is no more; they are
        forgotten."""
        shown = post.buttons_at or []
        outdated = [(chat, message) for chat, message, status in shown if status != post.status]
        if outdated:
            kept = [each for each in shown if each[2] == post.status]
            this = update(Post).where(Post.id == post.id, Post.buttons_at == literal(shown, JSONB))
            with self._database.single() as session:
                session.execute(this.values(buttons_at=kept or null()))
        return outdated

    def shown_below(self, message_id: int, *, owner_id: int, chat_id: int) -> Post | None:
        """The changeable post of this user whose card is the lowest in the chat, if that stands
        below this message."""
        theirs = (Post.owner_id == owner_id, Post.chat_id == chat_id)
        below = (Post.card_message_id > message_id, Post.status.in_(CHANGEABLE))
        lowest = Post.card_message_id.desc()
        with self._database.single() as session:
            found = session.scalars(select(Post).where(*theirs, *below).order_by(lowest).limit(1))
            return found.one_or_none()

    def changed_by(self, update_id: int) -> list[Post]:
        """All that this update has changed."""
        return self._all(select(Post).where(Post.last_update_id == update_id).order_by(Post.id))
