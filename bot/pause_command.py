"""/pause and /resume: nothing is published for a while, of one account or of all."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardMarkup, Update

from bot.context import Actor, Context, actor_of
from bot.jobs import wake
from bot.keyboards import Action, action_button, actions
from bot.outbox import deliver
from bot.slots_command import account_named
from bot.texts import LANGUAGES, label, say
from bot.texts.dates import moment
from bot.texts.parts import enumerated
from bot.texts.words import folded
from bot.when import Problem, WhenError, parse
from storage.models import Account

ALL = 0
"""The number that a button has which means all accounts."""
UNTIL, EVERYTHING = (
    frozenset(folded(word) for texts in LANGUAGES.values() for word in texts.listed(key))
    for key in ("said_pause_until", "said_pause_all")
)
"""Words before a time, and those for all accounts, in all languages."""
ENDS = ("tomorrow", "week")
"""Values of buttons: the next day, and the next Monday."""


async def pause(update: Update, context: Context) -> None:
    """/pause [account] [until Monday]"""
    actor = actor_of(update, context.services)
    accounts = await actor.accounts(context.services)
    account, said = account_named(" ".join(context.args or []).lstrip("@"), accounts)
    first, _, rest = said.partition(" ")
    is_all = account is None and folded(first) in EVERYTHING
    said = rest if is_all else said
    if account is None and not said and not is_all and len(accounts) > 1:
        await _ask_which(Action.PAUSE, "which_to_pause", accounts, actor, context)
        return
    zone = await actor.zone(context.services)
    until = _until(said, zone, actor.language) if said else None
    if said and until is None:
        await context.bot.send_message(actor.chat_id, say(actor.language, "pause_not_understood"))
        return
    await _pause(accounts if account is None else [account], until, actor, context)


async def pause_tapped(
    account_id: int, actor: Actor, context: Context, value: str, _: Update | None
) -> None:
    """Of the account with this number, or of all, until the day that the button names."""
    accounts = await actor.accounts(context.services)
    chosen = [one for one in accounts if account_id in (ALL, one.id)]
    until = None
    if value in ENDS:
        until = _morning(value, await actor.zone(context.services))
    await _pause(chosen, until, actor, context)


async def resume(update: Update, context: Context) -> None:
    """/resume [account]"""
    actor = actor_of(update, context.services)
    accounts = await actor.accounts(context.services)
    account, _ = account_named(" ".join(context.args or []).lstrip("@"), accounts)
    theirs = {one.id for one in accounts}
    paused = [one for one in await context.store.paused_accounts() if one.id in theirs]
    if account is None and len(paused) > 1:
        await _ask_which(Action.RESUME, "which_to_resume", paused, actor, context)
        return
    chosen = paused if account is None else [account]
    await _resume(chosen, actor, context)


async def resume_tapped(account_id: int, actor: Actor, context: Context) -> None:
    """Of the account with this number, or of all that pause."""
    accounts = await actor.accounts(context.services)
    await _resume([one for one in accounts if account_id in (ALL, one.id)], actor, context)


async def _pause(
    accounts: Sequence[Account], until: datetime | None, actor: Actor, context: Context
) -> None:
    ids, language = [account.id for account in accounts], actor.language
    paused = await context.store.pause_accounts(ids, until=until, by=actor.id)
    if not paused:
        await context.bot.send_message(actor.chat_id, say(language, "paused_already"))
        return
    named = enumerated(language, [account.name for account in paused])
    sentence = say(language, "paused_by_you", account=named)
    if until is not None:
        zone = await actor.zone(context.services)
        shown = moment(language, until, zone, datetime.now(UTC))
        sentence = say(language, "paused_by_you_until", account=named, time=shown)
    number = paused[0].id if len(paused) == 1 else ALL
    buttons = _buttons(number, language, has_end=until is not None)
    await context.bot.send_message(actor.chat_id, sentence, reply_markup=buttons)
    await deliver(context.application)


def _buttons(number: int, language: str, *, has_end: bool) -> InlineKeyboardMarkup:
    """Another end, and the end of it."""
    ends = [
        action_button(label(language, f"pause_button_{day}"), Action.PAUSE, number, day)
        for day in ENDS
        if not has_end
    ]
    last = action_button(label(language, "button_resume"), Action.RESUME, number)
    return InlineKeyboardMarkup([*([ends] if ends else []), [last]])


async def _resume(accounts: Sequence[Account], actor: Actor, context: Context) -> None:
    resumed = [await context.store.resume_account(account.id) for account in accounts]
    is_done = any(resumed) or context.delivery.again
    sentence = say(actor.language, "resumed" if is_done else "not_paused")
    await context.bot.send_message(actor.chat_id, sentence)
    await wake(context.application)


async def _ask_which(
    action: Action, question: str, accounts: Sequence[Account], actor: Actor, context: Context
) -> None:
    every = label(actor.language, "pause_button_all")
    names = [*((account.name, account.id) for account in accounts), (every, ALL)]
    rows = [[(name, action, number)] for name, number in names]
    text = say(actor.language, question)
    await context.bot.send_message(actor.chat_id, text, reply_markup=actions(rows))


def _until(said: str, zone: ZoneInfo, language: str) -> datetime | None:
    """The time that is named, or the beginning of the day; None if neither is."""
    first, _, rest = said.partition(" ")
    words = rest if folded(first) in UNTIL else said
    for tried in (words, f"in {words}"):
        try:
            return parse(tried, now=datetime.now(UTC), zone=zone, language=language).utc
        except WhenError as error:
            if error.problem is Problem.TIME_MISSING and error.days:
                return datetime.combine(min(error.days), time(), zone).astimezone(UTC)
    return None


def _morning(end: str, zone: ZoneInfo) -> datetime:
    """The beginning of the next day, or of the next week."""
    today = datetime.now(zone).date()
    ahead = 1 if end == "tomorrow" else 7 - today.weekday()
    return datetime.combine(today + timedelta(days=ahead), time(), zone).astimezone(UTC)
