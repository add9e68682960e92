"""The commands, one row each: their handlers, Telegram's menu and /help are made of this list."""

import logging
from dataclasses import dataclass

from telegram import BotCommand, Update
from telegram.error import TelegramError

from bot import general, groups, pause_command, slots_command, status_command, timezone_command
from bot.access import Handler
from bot.accounts.command import show_accounts
from bot.context import App, Context, actor_of
from bot.new_post import answers
from bot.posts import commands, lists
from bot.rights import Right, may
from bot.team import command as team_command
from bot.texts import LANGUAGES, label, say
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
    Command("help", Right.HELP, help_),
    Command("group", Right.GROUP, groups.group, in_menu=False),
    Command("team", Right.TEAM, team_command.team, in_menu=False),
    Command("accounts", Right.ACCOUNTS, show_accounts, in_menu=False),
    Command("status", Right.STATUS, status_command.status, in_menu=False),
    Command("pause", Right.RESUME, pause_command.pause, in_menu=False),
    Command("resume", Right.RESUME, pause_command.resume, in_menu=False),
)


async def register_menu(application: App) -> None:
    """Tell Telegram our commands; that it does not answer now is no reason not to start."""
    try:
        for language in LANGUAGES:
            await application.bot.set_my_commands(_menu(language), language_code=language)
        await application.bot.set_my_commands(_menu(application.bot_data.settings.language))
    except TelegramError as error:
        log.warning("the command menu could not be registered: %s", type(error).__name__)


def _menu(language: str) -> list[BotCommand]:
    return [
        BotCommand(row.name, label(language, f"command_{row.name}"))
        for row in COMMANDS
        if row.in_menu
    ]
