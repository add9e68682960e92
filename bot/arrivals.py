"""What an update says of itself before it is kept: whose it is, and what tells it from others."""

import json
import logging
from typing import Any

from telegram import Bot, Update

from bot.context import Services, standing
from bot.rights import Role
from bot.traces import traces_of
from storage.inbox import NewIncoming
from storage.models import Incoming

log = logging.getLogger(__name__)

NO_CHAT = 0
"""Stands for the chat of updates that belong to none, or cannot be read at all."""


def read(payload: dict[str, Any], bot: Bot) -> tuple[NewIncoming, Update | None]:
    """What is to be kept of an update; also of one that cannot be read, which comes as None."""
    chat_id, album, update = NO_CHAT, None, None
    traces: dict[str, Any] = {}
    try:
        update = Update.de_json(payload, bot)
        chat_id = update.effective_chat.id if update.effective_chat else NO_CHAT
        album = update.message.media_group_id if update.message else None
        traces = traces_of(update)
    except Exception as error:
        log.warning("an update cannot be read: %s", type(error).__name__)
        chat_id, album, update = NO_CHAT, None, None
    number = payload.get("update_id")
    update_id = number if isinstance(number, int) else 0
    return NewIncoming(update_id, identity_of(payload), chat_id, album, payload, **traces), update


def identity_of(payload: dict[str, Any]) -> str:
    """The same for each delivery of an update, another for another of the same number.

    Telegram may number anew after a week without updates, and does on a new server
    (core.telegram.org/bots/api#update, 2026-11).
    """
    kind = next((key for key in payload if key != "update_id"), "")
    content = payload.get(kind)
    if not isinstance(content, dict):
        return kind
    chat = content.get("chat")
    ids = [content.get("id"), chat.get("id") if isinstance(chat, dict) else None]
    ids += [content.get(key) for key in ("message_id", "date", "edit_date")]
    return json.dumps([kind, *ids])


def is_strangers(payload: dict[str, Any], services: Services) -> bool:
    """Whether one that cannot be read names somebody as its sender who is let in nowhere."""
    for content in payload.values():
        if isinstance(content, dict) and isinstance(content.get("from"), dict):
            chat, person_id = content.get("chat"), content["from"].get("id")
            chat_id = chat.get("id") if isinstance(chat, dict) else None
            if chat_id == services.settings.admin_chat_id:
                return False
            if not isinstance(person_id, int):
                return True
            return standing(person_id, chat_id or NO_CHAT, services)[0] is Role.STRANGER
    return False


def is_telegrams_own(update: Update) -> bool:
    """A group has become another one: said in the name of nobody in particular."""
    message = update.message
    return message is not None and bool(message.migrate_to_chat_id or message.migrate_from_chat_id)


def sender_of_medium(row: Incoming) -> int | None:
    """Who has sent a photo, video or file, alone or in an album; None for anything else."""
    message = row.payload.get("message") if isinstance(row.payload, dict) else None
    if not isinstance(message, dict):
        return None
    if not any(kind in message for kind in ("photo", "video", "document")):
        return None
    sender = message.get("from")
    return sender.get("id") if isinstance(sender, dict) else None
