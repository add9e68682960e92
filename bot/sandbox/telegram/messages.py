"""Messages of all chats, numbered as a bot sees them."""

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.telegram.entities import FormattedText, Wire


@dataclass
class Message:
    """`content` holds text or media as on the wire; `reply_markup` what was no inline keyboard."""

    message_id: int
    chat_id: int
    sender_id: int
    date: int
    content: Wire
    edit_date: int | None = None
    reply_to: int | None = None
    media_group_id: str | None = None
    inline_keyboard: list[list[Wire]] | None = None
    reply_markup: Wire | None = None
    topic_id: int | None = None
    origin: Wire | None = None
    """Where a forwarded message came from."""
    quote: Wire | None = None
    """The part of the answered message that is meant."""
    reactions: dict[str, str] = field(default_factory=dict)
    """The emoji by the number of who set it."""

    def react(self, reactor_id: int, emoji: str | None) -> None:
        """Instead of the reaction that was there; None takes it away."""
        self.reactions.pop(str(reactor_id), None)
        if emoji:
            self.reactions[str(reactor_id)] = emoji

    def reaction_of(self, reactor_id: int) -> str | None:
        return self.reactions.get(str(reactor_id))

    @property
    def formatted(self) -> FormattedText | None:
        """The text, or the caption, with its entities."""
        for text, entities in (("text", "entities"), ("caption", "caption_entities")):
            if text in self.content:
                return FormattedText(self.content[text], self.content.get(entities, []))
        return None

    def has_button(self, data: str) -> bool:
        rows = self.inline_keyboard or []
        return any(button.get("callback_data") == data for row in rows for button in row)


def text_content(formatted: FormattedText) -> Wire:
    return _with_entities("text", "entities", formatted)


def captioned(media: Wire, caption: FormattedText) -> Wire:
    """The media with this caption instead of any that it had."""
    bare = {k: v for k, v in media.items() if k not in ("caption", "caption_entities")}
    if not caption.text:
        return bare
    return bare | _with_entities("caption", "caption_entities", caption)


def _with_entities(text: str, entities: str, formatted: FormattedText) -> Wire:
    content: Wire = {text: formatted.text}
    return content | ({entities: formatted.entities} if formatted.entities else {})


class Messages:
    """By chat and number; a deleted message is gone."""

    def __init__(self) -> None:
        self._by_chat: defaultdict[int, dict[int, Message]] = defaultdict(dict)
        self._next_ids: dict[str, int] = {}

    def add(
        self,
        chat_id: int,
        sender_id: int,
        content: Wire,
        *,
        is_apart: bool = False,
        **details: Any,
    ) -> Message:
        """Store a new message under the next number, dated now.

        Supergroups and channels (`is_apart`) count for themselves, from 2 on since 1 is their
        creation; all other chats count together.
        """
        row = str(chat_id) if is_apart else ""
        message = Message(
            message_id=self._next_ids.get(row, 2 if is_apart else 1),
            chat_id=chat_id,
            sender_id=sender_id,
            date=int(time.time()),
            content=content,
            **details,
        )
        self._next_ids[row] = message.message_id + 1
        self._by_chat[chat_id][message.message_id] = message
        return message

    def get(self, chat_id: int, message_id: int) -> Message | None:
        return self._by_chat[chat_id].get(message_id)

    def topic_of(self, chat_id: int, message_id: int | None) -> int | None:
        """Where a reply to this message stands."""
        message = self.get(chat_id, message_id or 0)
        return message.topic_id if message else None

    def first_of_album(self, message: Message) -> Message:
        """Of those that are left; the message itself when it stands alone."""
        group = message.media_group_id
        alike = (one for one in self.of_chat(message.chat_id) if one.media_group_id == group)
        return next(alike, message) if group else message

    def delete(self, message: Message) -> None:
        del self._by_chat[message.chat_id][message.message_id]

    def of_chat(self, chat_id: int) -> Iterator[Message]:
        """Oldest first."""
        return iter(self._by_chat[chat_id].values())

    def dump(self) -> Wire:
        return {
            "next_ids": self._next_ids,
            "messages": [vars(one) for chat in self._by_chat.values() for one in chat.values()],
        }

    def load(self, data: dict[str, Any]) -> None:
        self._next_ids = data["next_ids"] if "next_ids" in data else {"": data["next_id"]}
        self._by_chat.clear()
        for message in (Message(**item) for item in data["messages"]):
            self._by_chat[message.chat_id][message.message_id] = message
