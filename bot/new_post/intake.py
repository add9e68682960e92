"""Taking media in: one item or all of an album are fetched, looked at and kept."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

from telegram import Document, Message, PhotoSize, Update, Video
from telegram.constants import ChatAction
from telegram.error import BadRequest, NetworkError, TelegramError
from telegram.ext import ConversationHandler, filters

from bot.context import Context, Services, Speaker, speaker_of
from bot.new_post import prompt
from bot.new_post.rooms import ask, next_step
from bot.patience import passes, pause_after
from bot.texts import say
from bot.texts.refusals import refusal
from publisher.media.kinds import fitting_types
from publisher.media.probe import probe
from publisher.media.refused import MediaRefusedError
from publisher.media.rules import MAX_CAROUSEL_ITEMS
from storage.drafts import NewMedia
from storage.models import Post
from storage.outbox import NoticeKind

log = logging.getLogger(__name__)

MEDIA = filters.UpdateType.MESSAGE & (
    filters.PHOTO | filters.VIDEO | (filters.Document.ALL & ~filters.ANIMATION)
)
"""Messages that carry something we may publish."""

DOWNLOAD_ATTEMPTS = 3

ALERT_EVERY = timedelta(hours=1)
"""How often the admin hears that files cannot be saved, at the most."""


@dataclass(frozen=True)
class Refused:
    """One item that cannot be taken, and the sentence that says why."""

    sentence: str


async def take_in(update: Update, context: Context) -> object:
    """A photo, video or file, or an album, whose parts the inbox has gathered."""
    speaker = speaker_of(update, context.services.settings)
    return await _keep_and_ask(context.delivery.messages, speaker, context)


async def _keep_and_ask(messages: Sequence[Message], speaker: Speaker, context: Context) -> object:
    services = context.services
    draft = await asyncio.to_thread(
        services.drafts.current, owner_id=speaker.id, chat_id=speaker.chat_id
    )
    had = {item.position for item in draft.media} if draft else set()
    new = [message for message in messages if message.message_id not in had]
    room = MAX_CAROUSEL_ITEMS - len(had)
    await context.bot.send_chat_action(speaker.chat_id, ChatAction.TYPING)
    taken = await _take_all(new[: max(room, 0)], speaker, context)
    kept = [item for item in taken if isinstance(item, NewMedia)]
    sentences = [item.sentence for item in taken if isinstance(item, Refused)]
    if len(new) > room:
        sentences.append(say(speaker.language, "too_many_items", limit=MAX_CAROUSEL_ITEMS))
    if sentences:
        await context.bot.send_message(speaker.chat_id, "\n\n".join(dict.fromkeys(sentences)))
    if not kept and len(new) == len(messages):
        return draft.step if draft else ConversationHandler.END
    caption = next((message.caption for message in messages if message.caption), None)
    if draft is not None:
        await prompt.close(draft, context)
    stored = await asyncio.to_thread(_store, context, speaker, kept, caption)
    return await ask(stored, speaker, context)


async def _take_all(
    messages: Sequence[Message], speaker: Speaker, context: Context
) -> list[NewMedia | Refused]:
    """One after the other; when that is broken off, nothing is kept of it."""
    taken: list[NewMedia | Refused] = []
    try:
        for message in messages:
            taken.append(await _take(message, speaker, context))
    except BaseException:
        files = [item.original for item in taken if isinstance(item, NewMedia)]
        context.services.files.remove(files)
        raise
    return taken


def _store(context: Context, speaker: Speaker, kept: list[NewMedia], caption: str | None) -> Post:
    """Put the items into the draft; answers that still fit stay. Blocks."""
    services = context.services
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
        by=context.delivery.update_id,
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
            await _download(source.file_id, path, context)
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
        await asyncio.to_thread(_tell_admin, services, error)
        return Refused(say(language, "storing_failed"))


async def _download(file_id: str, path: Path, context: Context) -> None:
    """Fetch a file, more than once if need be. Raises TelegramError, OSError."""
    for attempt in range(1, DOWNLOAD_ATTEMPTS + 1):
        try:
            file = await context.bot.get_file(file_id)
            await file.download_to_drive(path)
            return
        except NetworkError as error:
            if not passes(error) or attempt == DOWNLOAD_ATTEMPTS:
                raise
            await asyncio.sleep(pause_after(error, attempt))


def _tell_admin(services: Services, error: OSError) -> None:
    detail = {"error_class": type(error).__name__, "reason": error.strerror or ""}
    services.outbox.alert(NoticeKind.DISK_TROUBLE, detail, at_most_every=ALERT_EVERY)


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
