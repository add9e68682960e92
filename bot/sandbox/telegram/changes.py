"""What people do with messages that are there: edit, delete, forward, react. Raises Refused."""

import secrets
import time
from collections import Counter
from collections.abc import Sequence

from bot.sandbox.telegram import reactions
from bot.sandbox.telegram.chats import Chat
from bot.sandbox.telegram.content import kind_of, media_content, unique_id_of
from bot.sandbox.telegram.detection import detected
from bot.sandbox.telegram.entities import (
    FormattedText,
    Wire,
    cleaned,
    trimmed,
    without_surrogates,
)
from bot.sandbox.telegram.errors import Refused
from bot.sandbox.telegram.media import Media
from bot.sandbox.telegram.messages import Message, captioned, text_content
from bot.sandbox.telegram.places import SERVICE, Places

MAX_TEXT = 4096
MAX_CAPTION = 1024
EDITABLE_SECONDS = 48 * 3600
"""https://core.telegram.org/api/config#client-configuration, edit_time_limit (read 2026-11)."""
EXCHANGED = ("photo", "video", "animation", "document")
CAPTIONED = (*EXCHANGED, "voice")


class Changes(Places):
    """Nothing tells a bot of a deletion; of the rest it hears by updates."""

    def edit_text(
        self, chat_id: int, message_id: int, text: str, *, sender: int | None = None
    ) -> None:
        """Change the text or caption of the person's own message.

        The same again is an update, too: Telegram sends some for what bots do not see
        (https://core.telegram.org/bots/api#update, edited_message).
        """
        chat = self._writable(chat_id)
        message = self._own(chat, message_id, sender)
        is_text = "text" in message.content
        if not is_text and kind_of(message.content) not in CAPTIONED:
            raise Refused("There are no words to change.")
        formatted = typed(text)
        if is_text and not formatted.text:
            raise Refused("There is nothing to send.")
        if formatted.length > (MAX_TEXT if is_text else MAX_CAPTION):
            raise Refused("That is too long.")
        self._edited(
            chat,
            message,
            text_content(formatted) if is_text else captioned(message.content, formatted),
        )

    def edit_media(
        self, chat_id: int, message_id: int, media: Media, *, sender: int | None = None
    ) -> None:
        """Exchange the file of the person's own message; its caption stays."""
        chat = self._writable(chat_id)
        message = self._own(chat, message_id, sender)
        old = kind_of(message.content)
        if old not in EXCHANGED:
            raise Refused("There is no media to exchange.")
        if message.media_group_id and (old == "document") != (media.kind == "document"):
            raise Refused("An album takes photos and videos, or files.")
        content = media_content(self.files, self.files.add(media))
        words = message.formatted or FormattedText("", [])
        self._edited(chat, message, captioned(content, words))

    def _own(self, chat: Chat, message_id: int, sender: int | None) -> Message:
        """A message that this person may still edit."""
        message = self._there(chat, message_id)
        if message.sender_id != self.chats.author(chat, sender) or message.origin:
            raise Refused("Only your own messages can be edited.")
        if time.time() - message.date > EDITABLE_SECONDS:
            raise Refused("That was too long ago to be edited.")
        return message

    def _there(self, chat: Chat, message_id: int) -> Message:
        message = self.all_messages.get(chat.id, message_id)
        if message is None:
            raise Refused("That message is gone.")
        return message

    def _edited(self, chat: Chat, message: Message, content: Wire) -> None:
        message.content = content
        message.edit_date = int(time.time())
        kind = "edited_channel_post" if chat.type == "channel" else "edited_message"
        if self._is_for_bot(chat, message):
            self.push_raw_update({kind: self.message_wire(message)})
        self.changed()

    def delete_message(self, chat_id: int, message_id: int, *, sender: int | None = None) -> None:
        """For everybody: in a private chat also what the bot wrote. No update tells of it."""
        chat = self._writable(chat_id)
        message = self._there(chat, message_id)
        author = self.chats.author(chat, sender)
        is_admin = chat.status(author) in ("creator", "administrator")
        if not (chat.type == "private" or is_admin or message.sender_id == author):
            raise Refused("Only your own messages can be deleted.")
        self.all_messages.delete(message)
        self.changed()

    def forward(
        self,
        chat_id: int,
        message_ids: Sequence[int],
        *,
        sender: int | None = None,
        topic: int | None = None,
    ) -> list[int]:
        """Send messages of a chat into it again, as from who wrote them first; without buttons.

        What stood in one album goes as an album.
        """
        chat = self._writable(chat_id)
        originals = [self._there(chat, message_id) for message_id in message_ids]
        if any(SERVICE & original.content.keys() for original in originals):
            raise Refused("That cannot be forwarded.")
        sizes = Counter(original.media_group_id for original in originals)
        albums = {group: str(secrets.randbits(53)) for group in sizes if group and sizes[group] > 1}
        return [
            self._receive(
                chat_id,
                self._again(original.content),
                sender,
                media_group_id=albums.get(original.media_group_id or ""),
                topic=topic,
                origin=original.origin or self._origin(chat, original),
            ).message_id
            for original in originals
        ]

    def _again(self, content: Wire) -> Wire:
        """The same file under another file_id, the same words."""
        unique_id = unique_id_of(content)
        stored = self.files.by_unique_id(unique_id) if unique_id else None
        if stored is None:
            return dict(content)
        words = {k: v for k, v in content.items() if k in ("caption", "caption_entities")}
        return media_content(self.files, stored) | words

    def _origin(self, chat: Chat, message: Message) -> Wire:
        """https://core.telegram.org/bots/api#messageorigin"""
        if chat.type == "channel":
            known = {"chat": chat.wire(), "message_id": message.message_id}
            return {"type": "channel", "date": message.date} | known
        sender = self.user_wire(message.sender_id)
        return {"type": "user", "date": message.date, "sender_user": sender}

    def react(
        self, chat_id: int, message_id: int, emoji: str | None, *, sender: int | None = None
    ) -> None:
        """Set the person's reaction, or take it away; of an album, its first message bears it.

        A bot hears of it if it asked for message_reaction, in a group only as an administrator
        (https://core.telegram.org/bots/api#update).
        """
        chat = self._writable(chat_id)
        message = self.all_messages.first_of_album(self._there(chat, message_id))
        person = self.chats.sender(chat, sender)
        old = message.reaction_of(person.id)
        if emoji is not None and emoji not in reactions.EMOJI:
            raise Refused("That is no reaction.")
        if emoji == old:
            return
        message.react(person.id, emoji)
        if chat.type == "private" or chat.bot_rights is not None:
            update = {
                "chat": chat.wire(),
                "message_id": message.message_id,
                "user": person.wire(),
                "date": int(time.time()),
                "old_reaction": reactions.wire(old),
                "new_reaction": reactions.wire(emoji),
            }
            self.push_raw_update({"message_reaction": update})
        self.changed()


def typed(text: str) -> FormattedText:
    """What the app makes of what was typed, with the entities that the service finds."""
    plain = trimmed(FormattedText(cleaned(without_surrogates(text)), [])).text
    return detected(plain)
