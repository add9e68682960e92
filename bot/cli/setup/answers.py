"""The five questions of `postbote setup`, and what makes an answer to them right."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from telegram import Chat, ChatFullInfo
from telegram.constants import ChatType

from bot.cli.setup.env_file import EnvFile
from bot.cli.setup.question import Question, UnsureError, WrongAnswerError
from bot.cli.telegram import (
    BotApi,
    ChatUnknownError,
    FetchedElsewhereError,
    TelegramAwayError,
    TokenRefusedError,
)
from bot.cli.terminal import Terminal
from bot.settings import TELEGRAM_API, Settings
from publisher.settings import is_refused

Found = TypeVar("Found")

ACCOUNT_NAME = re.compile(r"[A-Za-z0-9._]{1,30}")
"""Instagram's usernames: letters, digits, periods and underscores, 30 at the most (the rule of its
sign-up form, 2026-11). One logs in by mail address as well, but posts are planned for a name."""


def questions(terminal: Terminal, file: EnvFile) -> list[Question]:
    """In the order in which one answer helps with the next."""
    answers = Answers(terminal, file)
    return [
        Question("TELEGRAM_BOT_TOKEN", answers.token, is_secret=True),
        Question("ALLOWED_USER_IDS", answers.people, offers=answers.who_wrote),
        Question("ADMIN_CHAT_ID", answers.admin_chat, offers=answers.first_person),
        Question("INSTAGRAM_USERNAME", answers.account),
        Question("INSTAGRAM_PASSWORD", answers.password, is_secret=True),
    ]


class Answers:
    """Each method checks one answer. Raises WrongAnswerError."""

    def __init__(self, terminal: Terminal, file: EnvFile) -> None:
        self._terminal, self._file = terminal, file

    def token(self, said: str) -> str:
        token = _fitting("TELEGRAM_BOT_TOKEN", said.strip(), "setup_wrong_token")
        bot = self._heard(BotApi(token, self._server).me)
        self._terminal.tells("setup_bot_is", name=bot.full_name, username=bot.username)
        self._terminal.tells("setup_write_to_bot", username=bot.username)
        return token

    def who_wrote(self) -> str:
        """Whoever has written to the bot; of several, one may be a stranger: none is offered."""
        try:
            writers = self._writers()
        except FetchedElsewhereError:
            self._terminal.tells("setup_fetched_elsewhere")
            return ""
        people = {chat.id: chat for chat in writers if chat.type == ChatType.PRIVATE}
        for chat in people.values():
            self._terminal.tells("setup_has_written", name=chat.full_name, id=chat.id)
        if not people:
            self._terminal.tells("setup_nobody_wrote")
        return str(*people) if len(people) == 1 else ""

    def people(self, said: str) -> str:
        _fitting("ALLOWED_USER_IDS", said, "setup_wrong_people")
        numbers = said.replace(",", " ").split()
        for number in numbers:
            try:
                name = self._chat(number).full_name
                self._terminal.tells("setup_person_is", id=number, name=name)
            except ChatUnknownError:
                self._terminal.tells("setup_person_unknown", id=number)
        return ",".join(numbers)

    def first_person(self) -> str:
        with suppress(FetchedElsewhereError):
            for chat in self._writers():
                if chat.type in (ChatType.GROUP, ChatType.SUPERGROUP):
                    self._terminal.tells("setup_group_is", name=chat.title, id=chat.id)
        return self._file.get("ALLOWED_USER_IDS").partition(",")[0]

    def admin_chat(self, said: str) -> str:
        number = _fitting("ADMIN_CHAT_ID", said.strip(), "setup_wrong_chat")
        if number == self._api.token.partition(":")[0]:
            raise WrongAnswerError("setup_chat_is_bot")
        try:
            chat = self._chat(number)
        except ChatUnknownError:
            key = "setup_group_unknown" if int(number) < 0 else "setup_chat_unknown"
            raise WrongAnswerError(key, id=number) from None
        if chat.type == ChatType.CHANNEL:
            raise WrongAnswerError("setup_chat_is_channel")
        if chat.type == ChatType.PRIVATE:
            self._terminal.tells("setup_admin_is_person", name=chat.full_name)
        else:
            self._terminal.tells("setup_admin_is_group", name=chat.title)
        return number

    def account(self, said: str) -> str:
        name = said.strip().removeprefix("@")
        if not ACCOUNT_NAME.fullmatch(name):
            raise WrongAnswerError("setup_wrong_account")
        return name

    def password(self, said: str) -> str:
        return _fitting("INSTAGRAM_PASSWORD", said, "setup_wrong_password")

    @property
    def _server(self) -> str:
        name = "TELEGRAM_API_URL"
        return os.environ.get(name) or self._file.get(name) or TELEGRAM_API

    @property
    def _api(self) -> BotApi:
        return BotApi(self._file.get("TELEGRAM_BOT_TOKEN"), self._server)

    def _chat(self, number: str) -> ChatFullInfo:
        """Raises ChatUnknownError, WrongAnswerError."""
        return self._heard(lambda: self._api.chat(int(number)))

    def _writers(self) -> list[Chat]:
        """Raises FetchedElsewhereError."""
        try:
            return self._api.writers()
        except (ChatUnknownError, TelegramAwayError, TokenRefusedError):
            return []

    @staticmethod
    def _heard(ask: Callable[[], Found]) -> Found:
        """Raises ChatUnknownError."""
        try:
            return ask()
        except TokenRefusedError:
            raise WrongAnswerError("setup_token_refused") from None
        except TelegramAwayError as error:
            raise UnsureError("setup_telegram_away", reason=error) from None


def _fitting(name: str, value: str, otherwise: str) -> str:
    if is_refused(Settings, name, value):
        raise WrongAnswerError(otherwise)
    return value
