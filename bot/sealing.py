"""What may be a password or a code is encrypted before it is kept, until it is handled."""

from dataclasses import replace
from typing import Any

from telegram import Message, Update

from bot.accounts.listening import Listening, is_secret
from bot.keyboards import Action, taps_below
from bot.new_post.cancellation import says_cancel
from storage.encryption import SecretBox
from storage.inbox import NewIncoming

SEALED = "sealed"
"""The field of a kept message that has its words instead of `text`; Telegram's has none."""

KEPT = (
    *("message_id", "message_thread_id", "is_topic_message", "from", "sender_chat", "chat"),
    *("date", "edit_date"),
)
"""What is kept of such a message as it came; nothing that has words of its sender."""

HIDDEN = "•••"

OF_LOGINS = frozenset({Action.STOP_LOGIN, Action.NEW_CODE, Action.LOG_IN_AGAIN})


def sealed(item: NewIncoming, update: Update, listening: Listening, box: SecretBox) -> NewIncoming:
    """The same update, with its words encrypted if they answer a question for secrets."""
    message = update.message or update.edited_message
    if message is None:
        return item
    is_code = _asks_for_code(message.reply_to_message)
    form = listening.answered_by(update)
    if not is_code and (form is None or not is_secret(form) or says_cancel(update)):
        return item
    kind = "message" if update.message is not None else "edited_message"
    came: dict[str, Any] = item.payload[kind]
    names = (*KEPT, "reply_to_message") if is_code else KEPT  # it tells which login asks
    kept = {name: came[name] for name in names if name in came}
    words = box.seal(message.text or message.caption or "").decode("ascii")
    kept |= {"text": HIDDEN, SEALED: words}
    payload = {"update_id": item.payload["update_id"], kind: kept}
    return replace(item, payload=payload, text_units=None, digest=None)


def is_sealed(message: Message) -> bool:
    """Whether its words are encrypted."""
    return SEALED in message.api_kwargs


def words_of(message: Message, box: SecretBox) -> str:
    """What was typed. Raises UnreadableSecretError if SECRET_KEY has changed since."""
    if not is_sealed(message):
        return message.text or ""
    return box.open(str(message.api_kwargs[SEALED]).encode("ascii", "replace"))


def _asks_for_code(message: Message | None) -> bool:
    """Whether it is a question of a login, open or not: what answers it may be a code."""
    return any(tap in OF_LOGINS for tap in actions_on(message))


def actions_on(message: Message | None) -> dict[Action, int]:
    """The buttons under a message, and the number that each is about."""
    taps = [tap for _, tap in taps_below(message)]
    return {tap.what: tap.post_id for tap in taps if isinstance(tap.what, Action)}
