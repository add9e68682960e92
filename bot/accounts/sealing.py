"""What may be a password is encrypted before it is kept, and stays so until it is handled."""

from dataclasses import replace
from typing import Any

from telegram import Message, Update

from bot.accounts.listening import Listening, is_secret
from bot.new_post.cancellation import says_cancel
from storage.account_forms import AccountForms
from storage.encryption import UnreadableSecretError
from storage.inbox import NewIncoming

SEALED = "sealed"
"""The field of a kept message that has its words instead of `text`; Telegram's has none."""

KEPT = ("message_id", "message_thread_id", "is_topic_message", "from", "sender_chat", "date")
"""What is kept of such a message as it came, besides its chat; nothing that has words of it."""

HIDDEN = "•••"


def sealed(
    item: NewIncoming, update: Update, listening: Listening, forms: AccountForms
) -> NewIncoming:
    """The same update, with its words encrypted if they answer a question for secrets."""
    form = listening.answered_by(update)
    if form is None or not is_secret(form) or says_cancel(update):
        return item
    kind = "message" if update.message is not None else "edited_message"
    came: dict[str, Any] = item.payload[kind]
    kept = {name: came[name] for name in (*KEPT, "chat", "edit_date") if name in came}
    kept |= {"text": HIDDEN, SEALED: forms.seal(came["text"])}
    payload = {"update_id": item.payload["update_id"], kind: kept}
    return replace(item, payload=payload, text_units=None, digest=None)


def is_sealed(message: Message) -> bool:
    """Whether its words are encrypted."""
    return SEALED in message.api_kwargs


def words_of(message: Message, forms: AccountForms) -> str | None:
    """What was typed; None if it cannot be read, because SECRET_KEY has changed."""
    if not is_sealed(message):
        return message.text or ""
    try:
        return forms.unseal(str(message.api_kwargs[SEALED]))
    except UnreadableSecretError:
        return None
