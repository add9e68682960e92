"""A person with a phone: sends, taps, and sees what the bot answers."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeVar

from bot.sandbox.telegram.media import from_phone
from bot.sandbox.telegram.messages import Message as StoredMessage
from bot.sandbox.telegram.state import TelegramState
from tests.samples import jpeg

TIMEOUT_SECONDS = 60
"""Seconds after which something that should have appeared counts as missing."""

CONVERTING = 100
"""The same for something that has to be converted first, on a machine that is busy with tests."""

Message = dict[str, Any]
Button = dict[str, str]
Found = TypeVar("Found")


class Person:
    """Acts in one chat, or one topic. What is `seen` must be new since the last action."""

    timeout_seconds: float = TIMEOUT_SECONDS

    def __init__(
        self,
        telegram: TelegramState,
        person_id: int,
        chat_id: int | None = None,
        topic: int | None = None,
    ) -> None:
        self.id = person_id
        self._topic = topic
        self._telegram = telegram
        self.chat_id = person_id if chat_id is None else chat_id
        self._known: dict[int, str] = {}

    async def sends(self, text: str) -> None:
        self._look()
        self._telegram.send_text(self.chat_id, text, sender=self.id, topic=self._topic)

    async def sends_photo(self, picture: bytes | None = None, caption: str | None = None) -> None:
        await self.sends_files([("photo.jpg", picture or jpeg())], caption=caption)

    async def sends_files(
        self,
        files: list[tuple[str, bytes]],
        *,
        as_file: bool = False,
        caption: str | None = None,
    ) -> None:
        """One file, or several as an album."""
        self._look()
        self._telegram.send_media(
            self.chat_id,
            files,
            as_file=as_file,
            caption=caption,
            sender=self.id,
            topic=self._topic,
        )

    def sends_late_part(self, picture: bytes) -> None:
        """One more photo of one's latest album, which Telegram delivers only now."""
        self._look()
        album = self._mine(lambda message: "media_group_id" in message)["media_group_id"]
        self._telegram.deliver_late(self.chat_id, picture, album, sender=self.id)

    async def replies(self, to: str | Message, text: str) -> None:
        """Answer a message, given itself or by words in it."""
        answered = self._message(to)["message_id"]
        self._look()
        self._telegram.send_text(
            self.chat_id, text, sender=self.id, reply_to=answered, topic=self._topic
        )

    async def replies_with_photo(
        self, to: str | Message, picture: bytes | None = None, caption: str | None = None
    ) -> None:
        answered = self._message(to)["message_id"]
        self._look()
        self._telegram.send_media(
            self.chat_id,
            [("photo.jpg", picture or jpeg())],
            caption=caption,
            sender=self.id,
            reply_to=answered,
            topic=self._topic,
        )

    async def forwards(self, *messages: str | Message) -> None:
        """Send messages of this chat to the bot again, as one forwards them."""
        ids = [self._message(message)["message_id"] for message in messages]
        self._look()
        self._telegram.forward(self.chat_id, ids, sender=self.id, topic=self._topic)

    def deletes(self, message: str | Message) -> None:
        """Of which no bot hears."""
        self._telegram.delete_message(
            self.chat_id, self._message(message)["message_id"], sender=self.id
        )

    async def sends_other(self, kind: str) -> None:
        """A sticker, a voice message and the like."""
        self._look()
        self._telegram.send_other(self.chat_id, kind, sender=self.id, topic=self._topic)

    async def taps(self, label: str, on: str | Message | None = None) -> Any:
        """Tap the newest button of this name, or one message's, once it is there.

        Returns what pops up.
        """
        message, button = await self._awaited_button(label, label.__eq__, on)
        self._look()
        return await self._telegram.tap(
            self.chat_id, message["message_id"], button["callback_data"], sender=self.id
        )

    async def sees(self, *fragments: str, timeout_seconds: float | None = None) -> str:
        """Wait for a message of the bot, new or edited, with all these words; returns all of it."""
        return await self._awaited(
            lambda: next((said for said in self._new() if all(f in said for f in fragments)), None),
            lambda: f"{fragments} was not seen, but {self._new()}",
            timeout_seconds,
        )

    async def sees_button(self, said: str, on: str | Message | None = None) -> str:
        """Wait for a button with these words, in the chat or below one message; returns its label.

        Of several the newest message's first.
        """
        _, button = await self._awaited_button(said, lambda label: said in label, on)
        return button["text"]

    def reaction_on(self, message: str | Message) -> str | None:
        """The bot's own, on a message of anybody."""
        found = self._stored(self._message(message))
        return self._telegram.all_messages.first_of_album(found).reaction_of(
            self._telegram.bot["id"]
        )

    def labels(self, on: str | Message | None = None) -> list[str]:
        """All buttons that can be tapped in this chat, or below one message, oldest first."""
        return [button["text"] for _, button in self._buttons(on)]

    def last(self) -> Message:
        """The newest message of the bot."""
        return next(m for m in reversed(self.messages()) if self.is_the_bots(m))

    def messages(self) -> list[Message]:
        messages = self._telegram.messages(self.chat_id)
        return [self._telegram.message_wire(message) for message in messages]

    def told(self) -> list[str]:
        """All that the bot has said in this chat."""
        return [text_of(message) for message in self.messages() if self.is_the_bots(message)]

    def edits(self, said: str, instead: str) -> None:
        """Change the text of an earlier message of one's own."""
        self._look()
        mine = self._mine(lambda message: message.get("text") == said)
        self._telegram.edit_text(self.chat_id, mine["message_id"], instead, sender=self.id)

    def edits_caption(self, said: str, instead: str) -> None:
        """Change the caption of earlier media of one's own, '' for the newest that has none."""
        self._look()
        mine = self._mine(lambda message: "text" not in message and text_of(message) == said)
        self._telegram.edit_text(self.chat_id, mine["message_id"], instead, sender=self.id)

    def edits_media(self, caption: str, picture: bytes) -> None:
        """Exchange the file of earlier media of one's own for a photo; its caption stays."""
        self._look()
        mine = self._mine(lambda message: "text" not in message and text_of(message) == caption)
        self._telegram.edit_media(
            self.chat_id,
            mine["message_id"],
            from_phone("photo.jpg", picture, as_file=False),
            sender=self.id,
        )

    def is_the_bots(self, message: Message) -> bool:
        return message["from"]["is_bot"] and "sender_chat" not in message  # else an anonymous admin

    def _look(self) -> None:
        self._known = {m["message_id"]: text_of(m) for m in self.messages()}

    async def _awaited(
        self,
        look: Callable[[], Found | None],
        complaint: Callable[[], str],
        timeout_seconds: float | None = None,
    ) -> Found:
        """What is found by looking again at every change."""
        deadline = time.monotonic() + (timeout_seconds or self.timeout_seconds)
        while True:
            version = self._telegram.version
            if (found := look()) is not None:
                return found
            left = deadline - time.monotonic()
            assert left > 0, complaint()
            await self._telegram.wait_for_change(version, left)

    def _new(self) -> list[str]:
        return [
            text_of(message)
            for message in self.messages()
            if self.is_the_bots(message)
            and self._known.get(message["message_id"]) != text_of(message)
        ]

    def _message(self, wanted: str | Message) -> Message:
        """As it is now; by words, the bot's newest that has them before anybody else's."""
        if not isinstance(wanted, str):
            same = [m for m in self.messages() if m["message_id"] == wanted["message_id"]]
        else:
            same = [m for m in self.messages() if wanted in text_of(m)]
        bots = [message for message in same if self.is_the_bots(message)]
        assert same, f"no message {wanted!r}"
        return (bots or same)[-1]

    def _mine(self, is_meant: Callable[[Message], bool]) -> Message:
        mine = [m for m in self.messages() if m["from"]["id"] == self.id and is_meant(m)]
        assert mine, "there is no such message of one's own"
        return mine[-1]

    def _stored(self, message: Message) -> StoredMessage:
        stored = self._telegram.all_messages.get(self.chat_id, message["message_id"])
        assert stored
        return stored

    async def _awaited_button(
        self, said: str, is_meant: Callable[[str], bool], on: str | Message | None
    ) -> tuple[Message, Button]:
        return await self._awaited(
            lambda: next((it for it in self._newest_first(on) if is_meant(it[1]["text"])), None),
            lambda: f"no button {said!r}, but {self.labels(on)}",
        )

    def _newest_first(self, on: str | Message | None) -> list[tuple[Message, Button]]:
        """Of each message the first button first."""
        return sorted(self._buttons(on), key=lambda it: -it[0]["message_id"])

    def _buttons(self, on: str | Message | None = None) -> list[tuple[Message, Button]]:
        return [
            (message, button)
            for message in (self.messages() if on is None else [self._message(on)])
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in row
        ]


class Addressing(Person):
    """Somebody in a group, who replies to the bot, and names it below what they send."""

    async def sends(self, text: str) -> None:
        if text.startswith("/"):
            await super().sends(text)
        else:
            await self.replies(self.last(), text)

    async def sends_files(
        self,
        files: list[tuple[str, bytes]],
        *,
        as_file: bool = False,
        caption: str | None = None,
    ) -> None:
        named = " ".join(filter(None, [f"@{self._telegram.bot['username']}", caption]))
        await super().sends_files(files, as_file=as_file, caption=named)


def text_of(message: Message) -> str:
    return str(message.get("text") or message.get("caption") or "")


def picture_of(message: Message) -> str | None:
    """The photo's file_unique_id."""
    photo = message.get("photo")
    return str(photo[-1]["file_unique_id"]) if photo else None


async def until(is_so: Callable[[], bool], timeout_seconds: float = TIMEOUT_SECONDS) -> None:
    """Wait for what nobody sees; what takes longer is looked for less and less often."""
    deadline, pause = time.monotonic() + timeout_seconds, 0.02
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to pass"
        await asyncio.sleep(pause)
        pause = min(1.5 * pause, 0.15)
