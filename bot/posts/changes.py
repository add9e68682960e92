"""What is done to a planned post from its card: changed, moved, published now, copied, undone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.access import scope_of
from bot.context import Actor, Context
from bot.jobs import wake
from bot.new_post import prompt
from bot.new_post.steps import LAST, ask, next_question
from bot.outbox import deliver, edit_card
from bot.posts.card_message import end_undo_later, send_card
from bot.texts import say
from bot.texts.dates import moment
from storage.draft_changes import DraftGoneError
from storage.models import Draft, Post
from storage.scope import Scope
from storage.undo import UndoIsOverError


async def change(post_id: int, actor: Actor, context: Context) -> None:
    """A draft of what the post is, which takes its place once it is planned."""
    await _begin(
        await context.store.open_edit(post_id, **await _for(actor, context)), actor, context
    )


async def duplicate(post_id: int, actor: Actor, context: Context) -> None:
    """Another draft of the same content, for which a time is chosen."""
    draft = await context.store.duplicate_post(post_id, **await _for(actor, context))
    await _begin(draft, actor, context)


async def _for(actor: Actor, context: Context) -> dict[str, Any]:
    return {
        "scope": await scope_of(actor, context.services),
        "owner_id": actor.id,
        "chat_id": actor.chat_id,
        "language": actor.language,
        "question": LAST.name,
        "by": context.delivery.update_id,
    }


async def _begin(draft: Draft, actor: Actor, context: Context) -> None:
    """Ask what is open about a draft that a button has opened, unless that was asked before."""
    if draft.prompt_message_id is None:
        await _ask(draft, actor, context)


async def _ask(draft: Draft, actor: Actor, context: Context) -> None:
    question = next_question(draft).name
    if draft.question != question:
        by = context.delivery.update_id
        draft = await context.store.answer(draft.id, question=question, by=by)
    await ask(draft, actor, context)


async def open_draft(draft_id: int, actor: Actor, context: Context) -> str | None:
    """Go on with one of one's drafts, by its card anew."""
    try:
        draft = await context.store.turn_to(draft_id, owner_id=actor.id)
        if draft.chat_id != actor.chat_id:
            raise DraftGoneError(draft_id)
        await prompt.close(draft, context)
        await context.store.remember_prompt(draft.id, None)
        draft.prompt_message_id = None
        await ask(draft, actor, context)
    except DraftGoneError:
        return say(actor.language, "draft_gone")
    return None


async def publish_now(post_id: int, actor: Actor, context: Context) -> None:
    scope = await scope_of(actor, context.services)
    post = await context.store.post(post_id, scope)
    await move(post, None, scope, context)


async def a_day_later(post_id: int, actor: Actor, context: Context) -> None:
    """The same time on the clock, on the next day."""
    scope = await scope_of(actor, context.services)
    post = await context.store.post(post_id, scope)
    assert post.scheduled_time is not None
    local = post.scheduled_time.astimezone(ZoneInfo(post.timezone))
    await move(post, local + timedelta(days=1), scope, context)


async def move_to(post_id: int, actor: Actor, context: Context, value: str) -> str:
    """To the time that a button names, in ISO with its offset; says so."""
    scope = await scope_of(actor, context.services)
    zone = await actor.zone(context.services)
    post = await context.store.post(post_id, scope)
    moved = await move(post, datetime.fromisoformat(value).astimezone(zone), scope, context)
    return moved_to(moved, actor.language)


async def move(post: Post, local: datetime | None, scope: Scope, context: Context) -> Post:
    """To a time on a clock, None is now; its card says so.

    Raises PostNotFoundError, WrongStatusError.
    """
    post = await context.store.reschedule(
        post.id,
        scope,
        scheduled_time=None if local is None else local.astimezone(UTC),
        wall_time=None if local is None else local.replace(tzinfo=None).isoformat(),
        timezone=post.timezone if local is None else str(local.tzinfo),
        by=context.delivery.update_id,
    )
    await edit_card(post, context.application)
    await wake(context.application)
    return post


def moved_to(post: Post, language: str) -> str:
    """The sentence that names the new time."""
    assert post.scheduled_time is not None
    if post.wall_time is None:
        return say(language, "moved_to_now", id=post.id)
    zone, now = ZoneInfo(post.timezone), datetime.now(UTC)
    return say(language, "moved", id=post.id, time=moment(language, post.scheduled_time, zone, now))


async def delete_now(post_id: int, actor: Actor, context: Context) -> None:
    """Without a question, but with a minute to undo it: both stand on the card."""
    scope, by = await scope_of(actor, context.services), context.delivery.update_id
    post = await context.store.delete_undoably(post_id, scope, by=by, person_id=actor.id)
    await _show(post, actor, context)
    await deliver(context.application)  # its owner, if the admin did it
    end_undo_later(post.id, context.application)


async def undo(post_id: int, actor: Actor, context: Context) -> str | None:
    """A deleted post is planned again; one that was just planned is a draft again."""
    scope, by = await scope_of(actor, context.services), context.delivery.update_id
    try:
        found = await context.store.undo(
            post_id, scope, question=LAST.name, by=by, person_id=actor.id
        )
    except UndoIsOverError:
        return say(actor.language, "undo_is_over")
    if isinstance(found, Draft):
        if found.is_guided:
            await prompt.close(found, context)
        await _ask(found, actor, context)
        return None
    await _show(found, actor, context)
    await deliver(context.application)
    await wake(context.application)
    return None


async def _show(post: Post, actor: Actor, context: Context) -> None:
    """Where the post stands, on its card; in the admin chat also by a message."""
    is_shown = await edit_card(post, context.application)
    if is_shown and post.chat_id == actor.chat_id:
        return
    await send_card(post, actor, context)


async def show(post_id: int, actor: Actor, context: Context) -> None:
    """The post's card anew, below everything else."""
    post = await context.store.post(post_id, await scope_of(actor, context.services))
    await send_card(post, actor, context, alone=True)
