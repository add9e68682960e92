"""What Telegram knows of a token and of chats, asked before there is a bot."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx
from telegram import Bot, Chat, ChatFullInfo, Update, User, WebhookInfo
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, TelegramError

from bot.certificates import certificates
from bot.telegram_request import TelegramRequest

Answer = TypeVar("Answer")


class TokenRefusedError(Exception):
    """Telegram knows no bot by this token."""


class ChatUnknownError(Exception):
    """The bot has never met this chat, or was thrown out of it."""


class FetchedElsewhereError(Exception):
    """Another program, or a webhook, receives the bot's updates."""


class TelegramAwayError(Exception):
    """It cannot be reached, or has troubles of its own; says how."""


@dataclass(frozen=True)
class BotApi:
    """A server and a token. Each call is a connection of its own, and blocks.

    Raises TokenRefusedError, TelegramAwayError.
    """

    token: str = field(repr=False)
    server: str

    def me(self) -> User:
        async def ask(bot: Bot) -> User:
            return bot.bot  # asked for by `initialize`

        return self._asked(ask)

    def chat(self, chat_id: int) -> ChatFullInfo:
        """Raises ChatUnknownError."""
        return self._asked(lambda bot: bot.get_chat(chat_id))

    def webhook(self) -> WebhookInfo:
        return self._asked(lambda bot: bot.get_webhook_info())

    def time(self) -> datetime | None:
        """By the server's clock; None if it does not say, or nobody can tell what."""
        try:
            told = httpx.head(self.server, verify=certificates(), timeout=10).headers.get("Date")
        except httpx.HTTPError as error:
            raise TelegramAwayError(type(error).__name__) from error
        try:
            return parsedate_to_datetime(told or "").astimezone(UTC)
        except (OverflowError, ValueError):
            return None

    def writers(self) -> list[Chat]:
        """Chats from which somebody has written lately, the last first; what they wrote stays.

        Raises FetchedElsewhereError.
        """

        async def ask(bot: Bot) -> list[Chat]:
            updates: tuple[Update, ...] = await bot.get_updates(timeout=0)
            chats = [update.effective_chat for update in reversed(updates)]
            return list(dict.fromkeys(chat for chat in chats if chat is not None))

        return self._asked(ask)

    def _asked(self, question: Callable[[Bot], Awaitable[Answer]]) -> Answer:
        return asyncio.run(self._ask(question))

    async def _ask(self, question: Callable[[Bot], Awaitable[Answer]]) -> Answer:
        bot = Bot(
            self.token,
            base_url=f"{self.server.rstrip('/')}/bot",
            request=_request(),
            get_updates_request=_request(),
        )
        try:
            async with bot:
                return await question(bot)
        except InvalidToken as error:
            raise TokenRefusedError from error
        except Conflict as error:
            raise FetchedElsewhereError from error
        except (BadRequest, Forbidden) as error:
            raise ChatUnknownError from error
        except TelegramError as error:
            raise TelegramAwayError(type(error).__name__) from error


def _request() -> TelegramRequest:
    return TelegramRequest(connect_timeout=10, read_timeout=15)
