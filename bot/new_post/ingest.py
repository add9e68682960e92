"""One item: fetched, looked at and kept; or why not, in a sentence."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from telegram import Animation, Document, Message, PhotoSize, Video
from telegram.error import BadRequest, TelegramError

from bot.context import Actor, Context, Services
from bot.new_post.cancellation import Download
from bot.new_post.download import Source, fetch
from bot.new_post.preparing import alert_of_disk
from bot.store import in_thread
from bot.texts import is_known, label, say
from bot.texts.parts import megabytes
from bot.texts.refusals import refusal
from publisher.media.probe import Probed, probe
from publisher.media.refused import MediaRefusedError
from storage.items import NewMedia
from storage.quota import QuotaExceededError, Share

log = logging.getLogger(__name__)

KINDS = (
    "audio",
    "checklist",
    "contact",
    "dice",
    "game",
    "giveaway",
    "giveaway_winners",
    "invoice",
    "venue",  # before the location that it has as well
    "location",
    "paid_media",
    "passport_data",
    "poll",
    "sticker",
    "story",
    "successful_payment",
    "video_note",
    "voice",
)
"""Message attributes that carry what Instagram has no place for, or what we cannot fetch."""
SOUND = ("audio", "voice")


@dataclass(frozen=True)
class Refused:
    """One item that cannot be taken, and the sentence that says why."""

    sentence: str


def source_of(message: Message) -> PhotoSize | Video | Animation | Document | None:
    """The largest version of what the message carries. An animation is set as a document, too.

    None for what we cannot publish, which an album may hold as well.
    """
    if message.photo:
        return message.photo[-1]
    return message.video or message.animation or message.document


def unsupported(message: Message, language: str) -> str:
    """Why nothing becomes of such a message."""
    name = next((kind for kind in KINDS if getattr(message, kind, None)), "unknown")
    key = "unsupported_sound" if name in SOUND else f"unsupported_{name}"
    kind = label(language, f"kind_{name}")
    return say(language, key if is_known(key) else "unsupported", kind=kind)


def announced_size(message: Message) -> int:
    """Bytes of what the message carries; 0 if that is nothing, or Telegram does not say."""
    return getattr(source_of(message), "file_size", None) or 0


async def take(
    message: Message, download: Download, actor: Actor, context: Context
) -> NewMedia | Refused:
    """Fetch, look at the bytes and keep them; or say why not. Raises StoppedError."""
    services, language = context.services, actor.language
    source = source_of(message)
    if source is None:
        return Refused(unsupported(message, language))
    limit = services.download_limit
    if source.file_size and source.file_size > limit:
        return Refused(_too_large(language, source.file_size, limit))
    try:
        announced = announced_size(message)
        async with download.counting:
            await _find_room(announced, download, actor, services)
            download.taken += announced
        try:
            item = await _fetch_and_keep(message, source.file_id, download, context)
        except BaseException:
            download.taken -= announced
            raise
        download.taken += item.size_bytes - announced
        return item
    except QuotaExceededError as error:
        return Refused(over_quota(error, source.file_size or 0, language))
    except MediaRefusedError as problem:
        return Refused(refusal(language, problem, sent="photo" if message.photo else "file"))
    except BadRequest as error:
        if "too big" in str(error).lower():
            return Refused(_too_large(language, source.file_size, limit))
        return Refused(say(language, "download_failed"))
    except TelegramError as error:
        log.warning("a file could not be fetched: %s", type(error).__name__)
        return Refused(say(language, "download_failed"))
    except OSError as error:
        await alert_of_disk(error, context)
        return Refused(say(language, "storing_failed"))


async def _find_room(announced: int, download: Download, actor: Actor, services: Services) -> None:
    """Ask once whether there is room for all that is on its way; if not, for this item.

    Raises QuotaExceededError, OSError.
    """
    taken, check = download.taken, services.store.check_quota
    if taken + announced <= download.room:
        return
    rest = max(download.expected - taken, announced)
    try:
        await check(actor.id, rest, taken=taken)
        download.room = taken + rest
    except (QuotaExceededError, OSError):
        if rest == announced:
            raise
        await check(actor.id, announced, taken=taken)


def over_quota(error: QuotaExceededError, size: int, language: str) -> str:
    """What the person has too much of, and what to do about it."""
    if error.of is not Share.BYTES:
        return say(language, f"too_many_{error.of}", count=error.held)
    figures = {"size": size, "held": error.held, "quota": error.quota}
    values = {name: megabytes(figure) for name, figure in figures.items()}
    return say(language, "quota_exceeded", **values)


async def _fetch_and_keep(
    message: Message, file_id: str, download: Download, context: Context
) -> NewMedia:
    """Raises StoppedError, MediaRefusedError, TelegramError, OSError."""
    services = context.services
    local, limit = services.settings.telegram_local_mode, services.download_limit
    check = services.quota.check_floor
    file = Source(context.bot, file_id, local=local, limit=limit, check_floor=check)

    def advance(size: int) -> None:
        download.fetched += size

    with services.files.incoming() as path:
        await download.unless_stopped(fetch(file, path, advance))
        found = await _probed(path, message, services)
        original = await in_thread(services.files.keep)(path, found.suffix)
    return NewMedia(
        position=message.message_id,
        kind=found.kind,
        original=original,
        format=found.format,
        width=found.width,
        height=found.height,
        duration=found.duration,
        video_codec=found.video_codec,
        audio_codec=found.audio_codec,
        fps=found.fps,
        hdr=found.hdr,
        size_bytes=found.size,
        source_ref=file_id,
    )


async def _probed(path: Path, message: Message, services: Services) -> Probed:
    """Raises MediaRefusedError, OSError."""
    if message.photo:
        with suppress(MediaRefusedError):  # `probe` says why
            return await services.probe_photo(path)
    return await in_thread(probe)(path, loops=message.animation is not None)


def _too_large(language: str, size: int | None, limit: int) -> str:
    values = {"size": megabytes(size or limit), "limit": megabytes(limit)}
    return say(language, "too_large_for_telegram", **values)
