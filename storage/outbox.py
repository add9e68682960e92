"""What people are to hear, from the transaction that caused it until it was delivered."""

import logging
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.dml import ReturningInsert

from storage.database import Repository
from storage.models import Account, Notice, Post
from storage.trail import event

log = logging.getLogger(__name__)

OWNER = "owner"
ADMIN = "admin"
CHAT = "chat"
"""The one that the notice names."""

BLOCKED = "blocked"
"""Why a notice is parked whose chat takes no messages at the moment."""


class NoticeKind(StrEnum):
    """What a notice is about."""

    PUBLISHED = "published"
    RETRYING = "retrying"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    """Not confirmed yet; the platform is being read."""
    ASKED = "asked"
    """Reading did not settle it: is it live?"""
    PREFLIGHT = "preflight"
    """An hour ahead: what would keep it from being published."""
    LATE = "late"
    """It would be hours late, after a pause or an outage: publish it all the same?"""
    HAND_OVER = "hand_over"
    """It is its owner's to publish by hand: the files, the caption, and whether they did."""
    HAND_OVER_REMINDER = "hand_over_reminder"
    """Handed over a day ago, and nobody has said what became of it."""
    DELETED_BY_ADMIN = "deleted_by_admin"
    """The admin has deleted another person's post."""
    RESTORED_BY_ADMIN = "restored_by_admin"
    """The admin has undone that."""
    NOT_YET = "not_yet"
    """It is due, and waits for something of ours that comes back."""
    POSTPONED = "postponed"
    """Its account has published as much or as lately as it should: it goes out by itself later."""
    PAUSED = "paused"
    """A person wants the account of their planned posts to pause."""
    WAITING = "waiting"
    """It is due, and its account pauses."""
    QUEUE_IS_EMPTY = "queue_is_empty"
    """It was the last one planned for an account with slots of its own."""
    RESTORED = "restored"
    """All this comes out of a backup, which does not know what has happened since."""
    BACKUP_FAILED = "backup_failed"
    ACCOUNT_PAUSED = "account_paused"
    LOGIN = "login"
    """A login has asked a person something, or what was asked stands otherwise by now."""
    BLOCKED = "blocked"
    """A person's chat takes no messages; theirs are kept until it does."""
    UNDELIVERABLE = "undeliverable"
    """One message was refused for good."""
    APPROVAL_ASKED = "approval_asked"
    """It waits for an approval: its card, for those who may give it."""
    TEAM_CARDS = "team_cards"
    """Something has become of it: its cards in other chats say so."""
    APPROVAL_SOON = "approval_soon"
    """It is due within the hour, and not approved."""
    NOT_APPROVED = "not_approved"
    """Its minute has come without an approval: it is not published."""
    APPROVED = "approved"
    DECLINED = "declined"
    CHANGE_ASKED = "change_asked"
    """A client would like it to be changed first."""
    NOTE = "note"
    """Somebody has left a note beside it."""
    HELD = "held"
    """A person may not plan any more: what is to become of the posts that they planned?"""
    JOINED = "joined"
    """Somebody has come by an invitation."""
    DEAD_LETTER = "dead_letter"
    """Something that a person sent could not be handled, however often it was tried."""
    ORPHANED = "orphaned"
    """Posts are planned for an account for which nobody publishes."""
    ACCOUNT_REMOVED = "account_removed"
    """Posts are planned for an account that somebody has removed."""
    ACCOUNT_CHECKED = "account_checked"
    """Whether an account works, for whoever asked."""
    ADMIN_CHAT_MOVED = "admin_chat_moved"
    """It is a supergroup now, and the setting names the group that it was."""
    DATABASE_WAS_AWAY = "database_was_away"
    SECOND_POLLER = "second_poller"
    """Somebody else fetches this bot's updates."""
    DISK_TROUBLE = "disk_trouble"
    """A person's file could not be saved."""
    MEDIA_AWAY = "media_away"
    """The media folder is not there, and posts wait for it."""
    CLOCK = "clock"
    """A clock is wrong by more than a minute."""
    SWEEP = "sweep"
    """A publisher does not look for what is due, or there is none."""
    OVERDUE = "overdue"
    """Posts should long be out, and nothing known holds them up."""
    DISK = "disk"
    """A disk is nearly full."""
    SILENT = "silent"
    """A process gives no sign of life."""
    ENDING = "ending"
    """A session, or the key of the media store, is about to end."""
    ALERT_OVER = "alert_over"
    """What an alert told is well again."""
    ERROR = "error"
    """Something that nobody foresaw, outside of any update."""


NO_TROUBLE = frozenset({NoticeKind.HELD, NoticeKind.JOINED, NoticeKind.LOGIN})
"""Of what the admin hears, all else has an id that stands in the log as well."""

FOR_THE_GROUP = frozenset({NoticeKind.PUBLISHED, NoticeKind.FAILED, NoticeKind.ASKED})
"""What the team's group of the account hears as well."""


def notify(
    session: Session,
    kind: NoticeKind,
    *audiences: str,
    post_id: int | None = None,
    account_id: int | None = None,
    chat_id: int | None = None,
    **detail: Any,
) -> list[Notice]:
    """Write down what an owner, the admin or both are to hear, together with what has caused it.

    Args:
        chat_id: the one that the audience CHAT is.
    """
    if ADMIN in audiences and kind not in NO_TROUBLE:
        detail["event"] = event()
        about = {"post": post_id, "account": account_id}
        fields = {name: value for name, value in about.items() if value is not None}
        fields["event"] = detail["event"]
        log.info("the admin chat is told: %s", kind, extra=fields)
    notices = [
        Notice(
            audience=audience,
            kind=kind,
            post_id=post_id,
            account_id=account_id,
            chat_id=chat_id,
            detail=dict(detail),
        )
        for audience in audiences
    ]
    session.add_all(notices)
    if kind in FOR_THE_GROUP and OWNER in audiences:
        session.execute(for_the_group(kind, select(Post.id).where(Post.id == post_id)))
    return notices


def for_the_group(kind: NoticeKind, posts: Select[int]) -> ReturningInsert[int]:
    """Tell the groups in which these posts are shown, besides the chats that they come from."""
    told = (
        select(literal(CHAT), Account.group_chat_id, literal(kind.value), Post.id)
        .join_from(Post, Account)
        .where(Post.id.in_(posts), Account.group_chat_id != Post.chat_id)
    )
    columns = ["audience", "chat_id", "kind", "post_id"]
    return insert(Notice).from_select(columns, told).returning(Notice.id)


def notify_both(
    session: Session, kind: NoticeKind, post_id: int, error_class: str | None, **detail: Any
) -> None:
    """The same of a post for its owner and the admin, with the reason."""
    detail["error_class"] = error_class
    notify(session, kind, OWNER, ADMIN, post_id=post_id, **detail)


class Outbox(Repository):
    def chats(self, admin_chat_id: int) -> list[int]:
        """The chats for which something is due."""
        notices = select(_chat(admin_chat_id)).select_from(Notice).outerjoin(Notice.post)
        return self._all(notices.where(waits_now()).distinct())

    def next_of(self, chat_id: int, admin_chat_id: int) -> Notice | None:
        """The oldest notice for a chat, once it is due: a later one never overtakes it."""
        with self._database.single() as session:
            first = (
                select(Notice.id)
                .outerjoin(Notice.post)
                .where(is_undelivered(), _chat(admin_chat_id) == chat_id)
                .order_by(Notice.id)
                .limit(1)
                .correlate(None)
            )
            rows = session.execute(
                select(Notice, Notice.not_before <= func.now())
                .where(Notice.id == first.scalar_subquery())
                .options(joinedload(Notice.post).joinedload(Post.media))
            )
            notice, is_due = rows.unique().one_or_none() or (None, False)
            return notice if is_due else None

    def begin(self, notice_id: int) -> None:
        """Note that it is about to be sent: after a crash, it may have arrived."""
        self._update(notice_id, sending_at=func.now())

    def note_given(self, notice_id: int, count: int) -> None:
        """So many parts of a notice of several messages were taken: they are not sent again."""
        with self._database.transaction() as session:
            notice = session.get_one(Notice, notice_id)
            notice.detail = {**notice.detail, "given": count}

    def mark_sent(self, notice_id: int) -> None:
        """The other side has taken it."""
        self._update(notice_id, sent_at=func.now(), attempts=Notice.attempts + 1)

    def postpone(self, notice_id: int, delay: timedelta, *, arrived: bool = False) -> None:
        """It could not be delivered now; try again after `delay`.

        With `arrived` it may have arrived all the same.
        """
        doubt = {} if arrived else {"sending_at": None}
        due = func.now() + delay
        self._update(notice_id, not_before=due, attempts=Notice.attempts + 1, **doubt)

    def park(self, notice_id: int, reason: str) -> None:
        """It cannot be delivered at all, and is kept for whoever looks. The admin hears of it."""
        with self._database.transaction() as session:
            notice = session.get_one(Notice, notice_id)
            notice.parked_reason, notice.attempts = reason, notice.attempts + 1
            if notice.audience != ADMIN:
                kind = NoticeKind.UNDELIVERABLE
                notify(session, kind, ADMIN, post_id=notice.post_id, error_class=reason)

    def park_chat(self, chat_id: int, reason: str) -> None:
        """Keep all that waits for a person whose chat takes nothing. The admin hears of it once."""
        theirs, parked = _is_for(chat_id), Notice.parked_reason == BLOCKED
        with self._database.transaction() as session:
            known = session.scalar(select(Notice.id).where(theirs, parked).limit(1))
            taken = session.execute(
                update(Notice)
                .where(theirs, is_undelivered())
                .values(parked_reason=BLOCKED)
                .returning(Notice.post_id)
            ).scalars()
            post_id = next(iter(sorted(number for number in taken if number is not None)), None)
            if known is None and post_id is not None:
                notify(session, NoticeKind.BLOCKED, ADMIN, post_id=post_id, error_class=reason)

    def parked_chats(self) -> set[int]:
        """The chats that took nothing when something was last sent to them."""
        chat = func.coalesce(Notice.chat_id, Post.chat_id)
        parked = select(chat).outerjoin(Notice.post).where(Notice.parked_reason == BLOCKED)
        return {*self._all(parked.distinct())}

    def release_chat(self, chat_id: int, admin_chat_id: int) -> None:
        """The chat takes messages again: what was kept for it is due."""
        theirs = _is_for(chat_id)
        if chat_id == admin_chat_id:
            theirs |= Notice.audience == ADMIN
        with self._database.single() as session:
            session.execute(
                update(Notice)
                .where(theirs, or_(Notice.parked_reason == BLOCKED, is_undelivered()))
                .values(parked_reason=None, not_before=func.now())
            )

    def alert(
        self, kind: NoticeKind, detail: dict[str, Any], *, at_most_every: timedelta = timedelta(0)
    ) -> None:
        """Tell the admin, unless they have heard the same within the given time."""
        with self._database.transaction() as session:
            recent = Notice.created_at > func.now() - at_most_every
            same = (Notice.audience == ADMIN) & (Notice.kind == kind)
            if session.scalar(select(Notice.id).where(same, recent).limit(1)) is None:
                notify(session, kind, ADMIN, **detail)

    def _update(self, notice_id: int, **values: object) -> None:
        with self._database.single() as session:
            session.execute(update(Notice).where(_is(notice_id)).values(**values))


def _is(notice_id: int) -> ColumnElement[bool]:
    return Notice.id == notice_id


def waits_now() -> ColumnElement[bool]:
    """Whether the notice at hand is due."""
    return is_undelivered() & (Notice.not_before <= func.now())


def is_undelivered() -> ColumnElement[bool]:
    """Whether the notice at hand is still to be delivered, now or later."""
    return Notice.sent_at.is_(None) & Notice.parked_reason.is_(None)


def _chat(admin_chat_id: int) -> ColumnElement[int]:
    """Where a notice goes: the admin's chat, one that it names, or that of its post."""
    named = func.coalesce(Notice.chat_id, Post.chat_id)
    return case((Notice.audience == ADMIN, admin_chat_id), else_=named)


def _is_for(chat_id: int) -> ColumnElement[bool]:
    """Whether a notice goes to this chat, whoever is the admin."""
    posts = select(Post.id).where(Post.chat_id == chat_id).scalar_subquery()
    to_owner = (Notice.audience == OWNER) & Notice.post_id.in_(posts)
    return or_(to_owner, (Notice.audience == CHAT) & (Notice.chat_id == chat_id))
