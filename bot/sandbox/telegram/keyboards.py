"""Reply markup as bots may send it."""

import json
import re
from typing import NamedTuple

from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.errors import bad_request

ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "copy_text",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "callback_game",
    "pay",
)
HOST = r"(?:[\w-]+\.)+[\w-]*[^\W\d][\w-]*|(?:\d{1,3}\.){3}\d{1,3}|\[[0-9a-f:.]+\]"
LINK = re.compile(
    rf"(?:https?://)?(?:[^\s/@]+@)?(?:{HOST})(?::\d+)?(?:[/?#]\S*)?|(?:tg|ton)://\S+", re.IGNORECASE
)
"""A host has a dot: http://localhost is refused."""
MAX_BUTTONS = 100
MAX_IN_A_ROW = 8
"""As python-telegram-bot's constants have them; the Bot API's documentation names neither."""
MAX_DATA_BYTES = 64


class Markup(NamedTuple):
    """An inline keyboard under the message, or what replaces the person's own keyboard."""

    inline: list[list[Wire]] | None = None
    reply: Wire | None = None


def parse_markup(value: object) -> Markup:
    """From the JSON of `reply_markup`; None means none. Raises ApiError (400)."""
    if value is None or value == {}:
        return Markup()
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in value:
        return Markup(inline=_inline(value["inline_keyboard"]) or None)
    if "keyboard" in value:
        return Markup(reply=value | {"keyboard": _reply(value["keyboard"])})
    if value.get("remove_keyboard") or value.get("force_reply"):
        return Markup(reply=value)
    return Markup()


def _inline(rows: object) -> list[list[Wire]]:
    keyboard = [[_inline_button(button) for button in row] for row in _rows(rows, "inline")]
    is_too_wide = any(len(row) > MAX_IN_A_ROW for row in keyboard)
    if is_too_wide or sum(len(row) for row in keyboard) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return [row for row in keyboard if row]


def _rows(rows: object, kind: str) -> list[list[object]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f"can't parse {kind} keyboard: expected an Array of Arrays")
    return rows


def _inline_button(button: object) -> Wire:
    cannot = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(cannot + "InlineKeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text:
        raise bad_request(cannot + 'Can\'t find field "text"')
    action = next((name for name in ACTIONS if button.get(name) is not None), None)
    if action is None:
        raise bad_request(cannot + "Text buttons are unallowed in the inline keyboard")
    if action == "callback_data" and not _fits(button[action]):
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "url" and not _is_link(str(button[action])):
        raise bad_request(f"inline keyboard button URL '{button[action]}' is invalid")
    return {"text": text, action: button[action]}


def _fits(data: object) -> bool:
    return isinstance(data, str) and 1 <= len(data.encode()) <= MAX_DATA_BYTES


def _is_link(url: str) -> bool:
    return LINK.fullmatch(url) is not None


def _reply(rows: object) -> list[list[Wire]]:
    keyboard = []
    for row in _rows(rows, "reply"):
        buttons = [button if isinstance(button, dict) else {"text": button} for button in row]
        if not all(isinstance(button.get("text"), str) and button["text"] for button in buttons):
            raise bad_request('can\'t parse keyboard button: Field "text" must be non-empty')
        keyboard.append(buttons)
    return keyboard


def same(one: list[list[Wire]] | None, other: list[list[Wire]] | None) -> bool:
    """Do both keyboards show and do the same?"""
    return json.dumps(one or [], sort_keys=True) == json.dumps(other or [], sort_keys=True)
