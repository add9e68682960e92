"""What notices say, and the buttons below them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.accounts import of_account
from bot.accounts.words import in_words
from bot.keyboards import actions
from bot.notice_types import HAND_OVER, HAND_OVER_ROW, Buttons, TextKey, type_of
from bot.posts.cards import excerpt, type_name
from bot.texts import label, say
from bot.texts.dates import day, from_now, moment, pace_in_words, span
from bot.texts.parts import enumerated, megabytes
from publisher.content import caption_of
from storage.hand_over import is_offered
from storage.lifecycle import Status
from storage.models import Account, Notice, Post
from storage.pace import Pace

MOST = 10
"""Sentences of one message."""


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
        others=_others(detail.get("others", 0), language),
        wait=span(language, abs(detail.get("seconds") or 0)),
        excerpt=excerpt(post) if post else "",
        until=_day_of_end(detail.get("until"), language),
    )


def _others(count: int, language: str) -> str:
    """What a restored bot does not ask about, since it waits for a word anyway."""
    return label(language, "restored_others", count=count) if count else ""


def _day_of_end(told: str | None, language: str) -> str:
    now = datetime.now(UTC)
    return day(language, datetime.fromisoformat(told), now) if told else ""


def process_name(kind: str | None, host: str, language: str) -> Markup:
    """Such as 'the publisher on attic'."""
    return Markup(say(language, f"process_{kind}", host=host)) if kind else Markup("")  # noqa: S704


def owners_buttons(notice: Notice, post: Post) -> InlineKeyboardMarkup | None:
    """What the owner can do about it, below the message."""
    shown = type_of(notice).owner_can
    # its account pauses: it is given back right after that was written
    comes_back = notice.detail.get("offered") and post.status is Status.CLAIMED
    if not (is_offered(post) or comes_back):
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
