"""What a change of the plan means for its approval: needed, asked for, void, or not asked any more.

A post is approved as it is: whatever its author changes afterwards is to be approved anew, while a
change by somebody who may approve is as good as an approval of what was approved before.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import case, exists, func, null, or_, select, update
from sqlalchemy.orm import Session

from storage.causes import Cause
from storage.lifecycle import Status
from storage.models import (
    Account,
    ApprovalLink,
    Draft,
    Member,
    MemberAccount,
    MemberRole,
    Post,
    TeamCard,
)
from storage.outbox import ADMIN, CHAT, OWNER, NoticeKind, notify
from storage.outcomes import NO_ERROR
from storage.scope import AccountsGiven, Scope, is_among

APPROVERS = (MemberRole.OWNER, MemberRole.EDITOR)
"""Whoever has one of these roles may approve what is planned for the accounts given to them."""

REMINDED_AHEAD = timedelta(hours=1)
"""How long before its time people hear that a post is not approved yet."""

LIFE_WITHOUT_TIME = timedelta(days=1)
"""How long a post waits for its approval that goes out as soon as it has it."""

UNAPPROVED = frozenset({Cause.DECLINED, Cause.NOT_APPROVED})
"""Error classes of posts that failed because nobody approved them: never sent, and changeable."""


def is_needed(content: Draft | Post, approves: AccountsGiven) -> bool:
    """Whether what is planned there by somebody who `approves` these accounts is to be approved."""
    return content.account.needs_approval and not is_among(content.account_id, approves)


def is_unapproved(post: Post) -> bool:
    """Whether it failed because nobody approved it."""
    return post.status is Status.FAILED and post.error_class in UNAPPROVED


def ask(session: Session, post: Post) -> None:
    """It waits for an approval, as it is now; those who may approve get its card.

    Within the hour before its time, everybody hears at once that it has to be soon.
    """
    post.status, post.approved_by, post.approved_at = Status.AWAITING_APPROVAL, None, None
    post.approval_note = post.decided_by = post.error_class = post.error_message = None
    post.approval_asked_at, post.retry_count = func.now(), 0
    session.flush()
    is_ahead = Post.scheduled_time > func.now()
    until = case((is_ahead, Post.scheduled_time), else_=func.now() + LIFE_WITHOUT_TIME)
    is_soon = is_ahead & (Post.scheduled_time <= func.now() + REMINDED_AHEAD)
    session.execute(
        update(Post)
        .where(Post.id == post.id)
        .values(
            next_attempt_at=until, approval_reminded_at=case((is_soon, func.now()), else_=null())
        )
        .execution_options(synchronize_session=False)
    )
    session.refresh(post, ["next_attempt_at", "approval_reminded_at", "revision"])
    tell_approvers(session, post, NoticeKind.APPROVAL_ASKED, revision=post.revision)
    if post.approval_reminded_at is not None:
        notify(session, NoticeKind.APPROVAL_SOON, OWNER, post_id=post.id)


def replan(session: Session, post: Post, scope: Scope, *, has_new_time: bool) -> None:
    """It was changed: by its author, it waits for an approval anew; by an approver, it stays.

    One that failed because nobody approved it is sent again, once its time lies ahead.
    """
    has_failed = post.status is Status.FAILED
    if has_failed and not has_new_time and not _is_ahead(session, post):
        return
    if post.status is Status.AWAITING_APPROVAL or is_needed(post, scope.approves):
        ask(session, post)
        return
    if has_failed:
        plan_without_asking(post)
    refresh_cards(session, post)


def plan_without_asking(post: Post) -> None:
    """Somebody who may approve has decided that it goes out, at its time or now."""
    due = {"next_attempt_at": func.greatest(post.scheduled_time, func.now()), "retry_count": 0}
    values: dict[str, Any] = {"status": Status.PENDING, **due, **NO_ERROR, "decided_by": None}
    for column, value in values.items():
        setattr(post, column, value)
    post.approval_asked_at = post.approval_reminded_at = post.approval_note = None


def was_waiting(post: Post) -> bool:
    """Whether a post that was deleted waited for an approval."""
    return post.approval_asked_at is not None and post.approved_at is None


def tell_approvers(
    session: Session, post: Post, kind: NoticeKind, *, but: int | None = None, **detail: Any
) -> None:
    """In the team's group; without one in the admin chat, and whoever else may approve by oneself.

    A client who was asked hears it, too.

    Args:
        but: somebody who need not hear it.
    """
    account = session.get_one(Account, post.account_id)
    chats = [account.group_chat_id] if account.group_chat_id else _approvers(session, account.id)
    if account.group_chat_id is None:
        notify(session, kind, ADMIN, post_id=post.id, **detail)
    for chat_id in dict.fromkeys([*chats, *_clients(session, post.id)]):
        if chat_id not in (post.owner_id, but):
            notify(session, kind, CHAT, chat_id=chat_id, post_id=post.id, **detail)


def show_in_group(session: Session, post: Post) -> None:
    """The team's group of its account gets its card, unless it was planned there."""
    group = post.account.group_chat_id
    if group is not None and group != post.chat_id:
        told = {"revision": post.revision, "is_new": True}
        notify(session, NoticeKind.TEAM_CARDS, CHAT, chat_id=group, post_id=post.id, **told)


def change_group(session: Session, post: Post, former: int | None) -> None:
    """Its account is another one: its card leaves that one's group for the new one's."""
    if former == post.account.group_chat_id:
        return
    if former is not None:
        told = {"revision": post.revision, "has_left": True}
        notify(session, NoticeKind.TEAM_CARDS, CHAT, chat_id=former, post_id=post.id, **told)
    if post.status is not Status.AWAITING_APPROVAL:  # which is told where it is asked for
        show_in_group(session, post)


def refresh_cards(session: Session, post: Post) -> None:
    """Its cards in other chats say where the post stands now."""
    chats = select(TeamCard.chat_id).where(TeamCard.post_id == post.id).distinct()
    for chat_id in session.scalars(chats.order_by(TeamCard.chat_id)).all():
        told = {"revision": post.revision}
        notify(session, NoticeKind.TEAM_CARDS, CHAT, chat_id=chat_id, post_id=post.id, **told)


def _is_ahead(session: Session, post: Post) -> bool:
    ahead = select(Post.scheduled_time > func.now()).where(Post.id == post.id)
    return bool(session.scalar(ahead))


def _approvers(session: Session, account_id: int) -> list[int]:
    """People of the team who may approve for this account; their number is that of their chat."""
    theirs = (MemberAccount.user_id == Member.user_id, MemberAccount.account_id == account_id)
    reaches = or_(Member.role == MemberRole.OWNER, Member.all_accounts, exists().where(*theirs))
    query = select(Member.user_id).where(
        Member.role.in_(APPROVERS), Member.removed_at.is_(None), reaches
    )
    return list(session.scalars(query.order_by(Member.user_id)))


def _clients(session: Session, post_id: int) -> list[int]:
    """People from outside who have opened a link to this post that still counts."""
    query = select(ApprovalLink.used_by).where(
        ApprovalLink.post_id == post_id,
        ApprovalLink.used_by.is_not(None),
        ApprovalLink.withdrawn_at.is_(None),
        ApprovalLink.expires_at > func.now(),
    )
    return [person for person in session.scalars(query.distinct()) if person is not None]
