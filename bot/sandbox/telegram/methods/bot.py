"""Methods about the bot itself, its files, and taps on its buttons."""

from bot.sandbox.telegram.content import file_wire
from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.queries import Answer
from bot.sandbox.telegram.state import TelegramState

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
"""https://core.telegram.org/bots/api#getfile"""
MAX_ANSWER = 200
MENU_BUTTONS = ("default", "commands", "web_app")
SCOPES = [
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
]


async def get_me(state: TelegramState, parameters: Parameters) -> Wire:
    return state.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": not state.privacy_mode,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def succeed(state: TelegramState, parameters: Parameters) -> bool:
    """logOut and close: nothing here to log out of."""
    return True


async def get_file(state: TelegramState, parameters: Parameters) -> Wire:
    stored = state.files.find(parameters.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.size > MAX_DOWNLOAD_BYTES and not state.local_mode:
        raise bad_request("file is too big")
    return {
        "file_id": file_wire(stored)["file_id"],
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": str(state.files.location(stored).resolve())
        if state.local_mode
        else stored.path,
    }


async def answer_callback_query(state: TelegramState, parameters: Parameters) -> bool:
    text = parameters.text("text")
    if len(text) > MAX_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = Answer(text or None, parameters.boolean("show_alert"))
    state.queries.answer(parameters.text("callback_query_id"), answer)
    state.changed()
    return True


async def set_my_commands(state: TelegramState, parameters: Parameters) -> bool:
    commands = parameters.json("commands")
    state.profile.set_commands(
        _scope(state, parameters), parameters.text("language_code"), commands
    )
    state.changed()
    return True


async def get_my_commands(state: TelegramState, parameters: Parameters) -> list[Wire]:
    return state.profile.commands(_scope(state, parameters), parameters.text("language_code"))


async def delete_my_commands(state: TelegramState, parameters: Parameters) -> bool:
    state.profile.set_commands(_scope(state, parameters), parameters.text("language_code"), [])
    state.changed()
    return True


def _scope(state: TelegramState, parameters: Parameters) -> Wire:
    scope = parameters.json("scope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if scope["type"] in ("chat", "chat_administrators", "chat_member"):
        scope = scope | {"chat_id": state.chats.for_bot(str(scope.get("chat_id", ""))).id}
    return scope


async def set_my_description(state: TelegramState, parameters: Parameters) -> bool:
    return _set_text(state, "description", parameters)


async def set_my_short_description(state: TelegramState, parameters: Parameters) -> bool:
    return _set_text(state, "short_description", parameters)


def _set_text(state: TelegramState, name: str, parameters: Parameters) -> bool:
    state.profile.set_text(name, parameters.text("language_code"), parameters.text(name))
    state.changed()
    return True


async def get_my_description(state: TelegramState, parameters: Parameters) -> Wire:
    return {"description": state.profile.text("description", parameters.text("language_code"))}


async def get_my_short_description(state: TelegramState, parameters: Parameters) -> Wire:
    language = parameters.text("language_code")
    return {"short_description": state.profile.text("short_description", language)}


async def set_chat_menu_button(state: TelegramState, parameters: Parameters) -> bool:
    if parameters.has("chat_id"):
        state.chats.for_bot(parameters.text("chat_id"))
    button = parameters.json("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in MENU_BUTTONS:
        raise bad_request("can't parse MenuButton: unsupported type specified")
    state.profile.menu_buttons[parameters.text("chat_id")] = button
    state.changed()
    return True
