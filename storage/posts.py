"""Planned posts as people see and change them. Whose post it is, is part of every question."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    delete,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from storage.approval_requests import is_needed, is_unapproved, refresh_cards, replan
from storage.causes import Cause
from storage.database import Repository, stored
from storage.lifecycle import DELETABLE, PLANNED, Status
from storage.media import ELSEWHERE, NAMES, files_of, give_up
from storage.models import (
    Account,
    Alert,
    CurrentDraft,
    Draft,
    LoginQuestion,
    MediaItem,
    Notice,
    Post,
    TeamCard,
)
from storage.outbox import NoticeKind
from storage.outcomes import NO_DOUBT, NO_ERROR
from storage.post_changes import (
    UNLESS_SPENT,
    WrongStatusError,
    as_done,
    change,
    count_changed_by,
    drop_all,
    is_live,
    owned,
    set_values,
    tell_of_admin,
    was_changed_by,
)
from storage.scope import EVERYBODY, Scope

TRIED_AGAIN = frozenset({Status.FAILED, Status.UNCONFIRMED})

COUNTED = 1000
"""Of what is live, at the most: nobody needs to know how many more there are."""


class Posts(Repository):
    """What a person does takes their `scope`: a post outside of it does not exist for them.

    `by` is the update that asks for a change. If the same one comes again, after a crash, the
    change is not made once more, and the method returns as it did the first time.
    """

    def get(self, post_id: int, scope: Scope) -> Post:
        """One post with its media. Raises PostNotFoundError."""
        with self._database.single() as session:
            return owned(session, post_id, scope, lock=False)

    def ask_to_delete(self, post_id: int, scope: Scope) -> Post:
        """Note that somebody is asked whether it is to be deleted; see `asked_to_delete`.

        Raises PostNotFoundError, or WrongStatusError when it cannot be.
        """
        with self._database.transaction() as session:
            post = owned(session, post_id, scope)
            if post.status not in DELETABLE:
                raise WrongStatusError(post.status)
            post.delete_asked_at = func.now()
            return stored(session, post)

    def keep(self, post_id: int, scope: Scope) -> None:
        """That question is answered: it is not deleted."""
        with self._database.single() as session:
            kept = update(Post).where(Post.id == post_id, scope.contains_post())
            session.execute(kept.values(delete_asked_at=None))

    def asked_to_delete(self, scope: Scope) -> list[Post]:
        """The posts of which that was asked within the last hour, and not answered since."""
        query = select(Post).where(
            scope.contains_post(),
            Post.status.in_(DELETABLE),
            Post.delete_asked_at > func.now() - timedelta(hours=1),
        )
        return self._all(query)

    def planned(self, scope: Scope) -> list[Post]:
        """All posts that are not settled yet, the next one first."""
        query = (
            select(Post)
            .where(scope.contains_post(), Post.status.in_(PLANNED))
            .order_by(Post.scheduled_time, Post.id)
        )
        return self._all(query)

    def page(
        self,
        scope: Scope,
        statuses: Collection[Status],
        *,
        offset: int = 0,
        limit: int,
        before: Collection[Status] = (),
        reader: int | None = None,
    ) -> tuple[list[Post], int]:
        """Some of the posts in these statuses by their time, and how many there are in all.

        Nothing and 0 from an offset that lies behind the last one.

        Args:
            before: statuses that come before all others.
            reader: whom others' posts that were declined do not concern.
        """
        which = scope.contains_post() & Post.status.in_(statuses) & _concerns(reader)
        order = Post.status.not_in(before), Post.scheduled_time, Post.id
        found = select(Post).where(which).order_by(*order).offset(offset).limit(limit)
        return self._counted(found, select(Post.id).where(which))

    def published(self, scope: Scope, *, offset: int = 0, limit: int) -> tuple[list[Post], int]:
        """The same of those that are live, the latest first; of what follows, `COUNTED` count."""
        which = scope.contains_post() & Post.published_at.is_not(None)
        order = Post.published_at.desc(), Post.id.desc()
        found = select(Post).where(which).order_by(*order).offset(offset).limit(limit)
        return self._counted(found, select(Post.id).where(which).limit(offset + COUNTED + 1))

    def _counted(self, found: Select[Post], all_of_them: Select[int]) -> tuple[list[Post], int]:
        count = select(func.count()).select_from(all_of_them.subquery()).scalar_subquery()
        with self._database.transaction() as session:
            rows = session.execute(found.add_columns(count)).all()
            return [post for post, _ in rows], rows[0][1] if rows else 0

    def count(
        self, scope: Scope, statuses: Collection[Status], *, reader: int | None = None
    ) -> int:
        """How many of the posts are in these statuses; see `page`."""
        which = scope.contains_post() & Post.status.in_(statuses) & _concerns(reader)
        with self._database.single() as session:
            return session.scalars(select(func.count(Post.id)).where(which)).one()

    def delete(
        self,
        post_id: int,
        scope: Scope,
        *,
        by: int | None = None,
        person_id: int | None = None,
    ) -> tuple[Post, list[str]]:
        """Delete the post; returns it, and its media files, to be removed.

        The owner hears of it when the admin does that, unless `person_id` says that they are one.

        Raises PostNotFoundError, or WrongStatusError when it is being sent, or live.
        """
        with self._database.transaction() as session:
            if was_changed_by(session, post_id, by):
                return session.get_one(Post, post_id), []
            post = owned(session, post_id, scope)
            if post.status not in DELETABLE:
                raise WrongStatusError(post.status)
            files = give_up(session, post)
            set_values(post, by, as_done(person_id, post))
            _drop(post)
            refresh_cards(session, post)
            tell_of_admin(session, NoticeKind.DELETED_BY_ADMIN, post, scope, person_id)
            return stored(session, post), files

    def move_chat(self, old: int, new: int, *, is_admins: bool = False) -> None:
        """The chat has another number now; messages of the old one cannot be changed any more.

        Nor are they edited by people: messages of the new one have the same numbers once more.

        Args:
            is_admins: what the admin is told, and asked of a login, was said there.
        """
        moved = {"chat_id": new, "thread_id": None, "caption_message_id": None}
        there = select(CurrentDraft.owner_id).where(CurrentDraft.chat_id == new)
        old_ones = CurrentDraft.chat_id == old
        with self._database.transaction() as session:
            for media, kind in ((MediaItem.draft_id, Draft), (MediaItem.post_id, Post)):
                theirs = update(MediaItem).where(media.in_(select(kind.id).filter_by(chat_id=old)))
                session.execute(theirs.values(position=MediaItem.position - ELSEWHERE))
            posts = update(Post).where(Post.chat_id == old)
            session.execute(posts.values(card_message_id=None, **moved))
            drafts = update(Draft).where(Draft.chat_id == old)
            session.execute(
                drafts.values(prompt_message_id=None, progress_message_id=None, **moved)
            )
            session.execute(delete(CurrentDraft).where(old_ones, CurrentDraft.owner_id.in_(there)))
            session.execute(update(CurrentDraft).where(old_ones).values(chat_id=new))
            shown_there = update(Account).where(Account.group_chat_id == old)
            session.execute(shown_there.values(group_chat_id=new))
            session.execute(delete(TeamCard).where(TeamCard.chat_id == old))
            session.execute(update(Notice).where(Notice.chat_id == old).values(chat_id=new))
            if is_admins:
                session.execute(update(Alert).values(message_id=None))
                session.execute(update(LoginQuestion).values(message_id=None))

    def try_again(self, post_id: int, scope: Scope, *, by: int | None = None) -> Post:
        """A failed or unconfirmed post is due at once, with all its attempts.

        Under the same upload id, so that the platform knows it again if it was there after all.
        One that nobody approved goes to the approvers again, or, if an approver says so, out at
        its time.

        Raises PostNotFoundError or WrongStatusError.
        """
        with self._database.transaction() as session:
            if was_changed_by(session, post_id, by):
                return session.get_one(Post, post_id)
            post = owned(session, post_id, scope)
            if post.status in TRIED_AGAIN and _goes_to_approvers(post, scope):
                set_values(post, by, {**NO_DOUBT, **UNLESS_SPENT})
                replan(session, post, scope, has_new_time=True)
                return stored(session, post)
            return change(
                session,
                post_id,
                scope,
                by,
                TRIED_AGAIN,
                **_due_now(scope),
                **NO_DOUBT,
                **UNLESS_SPENT,
            )

    def confirm_live(self, post_id: int, scope: Scope, *, by: int | None = None) -> Post:
        """Its owner has seen the unconfirmed post on the platform.

        Raises PostNotFoundError or WrongStatusError.
        """
        with self._database.transaction() as session:
            return change(session, post_id, scope, by, {Status.UNCONFIRMED}, **is_live())

    def publish_late(self, post_id: int, scope: Scope, *, by: int | None = None) -> int:
        """This post and all others of its chat that a pause has made late are due at once.

        Returns how many. Raises PostNotFoundError.
        """
        with self._database.transaction() as session:
            if settled := count_changed_by(session, by):
                return settled
            late = _late_with(session, post_id, scope)
            for post in late:
                set_values(post, by, _due_now(scope))
            return len(late)

    def drop_late(
        self, post_id: int, scope: Scope, *, by: int | None = None
    ) -> tuple[int, list[str]]:
        """Delete them instead; returns how many, and their media files, to be removed.

        Raises PostNotFoundError.
        """
        with self._database.transaction() as session:
            if settled := count_changed_by(session, by):
                return settled, []
            return drop_all(session, _late_with(session, post_id, scope), by)

    def media_files(self) -> set[str]:
        """The names of all media files that some draft or post still needs."""
        with self._database.single() as session:
            return {name for row in session.execute(select(*NAMES)) for name in row if name}

    def planned_media(self) -> set[str]:
        """The names of the files that a publisher, or who publishes by hand, may need."""
        unsent = PLANNED - {Status.HELD, Status.FAILED}
        needed = select(MediaItem).join(Post).where(Post.status.in_(unsent))
        return set(files_of(self._all(needed)))


def _concerns(reader: int | None) -> ColumnElement[bool]:
    """What was declined is its owner's, to change or delete."""
    if reader is None:
        return true()
    return or_(Post.error_class.is_distinct_from(Cause.DECLINED), Post.owner_id == reader)


def _late_with(session: Session, post_id: int, scope: Scope) -> Sequence[Post]:
    """What `Overdue.ask_about_late` has put before the owner of this post, in its chat."""
    asked = owned(session, post_id, scope, lock=False)
    return session.scalars(
        select(Post)
        .where(
            Post.chat_id == asked.chat_id,
            Post.owner_id == asked.owner_id,
            scope.contains_post(),
            Post.status == Status.FAILED,
            Post.error_class == Cause.LATE,
        )
        .with_for_update(of=Post)
    ).all()


def _goes_to_approvers(post: Post, scope: Scope) -> bool:
    """Whether it failed without an approval, came out of a backup without one, or was planned
    before its account asked for one."""
    return is_unapproved(post) or (
        post.approved_at is None
        and is_needed(post, scope.approves)
        and post.error_class != Cause.LATE
    )


def _due_now(scope: Scope) -> dict[str, Any]:
    """With all attempts. An admin who has somebody's post go out has decided that it does."""
    vouched = {"vouched_at": func.now()} if scope.owners is EVERYBODY else {}
    due = {"status": Status.PENDING, "next_attempt_at": func.now(), "retry_count": 0}
    return {**due, "postponed_at": None, **NO_ERROR, **vouched}


def _drop(post: Post) -> None:
    """Deleted; that it may be live is kept, for whoever is told of it later."""
    was_in_doubt, asked_at = post.status is Status.UNCONFIRMED, post.asked_at
    set_values(post, None, {**NO_DOUBT, "status": Status.DELETED})
    post.asked_at = (asked_at or func.now()) if was_in_doubt else None
