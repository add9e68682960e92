"""Posts of who may not plan them any more: kept from the publishers until the admin decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.database import Repository
from storage.lifecycle import Status
from storage.members import is_member, plans_as_member
from storage.models import Post, User
from storage.outbox import ADMIN, NoticeKind, notify
from storage.outcomes import NO_ERROR, UNSTAGED
from storage.overdue import ask_late
from storage.post_changes import count_changed_by, drop_all, set_values
from storage.scope import Scope


@dataclass(frozen=True)
class LetIn:
    """Who may plan posts at this moment, besides the members, of whom the database knows."""

    people: frozenset[int]
    """By the settings. Whoever is a member as well may do what members may, and no more."""
    admin_chat_id: int
    """A private one is an owner's, whatever else they are."""
    admins: frozenset[int] | None
    """Who administers the admin chat; None while nobody can say: its posts stay as they are."""

    def planned_by_them(self) -> ColumnElement[bool]:
        """The condition on a row of posts."""
        an_admin = true() if self.admins is None else Post.owner_id.in_(self.admins)
        in_admin_chat = Post.chat_id == self.admin_chat_id
        if self.admins is not None:  # an owner wherever they speak, if they are in besides
            in_admin_chat = or_(in_admin_chat, is_member())
        as_admin = and_(an_admin, in_admin_chat)
        by_settings = and_(Post.owner_id.in_(self.people), ~is_member())
        the_admin = Post.owner_id == self.admin_chat_id
        return or_(plans_as_member(), by_settings, the_admin, as_admin)


class HeldPosts(Repository):
    """`by` is the update that asks for a change; as in `Posts`, it has its effect once."""

    def hold(self, let_in: LetIn) -> list[int]:
        """Hold what others have planned, unless an admin has said that it goes out.

        The admin hears of each person once, until it is decided. Returns the posts.
        """
        planned = (
            select(Post.id, Post.owner_id, User.name)
            .outerjoin(User, User.id == Post.owner_id)
            .where(
                Post.status == Status.PENDING,
                Post.vouched_at.is_(None),
                ~let_in.planned_by_them(),
            )
        )
        if not self._database.finds(planned):
            return []
        with self._database.transaction() as session:
            told = set(session.scalars(_held(Post.owner_id).distinct()))
            posts = session.execute(
                planned.order_by(Post.next_attempt_at).with_for_update(of=Post)
            ).all()
            _put(session, [post_id for post_id, *_ in posts], Status.HELD)
            people: dict[tuple[int, str | None], list[int]] = {}
            for post_id, owner_id, name in posts:
                people.setdefault((owner_id, name), []).append(post_id)
            for (owner_id, name), theirs in people.items():
                if owner_id not in told:
                    who: dict[str, Any] = {"person": owner_id, "name": name, "count": len(theirs)}
                    notify(session, NoticeKind.HELD, ADMIN, post_id=theirs[0], **who)
            return [post_id for post_id, *_ in posts]

    def release(self, let_in: LetIn, late: timedelta) -> list[int]:
        """Plan again the posts of those who have been let in again; returns their numbers.

        People are asked about posts that are later than `late` by now: `Overdue.ask_about_late`.
        """
        query = _held(Post.id).where(let_in.planned_by_them())
        if not self._database.finds(query):
            return []
        with self._database.transaction() as session:
            posts = session.scalars(query.with_for_update(of=Post)).all()
            _put(session, posts, Status.PENDING)
            ask_late(session, late, Post.id.in_(posts))  # before a publisher takes one
            return list(posts)

    def publish(self, post_id: int, scope: Scope, *, by: int | None = None) -> int:
        """All held posts of this one's owner go out: as planned, or now if their time has passed.

        Returns how many.
        """
        with self._database.transaction() as session:
            if settled := count_changed_by(session, by):
                return settled
            held = _of_same_owner(session, post_id, scope)
            for post in held:
                due = func.greatest(Post.next_attempt_at, func.now())
                out = {"status": Status.PENDING, "next_attempt_at": due, "vouched_at": func.now()}
                set_values(post, by, {**out, **NO_ERROR})
            return len(held)

    def drop(self, post_id: int, scope: Scope, *, by: int | None = None) -> tuple[int, list[str]]:
        """Delete them instead; returns how many, and their media files, to be removed."""
        with self._database.transaction() as session:
            if settled := count_changed_by(session, by):
                return settled, []
            return drop_all(session, _of_same_owner(session, post_id, scope), by)


def _held(column: InstrumentedAttribute[int]) -> Select[int]:
    return select(column).where(Post.status == Status.HELD)


def _put(session: Session, posts: Iterable[int], status: Status) -> None:
    session.execute(update(Post).where(Post.id.in_(posts)).values(status=status, **UNSTAGED))


def _of_same_owner(session: Session, post_id: int, scope: Scope) -> Sequence[Post]:
    """Whatever has become of the one that is named."""
    owner = select(Post.owner_id).where(Post.id == post_id, scope.contains_post())
    return session.scalars(
        select(Post)
        .where(
            Post.status == Status.HELD,
            Post.owner_id == owner.scalar_subquery(),
            scope.contains_post(),
        )
        .order_by(Post.next_attempt_at)
        .with_for_update(of=Post)
    ).all()
