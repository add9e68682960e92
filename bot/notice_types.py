"""Kinds of notices: which text each is, and what can be done about it below the message."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.keyboards import Action
from bot.posts.cards import excerpt, may_be_live
from storage.lifecycle import Status
from storage.models import Notice, Post
from storage.outbox import NoticeKind

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
    NoticeKind.ENDING: NoticeType(
        to_admin=lambda detail: "ending" if detail.get("account") else "ending_key"
    ),
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
        to_admin=lambda detail: "restored" if detail.get("count") else "restored_in_time",
        admin_can=(("button_pause_all", Action.PAUSE),),
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


def _what_is_over(detail: dict[str, Any]) -> str:
    over: str = detail["over"]
    if over == NoticeKind.SWEEP and not detail.get("process"):
        return "nobody_publishes"
    if over == NoticeKind.ENDING and not detail.get("account"):
        return "ending_key"
    return over
