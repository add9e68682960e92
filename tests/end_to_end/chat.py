"""A person with a phone: sends, taps, and sees what the bot answers."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from bot.sandbox.telegram.state import TelegramState
from tests.samples import jpeg

TIMEOUT_SECONDS = 60
"""Seconds after which something that should have appeared counts as missing."""

CONVERTING = 100
"""The same for something that has to be converted first, on a machine that is busy with tests."""

Message = dict[str, Any]


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
        await self.sends_files([("photo.jpg", picture or jpeg(640, 800))], caption=caption)

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

    async def sends_other(self, kind: str) -> None:
        """A sticker, a voice message and the like."""
        self._look()
        self._telegram.send_other(self.chat_id, kind, sender=self.id, topic=self._topic)

    async def taps(self, label: str) -> Any:
        """Tap the newest button of this name; returns what pops up, if anything."""
        message, button = self._button(label)
        self._look()
        return await self._telegram.tap(
            self.chat_id, message["message_id"], button["callback_data"], sender=self.id
        )

    async def sees(self, fragment: str, timeout_seconds: float | None = None) -> str:
        """Wait for a message of the bot, new or edited, with these words; returns all of it."""
        deadline = time.monotonic() + (timeout_seconds or self.timeout_seconds)
        while True:
            version = self._telegram.version
            for message in self._new():
                if fragment in text_of(message):
                    return text_of(message)
            left = deadline - time.monotonic()
            if left <= 0:
                told = [text_of(message) for message in self._new()]
                raise AssertionError(f"{fragment!r} was not seen, but {told}")
            await self._telegram.wait_for_change(version, left)

    def labels(self) -> list[str]:
        """All buttons that can be tapped in this chat, oldest first."""
        return [button["text"] for _, button in self._buttons()]

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
        """Change an earlier message of one's own."""
        mine = next(m for m in reversed(self.messages()) if m.get("text") == said)
        self._telegram.edit_text(self.chat_id, mine["message_id"], instead, sender=self.id)

    def is_the_bots(self, message: Message) -> bool:
        return message["from"]["is_bot"] and "sender_chat" not in message  # else an anonymous admin

    def _look(self) -> None:
        self._known = {m["message_id"]: text_of(m) for m in self.messages()}

    def _new(self) -> list[Message]:
        return [
            message
            for message in self.messages()
            if self.is_the_bots(message)
            and self._known.get(message["message_id"]) != text_of(message)
        ]

    def _button(self, label: str) -> tuple[Message, dict[str, str]]:
        for message, button in reversed(self._buttons()):
            if button["text"] == label:
                return message, button
        raise AssertionError(f"no button {label!r}, but {self.labels()}")

    def _buttons(self) -> list[tuple[Message, dict[str, str]]]:
        return [
            (message, button)
            for message in self.messages()
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in row
        ]


def text_of(message: Message) -> str:
    return str(message.get("text") or message.get("caption") or "")


async def until(is_so: Callable[[], bool], timeout_seconds: float = TIMEOUT_SECONDS) -> None:
    """Wait for what nobody sees."""
    deadline = time.monotonic() + timeout_seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to pass"
        await asyncio.sleep(0.02)
