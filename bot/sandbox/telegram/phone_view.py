"""Chats and messages as the page shows them."""

from datetime import UTC, datetime
from typing import Any

from bot.sandbox.telegram.chats import Chat, Person
from bot.sandbox.telegram.content import kind_of, unique_id_of
from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.messages import Message
from bot.sandbox.telegram.places import SERVICE
from bot.sandbox.telegram.state import TelegramState

WITHOUT_FILE = ("contact", "poll", "location")


def chats_view(state: TelegramState) -> Wire:
    people = list(state.chats.people.values())
    shown = [_person_view(person) for person in people]
    return {"chats": _chat_views(state), "me": shown[0] if shown else None, "people": shown}


def _person_view(person: Person) -> Wire:
    return {name: getattr(person, name) for name in ("id", "first_name", "language_code")}


def chat_view(state: TelegramState, chat: Chat) -> Wire:
    """The whole chat, oldest message first."""
    language = state.chats.sender(chat, None).language_code
    is_private = chat.type == "private"
    return {
        "version": state.version,
        "chat": _chat_view(state, chat),
        "chats": _chat_views(state),
        "people": [_person_view(person) for person in state.chats.people.values()],
        "bot": {"name": state.bot["first_name"], "username": state.bot["username"]},
        "typing": state.chats.is_typing(chat.id),
        "commands": state.profile.commands_for(chat.id, is_private, language),
        "messages": [
            _message_view(state, message)
            for message in state.messages(chat.id)
            if not SERVICE & message.content.keys()
        ],
    }


def _chat_views(state: TelegramState) -> list[Wire]:
    return [_chat_view(state, chat) for chat in state.chats.chats.values()]


def _chat_view(state: TelegramState, chat: Chat) -> Wire:
    """`newest` numbers the chat's last message: what a page has not shown yet is unread."""
    newest: dict[int | None, int] = {}
    for message in state.messages(chat.id):
        newest[message.topic_id] = message.message_id
    topics = [
        {"id": one.id, "name": one.name, "newest": newest.get(one.id, 0)} for one in chat.topics
    ]
    return {
        "id": chat.id,
        "title": chat.title,
        "type": chat.type,
        "members": chat.members,
        "newest": newest.get(None, 0) if topics else max(newest.values(), default=0),
        "topics": topics,
    }


def _message_view(state: TelegramState, message: Message) -> Wire:
    sender = state.user_wire(message.sender_id)
    formatted = message.formatted
    return {
        "id": message.message_id,
        "from": {
            "id": sender["id"],
            "name": sender["first_name"],
            "is_bot": sender["is_bot"],
        },
        "topic": message.topic_id,
        "date": datetime.fromtimestamp(message.date, UTC).isoformat(),
        "edited": message.edit_date is not None,
        "reply_to": message.reply_to,
        "quote": message.quote and message.quote["text"],
        "forwarded_from": _origin_view(message.origin),
        "reactions": _reactions_view(message),
        "media_group_id": message.media_group_id,
        "text": formatted.text if formatted else None,
        "entities": formatted.entities if formatted else [],
        "media": _media_view(state, message.content),
        "keyboard": _keyboard_view(message),
        "reply_keyboard": _reply_keyboard_view(message.reply_markup),
    }


def _origin_view(origin: Wire | None) -> Wire | None:
    """Who wrote a forwarded message first."""
    if origin is None:
        return None
    author = origin.get("sender_user") or origin["chat"]
    return {"id": author["id"], "name": author.get("first_name") or author["title"]}


def _reactions_view(message: Message) -> list[Wire]:
    """Each emoji with whose it is, as numbers."""
    emoji = dict.fromkeys(message.reactions.values())
    return [
        {"emoji": one, "from": [int(who) for who, it in message.reactions.items() if it == one]}
        for one in emoji
    ]


def _media_view(state: TelegramState, content: Wire) -> Wire | None:
    unique_id = unique_id_of(content)
    stored = state.files.by_unique_id(unique_id) if unique_id else None
    if stored is None:
        kind = next((kind for kind in WITHOUT_FILE if kind in content), None)
        return {"kind": kind, "url": None} if kind else None
    return {
        "kind": kind_of(content),
        "url": f"/phone/files/{stored.unique_id}",
        "file_name": stored.file_name,
        "mime_type": stored.mime_type,
        "width": stored.width,
        "height": stored.height,
        "duration": stored.duration,
        "size": stored.size,
    }


def _keyboard_view(message: Message) -> list[list[dict[str, Any]]] | None:
    if message.inline_keyboard is None:
        return None
    return [
        [
            {
                "text": button["text"],
                "data": button.get("callback_data"),
                "url": button.get("url"),
            }
            for button in row
        ]
        for row in message.inline_keyboard
    ]


def _reply_keyboard_view(markup: Wire | None) -> list[list[str]] | None:
    if not markup or "keyboard" not in markup:
        return None
    return [[button["text"] for button in row] for row in markup["keyboard"]]
