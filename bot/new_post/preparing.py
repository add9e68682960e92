"""Preparation as the chat sees it: what takes long runs beside it and shows how far it is."""

import logging
from contextlib import suppress
from datetime import timedelta

from telegram import InlineKeyboardMarkup

from bot.context import Actor, Context
from bot.keyboards import Action, actions
from bot.progress import ProgressMessage
from bot.texts import label, say
from bot.texts.refusals import refusal
from publisher.media.prepare import is_slow
from publisher.media.refused import MediaRefusedError
from storage.draft_changes import DraftGoneError
from storage.lifecycle import PreparationState
from storage.models import Draft
from storage.outbox import NoticeKind
from storage.trail import about, new_event

log = logging.getLogger(__name__)

UNDER_WAY = (PreparationState.QUEUED, PreparationState.RUNNING)
ALERT_EVERY = timedelta(hours=1)
"""How often the admin hears that files cannot be saved, at the most."""


def is_under_way(draft: Draft) -> bool:
    return draft.preparation in UNDER_WAY


async def keep_up(draft: Draft, actor: Actor, context: Context, *, is_settled: bool) -> Draft:
    """Begin once the choices are settled, while the person answers on; tidy up after a change.

    Raises DraftGoneError.
    """
    if draft.preparation is None:
        await remove_progress(draft, context)
    is_due = draft.preparation in (None, PreparationState.FAILED) and is_settled
    if not is_due or not draft.media or not is_slow(draft):
        return draft
    message = ProgressMessage(context.bot, draft.chat_id)
    await message.show(say(actor.language, "preparing_waits"), stop_button(draft))
    return await context.services.preparation_worker.ask(draft.id, message.message_id)


def is_due(draft: Draft, *, is_settled: bool) -> bool:
    """Whether a card's files can be made, and nobody has begun. What has failed is not tried
    again before something is changed, or its time is tapped."""
    has_all = draft.post_type is not None and bool(draft.media)
    return has_all and is_settled and draft.preparation is None


async def prepare_ahead(draft: Draft, context: Context) -> None:
    """Begin, while its person looks at the card, which shows how far it is."""
    worker = context.services.preparation_worker
    worker.cancel(draft.id)
    with suppress(DraftGoneError):
        await worker.ask(draft.id, draft.prompt_message_id)


async def stop(draft: Draft, actor: Actor, context: Context) -> None:
    """Nobody waits for it any more; the draft stays. Raises DraftGoneError."""
    services = context.services
    await services.store.withdraw_preparation(draft.id)
    services.preparation_worker.cancel(draft.id)
    await message_of(draft, context).show(say(actor.language, "preparing_stopped"))
    await services.store.forget_progress(draft.id)


async def remove_progress(draft: Draft, context: Context) -> None:
    """Take away the progress of something no longer wanted; a card stays."""
    if draft.progress_message_id is None:
        return
    context.services.preparation_worker.cancel(draft.id)
    if not draft.is_guided:
        return
    await message_of(draft, context).remove()
    await context.store.forget_progress(draft.id)


async def explain_failure(problem: Exception, draft: Draft, context: Context) -> str:
    """The sentence for the person; of a disk that takes nothing the admin hears as well."""
    if isinstance(problem, MediaRefusedError):
        return refusal(draft.language, problem)
    if isinstance(problem, OSError):
        await alert_of_disk(problem, context)
        return say(draft.language, "preparing_not_stored")
    return say(draft.language, "preparing_failed")


async def alert_of_disk(error: OSError, context: Context) -> None:
    """Tell the admin chat that media cannot be stored, and what the system says about it."""
    detail = {"error_class": type(error).__name__, "reason": error.strerror or ""}
    with about(event=new_event()):
        log.error("a file could not be stored: %s", error.strerror)
        await context.store.alert(NoticeKind.DISK_TROUBLE, detail, at_most_every=ALERT_EVERY)


def stop_button(draft: Draft) -> InlineKeyboardMarkup:
    return actions([[(label(draft.language, "button_stop_preparing"), Action.STOP, draft.id)]])


def message_of(draft: Draft, context: Context) -> ProgressMessage:
    return ProgressMessage(context.bot, draft.chat_id, draft.progress_message_id)
