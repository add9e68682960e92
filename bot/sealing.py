"""A code for a login is encrypted before it is kept, and stays so until it is handled."""

from dataclasses import replace
from typing import Any

from telegram import Message, Update

from bot.keyboards import Action, decode
from storage.encryption import SecretBox
from storage.inbox import NewIncoming

SEALED = "sealed"
"""The field of a kept message that has its words instead of `text`; Telegram's has none."""

KEPT = (
    *("message_id", "message_thread_id", "is_topic_message", "from", "sender_chat", "chat"),
    *("date", "edit_date", "reply_to_message"),
)
"""What is kept of such a message as it came; nothing that has words of its sender."""

HIDDEN = "•••"

OF_LOGINS = frozenset({Action.STOP_LOGIN, Action.NEW_CODE, Action.LOG_IN_AGAIN})


def sealed(item: NewIncoming, update: Update, box: SecretBox) -> NewIncoming:
    """The same update, with its words encrypted if they answer what a login asks."""
    message = update.message or update.edited_message
    if message is None or not _asks_for_code(message.reply_to_message):
        return item
    kind = "message" if update.message is not None else "edited_message"
    came: dict[str, Any] = item.payload[kind]
    kept = {name: came[name] for name in KEPT if name in came}
    kept |= {"text": HIDDEN, SEALED: box.seal(message.text or message.caption or "").decode()}
    payload = {"update_id": item.payload["update_id"], kind: kept}
    return replace(item, payload=payload, text_units=None, digest=None)


def words_of(message: Message, box: SecretBox) -> str:
    """What was typed. Raises UnreadableSecretError if SECRET_KEY has changed since."""
    if SEALED not in message.api_kwargs:
        return message.text or ""
    return box.open(str(message.api_kwargs[SEALED]).encode())


def _asks_for_code(message: Message | None) -> bool:
    """Whether it is a question of a login, open or not: what answers it may be a code."""
    return any(tap in OF_LOGINS for tap in actions_on(message))


def actions_on(message: Message | None) -> dict[Action, int]:
    """The buttons under a message, and the number that each is about."""
    markup = message.reply_markup if message else None
    rows = markup.inline_keyboard if markup else ()
    taps = [decode(str(button.callback_data)) for row in rows for button in row]
    return {tap.what: tap.post_id for tap in taps if tap and isinstance(tap.what, Action)}
