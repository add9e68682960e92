"""Taking media in: an album's parts are gathered, then fetched, looked at and kept."""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from telegram import Document, Message, PhotoSize, Update, Video
from telegram.constants import ChatAction
from telegram.error import BadRequest, TelegramError
from telegram.ext import ConversationHandler, filters

from bot.context import Context, Services, Speaker, speaker_of
from bot.new_post import prompt
from bot.new_post.batch import Batch
from bot.new_post.rooms import ask, next_step
from bot.texts import say
from bot.texts.refusals import refusal
from publisher.media.kinds import fitting_types
from publisher.media.probe import probe
from publisher.media.refused import MediaRefusedError
from publisher.media.rules import MAX_CAROUSEL_ITEMS
from storage.drafts import NewMedia
from storage.models import Post

log = logging.getLogger(__name__)

MEDIA = filters.UpdateType.MESSAGE & (
    filters.PHOTO | filters.VIDEO | (filters.Document.ALL & ~filters.ANIMATION)
)
"""Messages that carry something we may publish."""


@dataclass(frozen=True)
class Refused:
    """One item that cannot be taken, and the sentence that says why."""

    sentence: str


async def take_in(update: Update, context: Context) -> object:
    """A photo, video or file, or the first part of an album. Runs beside the other updates."""
    speaker = speaker_of(update, context.services.settings)
    message = update.effective_message
    assert message is not None
    batch = Batch(message)
    batches = context.services.batches
    batches[speaker.chat_id, speaker.id] = batch
    try:
        messages = await batch.gathered()
        return await _keep_and_ask(messages, speaker, context)
    finally:
        del batches[speaker.chat_id, speaker.id]


async def join_or_wait(update: Update, context: Context) -> None:
    """What arrives meanwhile: a part joins its album, all else is heard once that is done."""
    speaker = speaker_of(update, context.services.settings)
    batch = context.services.batches.get((speaker.chat_id, speaker.id))
    if batch is not None:
        if batch.joined_by(update.message if MEDIA.check_update(update) else None):
            return
        await batch.finished()
    await context.update_queue.put(update)


async def _keep_and_ask(messages: list[Message], speaker: Speaker, context: Context) -> object:
    services = context.services
    draft = await asyncio.to_thread(
        services.drafts.current, owner_id=speaker.id, chat_id=speaker.chat_id
    )
    room = MAX_CAROUSEL_ITEMS - (len(draft.media) if draft else 0)
    await context.bot.send_chat_action(speaker.chat_id, ChatAction.TYPING)
    taken = [await _take(message, speaker, context) for message in messages[: max(room, 0)]]
    kept = [item for item in taken if isinstance(item, NewMedia)]
    sentences = [item.sentence for item in taken if isinstance(item, Refused)]
    if len(messages) > room:
        sentences.append(say(speaker.language, "too_many_items", limit=MAX_CAROUSEL_ITEMS))
    if sentences:
        await context.bot.send_message(speaker.chat_id, "\n\n".join(dict.fromkeys(sentences)))
    if not kept:
        return draft.step if draft else ConversationHandler.END
    caption = next((message.caption for message in messages if message.caption), None)
    draft = await asyncio.to_thread(_store, services, speaker, kept, caption)
    await prompt.close(draft, context)
    return await ask(draft, speaker, context)


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
    return services.drafts.answer(
        draft.id,
        next_step=next_step(draft),
        post_type=draft.post_type,
        suggested_caption=draft.suggested_caption,
    )


async def _take(message: Message, speaker: Speaker, context: Context) -> NewMedia | Refused:
    """Fetch one item, look at its bytes and keep it; or say why not."""
    services, language = context.services, speaker.language
    source = _source(message)
    limit = services.download_limit
    if source.file_size and source.file_size > limit:
        return Refused(_too_large(language, source.file_size, limit))
    try:
        with services.files.incoming() as path:
            file = await context.bot.get_file(source.file_id)
            await file.download_to_drive(path)
            return await asyncio.to_thread(_keep, services, path, message, source.file_id)
    except MediaRefusedError as problem:
        return Refused(refusal(language, problem))
    except BadRequest as error:
        if "too big" in str(error).lower():
            return Refused(_too_large(language, source.file_size, limit))
        return Refused(say(language, "download_failed"))
    except TelegramError as error:
        log.warning("a file could not be fetched: %s", type(error).__name__)
        return Refused(say(language, "download_failed"))
    except OSError as error:
        log.error("a file could not be stored: %s", error.strerror)
        return Refused(say(language, "storing_failed"))


def _keep(services: Services, path: Path, message: Message, file_id: str) -> NewMedia:
    """Probe the file and move it in. Blocks. Raises MediaRefusedError, OSError."""
    found = probe(path)
    return NewMedia(
        position=message.message_id,
        kind=found.kind,
        original=services.files.keep(path, found.suffix),
        format=found.format,
        width=found.width,
        height=found.height,
        duration=found.duration,
        video_codec=found.video_codec,
        size_bytes=found.size,
        source_ref=file_id,
    )


def _source(message: Message) -> PhotoSize | Video | Document:
    """The largest version of what the message carries."""
    if message.photo:
        return message.photo[-1]
    return cast(Video | Document, message.video or message.document)


def _too_large(language: str, size: int | None, limit: int) -> str:
    return say(
        language,
        "too_large_for_telegram",
        size=f"{(size or limit) / 1e6:.0f}",
        limit=f"{limit / 1e6:.0f}",
    )
