"""What is done from the card of posts that were made at one go, to all of them that allow it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.context import Actor, Context
from bot.jobs import wake
from bot.new_post.steps import CARD, SERIES, ask
from bot.posts.card_edits import edit_card
from bot.posts.card_message import end_undo_later
from bot.posts.moving import a_day_after, unfit
from bot.posts.outdated import take_off, take_off_undone
from bot.posts.undoing import undone
from bot.texts import say
from storage.lifecycle import CHANGEABLE
from storage.models import Draft, Post
from storage.post_changes import PostNotFoundError, WrongStatusError
from storage.undone import UndoIsOverError


async def move(series_id: int, local: datetime | None, actor: Actor, context: Context) -> Post:
    """All that wait, to a time on a clock, None is now; returns the first of them.

    Raises PostNotFoundError, WrongStatusError.
    """
    meant = local.tzinfo if local is not None else None
    zone = meant if isinstance(meant, ZoneInfo) else await actor.zone(context.services)
    posts = await context.store.reschedule_series(
        series_id,
        actor.scope,
        scheduled_time=None if local is None else local.astimezone(UTC),
        wall_time=None if local is None else local.replace(tzinfo=None).isoformat(),
        timezone=zone.key,
        by=context.delivery.update_id,
        person_id=actor.id,
    )
    await _show(posts, context)
    end_undo_later(posts[0].id, context.application)
    await wake(context.application)
    return posts[0]


async def a_day_later(series_id: int, actor: Actor, context: Context) -> str | None:
    """The same time on the clock, on the next day; says why not if that is past or too far ahead.

    Raises PostNotFoundError, WrongStatusError.
    """
    posts = await context.store.series_posts(series_id, actor.scope)
    first = next((post for post in posts if post.status in CHANGEABLE), None)
    if first is None:
        raise WrongStatusError(posts[-1].status) if posts else PostNotFoundError(series_id)
    local = a_day_after(first)
    if why := unfit(local, first, actor.language):
        return why
    await move(series_id, local, actor, context)
    return None


async def delete(series_id: int, actor: Actor, context: Context) -> None:
    """With a minute to undo it. Raises PostNotFoundError, WrongStatusError."""
    scope, by = actor.scope, context.delivery.update_id
    posts = await context.store.delete_series(series_id, scope, by=by, person_id=actor.id)
    await _show(posts, context)
    end_undo_later(posts[0].id, context.application)


async def undo(series_id: int, actor: Actor, context: Context) -> str | None:
    """What was deleted is planned again, what was moved as it was; just planned, drafts again.

    Raises PostNotFoundError.
    """
    scope, by = actor.scope, context.delivery.update_id
    questions = (CARD.name, SERIES.name)
    try:
        found = await context.store.undo_series(series_id, scope, questions=questions, by=by)
    except UndoIsOverError as error:  # its button has outlived a restart
        await edit_card(error.post, context.application)
        return say(actor.language, "undo_is_over")
    if isinstance(found, Draft):
        await take_off_undone(series_id, context.application, is_series=True)
        await ask(found, actor, context)
        return None
    await _show(found, context, undone(found))
    await wake(context.application)
    return None


async def _show(posts: Sequence[Post], context: Context, told: str = "") -> None:
    """Where they stand, on their card; other messages about them lose what they offer no more."""
    await edit_card(posts[0], context.application, told=told)
    for post in posts[1:]:
        await take_off(post, context.application)
