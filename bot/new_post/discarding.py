"""A draft is thrown away; from its card that can be undone for a minute."""

from contextlib import suppress
from typing import cast

from telegram import InlineKeyboardMarkup, Update

from bot.context import Actor, AnyApp, Context, actor_of
from bot.jobs import NEVER_SKIPPED
from bot.keyboards import Tap, choices, decode
from bot.new_post import card_message, preparing, prompt, series
from bot.new_post.steps import ask
from bot.posts.card_message import UNDO_ENDS
from bot.texts import label, say
from storage.draft_changes import DraftGoneError
from storage.models import Draft

RESTORE = "restore"
"""What the button does; no question has that name."""


async def discard(draft: Draft, actor: Actor, context: Context) -> None:
    await prompt.close(draft, context)
    await preparing.remove_progress(draft, context)
    by = context.delivery.update_id
    with suppress(DraftGoneError):
        if draft.is_guided:
            await context.store.remove_files(await context.store.discard_draft(draft.id, by=by))
        else:
            await context.store.discard_undoably(draft.id, by=by)
        await say_discarded(draft, actor, context)


async def say_discarded(draft: Draft, actor: Actor, context: Context) -> None:
    """On its card, if it has one, with a button that undoes it."""
    sentence = say(actor.language, "cancelled")
    if draft.edits_post_id is not None:
        sentence = say(actor.language, "changes_discarded", id=draft.edits_post_id)
    if draft.is_guided:
        await context.bot.send_message(draft.chat_id, sentence)
        return
    await card_message.end(draft, sentence, context, _undo(draft, actor.language))
    _end_undo_later(draft, sentence, context.application)
    if draft.series_id is not None:
        await series.go_on(draft.series_id, actor, context)


def _end_undo_later(draft: Draft, sentence: str, application: AnyApp) -> None:
    queue = application.job_queue
    assert queue is not None
    queue.run_once(_end_undo, UNDO_ENDS, data=(draft, sentence), job_kwargs=NEVER_SKIPPED)


async def restore(update: Update, context: Context) -> None:
    """The button on the card of a draft that was thrown away."""
    actor = actor_of(update, context.services)
    query = update.callback_query
    assert query is not None
    tap = cast(Tap, decode(query.data))
    draft = await _restored(tap.post_id, actor, context)
    await prompt.acknowledge(update, None if draft else label(actor.language, "undo_is_over"))
    if draft is not None:
        with suppress(DraftGoneError):
            await ask(draft, actor, context)


async def restore_last(draft_id: int, actor: Actor, context: Context) -> None:
    """The same in words. Does nothing if the minute is over."""
    with suppress(DraftGoneError):
        if draft := await _restored(draft_id, actor, context):
            await ask(draft, actor, context)


async def _restored(draft_id: int, actor: Actor, context: Context) -> Draft | None:
    """None if the minute is over."""
    try:
        return await context.store.restore_draft(
            draft_id,
            owner_id=actor.id,
            chat_id=actor.chat_id,
            by=context.delivery.update_id,
        )
    except DraftGoneError:
        return None


async def _end_undo(context: Context) -> None:
    """The minute is over: its media go, and so does the button, unless it was tapped."""
    services, job = context.services, context.job
    if not services.leader.is_ours or job is None:
        return
    _, files = await services.store.forget_deleted()
    await services.store.remove_files(files)
    draft, sentence = cast(tuple[Draft, str], job.data)
    with suppress(DraftGoneError):
        await services.store.draft(draft.id)
        return  # restored
    await card_message.end(draft, sentence, context)


def _undo(draft: Draft, language: str) -> InlineKeyboardMarkup:
    return choices(RESTORE, draft.id, [[(label(language, "button_undo"), "")]])
