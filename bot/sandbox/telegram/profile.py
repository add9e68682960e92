"""What a bot says about itself: its commands per scope and language, and its descriptions."""

import json
import re
from typing import Any

from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.errors import bad_request

COMMAND = re.compile(r"[a-z0-9_]+")
LANGUAGE = re.compile(r"(?:[a-z]{2})?")
MAX_COMMANDS = 100
MAX_COMMAND = 32
MAX_COMMAND_DESCRIPTION = 256
MAX_LENGTH = {"description": 512, "short_description": 120}


class BotProfile:
    """Stored as set; `commands_for` resolves what one person's menu shows."""

    def __init__(self) -> None:
        self._commands: dict[str, list[Wire]] = {}
        self._texts: dict[str, str] = {}
        self.menu_buttons: dict[str, Wire] = {}

    def set_commands(self, scope: Wire, language: str, commands: object) -> None:
        """None, or an empty list, takes the scope's menu away. Raises ApiError (400)."""
        commands = [] if commands is None else commands
        if not isinstance(commands, list):
            raise bad_request("expected an Array of BotCommand")
        if len(commands) > MAX_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        checked = [_checked_command(command) for command in commands]
        key = _key(scope, language)
        self._commands.pop(key, None)
        if commands:
            self._commands[key] = checked

    def commands(self, scope: Wire, language: str) -> list[Wire]:
        """Those of exactly this scope and language."""
        return self._commands.get(_key(scope, language), [])

    def commands_for(self, chat_id: int, is_private: bool, language: str) -> list[Wire]:
        """The narrowest scope wins, in the person's language before in none."""
        everywhere = "all_private_chats" if is_private else "all_group_chats"
        short = language.partition("-")[0].lower()
        codes = (short, "") if LANGUAGE.fullmatch(short) else ("",)
        scopes: list[Wire] = [
            {"type": "chat", "chat_id": chat_id},
            {"type": everywhere},
            {"type": "default"},
        ]
        for scope in scopes:
            for code in codes:
                if found := self.commands(scope, code):
                    return found
        return []

    def set_text(self, name: str, language: str, text: str) -> None:
        """`description` (512 characters) or `short_description` (120). Raises ApiError (400)."""
        if len(text) > MAX_LENGTH[name]:
            raise bad_request(f"{name.replace('_', ' ')} is too long")
        self._texts[f"{name} {_checked_language(language)}"] = text

    def text(self, name: str, language: str) -> str:
        return self._texts.get(f"{name} {language}") or self._texts.get(f"{name} ", "")

    def dump(self) -> Wire:
        return {
            "commands": self._commands,
            "texts": self._texts,
            "menu_buttons": self.menu_buttons,
        }

    def load(self, data: dict[str, Any]) -> None:
        self._commands = data["commands"]
        self._texts = data["texts"]
        self.menu_buttons = data["menu_buttons"]


def _key(scope: Wire, language: str) -> str:
    return json.dumps([scope, _checked_language(language)], sort_keys=True)


def _checked_language(language: str) -> str:
    if not LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _checked_command(command: object) -> Wire:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(command.get("command", "")).strip().removeprefix("/")
    description = str(command.get("description", "")).strip()
    for what, text, longest in (
        ("command", name, MAX_COMMAND),
        ("command description", description, MAX_COMMAND_DESCRIPTION),
    ):
        if not text:
            raise bad_request(f"{what} must be non-empty")
        if len(text) > longest:
            raise bad_request(f"{what} length must not exceed {longest}")
    if not COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}
