"""The bot in a team's group: what it hears and says there, and whose posts it shows."""

from collections.abc import Sequence

from telegram import (
    ChatMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
    Update,
)
from telegram.constants import ChatType

from bot.context import Actor, Context, Services, actor_of
from bot.keyboards import decode, encode, is_ours
from bot.new_post.prompt import acknowledge, show_on
from bot.rights import Right, may
from bot.texts import label, say
from bot.texts.parts import enumerated
from bot.topics import topic_of
from storage.models import Account

NAME = "group"
"""What the callback data of its buttons begin with; the account's number follows."""
GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
PRESENT = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR)


def is_talk(update: Update, services: Services, messages: Sequence[Message] = ()) -> bool:
    """Whether people say this to each other, in a group that is not the admin chat.

    Commands, replies to our messages, and media whose caption mentions us are for us.

    Args:
        messages: all of an album, of which one caption may mention us.
    """
    said = messages or [one for one in (update.message, update.edited_message) if one]
    if not said or said[0].chat.type not in GROUPS:
        return False
    if said[0].chat_id == services.settings.admin_chat_id:
        return False
    return not any(map(_is_for_us, said))


def _is_for_us(message: Message) -> bool:
    bot, replied = message.get_bot(), message.reply_to_message
    if replied is not None and is_ours(replied):
        return True
    name, _, addressed = (message.text or "").partition(" ")[0].partition("@")
    if name.startswith("/"):
        return addressed.lower() in ("", bot.username.lower())
    mention = f"@{bot.username}".lower()
    mentioned = message.parse_caption_entities([MessageEntity.MENTION]).values()
    return mention in map(str.lower, mentioned)


async def joined(update: Update, context: Context) -> None:
    """We were added to a group, or made an administrator: what we see there, and what for."""
    change = update.my_chat_member
    if change is None or change.chat.type not in GROUPS:
        return
    new, old = change.new_chat_member.status, change.old_chat_member.status
    if new not in PRESENT or new == old:
        return
    actor = actor_of(update, context.services)
    language, me = actor.language, await context.bot.get_me()
    sees_all = new == ChatMember.ADMINISTRATOR or bool(me.can_read_all_group_messages)
    mention = f"@{me.username}"
    parts = [] if old in PRESENT else [say(language, "group_hello")]
    parts.append(
        say(language, "group_sees_all" if sees_all else "group_sees_little", mention=mention)
    )
    await context.bot.send_message(actor.chat_id, "\n\n".join(parts))


async def group(update: Update, context: Context) -> None:
    """/group: which accounts' posts are shown here; tapped, each comes or goes."""
    actor, message = actor_of(update, context.services), update.effective_message
    chat = update.effective_chat
    assert message is not None and chat is not None
    if chat.type not in GROUPS:
        await context.bot.send_message(actor.chat_id, say(actor.language, "group_only_there"))
        return
    text, buttons = await _card(actor, topic_of(message), context)
    await context.bot.send_message(actor.chat_id, text, reply_markup=buttons)


async def tapped(update: Update, context: Context) -> None:
    """An account is tied to this group and topic, or is not any more."""
    query, actor = update.callback_query, actor_of(update, context.services)
    tap = decode(query.data) if query else None
    assert query is not None and tap is not None
    if not may(actor.role, Right.GROUP):
        await acknowledge(update, label(actor.language, "group_only_owners"))
        return
    await acknowledge(update)
    topic = topic_of(query.message)
    if tap.value == "on":
        await context.store.tie_to_group(tap.post_id, actor.chat_id, topic)
    else:
        await context.store.untie_from_group(tap.post_id, actor.chat_id)
    text, buttons = await _card(actor, topic, context)
    await show_on(query.message, text, buttons)


async def _card(
    actor: Actor, topic: int | None, context: Context
) -> tuple[str, InlineKeyboardMarkup]:
    accounts, language = await context.store.active_accounts(), actor.language
    shown = [one for one in accounts if _is_shown(one, actor.chat_id, topic)]
    key = "group_shows" if shown else "group_shows_none"
    names = enumerated(language, [account.name for account in shown])
    buttons = [[_button(one, one in shown, language)] for one in accounts]
    return say(language, key, accounts=names), InlineKeyboardMarkup(buttons)


def _button(account: Account, is_shown: bool, language: str) -> InlineKeyboardButton:
    value = "off" if is_shown else "on"
    text = label(language, f"group_button_{value}", account=account.name)
    return InlineKeyboardButton(text, callback_data=encode(NAME, account.id, value))


def _is_shown(account: Account, chat_id: int, topic: int | None) -> bool:
    return (account.group_chat_id, account.group_topic_id) == (chat_id, topic)
