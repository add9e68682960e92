"""Flood control: how many messages a bot may send, and how long it is told to wait.

The rates are those of https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
(read 2026-11): one message a second in a chat with short bursts above it, 20 a minute in a group,
about 30 a second overall; an album counts by its messages. Nothing is published on edits, which are
refused with 429 too when there are many: here they have the same limits, counted apart. Nor is how
long a burst may be: here as long as a group's whole minute.
"""

import math
import time
from collections import deque
from collections.abc import Callable

from bot.sandbox.telegram.errors import ApiError

OVERALL_PER_SECOND = 30
CHAT_PER_SECOND = 1
CHAT_BURST = 20
GROUP_PER_MINUTE = 20
MINUTE = 60
WEBHOOK_PAUSE_SECONDS = 1
"""Between two changes of the webhook (the Bot API server's own source)."""


class Flood:
    """What was sent lately. Its clock runs `speed` times as fast as ours: all limits alike."""

    def __init__(self, speed: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._speed = clock, speed
        self.refused = 0
        """How often it was too much: a bot at the right pace never hears of it."""
        self._overall = _Bucket(OVERALL_PER_SECOND, OVERALL_PER_SECOND)
        self._sent: dict[int, _Bucket | _Window] = {}
        self._edited: dict[int, _Bucket | _Window] = {}
        self._webhook_changed = -math.inf

    def send(self, chat_id: int, messages: int = 1) -> None:
        """Count them, or raise ApiError (429): then none of them was sent, and none counts."""
        self._count(self._sent, chat_id, messages)

    def edit(self, chat_id: int) -> None:
        """Count an edit, or raise ApiError (429)."""
        self._count(self._edited, chat_id, 1)

    def _count(self, chats: "dict[int, _Bucket | _Window]", chat_id: int, messages: int) -> None:
        now = self._clock() * self._speed
        if chat_id not in chats:
            chats[chat_id] = _group_limit() if chat_id < 0 else _chat_limit()
        limits = (self._overall, chats[chat_id])
        self._refuse(max(limit.wait(messages, now) for limit in limits))
        for limit in limits:
            limit.take(messages, now)

    def change_webhook(self) -> None:
        """Raise ApiError (429) when it was changed a moment ago."""
        now = self._clock() * self._speed
        self._refuse(self._webhook_changed + WEBHOOK_PAUSE_SECONDS - now)
        self._webhook_changed = now

    def _refuse(self, seconds: float) -> None:
        if seconds > 0:
            self.refused += 1
            wait = math.ceil(seconds)
            raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


class _Bucket:
    """Holds `size` messages, and `rate` of them a second are forgotten."""

    def __init__(self, size: int, rate: float) -> None:
        self._size, self._rate = size, rate
        self._level, self._at = 0.0, 0.0

    def wait(self, messages: int, now: float) -> float:
        """Seconds until there is room for them; 0 or less when there is."""
        return (self._level_at(now) + messages - self._size) / self._rate

    def take(self, messages: int, now: float) -> None:
        self._level, self._at = self._level_at(now) + messages, now

    def _level_at(self, now: float) -> float:
        return max(self._level - (now - self._at) * self._rate, 0.0)


class _Window:
    """At most `size` messages in any `seconds`."""

    def __init__(self, size: int, seconds: float) -> None:
        self._sent: deque[float] = deque([-math.inf] * size, maxlen=size)
        self._seconds = seconds

    def wait(self, messages: int, now: float) -> float:
        """Seconds until there is room for them; 0 or less when there is."""
        return self._sent[messages - 1] + self._seconds - now

    def take(self, messages: int, now: float) -> None:
        self._sent.extend([now] * messages)


def _chat_limit() -> _Bucket:
    return _Bucket(CHAT_BURST, CHAT_PER_SECOND)


def _group_limit() -> _Window:
    return _Window(GROUP_PER_MINUTE, MINUTE)
