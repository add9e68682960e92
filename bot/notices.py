"""What notices say, and the buttons below them: one table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.accounts import of_account
from bot.accounts.words import in_words
from bot.keyboards import Action, actions
from bot.posts.cards import excerpt, may_be_live, type_name
from bot.texts import label, say
from bot.texts.dates import from_now, moment, pace_in_words, span
from bot.texts.parts import enumerated, megabytes
from publisher.content import caption_of
from storage.hand_over import is_offered
from storage.lifecycle import Status
from storage.models import Account, Notice, Post
from storage.outbox import NoticeKind
from storage.pace import Pace

Buttons = tuple[tuple[str, Action], ...]
"""(key of the label, what it does)"""

TextKey = str | Callable[[dict[str, Any]], str]
"""The key of a text, without `result_` or `alert_`; or which one it is by the notice's detail."""


@dataclass(frozen=True)
class NoticeType:
    """What is said to a post's owner and to the admin, and what each can do about it."""

    to_owner: TextKey | None = None
    to_admin: TextKey | None = None
    owner_can: Buttons = ()
    admin_can: Buttons = ()
    as_owner: bool = False
    """Which of the two an owner who is the admin gets: the owner's says more."""
    ending: Callable[[Post], str] | None = None
    """What follows the text for the owner."""
    gives_files: bool = False
    """The owner gets the post's files and caption before it."""
    leaves_card: bool = False
    """It says nothing new of its post, and what the card may have been told stays there."""
    for_team: bool = False
    """What others than its owner get is for whoever approves: see `approval_cards.py`."""
    on_account: bool = False
    """It is told on the account's card: see `accounts/checked.py`."""
    told_while: Status | None = None
    """Untrue, and so not told, once the post stands elsewhere."""


MOST = 10
"""Sentences of one message."""

TRY_OR_DELETE: Buttons = (
    ("button_try_again", Action.TRY_AGAIN),
    ("button_delete", Action.DELETE_FOR_SURE),
)
SEND_AGAIN: Buttons = (
    ("button_send_again", Action.TRY_AGAIN),
    ("button_change_post", Action.CHANGE),
    ("button_delete", Action.DELETE_FOR_SURE),
)
"""Of a post that nobody has approved."""
HAND_OVER: Buttons = (("button_hand_over", Action.HAND_OVER),)
"""Shown while its account pauses until a person resumes it."""
HAND_OVER_ROW = ("button_hand_over_row", Action.HAND_OVER)
POSTED_OR_NOT: Buttons = (("button_posted", Action.POSTED), ("button_not_today", Action.NOT_TODAY))
LIVE_OR_NOT: Buttons = (
    ("button_is_live", Action.IS_LIVE),
    ("button_publish_again", Action.TRY_AGAIN),
    ("button_drop", Action.DELETE_FOR_SURE),
)

NOTICES: Mapping[NoticeKind, NoticeType] = {
    NoticeKind.PUBLISHED: NoticeType("published", as_owner=True),
    NoticeKind.RETRYING: NoticeType("retrying", "retrying"),
    NoticeKind.FAILED: NoticeType(
        *("failed", "failed", (*TRY_OR_DELETE, *HAND_OVER), TRY_OR_DELETE), as_owner=True
    ),
    NoticeKind.UNCONFIRMED: NoticeType(
        lambda detail: f"unconfirmed{'_paused' if detail.get('paused') else ''}",
        "unconfirmed",
        owner_can=(LIVE_OR_NOT[0], LIVE_OR_NOT[2]),
        as_owner=True,
    ),
    NoticeKind.ASKED: NoticeType(*("asked", "asked", LIVE_OR_NOT, LIVE_OR_NOT), as_owner=True),
    NoticeKind.PREFLIGHT: NoticeType("preflight", owner_can=HAND_OVER, as_owner=True),
    NoticeKind.LATE: NoticeType(
        "late",
        owner_can=(
            ("button_publish_late", Action.PUBLISH_LATE),
            ("button_drop_late", Action.DROP_LATE),
            *HAND_OVER,
        ),
        as_owner=True,
    ),
    NoticeKind.HAND_OVER: NoticeType(
        "hand_over",
        owner_can=POSTED_OR_NOT,
        as_owner=True,
        gives_files=True,
        told_while=Status.HANDED_OVER,
    ),
    NoticeKind.HAND_OVER_REMINDER: NoticeType(
        "hand_over_reminder", owner_can=POSTED_OR_NOT, as_owner=True, told_while=Status.HANDED_OVER
    ),
    NoticeKind.DELETED_BY_ADMIN: NoticeType(
        "deleted_by_admin",
        ending=lambda post: may_be_live(post, post.language) + str(excerpt(post)),
    ),
    NoticeKind.RESTORED_BY_ADMIN: NoticeType("restored_by_admin"),
    NoticeKind.NOT_YET: NoticeType("not_yet"),
    NoticeKind.POSTPONED: NoticeType(
        lambda detail: f"postponed{'_several' if detail.get('count', 1) > 1 else ''}",
        as_owner=True,
    ),
    NoticeKind.PAUSED: NoticeType(
        lambda detail: f"paused{'_until' if detail.get('until') else ''}",
        as_owner=True,
        leaves_card=True,
    ),
    NoticeKind.WAITING: NoticeType("waiting", owner_can=HAND_OVER),
    NoticeKind.QUEUE_IS_EMPTY: NoticeType("queue_is_empty", as_owner=True, leaves_card=True),
    NoticeKind.ACCOUNT_PAUSED: NoticeType(
        to_admin=lambda detail: (
            "paused_for_good" if detail.get("seconds") is None else "account_paused"
        ),
        admin_can=(("button_resume", Action.RESUME),),
    ),
    NoticeKind.LOGIN: NoticeType(),
    NoticeKind.ACCOUNT_REMOVED: NoticeType("account_removed", leaves_card=True),
    NoticeKind.ACCOUNT_CHECKED: NoticeType(on_account=True),
    NoticeKind.APPROVAL_ASKED: NoticeType(for_team=True),
    NoticeKind.TEAM_CARDS: NoticeType(for_team=True),
    NoticeKind.APPROVAL_SOON: NoticeType(
        "approval_soon", as_owner=True, for_team=True, told_while=Status.AWAITING_APPROVAL
    ),
    NoticeKind.NOT_APPROVED: NoticeType(
        "not_approved",
        owner_can=SEND_AGAIN,
        as_owner=True,
        for_team=True,
        told_while=Status.FAILED,
    ),
    NoticeKind.APPROVED: NoticeType(
        lambda detail: f"approved{'_several' if detail.get('count', 1) > 1 else ''}",
        as_owner=True,
    ),
    NoticeKind.DECLINED: NoticeType(
        lambda detail: "declined_why" if detail.get("reason") else "declined",
        owner_can=SEND_AGAIN,
        as_owner=True,
    ),
    NoticeKind.CHANGE_ASKED: NoticeType(
        "change_asked", owner_can=SEND_AGAIN[1:], as_owner=True, for_team=True
    ),
    NoticeKind.NOTE: NoticeType("note", as_owner=True),
    NoticeKind.HELD: NoticeType(
        to_admin="held",
        admin_can=(
            ("button_publish_held", Action.PUBLISH_HELD),
            ("button_drop_held", Action.DROP_HELD),
        ),
    ),
    NoticeKind.JOINED: NoticeType(to_admin="joined"),
    NoticeKind.SWEEP: NoticeType(
        to_admin=lambda detail: "sweep" if detail.get("process") else "nobody_publishes"
    ),
    NoticeKind.OVERDUE: NoticeType(to_admin="overdue"),
    NoticeKind.DISK: NoticeType(to_admin="disk"),
    NoticeKind.SILENT: NoticeType(to_admin="silent"),
    NoticeKind.ALERT_OVER: NoticeType(to_admin=lambda detail: f"over_{_what_is_over(detail)}"),
    NoticeKind.CLOCK: NoticeType(
        to_admin=lambda detail: (
            f"{detail['error_class']}_{'ahead' if detail['seconds'] > 0 else 'behind'}"
        )
    ),
    NoticeKind.BLOCKED: NoticeType(to_admin="blocked"),
    NoticeKind.UNDELIVERABLE: NoticeType(to_admin="undeliverable"),
    NoticeKind.DEAD_LETTER: NoticeType(to_admin="dead_letter"),
    NoticeKind.RESTORED: NoticeType(
        to_admin=lambda detail: "restored" if detail.get("count") else "restored_in_time"
    ),
    NoticeKind.BACKUP_FAILED: NoticeType(to_admin="backup_failed"),
    NoticeKind.ORPHANED: NoticeType(to_admin="orphaned"),
    NoticeKind.ADMIN_CHAT_MOVED: NoticeType(to_admin="admin_chat_moved"),
    NoticeKind.DATABASE_WAS_AWAY: NoticeType(to_admin="database_was_away"),
    NoticeKind.SECOND_POLLER: NoticeType(to_admin="second_poller"),
    NoticeKind.DISK_TROUBLE: NoticeType(to_admin="disk_trouble"),
    NoticeKind.MEDIA_AWAY: NoticeType(to_admin="media_away"),
    NoticeKind.ERROR: NoticeType(to_admin="error"),
}
"""One row for each kind that storage writes."""


def type_of(notice: Notice) -> NoticeType:
    return NOTICES[NoticeKind(notice.kind)]


def result(notice: Notice, post: Post, accounts: Sequence[Account]) -> str:
    """What the owner hears: the link, or a plain sentence on what went wrong.

    Args:
        accounts: the active ones; the post's is named if it is not the only one.
    """
    language, kind, detail = post.language, type_of(notice), notice.detail
    error_class = detail.get("error_class")
    told = say(
        language,
        f"result_{_key(kind.to_owner, detail)}",
        id=post.id,
        type=type_name(post, language),
        link=post.link or "",
        count=detail.get("count", 1),
        account=post.account.name,
        of_account=of_account(post.account, accounts, language),
        early=_early(post, language),
        copy=label(language, "hand_over_copy") if caption_of(post) else "",
        links=_candidates(notice, language),
        excerpt=excerpt(post),
        reason=label(language, f"reason_{error_class}") if error_class else "",
        wait=span(language, detail.get("seconds") or 0),
        time=_told_time(notice, "until", post),
        last=_told_time(notice, "last", post),
        pace=_pace(notice, language),
        offer=label(language, "offered_by_hand") if _is_offered_alone(detail) else "",
        name=detail.get("name") or "",
        note=detail.get("reason") or "",
        distance=_distance(post, language),
    )
    return told + (kind.ending(post) if kind.ending else "")


def alert(notice: Notice, language: str, accounts: Sequence[Account]) -> str:
    """What the admin hears: a sentence for each thing that is told at one go, and the id that
    stands in the log as well."""
    each = notice.detail.get("alerts") or [{}]
    told = [_alert(notice, {**notice.detail, **one}, language, accounts) for one in each[:MOST]]
    if more := len(each[MOST:]):
        told.append(say(language, "alert_and_more", count=more))
    event = notice.detail.get("event")
    return "\n".join(told + ([say(language, "alert_event", event=event)] if event else []))


def _alert(
    notice: Notice, detail: dict[str, Any], language: str, accounts: Sequence[Account]
) -> str:
    """Post number, error class, the plain sentence."""
    post = notice.post
    error_class = detail.get("error_class", "")
    about = notice.account or (post.account if post else None)
    return say(
        language,
        f"alert_{_key(type_of(notice).to_admin, detail)}",
        id=notice.post_id or "",
        account=notice.account.name if notice.account else detail.get("account", ""),
        of_account=of_account(post.account, accounts, language) if post else "",
        process=process_name(detail.get("process"), detail.get("host", ""), language),
        free=megabytes(detail.get("free", 0)),
        floor=megabytes(detail.get("floor", 0)),
        posts=enumerated(language, detail.get("posts", [])),
        error_class=error_class,
        reason=detail.get("reason") or in_words(error_class, about, language),
        told=label(language, "dead_letter_told" if detail.get("told") else "dead_letter_untold"),
        host=detail.get("host", ""),
        person=str(detail.get("person", "")),
        name=detail.get("name") or str(detail.get("person", "")),
        role=label(language, f"role_{detail['role']}") if "role" in detail else "",
        count=detail.get("count", 1),
        wait=span(language, abs(detail.get("seconds") or 0)),
        excerpt=excerpt(post) if post else "",
    )


def process_name(kind: str | None, host: str, language: str) -> Markup:
    """Such as 'the publisher on attic'."""
    return Markup(say(language, f"process_{kind}", host=host)) if kind else Markup("")  # noqa: S704


def _what_is_over(detail: dict[str, Any]) -> str:
    is_nobodys = detail["over"] == NoticeKind.SWEEP and not detail.get("process")
    return "nobody_publishes" if is_nobodys else detail["over"]


def owners_buttons(notice: Notice, post: Post) -> InlineKeyboardMarkup | None:
    """What the owner can do about it, below the message."""
    shown = type_of(notice).owner_can
    if not is_offered(post):
        shown = tuple(button for button in shown if button not in HAND_OVER)
    elif notice.detail.get("count", 1) > 1:  # of several posts, it takes the one that is named
        shown = tuple(HAND_OVER_ROW if button in HAND_OVER else button for button in shown)
    return _buttons(shown, post.id, post.language)


def admins_buttons(notice: Notice, language: str) -> InlineKeyboardMarkup | None:
    """What the admin can: the same as owners, who may be away, and what is theirs alone."""
    return _buttons(type_of(notice).admin_can, notice.post_id or notice.account_id or 0, language)


def _buttons(buttons: Buttons, about: int, language: str) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    return actions([[(label(language, key, id=about), action, about)] for key, action in buttons])


def _key(key: TextKey | None, detail: dict[str, Any]) -> str:
    assert key is not None, "nobody writes such a notice to them"
    return key if isinstance(key, str) else key(detail)


def _distance(post: Post, language: str) -> str:
    time = post.scheduled_time
    return "" if time is None else from_now(language, time, datetime.now(UTC))


def _early(post: Post, language: str) -> str:
    """When a post was planned for that its owner has before that."""
    now = datetime.now(UTC)
    if post.scheduled_time is None or post.scheduled_time <= now:
        return ""
    time = moment(language, post.scheduled_time, ZoneInfo(post.timezone), now)
    return label(language, "hand_over_early", time=time)


def _told_time(notice: Notice, which: str, post: Post) -> str:
    """When the first, or the last, of what has to wait goes out."""
    if not notice.detail.get(which):
        return ""
    told, zone = datetime.fromisoformat(notice.detail[which]), ZoneInfo(post.timezone)
    return moment(post.language, told, zone, datetime.now(UTC))


def _is_offered_alone(detail: dict[str, Any]) -> bool:
    return bool(detail.get("offered")) and detail.get("count", 1) == 1


def _pace(notice: Notice, language: str) -> str:
    detail = notice.detail
    gap = timedelta(seconds=detail.get("seconds") or 0)
    return pace_in_words(language, Pace(detail.get("cap"), gap))


def _candidates(notice: Notice, language: str) -> Markup:
    """Where the owner should look, if there is something that may be the post."""
    links = Markup("\n").join(notice.detail.get("links") or [])
    return Markup(say(language, "asked_links", links=links)) if links else Markup("")  # noqa: S704
