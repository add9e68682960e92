"""A post in words: in full at confirmation, as a card, and as a row of the list."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot.accounts import of_account
from bot.keyboards import Action, actions
from bot.texts import label, say
from bot.texts.dates import from_now, moment
from bot.texts.parts import shortened, with_names, with_signs
from publisher.caption import find_hashtags
from storage.lifecycle import Status
from storage.models import Account, Content, Draft, Post

EXCERPT_CHARACTERS = 60
"""Of a caption that stand in a row of the list."""

PAST_ITS_TIME = frozenset({Status.UPLOADED, Status.FAILED, Status.HANDED_OVER})
"""What stays in the chat, where "a second ago" soon is wrong."""


def summary(post: Draft, language: str, now: datetime) -> str:
    """All answers, and the caption as it will stand on Instagram."""
    lines = [
        say(language, "summary_type", type=type_name(post, language)),
        say(language, "summary_time", time=_time(post, language, now)),
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
    """What announces the plan. `accounts`, here and below, are the active ones."""
    return say(
        language,
        "card",
        id=post.id,
        type=type_name(post, language),
        of_account=of_account(post.account, accounts, language),
        time=_time(post, language, datetime.now(UTC)),
        excerpt=excerpt(post),
    )


def card_buttons(post: Post, language: str) -> InlineKeyboardMarkup | None:
    """What can be done from the card: a planned post can be deleted."""
    if post.status is not Status.PENDING:
        return None
    return actions([[(label(language, "button_delete"), Action.DELETE, post.id)]])


def farewell(post: Post, language: str) -> str:
    """That it is deleted, and what to do if it is live all the same."""
    return say(language, "deleted", id=post.id) + may_be_live(post, language)


def may_be_live(post: Post, language: str) -> str:
    """What follows when a post was deleted while nobody knew whether it is live."""
    return " " + say(language, "deleted_in_doubt") if post.was_dropped_in_doubt else ""


def row(post: Post, language: str, now: datetime, accounts: Sequence[Account]) -> str:
    """Number, type, time, state and the start of the caption."""
    return say(
        language,
        "list_row",
        id=post.id,
        type=type_name(post, language),
        of_account=of_account(post.account, accounts, language),
        time=_time(post, language, now),
        state=state(post, language),
        excerpt=excerpt(post),
    )


def state(post: Post, language: str) -> str:
    """Where the post stands, as people say it."""
    if post.status is Status.PENDING and post.retry_count:
        return label(language, "state_retrying", count=post.retry_count)
    is_kept = post.status is Status.FAILED and post.error_class == "not_posted"
    return label(language, "state_not_posted" if is_kept else f"state_{post.status}")


def type_name(post: Content, language: str) -> str:
    return label(language, f"type_{post.post_type}")


def excerpt(post: Post) -> Markup:
    """The start of the caption, in italics and on a line of its own, if there is one."""
    text = shortened(post.caption or "", EXCERPT_CHARACTERS)
    return Markup("\n<i>{}</i>").format(with_names(text)) if text else Markup("")


def _time(post: Content, language: str, now: datetime) -> str:
    """The wall time with its zone, and how long from now, if it is not over and done with."""
    if post.scheduled_time is None or (post.wall_time is None and _is_new(post, now)):
        return label(language, "right_away")
    zone = ZoneInfo(post.timezone)
    when = moment(language, post.scheduled_time, zone, now)
    if isinstance(post, Post) and post.status in PAST_ITS_TIME:
        return when
    return f"{when}, {from_now(language, post.scheduled_time, now)}"


def _is_new(post: Content, now: datetime) -> bool:
    """Whether "now" was only just said."""
    if not isinstance(post, Post) or post.scheduled_time is None:
        return True
    return post.status is Status.PENDING and post.scheduled_time > now - timedelta(minutes=1)
