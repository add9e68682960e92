"""What a bot may ask about a chat and the people in it."""

from bot.sandbox.telegram.chats import Chat
from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.members import bot_member, member
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.state import TelegramState

PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
NO_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


async def get_chat(state: TelegramState, parameters: Parameters) -> Wire:
    chat = state.chats.for_bot(parameters.text("chat_id"))
    permissions = dict.fromkeys(PERMISSIONS, True)
    return (
        chat.wire()
        | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": NO_GIFTS}
        | ({"permissions": permissions} if chat.type in ("group", "supergroup") else {})
    )


async def get_chat_administrators(state: TelegramState, parameters: Parameters) -> list[Wire]:
    """Those who are no bots, the creator first."""
    chat = state.chats.for_bot(parameters.text("chat_id"))
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    _require_readable(chat)
    return [member(chat, person, state.user_wire(person)) for person in chat.administrators]


async def get_chat_member(state: TelegramState, parameters: Parameters) -> Wire:
    """Of anybody whom Telegram knows: who is not in the chat has left it."""
    chat = state.chats.for_bot(parameters.text("chat_id"))
    user_id = parameters.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    if user_id == state.bot["id"]:
        return bot_member(chat, state.user_wire(user_id))
    _require_readable(chat)
    if user_id not in state.chats.people:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return member(chat, user_id, state.user_wire(user_id))


async def get_chat_member_count(state: TelegramState, parameters: Parameters) -> int:
    """With the bot."""
    chat = state.chats.for_bot(parameters.text("chat_id"))
    return len(chat.members) + (bot_member(chat, state.bot)["status"] not in ("left", "kicked"))


def _require_readable(chat: Chat) -> None:
    chat.require_there()
    if chat.type == "channel" and chat.bot_rights is None:
        raise bad_request("member list is inaccessible")
