"""Methods about the bot itself, its chats, its files, and taps on its buttons."""

from bot.sandbox.telegram.content import file_wire
from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.queries import Answer
from bot.sandbox.telegram.state import TelegramState

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
"""https://core.telegram.org/bots/api#getfile"""
MAX_ANSWER = 200
SCOPES = [
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
]
RIGHTS = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
]
"""https://core.telegram.org/bots/api#chatmemberadministrator"""


async def get_me(state: TelegramState, parameters: Parameters) -> Wire:
    return state.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def succeed(state: TelegramState, parameters: Parameters) -> bool:
    """logOut and close: nothing here to log out of."""
    return True


async def get_chat(state: TelegramState, parameters: Parameters) -> Wire:
    chat = state.chats.for_bot(parameters.text("chat_id"))
    return chat.wire() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


async def get_chat_administrators(state: TelegramState, parameters: Parameters) -> list[Wire]:
    """People only: other bots are left out, and ours is a mere member of its groups."""
    chat = state.chats.for_bot(parameters.text("chat_id"))
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    return [
        {
            "user": state.chats.people[person_id].wire(),
            "status": "creator" if number == 0 else "administrator",
            "is_anonymous": False,
        }
        | ({} if number == 0 else {"can_be_edited": False} | dict.fromkeys(RIGHTS, True))
        for number, person_id in enumerate(chat.administrators)
    ]


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
    state.profile.menu_buttons[parameters.text("chat_id")] = button
    state.changed()
    return True
