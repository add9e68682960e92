"""The people and the chats in which they meet the bot."""

import time
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.errors import ApiError, Refused, bad_request, forbidden

TYPING_SECONDS = 5
"""A chat action shows this long, or until a message comes."""


ANONYMOUS_ADMIN = 1087968824
"""@GroupAnonymousBot: who writes for a group's admins that remain anonymous."""


@dataclass
class Person:
    id: int
    first_name: str
    language_code: str

    def wire(self) -> Wire:
        return {"is_bot": False} | vars(self)


GENERAL_TOPIC = 1
"""A forum's first topic: its messages carry no number, and only chat actions may name it."""


@dataclass
class Topic:
    """A forum's topic, numbered as the message that opened it."""

    id: int
    name: str
    is_closed: bool = False


@dataclass
class Chat:
    """`started`: the person has written, so that the bot may."""

    id: int
    type: str
    title: str
    members: list[int] = field(default_factory=list)
    administrators: list[int] = field(default_factory=list)
    """Of a group, its creator first."""
    started: bool = False
    blocked: bool = False
    upgraded_to: int | None = None
    """The number of the supergroup that this group has become."""
    is_forum: bool = False
    topics: list[Topic] = field(default_factory=list)
    bot_rights: list[str] | None = None
    """Of the bot as an administrator; None when it is none."""

    def wire(self) -> Wire:
        name = "first_name" if self.type == "private" else "title"
        forum = {"is_forum": True} if self.is_forum else {}
        return {"id": self.id, "type": self.type, name: self.title} | forum

    def dump(self) -> Wire:
        return vars(self) | {"topics": [vars(topic) for topic in self.topics]}

    def status(self, person_id: int) -> str:
        """creator, administrator, member or left."""
        if person_id in self.administrators[:1]:
            return "creator"
        if person_id in self.administrators:
            return "administrator"
        return "member" if person_id in self.members else "left"

    @property
    def counts_apart(self) -> bool:
        """Whether its messages have numbers of their own."""
        return self.type in ("supergroup", "channel")

    def bot_may(self, right: str) -> bool:
        return right in (self.bot_rights or ())

    def topic(self, topic_id: int) -> Topic | None:
        return next((topic for topic in self.topics if topic.id == topic_id), None)

    def require_writable(self) -> None:
        """Raise ApiError (403, or 400 for a group that is no more) where the bot may not write."""
        self.require_there()
        if self.type == "channel" and self.bot_rights is None:
            raise forbidden("bot is not a member of the channel chat")
        if self.type == "channel" and not self.bot_may("can_post_messages"):
            raise bad_request("need administrator rights in the channel chat")
        if not self.started:
            raise forbidden("bot can't initiate conversation with a user")

    def require_there(self) -> None:
        """Raise ApiError where the bot has been thrown out, or the group is no more."""
        if self.upgraded_to is not None:
            reason = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, reason, migrate_to_chat_id=self.upgraded_to)
        if self.blocked:
            kicked = f"bot was kicked from the {self.type} chat"
            raise forbidden("bot was blocked by the user" if self.type == "private" else kicked)


class Chats:
    """People by id, chats by id, and where the bot is typing."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self._typing_until: dict[int, float] = {}

    def add_person(self, person: Person) -> None:
        """With the private chat; again with another name, only the name changes."""
        self.people[person.id] = person
        chat = self.chats.setdefault(person.id, Chat(person.id, "private", "", [person.id]))
        chat.title = person.first_name

    def add_group(
        self, chat_id: int, title: str, members: list[int], administrators: list[int] | None = None
    ) -> None:
        """Without other administrators, the first member is its creator and the only one."""
        admins = members[:1] if administrators is None else administrators
        self.chats[chat_id] = Chat(chat_id, "group", title, members, admins, started=True)

    def add_forum(self, chat_id: int, title: str, members: list[int], admins: list[int]) -> None:
        self.chats[chat_id] = Chat(
            chat_id, "supergroup", title, members, admins, started=True, is_forum=True
        )

    def add_channel(self, chat_id: int, title: str, subscribers: list[int]) -> None:
        """A channel in which the bot may post, made by the first of its subscribers."""
        rights = ["can_post_messages"]
        self.chats[chat_id] = Chat(
            chat_id, "channel", title, subscribers, subscribers[:1], True, bot_rights=rights
        )

    def upgrade(self, chat_id: int, new_id: int) -> None:
        """Make a supergroup of a group: its people move, its number is gone."""
        group = self.chats[chat_id]
        group.upgraded_to = new_id
        self.chats[new_id] = Chat(
            new_id, "supergroup", group.title, group.members, group.administrators, started=True
        )

    def for_bot(self, chat_id: str) -> Chat:
        """The chat that a request names. Raises ApiError (400)."""
        if not chat_id:
            raise bad_request("chat_id is empty")
        try:
            return self.chats[int(chat_id)]
        except (ValueError, KeyError):
            raise bad_request("chat not found") from None

    def for_person(self, chat_id: int) -> Chat:
        """The chat on the phone. Raises Refused."""
        if chat_id not in self.chats:
            raise Refused("There is no such chat.")
        return self.chats[chat_id]

    def sender(self, chat: Chat, sender: int | None) -> Person:
        """Who writes: the one named, else the chat's first member. Raises Refused."""
        person = self.people.get(chat.members[0] if sender is None else sender)
        if person is None or person.id not in chat.members:
            raise Refused("That person is not in this chat.")
        return person

    def author(self, chat: Chat, sender: int | None) -> int:
        """The number that stands on a message; in a group, also its anonymous admins' one."""
        if sender == ANONYMOUS_ADMIN and chat.type != "private":
            return ANONYMOUS_ADMIN
        return self.sender(chat, sender).id

    def set_typing(self, chat_id: int, typing: bool) -> None:
        self._typing_until[chat_id] = time.monotonic() + TYPING_SECONDS if typing else 0

    def is_typing(self, chat_id: int) -> bool:
        return self._typing_until.get(chat_id, 0) > time.monotonic()

    def dump(self) -> Wire:
        return {
            "people": [vars(person) for person in self.people.values()],
            "chats": [chat.dump() for chat in self.chats.values()],
        }

    def load(self, data: dict[str, Any]) -> None:
        self.people = {item["id"]: Person(**item) for item in data["people"]}
        self.chats = {item["id"]: _chat(item) for item in data["chats"]}


def _chat(item: Wire) -> Chat:
    topics = [Topic(**topic) for topic in item.get("topics", [])]
    return Chat(**item | {"topics": topics})
