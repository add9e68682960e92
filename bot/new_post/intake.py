"""Taking media in: an album's parts are gathered, then fetched, looked at and kept."""

import asyncio
from collections.abc import Sequence

from telegram import Message, Update
from telegram.constants import ChatAction
from telegram.ext import ConversationHandler, filters

from bot.context import Context, Services, Speaker, speaker_of
from bot.keyboards import Action, actions, decode
from bot.new_post import covers, prompt
from bot.new_post.batch import Batch, StoppedError
from bot.new_post.rooms import ask, next_step
from bot.new_post.taking import Refused, source_of, take
from bot.new_post.type_step import UNDECIDED
from bot.progress import ProgressMessage, bar, shown_while
from bot.texts import label, say
from bot.texts.sizes import megabytes
from bot.texts.words import heard
from publisher.media.kinds import fitting_types
from publisher.media.rules import MAX_CAROUSEL_ITEMS
from storage.drafts import NewMedia
from storage.lifecycle import Step
from storage.models import Post

MEDIA = filters.UpdateType.MESSAGE & (
    filters.PHOTO | filters.VIDEO | (filters.Document.ALL & ~filters.ANIMATION)
)
"""Messages that carry something we may publish."""


async def take_in(update: Update, context: Context) -> object:
    """A photo, video or file, or the first part of an album. Runs beside the other updates."""
    speaker = speaker_of(update, context.services.settings)
    message = update.effective_message
    assert message is not None
    batch = Batch(message)
    batches = context.services.batches
    batches[speaker.chat_id, speaker.id] = batch
    try:
        await batch.gathered()
        return await _keep_and_ask(batch, speaker, context)
    finally:
        del batches[speaker.chat_id, speaker.id]


async def join_or_wait(update: Update, context: Context) -> None:
    """What arrives meanwhile: a part joins its album, a stop stops; the rest is heard later."""
    speaker = speaker_of(update, context.services.settings)
    batch = context.services.batches.get((speaker.chat_id, speaker.id))
    if batch is not None:
        if batch.joined_by(update.message if MEDIA.check_update(update) else None):
            return
        if _is_stop(update) and batch.stop():
            await prompt.acknowledge(update)
            return
        await batch.finished()
    await context.update_queue.put(update)


def _is_stop(update: Update) -> bool:
    """The button below a download, or the word."""
    if update.callback_query is not None:
        tap = decode(update.callback_query.data)
        return tap is not None and tap.what is Action.STOP and tap.post_id == 0
    text = update.message.text if update.message is not None else None
    return heard((text or "").removeprefix("/"), ("cancel",)) is not None


async def _keep_and_ask(batch: Batch, speaker: Speaker, context: Context) -> object:
    services, language = context.services, speaker.language
    draft = await asyncio.to_thread(
        services.drafts.current, owner_id=speaker.id, chat_id=speaker.chat_id
    )
    before: object = draft.step if draft else ConversationHandler.END
    as_cover = draft is not None and draft.step is Step.COVER
    room = 1 if as_cover else MAX_CAROUSEL_ITEMS - (len(draft.media) if draft else 0)
    wanted = batch.messages[: max(room, 0)]
    try:
        taken = await _take_all(wanted, batch, speaker, context)
    except StoppedError:
        await context.bot.send_message(speaker.chat_id, say(language, "download_stopped"))
        return before
    sentences = [item.sentence for item in taken if isinstance(item, Refused)]
    if len(batch.messages) > len(wanted) and not as_cover:
        sentences.append(say(language, "too_many_items", limit=MAX_CAROUSEL_ITEMS))
    if sentences:
        await context.bot.send_message(speaker.chat_id, "\n\n".join(dict.fromkeys(sentences)))
    kept = [item for item in taken if isinstance(item, NewMedia)]
    if not kept:
        return before
    if as_cover and draft is not None:
        return await covers.use_photo(kept[0], draft, speaker, context)
    return await _join_draft(kept, batch.messages, speaker, context)


async def _join_draft(
    kept: list[NewMedia], messages: Sequence[Message], speaker: Speaker, context: Context
) -> Step:
    services = context.services
    caption = next((message.caption for message in messages if message.caption), None)
    draft = await asyncio.to_thread(_store, services, speaker, kept, caption)
    await prompt.close(draft, context)
    if any(message.photo for message in messages):
        await _tell_of_files(speaker, context)
    return await ask(draft, speaker, context)


async def _take_all(
    messages: Sequence[Message], batch: Batch, speaker: Speaker, context: Context
) -> list[NewMedia | Refused]:
    """Fetch one after the other; what takes long shows how far it is. Raises StoppedError."""
    await context.bot.send_chat_action(speaker.chat_id, ChatAction.TYPING)
    expected = sum(source_of(message).file_size or 0 for message in messages)

    def text() -> str:
        share = batch.fetched / expected if expected else 0.0
        return say(speaker.language, "downloading", bar=bar(share), size=megabytes(expected))

    stop = actions([[(label(speaker.language, "button_stop_download"), Action.STOP, 0)]])
    taken: list[NewMedia | Refused] = []
    try:
        with batch.fetching():
            async with shown_while(ProgressMessage(context.bot, speaker.chat_id), text, stop):
                for message in messages:
                    taken.append(await take(message, batch, speaker, context))
    except StoppedError:
        files = [item.original for item in taken if isinstance(item, NewMedia)]
        await asyncio.to_thread(context.services.files.remove, files)
        raise
    return taken


async def _tell_of_files(speaker: Speaker, context: Context) -> None:
    """Photos arrive compressed: say once how they keep their quality."""
    if await asyncio.to_thread(context.services.people.learns_of_files, speaker.id):
        await context.bot.send_message(speaker.chat_id, say(speaker.language, "send_as_file"))


def _store(services: Services, speaker: Speaker, kept: list[NewMedia], caption: str | None) -> Post:
    """Put the items into the draft; answers that still fit stay. Blocks."""
    draft = services.drafts.open(
        owner_id=speaker.id,
        chat_id=speaker.chat_id,
        account_id=services.account_id,
        language=speaker.language,
        timezone=speaker.zone(services).key,
    )
    draft = services.drafts.add_media(draft.id, kept)
    if caption and not draft.suggested_caption:
        draft.suggested_caption = caption
    if draft.post_type not in fitting_types(draft.media):
        draft.post_type = None
    for column, value in UNDECIDED.items():
        setattr(draft, column, value)
    return services.drafts.answer(
        draft.id,
        next_step=next_step(draft),
        post_type=draft.post_type,
        suggested_caption=draft.suggested_caption,
        **UNDECIDED,
    )
