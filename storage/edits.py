"""Changes of a planned post: possible while it waits, or has failed, each by one guarded write.

While somebody edits, the post stays planned as it was and goes out as it was. What was staged or
checked for the former content counts no longer. Who comes too late, because the post is being
published, is settled or deleted, gets WrongStatusError, which says where it stands.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from storage.approval_requests import ask, change_group, is_needed, replan
from storage.database import Repository, stored
from storage.draft_changes import begun, changed_draft, draft_of, fill, locked, new_post, parts
from storage.former import former
from storage.lifecycle import CHANGEABLE, Status
from storage.media import copied, files_of, unneeded
from storage.models import Draft, MediaItem, Post
from storage.outcomes import NO_ERROR
from storage.post_changes import (
    NOBODY_SINCE,
    TEXT,
    UNLESS_SPENT,
    WHEN,
    PostNotFoundError,
    WrongStatusError,
    as_done,
    owned,
    set_values,
    was_back_then,
    was_changed_by,
)
from storage.scope import Scope

EDITABLE = CHANGEABLE | {Status.FAILED}


class Edits(Repository):
    """What a user does takes their `scope`, and `by` the update that asks for it: see `Posts`."""

    def open(
        self,
        post_id: int,
        scope: Scope,
        *,
        owner_id: int,
        chat_id: int,
        language: str,
        question: str,
        by: int | None = None,
    ) -> Draft:
        """A draft of what the post is now, of the user who edits it; they are at it from now on.

        Raises PostNotFoundError, WrongStatusError.
        """
        with self._database.transaction() as session:
            if draft := changed_draft(session, by):
                return draft
            post = _changeable(session, post_id, scope)
            draft = draft_of(
                post,
                edits_post_id=post.id,
                owner_id=owner_id,
                chat_id=chat_id,
                language=language,
                question=question,
                last_update_id=by,
            )
            if chat_id != post.chat_id:
                draft.caption_message_id = None
            return begun(session, draft)

    def duplicate(
        self,
        post_id: int,
        scope: Scope,
        *,
        owner_id: int,
        chat_id: int,
        language: str,
        question: str,
        by: int | None = None,
    ) -> Draft:
        """A draft of the same content, without a time: another post of the user who asks for it.

        Raises PostNotFoundError, also when the post's media are gone.
        """
        with self._database.transaction() as session:
            if draft := changed_draft(session, by):
                return draft
            post = owned(session, post_id, scope)
            if not post.media:
                raise PostNotFoundError(post_id)
            draft = draft_of(
                post,
                owner_id=owner_id,
                chat_id=chat_id,
                language=language,
                question=question,
                last_update_id=by,
                caption_message_id=None,
                scheduled_time=None,
                wall_time=None,
            )
            return begun(session, draft)

    def part(self, draft_id: int, *, by: int | None = None) -> Draft:
        """The post has moved on: its draft becomes a new one, without a time.

        Raises DraftGoneError.
        """
        with self._database.transaction() as session:
            draft = locked(session, draft_id)
            draft.last_update_id = by or draft.last_update_id
            draft.edits_post_id = draft.scheduled_time = draft.wall_time = None
            draft.schedules_when_ready = False
            return stored(session, draft)

    def apply(
        self, draft_id: int, scope: Scope, *, by: int | None = None
    ) -> tuple[Post, list[str]]:
        """The draft replaces all that the post is; returns it, and the files that are free now.

        Its card is the post's from then on, in the post's own chat; one in another chat, in which
        somebody else has edited it, is not. Of stories in a row the post becomes the first.

        Raises DraftGoneError, StillPreparingError, PostNotFoundError, WrongStatusError; the draft
        stays then.
        """
        with self._database.transaction() as session:
            done = select(Post).where(Post.last_update_id == by)
            if by is not None and (applied := session.scalars(done).first()):
                return applied, []
            draft = locked(session, draft_id)
            post = _changeable(session, draft.edits_post_id, scope)
            given_up, before = files_of([*post.media, *draft.media]), former(post)
            was_given_by = post.caption_message_id
            post.media.clear()
            session.flush()  # the positions are taken until then
            first, *further = parts(draft)
            giver = post.caption_message_id if post.caption == draft.caption else None
            fill(post, draft)
            group = post.account.group_chat_id
            post.account_id, post.account = draft.account_id, draft.account
            elsewhere = draft.chat_id != post.chat_id
            post.media.extend(copied(first, elsewhere=elsewhere))
            if elsewhere:
                post.caption_message_id = giver
            elif not draft.is_guided and draft.prompt_message_id is not None:
                post.card_message_id, post.card_has_picture = draft.prompt_message_id, True
            did = as_done(draft.owner_id, post)
            if before is not None and post.wall_time is not None and not further:
                session.add(before)
                session.flush()
                did["was"] = {"draft": before.id, "caption_message_id": was_given_by}
            when = planned_for(post.scheduled_time)
            change_plan(session, post, scope, by, **AS_NEW, **when, **did)
            session.flush()
            change_group(session, post, group)
            for media in further:
                another = new_post(session, draft, by)
                another.media.extend(copied(media))
                if is_needed(draft, scope.approves):
                    ask(session, another)
            session.delete(draft)
            return stored(session, post), unneeded(session, given_up)

    def reschedule(
        self,
        post_id: int,
        scope: Scope,
        *,
        scheduled_time: datetime | None,
        wall_time: str | None,
        timezone: str,
        by: int | None = None,
        person_id: int | None = None,
    ) -> Post:
        """Another time; without a wall time it is due now, as for a draft.

        One that has failed is planned again, with all its attempts. Raises PostNotFoundError,
        WrongStatusError.
        """
        when = scheduled_time if wall_time else func.now()
        return self._write(
            post_id,
            scope,
            by,
            person_id,
            WHEN if wall_time else (),
            wall_time=wall_time,
            timezone=timezone,
            **planned_for(when),
        )

    def rewrite(
        self,
        post_id: int,
        scope: Scope,
        *,
        caption: str,
        hashtags: Sequence[str],
        given_by: tuple[int, int] | None = None,
        by: int | None = None,
        person_id: int | None = None,
    ) -> Post:
        """Another caption and other hashtags.

        One that has failed is planned again only if its time lies ahead. Raises PostNotFoundError,
        WrongStatusError.

        Args:
            given_by: the chat and the number of the person's message that gives the caption, if
                not the one before; one in another chat than the post's is not followed.
        """
        giver: dict[str, Any] = {}
        if given_by is not None:
            chat_id, message_id = given_by
            giver["caption_message_id"] = case((Post.chat_id == chat_id, message_id))
        values = {"caption": caption, "hashtags": list(hashtags), **giver}
        return self._write(post_id, scope, by, person_id, TEXT, **values)

    def given_by(self, message_id: int, *, owner_id: int, chat_id: int) -> Post | None:
        """The post that has its caption, or else one of its media, from this message of the user.

        A copy has its media from it as well: the first one counts, and a deleted one the least.
        """
        theirs = (Post.owner_id == owner_id, Post.chat_id == chat_id)
        caption = select(Post).where(*theirs, Post.caption_message_id == message_id)
        media = select(Post).join(MediaItem, MediaItem.post_id == Post.id)
        media = media.where(*theirs, MediaItem.position == message_id)
        is_there, is_gone = Post.status != Status.DELETED, Post.status == Status.DELETED
        with self._database.single() as session:
            for query in (caption.where(is_there), media.where(is_there), caption.where(is_gone)):
                post = session.scalars(query.order_by(Post.id).limit(1)).one_or_none()
                if post is not None:
                    return post
            return None

    def _write(
        self,
        post_id: int,
        scope: Scope,
        by: int | None,
        person_id: int | None,
        replaced: Sequence[str],
        **values: Any,
    ) -> Post:
        with self._database.transaction() as session:
            if was_changed_by(session, post_id, by):
                return session.get_one(Post, post_id)
            post = _changeable(session, post_id, scope)
            again = UNLESS_SPENT if post.status is Status.FAILED else {}
            did = as_done(person_id, post, *replaced)
            if was_back_then(post, values.get("scheduled_time")):
                did = NOBODY_SINCE
            change_plan(session, post, scope, by, **values, **again, **did)
            return stored(session, post)


AS_NEW: dict[str, Any] = {
    "upload_id": case((Post.first_sent_at.is_(None), None), else_=UNLESS_SPENT["upload_id"])
}
"""Other media are uploaded under another id; but once something was sent under it, the platform
must know the post again by it."""


def due_at(when: Any) -> dict[str, Any]:
    """Due at this time, with all attempts."""
    return {"next_attempt_at": func.greatest(when, func.now()), "retry_count": 0, **NO_ERROR}


def planned_for(when: Any) -> dict[str, Any]:
    """Live at this time, with all attempts."""
    return {"scheduled_time": when, **due_at(when)}


def _changeable(session: Session, post_id: int | None, scope: Scope) -> Post:
    """The post, nobody else's until the transaction ends.

    Raises PostNotFoundError, WrongStatusError.
    """
    query = select(Post).where(Post.id == post_id, scope.contains_post())
    post = session.scalars(query.with_for_update(of=Post)).one_or_none()
    if post is None:
        raise PostNotFoundError(post_id)
    if post.status not in EDITABLE:
        raise WrongStatusError(post.status)
    return post


def change_plan(session: Session, post: Post, scope: Scope, by: int | None, **values: Any) -> None:
    """What was staged, checked or approved was what it was before."""
    post.revision += 1
    post.staged = post.staged_at = post.preflighted_at = post.postponed_at = None
    set_values(post, by, values)
    replan(session, post, scope, has_new_time="scheduled_time" in values)
