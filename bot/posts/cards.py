"""A post in words: in full at confirmation, as a card, and as a row of the list."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.accounts import of_account
from bot.keyboards import Action, actions
from bot.texts import label, say
from bot.texts.dates import clock_time, from_now, moment, short
from bot.texts.parts import shortened, with_names, with_signs
from publisher.caption import find_hashtags
from publisher.wiring import publishes_itself
from storage.approval_requests import is_unapproved
from storage.causes import Cause
from storage.hand_over import is_offered
from storage.lifecycle import CHANGEABLE, Status
from storage.models import Account, Content, Draft, Post
from storage.post_changes import PostNotFoundError, WrongStatusError, lacks_media
from storage.undone import UNDO_SPAN

STUCK = frozenset({Status.FAILED, Status.UNCONFIRMED, Status.HANDED_OVER})
"""Statuses that only a person can end."""

EXCERPT_CHARACTERS = 60
"""How much of a caption a row of the list shows."""

CARD_CHARACTERS = 300
"""The same on a card: a picture's caption has to leave room for the outcome as well."""

REASON_CHARACTERS = 120
"""Of the reason why it was declined, on a card; its owner is told all of it."""

PAST_ITS_TIME = frozenset({Status.UPLOADED, Status.FAILED, Status.HANDED_OVER, Status.DELETED})
"""What stays in the chat, where "a second ago" soon is wrong."""


def summary(post: Draft, language: str, now: datetime) -> str:
    """All answers, and the caption as it will stand on Instagram."""
    lines = [
        say(language, "summary_type", type=type_name(post, language)),
        say(language, "summary_time", time=shown_time(post, language, now)),
    ]
    if post.shows_text:
        caption, hashtags = post.caption, with_signs(post.hashtags or [])
        shown = caption or label(language, "no_caption")
        lines.append(say(language, "summary_caption", caption=with_names(shown)))
        none = "no_further_hashtags" if find_hashtags(caption or "") else "no_hashtags"
        shown = hashtags or label(language, none)
        lines.append(say(language, "summary_hashtags", hashtags=shown))
    elif post.caption or post.hashtags or post.suggested_caption:
        lines.append(say(language, "story_shows_no_text"))
    return "\n".join(lines)


def card(post: Post, language: str, accounts: Sequence[Account]) -> str:
    """What announces the plan, and where the post stands.

    `accounts`, here and below, are the active ones.
    """
    where = state(post, language)
    return say(
        language,
        "card",
        id=post.id,
        type=type_name(post, language),
        of_account=of_account(post.account, accounts, language),
        state=Markup(say(language, "card_published", link=post.link)) if post.link else where,  # noqa: S704
        reason=_reason(post, language),
        time=shown_time(post, language, datetime.now(UTC)),
        excerpt=excerpt(post, CARD_CHARACTERS),
    )


def card_buttons(post: Post, language: str) -> InlineKeyboardMarkup | None:
    """What can be done from the card, of that what makes sense where the post stands."""
    shown = [
        [(label(language, f"button_{key}"), action, post.id) for key, action in row]
        for row in _can_be_done(post)
    ]
    return actions(shown) if shown else None


def _can_be_done(post: Post) -> Sequence[Sequence[tuple[str, Action]]]:
    """Rows of (key of the label, what it does)."""
    undo = [[("undo", Action.UNDO)]] if is_undoable(post) else []
    if post.status is Status.DELETED:
        return undo
    if post.status is Status.UPLOADED:
        return [] if post.media_removed_at else [[("duplicate", Action.DUPLICATE)]]
    change, duplicate = ("change_post", Action.CHANGE), ("duplicate", Action.DUPLICATE)
    delete = ("delete", Action.DELETE_NOW)
    if is_unapproved(post):
        return [[("send_again", Action.TRY_AGAIN), change], [("delete", Action.DELETE_FOR_SURE)]]
    if lacks_media(post):
        return [[change], [("delete", Action.DELETE_FOR_SURE)]]
    if post.status in STUCK:
        return _can_settle(post)
    if post.status not in CHANGEABLE:
        return []
    if post.wall_time is None:  # it goes out right away
        return [[change, duplicate], [delete]]
    later, now = ("later", Action.LATER), ("publish_now", Action.PUBLISH_NOW)
    if post.status is Status.AWAITING_APPROVAL:
        return [*undo, [change, later], [duplicate, delete]]
    return [*undo, [change, later], [duplicate, delete], [now]]


def _can_settle(post: Post) -> Sequence[Sequence[tuple[str, Action]]]:
    """The buttons of a post that waits for a person, as below the message that says so."""
    drop, copy = ("drop", Action.DELETE_FOR_SURE), ("duplicate", Action.DUPLICATE)
    is_taken = is_offered(post) or post.error_class == Cause.NOT_POSTED
    take = [("hand_over", Action.HAND_OVER)] if is_taken else []
    if post.status is Status.HANDED_OVER:
        return [[("posted", Action.POSTED), ("not_today", Action.NOT_TODAY)]]
    if post.status is Status.UNCONFIRMED:
        again = [("publish_again", Action.TRY_AGAIN)] if post.asked_at is not None else []
        return [[("is_live", Action.IS_LIVE)], [*again, drop]]
    again = [("try_again", Action.TRY_AGAIN)] if publishes_itself(post.account) else []
    rows = [*again, *take], [("change_post", Action.CHANGE), copy]
    return [*filter(None, rows), [("delete", Action.DELETE_FOR_SURE)]]


def _reason(post: Post, language: str) -> Markup:
    """Why the post waits for a person, unless its state says so already."""
    is_told = post.error_class in (None, Cause.NOT_POSTED) or is_unapproved(post)
    if is_told or post.status not in (Status.FAILED, Status.UNCONFIRMED):
        return Markup("")
    return Markup("\n{}").format(label(language, f"reason_{post.error_class}"))


def is_undoable(post: Post) -> bool:
    """Whether what was done last can be undone: planned, changed or deleted within the minute."""
    now = datetime.now(UTC)
    if post.status is Status.DELETED:
        return post.undo_until is not None and post.undo_until > now
    if post.was is not None:
        is_recent = post.done_at is not None and post.done_at > now - UNDO_SPAN
        return post.status in CHANGEABLE and is_recent
    is_new = post.created_at is not None and post.created_at > now - UNDO_SPAN
    return post.status in CHANGEABLE and is_new and post.wall_time is not None


def farewell(post: Post, language: str) -> str:
    """That it is deleted, and what to do if it is live all the same."""
    return say(language, "deleted", id=post.id) + may_be_live(post, language)


def why_not(error: PostNotFoundError | WrongStatusError, post_id: int, language: str) -> str:
    """Why nothing can be changed about a post: where it stands."""
    if isinstance(error, PostNotFoundError):
        return say(language, "no_such_post", id=post_id)
    return say(language, f"too_late_{error.status}", id=post_id)


def may_be_live(post: Post, language: str) -> str:
    """What follows when a post was deleted while nobody knew whether it is live."""
    return " " + say(language, "deleted_in_doubt") if post.was_dropped_in_doubt else ""


def row(
    post: Post,
    language: str,
    now: datetime,
    zone: ZoneInfo,
    accounts: Sequence[Account],
    *,
    is_dated: bool = False,
    made_by: str | None = None,
) -> str:
    """Hour, number, type, state, how long from now, and the start of the caption or the link.

    Args:
        is_dated: the day stands before the hour.
        made_by: the name of whoever planned it, where others read it.
    """
    assert post.scheduled_time is not None
    is_over = post.status in PAST_ITS_TIME or _waits_for_account(post)
    distance = "" if is_over else from_now(language, post.scheduled_time, now, zone)
    return say(
        language,
        "list_row",
        id=post.id,
        type=type_name(post, language),
        of_account=of_account(post.account, accounts, language),
        time=short(language, post.scheduled_time, zone, now)
        if is_dated
        else clock_time(language, post.scheduled_time, zone),
        state=state(post, language),
        distance=(f" · {distance}" if distance else "")
        + (f" · {label(language, 'made_by', name=made_by)}" if made_by else ""),
        excerpt=Markup("\n{}").format(post.link) if post.link else excerpt(post),
    )


def draft_row(draft: Draft, place: int, language: str, now: datetime) -> str:
    """Its place in the list, type, time, and the start of the caption."""
    text = shortened(draft.caption or draft.suggested_caption or "", EXCERPT_CHARACTERS)
    what = [type_name(draft, language)] if draft.post_type else []
    what += [label(language, "draft_edits", id=draft.edits_post_id)] if draft.edits_post_id else []
    if draft.scheduled_time is not None:
        what.append(shown_time(draft, language, now))
    return say(
        language,
        "list_draft",
        id=place,
        what=Markup(" · ").join(what or [label(language, "draft_begun")]),
        excerpt=Markup("\n<i>{}</i>").format(with_names(text)) if text else Markup(""),
    )


def state(post: Post, language: str) -> str:
    """Where the post stands, as people say it."""
    if post.status is Status.PENDING and post.account.removed_at is not None:
        return label(language, "state_account_removed")
    if _waits_for_account(post):
        return label(language, "state_account_paused")
    if post.status is Status.PENDING and post.retry_count:
        return label(language, "state_retrying", count=post.retry_count)
    if post.status is Status.PENDING and post.postponed_at and post.next_attempt_at:
        time = short(language, post.next_attempt_at, ZoneInfo(post.timezone), datetime.now(UTC))
        return label(language, "state_postponed", time=time)
    if post.status is Status.PENDING and post.approved_at is not None:
        return label(language, "state_approved", name=post.decided_by or "")
    if is_unapproved(post):
        return _why_unapproved(post, language)
    is_kept = post.status is Status.FAILED and post.error_class == Cause.NOT_POSTED
    return label(language, "state_not_posted" if is_kept else f"state_{post.status}")


def _waits_for_account(post: Post) -> bool:
    """Whether it is due, and its account pauses."""
    account, now = post.account, datetime.now(UTC)
    if post.status is not Status.PENDING or not post.next_attempt_at or post.next_attempt_at > now:
        return False
    is_over = account.paused_until is not None and account.paused_until <= now
    return account.paused_reason is not None and not is_over


def _why_unapproved(post: Post, language: str) -> str:
    if post.error_class != Cause.DECLINED:
        return label(language, "state_not_approved")
    name = post.decided_by or ""
    if not post.approval_note:
        return label(language, "state_declined", name=name)
    reason = shortened(post.approval_note, REASON_CHARACTERS)
    return label(language, "state_declined_why", name=name, reason=reason)


def type_name(post: Content, language: str) -> str:
    return label(language, f"type_{post.post_type}")


def excerpt(post: Post, characters: int = EXCERPT_CHARACTERS) -> Markup:
    """The start of the caption, in italics and on a line of its own, if there is one."""
    text = shortened(post.caption or "", characters)
    return Markup("\n<i>{}</i>").format(with_names(text)) if text else Markup("")


def shown_time(post: Content, language: str, now: datetime) -> str:
    """The wall time with its zone, and how long from now, if it is not over and done with."""
    if post.scheduled_time is None or (post.wall_time is None and _is_new(post, now)):
        return label(language, "right_away")
    zone = ZoneInfo(post.timezone)
    when = moment(language, post.scheduled_time, zone, now)
    if isinstance(post, Post) and (post.status in PAST_ITS_TIME or _waits_for_account(post)):
        return when
    if not isinstance(post, Post) and post.scheduled_time <= now:
        return label(language, "draft_time_passed", time=when)
    return f"{when}, {from_now(language, post.scheduled_time, now, zone)}"


def _is_new(post: Content, now: datetime) -> bool:
    """Whether "now" was only just said."""
    if not isinstance(post, Post) or post.scheduled_time is None:
        return True
    if post.status is Status.AWAITING_APPROVAL:
        return True  # as soon as it is approved
    if post.status is not Status.PENDING or post.retry_count or _waits_for_account(post):
        return False
    return post.scheduled_time > now - timedelta(minutes=1)
