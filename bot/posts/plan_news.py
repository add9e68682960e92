"""What is said of a post that has just got its time: what is close to it, or what waits with it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardMarkup

from bot.context import Context
from bot.keyboards import Action, action_button
from bot.new_post.question import Moment
from bot.new_post.time_step import in_the_way
from bot.posts.cards import card_buttons
from bot.posts.series_cards import is_in_a_row, series_of, shares_card
from bot.slots import better_time, is_slot, nearby
from bot.texts import dates, say
from storage.lifecycle import CHANGEABLE
from storage.models import Post
from storage.slots import Calendar, Waiting


@dataclass(frozen=True)
class PlanNews:
    """Words below those of its card, and the card's buttons if there is one more than usual."""

    text: str = ""
    buttons: InlineKeyboardMarkup | None = None


NO_NEWS = PlanNews()


async def news_of(post: Post, context: Context) -> PlanNews:
    """Of a planned post whose card is about to be shown."""
    planned = post.scheduled_time
    if planned is None or post.wall_time is None or post.status not in CHANGEABLE:
        return NO_NEWS
    calendar, waiting = await asyncio.gather(
        context.store.calendar(post.account_id, but_post=post.id),
        context.store.queue_of(post.account_id),
    )
    language, zone, now = post.language, ZoneInfo(post.timezone), datetime.now(UTC)
    moment = Moment(now, zone, calendar=calendar)
    told = in_the_way(planned, language, moment)
    series = await series_of(post, context.store)
    if shares_card(post, series):
        crowded = "" if is_in_a_row(series) else _crowded(series, planned, calendar)
        return PlanNews(crowded + _queue(post, planned, calendar, waiting))
    if told is None:
        return PlanNews(_queue(post, planned, calendar, waiting))
    free, value = better_time(planned, moment)
    shown = dates.short(language, free, zone, now)
    usual = card_buttons(post, language)
    rows = [
        [action_button(shown, Action.MOVE, post.id, value)],
        *(usual.inline_keyboard if usual else ()),
    ]
    return PlanNews(f"{told} {say(language, 'crowded_post')}", InlineKeyboardMarkup(rows))


def _crowded(series: Sequence[Post], first: datetime, calendar: Calendar) -> str:
    """Which of them are close to posts of others, or to one another.

    Args:
        first: the time that the calendar leaves out.
    """
    taken = sorted([*calendar.taken, first])
    close = []
    for post in series:
        others = taken.copy()
        if post.scheduled_time in others:
            others.remove(post.scheduled_time)
        if nearby(post.scheduled_time, replace(calendar, taken=tuple(others))):
            close.append(str(post.id))
    posts = ", ".join(close)
    return "\n\n" + say(series[0].language, "series_nearby", posts=posts) if close else ""


def _queue(post: Post, planned: datetime, calendar: Calendar, waiting: Waiting) -> str:
    """What waits on the account, of a post in one of its slots that is not the only one."""
    zone = ZoneInfo(post.timezone)
    if not is_slot(planned, calendar, zone):
        return ""
    if waiting.last is None or waiting.count < 2:
        return ""
    day = dates.coming_day(post.language, waiting.last, zone, datetime.now(UTC))
    return "\n" + say(post.language, "queue_line", count=waiting.count, day=day)
