"""The chats, who is in them and in which topics, and a message arriving there."""

import re
import time

from bot.sandbox.telegram.chats import Chat, Person, Topic
from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.errors import Refused
from bot.sandbox.telegram.members import bot_member
from bot.sandbox.telegram.messages import Message
from bot.sandbox.telegram.stored import StoredState

TOPIC_COLOR = 0x6FB9F0
"""One of the six that the Bot API names for a topic's icon."""
SERVICE = frozenset(
    ["forum_topic_created", "forum_topic_closed", "migrate_to_chat_id", "migrate_from_chat_id"]
)
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


class Places(StoredState):
    """Where people meet the bot. Raises Refused with the reason."""

    def add_person(self, person_id: int, first_name: str, language_code: str = "en") -> None:
        """Also opens the private chat; the bot may write there once the person has written."""
        self.chats.add_person(Person(person_id, first_name, language_code))
        self.changed()

    def set_language(self, person_id: int, language_code: str) -> None:
        """What Telegram tells of the person from now on: an IETF tag such as 'de' or 'pt-BR'."""
        if not LANGUAGE_TAG.fullmatch(language_code):
            raise Refused("A language is a tag such as de or pt-BR.")
        self.chats.people[person_id].language_code = language_code
        self.changed()

    def add_group(
        self, group_id: int, title: str, members: list[int], administrators: list[int] | None = None
    ) -> None:
        """A group with the bot in it, which reads all messages; its id is negative."""
        self.chats.add_group(group_id, title, members, administrators)
        self.changed()

    def add_forum(
        self, group_id: int, title: str, members: list[int], administrators: list[int] | None = None
    ) -> None:
        """A supergroup with topics. Messages without a topic stand in General."""
        self.chats.add_forum(group_id, title, members, administrators or members[:1])
        self.changed()

    def add_channel(self, channel_id: int, title: str, subscribers: list[int]) -> None:
        """A channel that the bot administers; its id is negative."""
        self.chats.add_channel(channel_id, title, subscribers)
        self.changed()

    def set_bot_rights(self, chat_id: int, rights: list[str] | None) -> None:
        """Make the bot an administrator with exactly these rights, or a plain member again."""
        chat = self.chats.for_person(chat_id)
        old = bot_member(chat, self.bot)
        chat.bot_rights = rights
        self._tell_of_bot(chat, old, bot_member(chat, self.bot))

    def add_topic(self, group_id: int, name: str, *, sender: int | None = None) -> int:
        """Open a topic in a forum; returns its number (`message_thread_id`)."""
        chat = self._writable(group_id)
        if not chat.is_forum:
            raise Refused("There are no topics here.")
        message = self.all_messages.add(
            group_id,
            self.chats.author(chat, sender),
            {"forum_topic_created": {"name": name, "icon_color": TOPIC_COLOR}},
            is_apart=chat.counts_apart,
        )
        message.topic_id = message.message_id
        chat.topics.append(Topic(message.message_id, name))
        self.push_raw_update({"message": self.message_wire(message)})
        return message.message_id

    def close_topic(self, group_id: int, topic_id: int) -> None:
        """Only the forum's administrators may write there now."""
        self._topic(group_id, topic_id).is_closed = True
        self._receive(group_id, {"forum_topic_closed": {}}, None, topic=topic_id)

    def delete_topic(self, group_id: int, topic_id: int) -> None:
        """With all its messages; no update tells of it."""
        self.chats.for_person(group_id).topics.remove(self._topic(group_id, topic_id))
        for message in self.messages(group_id):
            if message.topic_id == topic_id:
                self.all_messages.delete(message)
        self.changed()

    def _topic(self, chat_id: int, topic_id: int) -> Topic:
        topic = self.chats.for_person(chat_id).topic(topic_id)
        if topic is None:
            raise Refused("There is no such topic.")
        return topic

    def messages(self, chat_id: int) -> list[Message]:
        """Oldest first, without deleted ones."""
        return list(self.all_messages.of_chat(chat_id))

    def upgrade_group(self, chat_id: int, new_id: int) -> None:
        """A group becomes a supergroup; the bot hears of it in the old one and in the new one."""
        content = {"migrate_to_chat_id": new_id}
        self._receive(chat_id, content, None)
        self.chats.upgrade(chat_id, new_id)
        self._receive(new_id, {"migrate_from_chat_id": chat_id}, None)

    def block(self, chat_id: int) -> None:
        """The person blocks the bot, who hears of it by my_chat_member."""
        self._set_blocked(chat_id, True)

    def unblock(self, chat_id: int) -> None:
        self._set_blocked(chat_id, False)

    def push_raw_update(self, update: Wire) -> None:
        """Queue an update as it is; it gets the next number unless it has an update_id."""
        self.updates.add(update)
        self.changed()

    def _receive(
        self,
        chat_id: int,
        content: Wire,
        sender: int | None,
        *,
        reply_to: int | None = None,
        media_group_id: str | None = None,
        topic: int | None = None,
        origin: Wire | None = None,
    ) -> Message:
        chat = self._writable(chat_id)
        author = self.chats.author(chat, sender)
        if topic is not None:
            self._topic(chat_id, topic)
        if chat.type == "channel" and chat.status(author) == "member":
            raise Refused("Only administrators write in a channel.")
        chat.started = True
        message = self.all_messages.add(
            chat_id,
            author,
            content,
            is_apart=chat.counts_apart,
            reply_to=reply_to,
            media_group_id=media_group_id,
            topic_id=topic or self.all_messages.topic_of(chat_id, reply_to),
            origin=origin,
        )
        kind = "channel_post" if chat.type == "channel" else "message"
        if self._is_for_bot(chat, message):
            self.push_raw_update({kind: self.message_wire(message)})
        self.changed()
        return message

    def _is_for_bot(self, chat: Chat, message: Message) -> bool:
        """https://core.telegram.org/bots/features#privacy-mode"""
        sees_all = not self.privacy_mode or chat.bot_rights is not None
        if sees_all or chat.type in ("private", "channel") or SERVICE & message.content.keys():
            return True
        answered = self.all_messages.get(chat.id, message.reply_to or 0)
        if answered and answered.sender_id == self.bot["id"]:
            return True
        word = message.formatted.text.split()[0] if message.formatted else ""
        return word.startswith("/") and word.partition("@")[2] in ("", self.bot["username"])

    def _writable(self, chat_id: int) -> Chat:
        chat = self.chats.for_person(chat_id)
        if chat.blocked:
            raise Refused("Unblock the bot first.")
        if chat.upgraded_to is not None:
            raise Refused("This group is a supergroup now: write there.")
        return chat

    def _set_blocked(self, chat_id: int, blocked: bool) -> None:
        chat = self.chats.for_person(chat_id)
        if chat.blocked == blocked:
            return
        old = bot_member(chat, self.bot)
        chat.blocked = blocked
        self._tell_of_bot(chat, old, bot_member(chat, self.bot))

    def _tell_of_bot(self, chat: Chat, old: Wire, new: Wire) -> None:
        update = {
            "chat": chat.wire(),
            "from": self.chats.sender(chat, None).wire(),
            "date": int(time.time()),
            "old_chat_member": old,
            "new_chat_member": new,
        }
        self.push_raw_update({"my_chat_member": update})
