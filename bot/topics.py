"""Forum topics: what is said about a conversation in one is said there, whoever says it."""

import logging
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any

from telegram import Message
from telegram.error import BadRequest
from telegram.ext import BaseRateLimiter

log = logging.getLogger(__name__)

GONE = ("thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")
"""What Telegram calls a topic that takes nothing from us, in small letters."""

_TOPIC: ContextVar[tuple[int, int] | None] = ContextVar("topic", default=None)


def speak_in(chat_id: int, thread_id: int | None) -> None:
    """From now on, in this task, what goes to the chat goes to its topic; None is the chat."""
    _TOPIC.set(None if thread_id is None else (chat_id, thread_id))


def topic_of(message: object) -> int | None:
    """The topic in which a message stands; General, and threads of replies, are none."""
    if isinstance(message, Message) and message.is_topic_message:
        return message.message_thread_id
    return None


class InTopics(BaseRateLimiter[Any]):
    """PTB asks its rate limiter about every request: the place at which to name the topic."""

    def __init__(self, limiter: BaseRateLimiter[Any]) -> None:
        self._limiter = limiter

    async def initialize(self) -> None:
        await self._limiter.initialize()

    async def shutdown(self) -> None:
        await self._limiter.shutdown()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Any,
    ) -> Any:
        """Send it into the topic; into the chat, if the topic was closed or deleted meanwhile."""

        async def request(data: dict[str, Any]) -> Any:
            return await self._limiter.process_request(
                callback, (endpoint, data), kwargs, endpoint, data, rate_limit_args
            )

        topic = _TOPIC.get()
        if topic is None or not endpoint.startswith("send") or data.get("chat_id") != topic[0]:
            return await request(data)
        try:
            return await request(data | {"message_thread_id": topic[1]})
        except BadRequest as error:
            if not any(gone in error.message.lower() for gone in GONE):
                raise
            log.info("a topic takes nothing any more: its chat is told")
            return await request(data | {"reply_parameters": None})  # what it answers is gone, too
