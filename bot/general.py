"""What is said outside of a post: greetings, help, time zone, and kind answers to the rest."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from telegram import Message, Update
from telegram.constants import ChatType

from bot.context import Context, speaker_of
from bot.patience import passes
from bot.texts import label, say
from bot.texts.dates import moment
from storage.outbox import NoticeKind

log = logging.getLogger(__name__)

ALERT_EVERY = timedelta(minutes=10)
"""How often the admin hears of errors at the most: a job that fails may do so every 2 seconds."""

KINDS = (
    "audio",
    "contact",
    "dice",
    "game",
    "location",
    "poll",
    "sticker",
    "venue",
    "video_note",
    "voice",
)
"""Message attributes that carry what Instagram has no place for."""

PLACES = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)
"""Where time zones have the names of cities; elsewhere they are such as US/Eastern."""


async def start(update: Update, context: Context) -> None:
    """/start"""
    speaker = speaker_of(update, context.services.settings)
    assert update.effective_user is not None
    await context.bot.send_message(
        speaker.chat_id,
        say(
            speaker.language,
            "start",
            name=update.effective_user.first_name,
            account=context.services.settings.instagram_username,
        ),
    )


async def help_(update: Update, context: Context) -> None:
    """/help"""
    speaker = speaker_of(update, context.services.settings)
    zone = await asyncio.to_thread(speaker.zone, context.services)
    text = say(speaker.language, "help", zone=zone.key)
    if speaker.is_admin:
        text += say(speaker.language, "help_admin")
    await context.bot.send_message(speaker.chat_id, text)


async def timezone(update: Update, context: Context) -> None:
    """/timezone: say or choose the zone in which a person means their times."""
    speaker = speaker_of(update, context.services.settings)
    services, language = context.services, speaker.language
    wanted = " ".join(context.args or []).replace(" ", "_")
    if wanted:
        name = _zone_named(wanted.casefold())
        if name is None:
            sentence = say(language, "timezone_unknown", zone=wanted[:60])
            await context.bot.send_message(speaker.chat_id, sentence)
            return
        await asyncio.to_thread(services.people.choose_timezone, speaker.id, name)
    zone: ZoneInfo = await asyncio.to_thread(speaker.zone, services)
    time = moment(language, datetime.now(UTC), zone)
    sentence = say(language, "timezone_is", zone=zone.key, time=time)
    await context.bot.send_message(speaker.chat_id, sentence)


def _zone_named(wanted: str) -> str | None:
    """By its name or its city alone, in any case."""
    names = sorted(available_timezones())
    cities = {name.rpartition("/")[2].casefold(): name for name in names if name.startswith(PLACES)}
    return {**cities, **{name.casefold(): name for name in names}}.get(wanted)


async def nothing_to_cancel(update: Update, context: Context) -> None:
    """/cancel while nothing is in the making."""
    await _answer(update, context, "nothing_to_cancel")


async def unknown_command(update: Update, context: Context) -> None:
    await _answer(update, context, "unknown_command")


async def edited(update: Update, context: Context) -> None:
    """An earlier message was changed: we do not follow, and say so."""
    if await _is_for_us(update, context):
        await _answer(update, context, "edited")


async def stray(update: Update, context: Context) -> None:
    """Words without a post in the making, or something that Instagram has no place for."""
    message = update.effective_message
    assert message is not None
    kind = _kind_of(message)
    if not (kind or message.text) or not await _is_for_us(update, context):
        return
    if kind is not None:
        language = speaker_of(update, context.services.settings).language
        await _answer(update, context, "unsupported", kind=label(language, f"kind_{kind}"))
    else:
        await _answer(update, context, "send_media")


async def on_error(update: object, context: Context) -> None:
    """Whatever a job did not foresee: the log has it, the admin hears of it now and then."""
    error = context.error
    assert error is not None
    if passes(error):
        log.warning("a job waits for its next turn: %s", type(error).__name__)
        return
    log.error("a job failed", exc_info=error)
    alert, detail = context.services.outbox.alert, {"error_class": type(error).__name__}
    await asyncio.to_thread(alert, NoticeKind.ERROR, detail, at_most_every=ALERT_EVERY)


async def _is_for_us(update: Update, context: Context) -> bool:
    """In a group people talk to each other, too: only who makes a post there talks to us."""
    assert update.effective_chat is not None
    if update.effective_chat.type == ChatType.PRIVATE:
        return True
    speaker = speaker_of(update, context.services.settings)
    drafts = context.services.drafts
    draft = await asyncio.to_thread(drafts.current, owner_id=speaker.id, chat_id=speaker.chat_id)
    return draft is not None


def _kind_of(message: Message) -> str | None:
    return next((kind for kind in KINDS if getattr(message, kind, None)), None)


async def _answer(update: Update, context: Context, key: str, **values: object) -> Message:
    speaker = speaker_of(update, context.services.settings)
    return await context.bot.send_message(speaker.chat_id, say(speaker.language, key, **values))
