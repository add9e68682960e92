"""The editMessage methods and deletion.

Of what is too long Telegram's servers speak in capitals when it is edited, and in words when it is
sent (messages.editMessage and telegram-bot-api's Client.cpp, read 2026-11).
"""

import time

from bot.sandbox.telegram.chats import Chat
from bot.sandbox.telegram.content import kind_of, unique_id_of
from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.keyboards import parse_markup, same
from bot.sandbox.telegram.messages import Message, captioned, text_content
from bot.sandbox.telegram.methods.sending import input_media
from bot.sandbox.telegram.methods.texts import read_caption, read_text
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.state import TelegramState

DELETABLE_SECONDS = 48 * 3600
MAX_DELETED = 100


async def edit_message_text(state: TelegramState, parameters: Parameters) -> Wire:
    message = _editable(state, parameters)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    text = read_text(parameters, too_long="MESSAGE_TOO_LONG")
    return _edit(state, message, text_content(text), parameters)


async def edit_message_caption(state: TelegramState, parameters: Parameters) -> Wire:
    message = _editable(state, parameters)
    if kind_of(message.content) is None:
        raise bad_request("there is no caption in the message to edit")
    caption = read_caption(parameters, too_long="MEDIA_CAPTION_TOO_LONG")
    content = captioned(message.content, caption)
    return _edit(state, message, content, parameters)


async def edit_message_reply_markup(state: TelegramState, parameters: Parameters) -> Wire:
    message = _editable(state, parameters)
    return _edit(state, message, message.content, parameters)


async def edit_message_media(state: TelegramState, parameters: Parameters) -> Wire:
    message = _editable(state, parameters)
    item = parameters.json("media")
    if not isinstance(item, dict):
        raise bad_request("can't parse media JSON object")
    content = await input_media(state, parameters.nested(item))
    if message.media_group_id and not _fits_album(message.content, content):
        raise bad_request("can't use the media of the specified type in the album")
    return _edit(state, message, content, parameters)


async def delete_message(state: TelegramState, parameters: Parameters) -> bool:
    chat = state.chats.for_bot(parameters.text("chat_id"))
    message = state.all_messages.get(chat.id, parameters.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(state, chat, message):
        raise bad_request("message can't be deleted")
    if time.time() - message.date > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    state.all_messages.delete(message)
    state.changed()
    return True


async def delete_messages(state: TelegramState, parameters: Parameters) -> bool:
    """Those that cannot be found or deleted are skipped, as documented."""
    chat = state.chats.for_bot(parameters.text("chat_id"))
    ids = parameters.json("message_ids")
    if not isinstance(ids, list) or not ids or not all(isinstance(one, int) for one in ids):
        raise bad_request("message identifiers are not specified")
    if len(ids) > MAX_DELETED:
        raise bad_request("too many message identifiers specified")
    for message_id in ids:
        message = state.all_messages.get(chat.id, message_id)
        deletable = message and _may_delete(state, chat, message)
        if message and deletable and time.time() - message.date <= DELETABLE_SECONDS:
            state.all_messages.delete(message)
    state.changed()
    return True


def _may_delete(state: TelegramState, chat: Chat, message: Message) -> bool:
    """https://core.telegram.org/bots/api#deletemessage"""
    if "forum_topic_created" in message.content or "migrate_from_chat_id" in message.content:
        return False
    if chat.type == "group" and chat.bot_rights is not None:
        return True
    is_own = message.sender_id == state.bot["id"]
    if chat.type == "channel" and is_own:
        return chat.bot_may("can_post_messages") or chat.bot_may("can_delete_messages")
    return is_own or chat.type == "private" or chat.bot_may("can_delete_messages")


def _editable(state: TelegramState, parameters: Parameters) -> Message:
    """The bot's own message. Raises ApiError where Telegram refuses to edit."""
    if parameters.has("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = state.chats.for_bot(parameters.text("chat_id"))
    message_id = parameters.integer("message_id")
    if message_id <= 0:
        raise bad_request("message identifier is not specified")
    message = state.all_messages.get(chat.id, message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender_id != state.bot["id"] or message.reply_markup is not None:
        raise bad_request("message can't be edited")
    return message


def _edit(state: TelegramState, message: Message, content: Wire, parameters: Parameters) -> Wire:
    """New content and keyboard; a keyboard that is not repeated goes away."""
    keyboard, other = parse_markup(parameters.json("reply_markup"))
    if other is not None:
        raise bad_request("inline keyboard expected")
    if _looks(content) == _looks(message.content) and same(keyboard, message.inline_keyboard):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are "
            "exactly the same as a current content and reply markup of the message"
        )
    state.flood.edit(message.chat_id)
    if content is not message.content:
        message.edit_date = int(time.time())
    message.content = content
    message.inline_keyboard = keyboard
    state.changed()
    return state.message_wire(message)


def _looks(content: Wire) -> tuple[object, ...]:
    """What a person would see: file_ids may differ for the same file."""
    names = ("text", "entities", "caption", "caption_entities")
    return (kind_of(content), unique_id_of(content), *(content.get(name) for name in names))


def _fits_album(old: Wire, new: Wire) -> bool:
    return (kind_of(old) == "document") == (kind_of(new) == "document")
