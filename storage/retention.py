"""What is forgotten once nobody needs it: in batches, so that nothing waits long for a lock."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select

from storage.account_forms import FormStep
from storage.database import Database, Repository
from storage.draft_changes import discarded, is_open
from storage.lifecycle import Status
from storage.media import give_up
from storage.models import (
    AccountForm,
    Alert,
    ApprovalLink,
    Draft,
    Incoming,
    Invitation,
    LoginQuestion,
    Notice,
    Post,
)
from storage.outbox import NoticeKind, is_undelivered

BATCH_ROWS = 1000
"""Rows forgotten in one transaction."""
BATCH_POSTS = 200
"""The same of posts, with all that hangs on them."""

UPDATES_KEPT = timedelta(days=3)
"""How long the number of an update is known: Telegram repeats them for a day at the most."""
DEAD_LETTERS_KEPT = timedelta(days=30)
"""How long what could not be handled is kept for whoever looks into it: people have sent it."""
TOLD_KEPT = timedelta(days=30)
"""How long what was told, asked and answered, or offered as a link is kept after its end."""
UNDELIVERED_KEPT = timedelta(days=90)
"""How long messages wait for somebody who has blocked the bot."""

SETTLED = (Status.UPLOADED, Status.DELETED)


class Retention(Repository):
    """Files are to be removed once a method has returned: nobody names them any more."""

    def forget_media(self, published_before: timedelta) -> list[str]:
        """Give up the media of posts live for longer than this; returns the files to remove."""
        files, batch = [], self._forget_some_media(published_before)
        while batch is not None:
            files += batch
            batch = self._forget_some_media(published_before)
        return files

    def forget_history(self, older_than: timedelta) -> tuple[int, list[str]]:
        """Forget posts that were published or deleted longer ago than this.

        Returns how many, and their files to remove.
        """
        count, last, files = 0, 0, list[str]()
        while batch := self._forget_some_posts(older_than, last):
            ids, theirs = batch
            count, last, files = count + len(ids), max(ids), files + theirs
        return count, files

    def discard_drafts(self, idle: timedelta) -> list[str]:
        """Throw away drafts untouched for `idle`; returns the files to remove.

        Those that were thrown away that long ago are forgotten.
        """
        forget(self._database, Draft, _was(Draft.discarded_at, idle))
        files, batch = [], self._discard_some_drafts(idle)
        while batch is not None:
            files += batch
            batch = self._discard_some_drafts(idle)
        return files

    def forget_talk(self) -> int:
        """Forget what was handled, told, asked and offered; returns how many rows."""
        return (
            self.forget_updates(UPDATES_KEPT, DEAD_LETTERS_KEPT)
            + sum(forget(self._database, row, condition) for row, condition in _is_over())
            + self._forget_forms()
        )

    def forget_updates(self, handled: timedelta, dead_letters: timedelta) -> int:
        """Forget what was handled, and dead letters that came, this long ago; returns how many.

        Of what was handled only the numbers are left, of dead letters all that was sent.
        """
        is_dead = Incoming.dead_letter_reason.is_not(None)
        given_up = is_dead & _was(Incoming.received_at, dead_letters)
        return forget(self._database, Incoming, or_(_was(Incoming.handled_at, handled), given_up))

    def _forget_some_media(self, published_before: timedelta) -> list[str] | None:
        with self._database.transaction() as session:
            posts = session.scalars(
                select(Post)
                .where(
                    Post.published_at.is_not(None),
                    Post.media_removed_at.is_(None),
                    _was(Post.published_at, published_before),
                )
                .limit(BATCH_POSTS)
                .with_for_update(skip_locked=True, of=Post)
            ).all()
            for post in posts:
                post.media_removed_at = func.now()
            return give_up(session, *posts) if posts else None

    def _discard_some_drafts(self, idle: timedelta) -> list[str] | None:
        with self._database.transaction() as session:
            drafts = session.scalars(
                select(Draft)
                .where(is_open(), _was(Draft.updated_at, idle))
                .limit(BATCH_POSTS)
                .with_for_update(skip_locked=True, of=Draft)
            ).all()
            return discarded(session, drafts) if drafts else None

    def _forget_some_posts(
        self, older_than: timedelta, last: int
    ) -> tuple[list[int], list[str]] | None:
        """Behind the post `last`: each look begins where the one before has ended."""
        age = func.coalesce(Post.published_at, Post.updated_at)
        with self._database.transaction() as session:
            posts = session.scalars(
                select(Post)
                .where(Post.id > last, Post.status.in_(SETTLED), _was(age, older_than), _is_free())
                .order_by(Post.id)
                .limit(BATCH_POSTS)
                .with_for_update(skip_locked=True, of=Post)
            ).all()
            if not posts:
                return None
            ids = [post.id for post in posts]
            files = give_up(session, *posts)
            session.execute(delete(Notice).where(Notice.post_id.in_(ids)))
            session.execute(delete(Post).where(Post.id.in_(ids)))
            return ids, files

    def _forget_forms(self) -> int:
        """One of each person in each chat, at the most: no batches."""
        done = (AccountForm.step == FormStep.DONE) & _was(AccountForm.expires_at, TOLD_KEPT)
        with self._database.single() as session:
            gone = delete(AccountForm).where(done).returning(AccountForm.step)
            return len(session.scalars(gone).all())


def forget(database: Database, row: Any, condition: ColumnElement[bool]) -> int:
    """Delete all rows to which the condition applies, in the order of their numbers."""
    count, last = 0, 0
    while True:
        some = select(row.id).where(row.id > last, condition).order_by(row.id).limit(BATCH_ROWS)
        with database.single() as session:
            batch = some.with_for_update(skip_locked=True).cte("batch")
            gone = delete(row).where(row.id == batch.c.id).returning(row.id)
            ids = session.scalars(gone.add_cte(batch)).all()
        if not ids:
            return count
        count, last = count + len(ids), max(ids)


def _is_over() -> list[tuple[Any, ColumnElement[bool]]]:
    """What is over, and when it is forgotten."""
    still_told = exists().where(Post.id == Notice.post_id, Post.status.not_in(SETTLED))
    told = _was(Notice.sent_at, TOLD_KEPT) & (Notice.kind != NoticeKind.QUEUE_IS_EMPTY)
    undelivered = Notice.parked_reason.is_not(None) & _was(Notice.created_at, UNDELIVERED_KEPT)
    return [
        (Alert, _was(Alert.withdrawn_at, TOLD_KEPT)),
        (Notice, (told | undelivered) & ~still_told),
        (LoginQuestion, _was(LoginQuestion.settled_at, TOLD_KEPT)),
        (Invitation, _was(Invitation.expires_at, TOLD_KEPT)),
        (ApprovalLink, _was(ApprovalLink.expires_at, TOLD_KEPT)),
    ]


def _is_free() -> ColumnElement[bool]:
    """Whether the post at hand is looked at, told of, or changed by nobody."""
    return (
        Post.next_check_at.is_(None)
        & Post.undo_until.is_(None)
        & ~exists().where(Notice.post_id == Post.id, is_undelivered())
        & ~exists().where(Draft.edits_post_id == Post.id)
    )


def _was(moment: Any, span: timedelta) -> ColumnElement[bool]:
    """Whether that was longer ago than `span`."""
    ago: ColumnElement[bool] = moment < func.now() - span
    return ago
