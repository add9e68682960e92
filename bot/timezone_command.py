"""/timezone: the zone in which a person means their times, named by words or tapped."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

from bot.context import Actor, Context, actor_of
from bot.keyboards import decode, encode, in_rows
from bot.new_post.prompt import acknowledge
from bot.new_post.steps import ask
from bot.store import in_thread
from bot.texts import LANGUAGES, label, say
from bot.texts.dates import clock_time, short
from bot.zones import city_of, zone_name, zones_like, zones_named

NAME = "zone"
"""What the callback data of its buttons begin with; the zone is their value."""


async def timezone(update: Update, context: Context) -> None:
    """Say or choose the zone; one that is not clear is asked about."""
    actor, now = actor_of(update, context.services), datetime.now(UTC)
    wanted = " ".join(context.args or [])
    zones = await in_thread(zones_named)(wanted, now) if wanted else []
    if len(zones) == 1:
        text, buttons = await _choose(zones[0], actor, context), None
    elif wanted:
        near = zones or await in_thread(zones_like)(wanted)
        text, buttons = _which_zone(actor.language, wanted, zones, near), _buttons(near, actor)
    else:
        text = await _told(actor, context, is_new=False)
        buttons = _buttons(LANGUAGES[actor.language].listed("timezone_offers"), actor)
    await context.bot.send_message(actor.chat_id, text, reply_markup=buttons)
    if len(zones) == 1:
        await _show_card(actor, context)


async def tapped(update: Update, context: Context) -> None:
    """One of the zones that were offered: the answer takes the question's place."""
    actor, query = actor_of(update, context.services), update.callback_query
    tap = decode(query.data) if query else None
    assert query is not None and tap is not None
    if tap.value not in available_timezones():
        await acknowledge(update, label(actor.language, "stale_button"))
        return
    await acknowledge(update)
    text = await _choose(tap.value, actor, context)
    if isinstance(query.message, Message):
        with suppress(BadRequest):  # it says that already, or is gone
            await query.message.edit_text(text)
    await _show_card(actor, context)


async def _choose(key: str, actor: Actor, context: Context) -> str:
    await context.store.choose_timezone(actor.id, key)
    return await _told(actor, context, is_new=True)


async def _told(actor: Actor, context: Context, *, is_new: bool) -> str:
    zone, now = await actor.zone(context.services), datetime.now(UTC)
    time = short(actor.language, now, zone, now)
    key = "timezone_chosen" if is_new else "timezone_is"
    told = say(actor.language, key, zone=zone_name(zone), time=time)
    if zone_name(zone) != zone.key:
        told += " " + say(actor.language, "timezone_is_fixed")
    return told


async def _show_card(actor: Actor, context: Context) -> None:
    """The card at hand offers the times of the zone that was chosen."""
    draft = context.draft
    if draft is not None and not draft.is_guided:
        await ask(draft, actor, context)


def _which_zone(language: str, wanted: str, zones: Sequence[str], near: Sequence[str]) -> str:
    """The question back: which of several, or what was meant by a name that nobody knows."""
    sentence = say(language, "timezone_several" if zones else "timezone_unknown", zone=wanted[:60])
    guess = "" if zones or not near else "\n\n" + say(language, "timezone_did_you_mean")
    return sentence + guess


def _buttons(zones: Sequence[str], actor: Actor) -> InlineKeyboardMarkup | None:
    """Each with what the clock shows there."""
    now = datetime.now(UTC)
    shown = [
        InlineKeyboardButton(
            f"{city_of(key, actor.language)} · {clock_time(actor.language, now, ZoneInfo(key))}",
            callback_data=encode(NAME, 0, key),
        )
        for key in zones
    ]
    return InlineKeyboardMarkup(in_rows(shown, 2)) if shown else None
