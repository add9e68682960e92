"""The methods of the Bot API that the sandbox has, by name in lower case."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.telegram.methods import bot, chats, editing, reactions, sending, updates
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.state import TelegramState

Method = Callable[[TelegramState, Parameters], Awaitable[Any]]

METHODS: dict[str, Method] = {
    "answercallbackquery": bot.answer_callback_query,
    "close": bot.succeed,
    "deletemessage": editing.delete_message,
    "deletemessages": editing.delete_messages,
    "deletemycommands": bot.delete_my_commands,
    "deletewebhook": updates.delete_webhook,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagemedia": editing.edit_message_media,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "editmessagetext": editing.edit_message_text,
    "getchat": chats.get_chat,
    "getchatadministrators": chats.get_chat_administrators,
    "getchatmember": chats.get_chat_member,
    "getchatmembercount": chats.get_chat_member_count,
    "getfile": bot.get_file,
    "getme": bot.get_me,
    "getmycommands": bot.get_my_commands,
    "getmydescription": bot.get_my_description,
    "getmyshortdescription": bot.get_my_short_description,
    "getupdates": updates.get_updates,
    "getwebhookinfo": updates.get_webhook_info,
    "logout": bot.succeed,
    "sendchataction": sending.send_chat_action,
    "senddocument": sending.send_document,
    "sendmediagroup": sending.send_media_group,
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "sendvideo": sending.send_video,
    "setchatmenubutton": bot.set_chat_menu_button,
    "setmessagereaction": reactions.set_message_reaction,
    "setmycommands": bot.set_my_commands,
    "setmydescription": bot.set_my_description,
    "setmyshortdescription": bot.set_my_short_description,
    "setwebhook": updates.set_webhook,
}
