"""All that the service knows, kept in `folder` so that a new process continues where it stood."""

import asyncio
import contextlib
import json
import time
from pathlib import Path
from typing import Protocol

from bot.sandbox.telegram.chats import ANONYMOUS_ADMIN, TYPING_SECONDS, Chat, Chats
from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.faults import Fault, Faults
from bot.sandbox.telegram.files import Files
from bot.sandbox.telegram.flood import Flood
from bot.sandbox.telegram.messages import Message, Messages
from bot.sandbox.telegram.profile import BotProfile
from bot.sandbox.telegram.queries import Queries
from bot.sandbox.telegram.updates import Updates

SAVE_DELAY_SECONDS = 1.0


class Part(Protocol):
    def dump(self) -> Wire: ...
    def load(self, data: Wire) -> None: ...


class StoredState:
    """The parts, their persistence, and word of every change. For one loop's thread only."""

    def __init__(
        self,
        folder: Path,
        *,
        token: str,
        bot_username: str = "postbote_sandbox_bot",
        bot_name: str = "Postbote",
        local_mode: bool = False,
        speed: float = 1.0,
    ) -> None:
        """Raises ValueError when the token does not begin with the bot's number.

        In local mode files are handed out as paths on this disk, of any size, as by a Bot API
        server that runs with `--local`. The clock of the flood control runs `speed` times as
        fast as ours.
        """
        self.token = token
        self.local_mode = local_mode
        self.privacy_mode = False
        """On for a fresh bot at Telegram, until @BotFather is told otherwise: in groups it then
        receives commands and replies to its messages alone, unless it administers them.
        """
        self.bot: Wire = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": bot_name,
            "username": bot_username,
        }
        self.version = time.time_ns() // 1_000_000
        self.chats = Chats()
        self.all_messages = Messages()
        self.files = Files(folder / "files")
        self.updates = Updates()
        self.queries = Queries()
        self.profile = BotProfile()
        self.faults = Faults()
        self.flood = Flood(speed)
        self._path = folder / "state.json"
        self._parts: dict[str, Part] = {
            "chats": self.chats,
            "messages": self.all_messages,
            "files": self.files,
            "updates": self.updates,
            "queries": self.queries,
            "profile": self.profile,
        }
        self._change = asyncio.Event()
        self._saving: asyncio.TimerHandle | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self._load()

    def changed(self) -> None:
        """Wake whoever waits for a change, and write soon."""
        self.version += 1
        change, self._change = self._change, asyncio.Event()
        change.set()
        self.save_soon()

    def save_soon(self) -> None:
        """Write within a second; at once where no loop runs."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.save()
            return
        if self._saving is None:
            self._saving = loop.call_later(SAVE_DELAY_SECONDS, self.save)

    async def wait_for_change(self, version: int, timeout: float) -> None:  # noqa: ASYNC109 - the page's own parameter
        """Return at once when `version` is not the current one, else at a change or in time."""
        if version == self.version:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._change.wait(), timeout)

    def save(self) -> None:
        """Write everything now, whole or not at all."""
        if self._saving is not None:
            self._saving.cancel()
            self._saving = None
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps({name: part.dump() for name, part in self._parts.items()}))
        new.replace(self._path)

    def close(self) -> None:
        """Write what was still to be written."""
        if self._saving is not None:
            self.save()

    def _load(self) -> None:
        if self._path.exists():
            data = json.loads(self._path.read_text())
            for name, part in self._parts.items():
                part.load(data[name])

    def user_wire(self, user_id: int) -> Wire:
        if user_id == self.bot["id"]:
            return dict(self.bot)
        if user_id == ANONYMOUS_ADMIN:
            return {
                "id": ANONYMOUS_ADMIN,
                "is_bot": True,
                "first_name": "Group",
                "username": "GroupAnonymousBot",
            }
        return self.chats.people[user_id].wire()

    def message_wire(self, message: Message) -> Wire:
        """As in the Bot API, with the message that it answers; in a topic, else the one before all.

        So that `reply_to_message` is no proof of a reply: it may be `forum_topic_created`.
        """
        wire = self._bare_wire(message)
        reply_to = message.reply_to or message.topic_id
        answered = reply_to and self.all_messages.get(message.chat_id, reply_to)
        if answered:
            wire["reply_to_message"] = self._bare_wire(answered)
        return wire

    def _bare_wire(self, message: Message) -> Wire:
        chat = self.chats.chats[message.chat_id].wire()
        is_channel = chat["type"] == "channel"
        optional = {
            "from": None if is_channel else self.user_wire(message.sender_id),
            "sender_chat": chat if is_channel or message.sender_id == ANONYMOUS_ADMIN else None,
            "message_thread_id": message.topic_id,
            "is_topic_message": message.topic_id is not None,
            "edit_date": message.edit_date,
            "forward_origin": message.origin,
            "quote": message.quote,
            "media_group_id": message.media_group_id,
            "reply_markup": message.inline_keyboard
            and {"inline_keyboard": message.inline_keyboard},
        }
        return (
            {
                "message_id": message.message_id,
                "chat": chat,
                "date": message.date,
            }
            | message.content
            | {name: value for name, value in optional.items() if value}
        )

    def show_typing(self, chat: Chat, typing: bool) -> None:
        """Shown until a message comes or some seconds have passed."""
        self.chats.set_typing(chat.id, typing)
        self.changed()
        if typing:
            asyncio.get_running_loop().call_later(TYPING_SECONDS, self.changed)

    def fail(
        self,
        method: str,
        *,
        status: int | None = None,
        description: str = "Internal Server Error",
        retry_after: int | None = None,
        times: int = 1,
        after_effect: bool = False,
        drop: bool = False,
        delay: float = 0,
    ) -> None:
        """Order what the next `times` calls of a method meet.

        An error answer (`status`), a connection closed without an answer (`drop`) or only a
        `delay` in seconds; before the call takes effect, or after it. The method
        `downloadFile` is the download of a file.
        """
        self.faults.add(
            Fault(method, status, description, retry_after, times, after_effect, drop, delay)
        )
