"""sendMessage and the methods that send media."""

import secrets
from typing import Any

from bot.sandbox.telegram.chats import GENERAL_TOPIC, Chat
from bot.sandbox.telegram.content import kind_of
from bot.sandbox.telegram.entities import Wire, utf16_length
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.keyboards import Markup, parse_markup
from bot.sandbox.telegram.messages import Message, captioned, text_content
from bot.sandbox.telegram.methods.media import read_media
from bot.sandbox.telegram.methods.texts import read_caption, read_text
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.state import TelegramState

ALBUM_SIZES = range(2, 11)
MAX_QUOTE = 1024
ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


async def send_message(state: TelegramState, parameters: Parameters) -> Wire:
    chat = _writable(state, parameters)
    content = text_content(read_text(parameters))
    return state.message_wire(_send(state, chat, content, parameters))


async def send_photo(state: TelegramState, parameters: Parameters) -> Wire:
    return await _send_media(state, "photo", parameters)


async def send_video(state: TelegramState, parameters: Parameters) -> Wire:
    return await _send_media(state, "video", parameters)


async def send_document(state: TelegramState, parameters: Parameters) -> Wire:
    return await _send_media(state, "document", parameters)


async def _send_media(state: TelegramState, kind: str, parameters: Parameters) -> Wire:
    chat = _writable(state, parameters)
    caption = read_caption(parameters)
    _topic(chat, parameters)
    _replied_to(state, chat, parameters)
    markup = parse_markup(parameters.json("reply_markup"))
    content = captioned(await read_media(state, kind, parameters, kind), caption)
    return state.message_wire(_send(state, chat, content, parameters, markup=markup))


async def send_media_group(state: TelegramState, parameters: Parameters) -> list[Wire]:
    chat = _writable(state, parameters)
    items = parameters.json("media")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad_request("can't parse media JSON object")
    if len(items) not in ALBUM_SIZES:
        few = len(items) < ALBUM_SIZES.start
        raise bad_request(f"too {'few' if few else 'many'} messages to send as an album")
    _topic(chat, parameters)
    _replied_to(state, chat, parameters)
    contents = [await input_media(state, parameters.nested(item)) for item in items]
    kinds = {kind_of(content) for content in contents}
    if "document" in kinds and len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    state.flood.send(chat.id, len(contents))
    group = str(secrets.randbits(53))
    sent = [_send(state, chat, one, parameters, media_group_id=group) for one in contents]
    return [state.message_wire(message) for message in sent]


async def input_media(state: TelegramState, item: Parameters) -> Wire:
    """The content that an InputMedia asks for. Raises ApiError."""
    kind = item.text("type")
    if kind not in ("photo", "video", "document"):
        raise bad_request(f'type "{kind}" of InputMedia is unsupported')
    caption = read_caption(item)
    return captioned(await read_media(state, kind, item, "media"), caption)


async def send_chat_action(state: TelegramState, parameters: Parameters) -> bool:
    chat = _writable(state, parameters)
    if parameters.text("action").lower() not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    if not (chat.is_forum and parameters.integer("message_thread_id") == GENERAL_TOPIC):
        _topic(chat, parameters)
    state.show_typing(chat, True)
    return True


def _writable(state: TelegramState, parameters: Parameters) -> Chat:
    chat = state.chats.for_bot(parameters.text("chat_id"))
    chat.require_writable()
    return chat


def _topic(chat: Chat, parameters: Parameters) -> int | None:
    """The topic that `message_thread_id` names. Raises ApiError (400) when it cannot be written to.

    General's number counts as unknown here, as at Telegram.
    """
    topic_id = parameters.integer("message_thread_id")
    if topic_id <= 0:
        return None
    topic = chat.topic(topic_id)
    if topic is None:
        raise bad_request("message thread not found")
    if topic.is_closed and not chat.bot_may("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
    return topic_id


def _send(
    state: TelegramState,
    chat: Chat,
    content: Wire,
    parameters: Parameters,
    *,
    markup: Markup | None = None,
    media_group_id: str | None = None,
) -> Message:
    if markup is None and media_group_id is None:
        markup = parse_markup(parameters.json("reply_markup"))
    inline, reply = markup or Markup()
    reply_to = _replied_to(state, chat, parameters)
    quote = _quote(state, chat, parameters) if reply_to else None
    topic_id = _topic(chat, parameters) or state.all_messages.topic_of(chat.id, reply_to)
    if media_group_id is None:
        state.flood.send(chat.id)
    message = state.all_messages.add(
        chat.id,
        state.bot["id"],
        content,
        is_apart=chat.counts_apart,
        reply_to=reply_to,
        quote=quote,
        topic_id=topic_id,
        media_group_id=media_group_id,
        inline_keyboard=inline,
        reply_markup=reply,
    )
    state.show_typing(chat, False)
    return message


def _replied_to(state: TelegramState, chat: Chat, parameters: Parameters) -> int | None:
    """The number in `reply_parameters` or its older form. Raises ApiError when it is gone."""
    reply: Any = parameters.json("reply_parameters") or {
        "message_id": parameters.integer("reply_to_message_id"),
        "allow_sending_without_reply": parameters.boolean("allow_sending_without_reply"),
    }
    message_id = reply.get("message_id") if isinstance(reply, dict) else None
    if not isinstance(message_id, int):
        raise bad_request("can't parse reply_parameters JSON object")
    if not message_id:
        return None
    if state.all_messages.get(chat.id, message_id):
        return message_id
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _quote(state: TelegramState, chat: Chat, parameters: Parameters) -> Wire | None:
    """The part of the answered message that is meant, word for word, as a TextQuote.

    Raises ApiError (400) when it does not stand there
    (https://core.telegram.org/bots/api#replyparameters and messages.sendMessage, 2026-11).
    """
    reply: Any = parameters.json("reply_parameters") or {}
    quote = reply.get("quote")
    if not quote:
        return None
    answered = state.all_messages.get(chat.id, reply["message_id"])
    text = answered.formatted.text if answered and answered.formatted else ""
    if not isinstance(quote, str) or quote not in text or utf16_length(quote) > MAX_QUOTE:
        raise bad_request("QUOTE_TEXT_INVALID")
    return {"text": quote, "position": utf16_length(text[: text.index(quote)]), "is_manual": True}
