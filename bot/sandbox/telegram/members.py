"""Who is what in a chat, as the Bot API's ChatMember objects say it."""

from bot.sandbox.telegram.chats import Chat
from bot.sandbox.telegram.entities import Wire

EVERYWHERE = (
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
)
RIGHTS = {
    "group": (*EVERYWHERE, "can_pin_messages"),
    "supergroup": (*EVERYWHERE, "can_pin_messages", "can_manage_topics"),
    "channel": (*EVERYWHERE, "can_post_messages", "can_edit_messages"),
}
"""All that an administrator can be allowed; https://core.telegram.org/bots/api#chatmember"""


def member(chat: Chat, person_id: int, user: Wire) -> Wire:
    """A person's; administrators may do everything."""
    status = chat.status(person_id)
    if status == "creator":
        return {"user": user, "status": status, "is_anonymous": False}
    if status == "administrator":
        return _administrator(chat, user, RIGHTS[chat.type])
    return {"user": user, "status": status}


def bot_member(chat: Chat, bot: Wire) -> Wire:
    """The bot's own: kicked or blocked, administrator, member, and in a channel else left."""
    if chat.blocked:
        return {"user": bot, "status": "kicked", "until_date": 0}
    if chat.bot_rights is not None:
        return _administrator(chat, bot, chat.bot_rights)
    return {"user": bot, "status": "left" if chat.type == "channel" else "member"}


def _administrator(chat: Chat, user: Wire, rights: list[str] | tuple[str, ...]) -> Wire:
    allowed = {right: right in rights for right in RIGHTS[chat.type]} | {"can_manage_chat": True}
    known = {"user": user, "status": "administrator", "can_be_edited": False}
    return known | {"is_anonymous": False} | allowed
