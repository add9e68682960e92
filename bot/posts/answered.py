"""Which button, and which post's card, a message answers."""

from telegram import Message

from bot.keyboards import Action, Tap, decode
from bot.texts.words import folded

ON_CARDS = frozenset({Action.CHANGE, Action.DUPLICATE, Action.DELETE_NOW, Action.UNDO})
"""By which a message is known to be one post's card."""


def button_replied_to(message: Message) -> Tap | None:
    """The button of this name, under a post, in the message that is answered."""
    replied = message.reply_to_message
    if replied is None or replied.reply_markup is None or not message.text:
        return None
    data = {
        str(button.callback_data)
        for row in replied.reply_markup.inline_keyboard
        for button in row
        if folded(button.text) == folded(message.text)
    }
    taps = [tap for tap in map(decode, data) if tap and isinstance(tap.what, Action)]
    return taps[0] if len(taps) == 1 else None


def names_card(message: Message | None) -> int | None:
    """The post whose card, with its buttons, this message answers."""
    return post_on(message.reply_to_message) if message else None


def post_on(message: object) -> int | None:
    """The post whose card, with its buttons, this message is."""
    if not isinstance(message, Message) or message.reply_markup is None:
        return None
    taps = [
        decode(str(button.callback_data))
        for row in message.reply_markup.inline_keyboard
        for button in row
    ]
    posts = {tap.post_id for tap in taps if tap and tap.what in ON_CARDS}
    return posts.pop() if len(posts) == 1 else None
