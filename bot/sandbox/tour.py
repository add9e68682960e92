"""One whole story, played by itself and printed as text: planning, publishing, a failure."""

import sys
import textwrap
import time
from pathlib import Path
from typing import Any

from bot.sandbox.instagram.faults import Fault
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.telegram.state import TelegramState

SAMPLE = Path(__file__).parent / "samples" / "sunset.jpg"
TIMEOUT_SECONDS = 60
"""Seconds to wait for what must come next."""
WIDTH = 76

Message = dict[str, Any]


class StoryError(RuntimeError):
    """Something that the story needs did not happen in time."""


async def play(
    telegram: TelegramState, instagram: InstagramState, person: int, admin_chat: int
) -> None:
    """Tell the story to standard output. Raises StoryError."""
    you = Narrator(telegram, person, "You")
    await _publish(you, instagram)
    await _plan_and_list(you)
    await _fail(you, Narrator(telegram, admin_chat, "Alerts"), instagram)
    _print("\nThe end. `make demo` lets you play it yourself.")


async def _publish(you: "Narrator", instagram: InstagramState) -> None:
    _chapter("A photo is scheduled and published")
    await you.says("/start")
    await you.hears("Send me a")
    you.sends_picture(caption="Evening over the harbour #sunset #harbour")
    await you.hears("Evening over the harbour")
    await you.taps("Now")
    await you.hears("is on Instagram")
    _chapter("On the Instagram profile")
    for post in instagram.posts:
        _print(f"@{instagram.username}, a {post.kind}:\n{post.caption}")


async def _plan_and_list(you: "Narrator") -> None:
    _chapter("Another one is planned for later, and listed")
    await _make_post(you, time="tomorrow 18:30")
    await you.hears("Post 2")
    await you.says("/list")
    await you.hears("Planned: 1")


async def _fail(you: "Narrator", alerts: "Narrator", instagram: InstagramState) -> None:
    _chapter("Instagram refuses a picture for good: its owner and the admin hear of it")
    instagram.script(Fault(at="rupload", kind="processing_failed"))
    await _make_post(you)
    await you.hears("couldn't be published")
    _chapter("In the admin's chat")
    await alerts.hears("failed")


async def _make_post(you: "Narrator", *, time: str | None = None) -> None:
    """By words on the card, and one tap."""
    you.sends_picture()
    await you.hears("No caption yet")
    await you.says("Good morning")
    await you.hears("Good morning")
    if time is not None:
        await you.says(time)
        await you.hears("in ")
    await you.taps("Now" if time is None else "Plan for ")


class Narrator:
    """Acts in one chat and prints whatever appears there."""

    def __init__(self, telegram: TelegramState, chat_id: int, name: str) -> None:
        self._telegram = telegram
        self._chat_id = chat_id
        self._name = name
        self._printed: dict[int, str] = {}

    async def says(self, text: str) -> None:
        self._telegram.send_text(self._chat_id, text)
        self._print_new()

    def sends_picture(self, caption: str | None = None) -> None:
        picture = (SAMPLE.name, SAMPLE.read_bytes())
        self._telegram.send_media(self._chat_id, [picture], caption=caption)
        self._print_new()

    async def taps(self, text: str) -> None:
        """Tap the newest button whose name begins so. Raises StoryError."""
        for message in reversed(self._messages()):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if button["text"].startswith(text):
                        _print(f"{'You tap':>8} │ [{button['text']}]")
                        await self._telegram.tap(
                            self._chat_id, message["message_id"], button["callback_data"]
                        )
                        return
        raise StoryError(f"there is no button {text!r}")

    async def hears(self, fragment: str) -> None:
        """Wait for a message of the bot, new or edited, with these words. Raises StoryError."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while True:
            version = self._telegram.version
            if any(fragment in _text(message) for message in self._print_new()):
                return
            left = deadline - time.monotonic()
            if left <= 0:
                raise StoryError(f"{fragment!r} was not heard within {TIMEOUT_SECONDS} s")
            await self._telegram.wait_for_change(version, left)

    def _print_new(self) -> list[Message]:
        new = [m for m in self._messages() if self._printed.get(m["message_id"]) != _text(m)]
        for message in new:
            self._printed[message["message_id"]] = _text(message)
            _print(_drawn(message, self._name))
        return new

    def _messages(self) -> list[Message]:
        messages = self._telegram.messages(self._chat_id)
        return [self._telegram.message_wire(message) for message in messages]


def _text(message: Message) -> str:
    return str(message.get("text") or message.get("caption") or "")


def _drawn(message: Message, name: str) -> str:
    """A message as lines: who, what, and its buttons in brackets."""
    who = "Postbote" if message["from"]["is_bot"] else name
    lines = ["[picture]"] if "photo" in message else []
    for line in _text(message).splitlines():
        lines += textwrap.wrap(line, WIDTH) or [""]
    for row in message.get("reply_markup", {}).get("inline_keyboard", []):
        lines.append(" ".join(f"[{button['text']}]" for button in row))
    margins = [who, *[""] * (len(lines) - 1)]
    return "\n".join(f"{margin:>8} │ {line}" for margin, line in zip(margins, lines, strict=True))


def _chapter(title: str) -> None:
    _print(f"\n── {title} " + "─" * max(WIDTH - len(title), 0) + "\n")


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
