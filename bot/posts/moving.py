"""A planned post goes out at another time: by a button of its card, or in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from telegram import Update

from bot.context import Actor, Context
from bot.jobs import wake
from bot.keyboards import Choice
from bot.new_post import prompt
from bot.new_post.question import Moment
from bot.posts.answered import post_on
from bot.posts.card_message import end_undo_later
from bot.posts.changes import show_changed
from bot.posts.plan_news import news_of
from bot.slots import SLOT, offered
from bot.texts import dates, say
from bot.when import FARTHEST
from storage.models import Post


async def a_day_later(post_id: int, actor: Actor, context: Context) -> str | None:
    """The same time on the clock, on the next day; says why not if it is past or too far ahead."""
    post = await context.store.post(post_id, actor.scope)
    local = a_day_after(post)
    if why := unfit(local, post, actor.language):
        return why
    await move(post, local, actor, context)
    return None


def a_day_after(post: Post) -> datetime:
    """Its time on the clock, on the next day."""
    assert post.scheduled_time is not None
    return post.scheduled_time.astimezone(ZoneInfo(post.timezone)) + timedelta(days=1)


def unfit(local: datetime, post: Post, language: str) -> str | None:
    """Why it cannot be planned for this time, if it is past or too far ahead."""
    now = datetime.now(UTC)
    if local <= now:
        return say(language, "time_has_passed")
    if local <= now + FARTHEST:
        return None
    latest = dates.moment(language, now + FARTHEST, ZoneInfo(post.timezone), now)
    return say(language, "time_too_far", latest=latest)


async def move_to(
    post_id: int, actor: Actor, context: Context, value: str, update: Update | None
) -> str | None:
    """To the slot or time that a button names, in ISO with its offset, or to a day; says so."""
    post = await context.store.post(post_id, actor.scope)
    zone = await actor.zone(context.services, post.account)
    slot = offered(value, await prompt.moment_of(post, context, actor))
    value = slot.local.isoformat() if slot else value.removeprefix(SLOT)
    try:
        told = datetime.fromisoformat(value)
        local = told.astimezone(zone) if "T" in value else told.replace(tzinfo=zone)
    except (OverflowError, ValueError):  # forged
        return say(actor.language, "reply_not_understood")
    if "T" not in value and post.scheduled_time is not None:
        local = datetime.combine(local, post.scheduled_time.astimezone(zone).time(), zone)
    if why := unfit(local, post, actor.language):
        return why
    moved = await move(post, local, actor, context)
    query = update.callback_query if update else None
    if query is not None and post_on(query.message) is not None:
        return None  # the card says so
    return moved_to(moved, actor.language)


def as_choice(local: datetime, moment: Moment, language: str) -> Choice:
    """A time as people read it, and as a button carries it."""
    shown = dates.short(language, local, moment.zone, moment.now)
    return shown, local.isoformat(timespec="seconds")


async def move(post: Post, local: datetime | None, actor: Actor, context: Context) -> Post:
    """To a time on a clock, None is now; its card says so.

    Raises PostNotFoundError, WrongStatusError.
    """
    post = await context.store.reschedule(
        post.id,
        actor.scope,
        scheduled_time=None if local is None else local.astimezone(UTC),
        wall_time=None if local is None else local.replace(tzinfo=None).isoformat(),
        timezone=post.timezone if local is None else str(local.tzinfo),
        by=context.delivery.update_id,
        person_id=actor.id,
    )
    await show_changed(post, actor, context, await news_of(post, context))
    end_undo_later(post.id, context.application)
    await wake(context.application)
    return post


def moved_to(post: Post, language: str, *, stories: int = 1) -> str:
    """The sentence that names the new time, of one post or of so many stories in a row."""
    assert post.scheduled_time is not None
    if post.wall_time is None:
        return say(language, "moved_to_now", id=post.id)
    zone, now = ZoneInfo(post.timezone), datetime.now(UTC)
    time = dates.moment(language, post.scheduled_time, zone, now)
    if stories > 1:
        return say(language, "moved_stories", count=stories, time=time)
    return say(language, "moved", id=post.id, time=time)
