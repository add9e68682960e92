"""The commands, one row each: their handlers, Telegram's menu and /help are made of this list."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import filters

from bot import general, groups, pause_command, slots_command, status_command, timezone_command
from bot.access import Handler, needs
from bot.accounts.command import show_accounts
from bot.context import App, Context, actor_of
from bot.menus import DEFAULT
from bot.new_post import answers
from bot.posts import commands, lists
from bot.rights import Right, may
from bot.team import command as team_command
from bot.texts import LANGUAGES, say
from bot.texts.words import command_asked_for, command_named
from bot.zones import zone_name

log = logging.getLogger(__name__)


async def help_(update: Update, context: Context) -> None:
    """/help"""
    actor = actor_of(update, context.services)
    zone = await actor.zone(context.services)
    key = "help" if may(actor.role, Right.DRAFT) else "help_viewer"
    text = say(actor.language, key, zone=zone_name(zone))
    if may(actor.role, Right.TEAM):
        text += say(actor.language, "help_admin")
    allowed = [row for row in COMMANDS if may(actor.role, row.right)]
    lines = [say(actor.language, f"help_{row.name}") for row in allowed if row.in_help]
    await context.bot.send_message(actor.chat_id, "\n".join([f"{text}\n", *lines]))


@dataclass(frozen=True)
class Command:
    name: str
    right: Right
    handler: Handler
    in_help: bool = True
    """Its line there, for who may: `help_` and its name."""
    in_menu: bool = True
    """Its line in Telegram's menu: `command_` and its name."""


COMMANDS = (
    Command("start", Right.START, general.start, in_help=False, in_menu=False),
    Command("list", Right.LIST, lists.list_posts),
    Command("drafts", Right.DRAFT, lists.list_drafts),
    Command("delete", Right.DELETE, commands.delete_post),
    Command("cancel", Right.DRAFT, answers.cancel),
    Command("slots", Right.SLOTS, slots_command.slots),
    Command("timezone", Right.TIMEZONE, timezone_command.timezone),
    Command("language", Right.HELP, general.language, in_help=False, in_menu=False),
    Command("help", Right.HELP, help_),
    Command("group", Right.GROUP, groups.group, in_menu=False),
    Command("team", Right.TEAM, team_command.team),
    Command("accounts", Right.ACCOUNTS, show_accounts),
    Command("status", Right.STATUS, status_command.status),
    Command("pause", Right.RESUME, pause_command.pause),
    Command("resume", Right.RESUME, pause_command.resume),
)


class _AsksForOne(filters.MessageFilter):
    """Words that ask for a command and nothing else, as this hears them."""

    def __init__(self, hear: Callable[[str], str | None]) -> None:
        super().__init__()
        self._hear = hear

    def filter(self, message: Message) -> bool:
        return self._hear(message.text or "") is not None


_WORDS = filters.ChatType.PRIVATE & filters.TEXT & ~filters.COMMAND
IN_WORDS = _WORDS & _AsksForOne(command_asked_for)
BY_NAME = _WORDS & ~filters.REPLY & _AsksForOne(command_named)
"""'Help' and 'list', whatever else is open."""


async def in_words(update: Update, context: Context) -> None:
    """A command that is asked for without its slash."""
    assert update.message is not None
    name = command_asked_for(update.message.text or "")
    row = next(row for row in COMMANDS if row.name == name)
    await needs(row.right, row.handler)(update, context)


async def register_menu(application: App) -> None:
    """Tell Telegram our commands; that it does not answer now is no reason not to start."""
    menus, own = application.bot_data.menus, application.bot_data.settings.language
    try:
        for language in LANGUAGES:
            menu = menus.of(DEFAULT, language)
            await application.bot.set_my_commands(menu, language_code=language)
        await application.bot.set_my_commands(menus.of(DEFAULT, own))
    except TelegramError as error:
        log.warning("the command menu could not be registered: %s", type(error).__name__)


async def fit_menu(update: Update, context: Context) -> None:
    """Whoever speaks to us in private has the menu of their role."""
    chat = update.effective_chat
    if chat is not None and chat.type == ChatType.PRIVATE and update.effective_user is not None:
        actor = actor_of(update, context.services)
        await context.services.menus.fit(actor.id, actor.role, actor.language, context.bot)
