"""/team: its card is edited in place; each tap asks anew who taps, and what there is by now."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from telegram import Update
from telegram.error import BadRequest, Forbidden

from bot.arrivals import NO_CHAT
from bot.context import Actor, Context, Services, actor_of, standing
from bot.jobs import review_held
from bot.keyboards import decode
from bot.links import Link, link
from bot.new_post.prompt import acknowledge, show_on
from bot.rights import Role
from bot.team import pages
from bot.team.pages import DAYS, Shown, View
from bot.team.people import Person, accounts_in_words, everybody, given_by
from bot.texts import label, say
from bot.texts.dates import short
from storage.models import MemberRole
from storage.scope import AccountsGiven


async def team(update: Update, context: Context) -> None:
    """Show who is in, and what they may do."""
    actor = actor_of(update, context.services)
    text, buttons = await _overview(await _desk(actor, context))
    await context.bot.send_message(actor.chat_id, text, reply_markup=buttons)


async def tapped(update: Update, context: Context) -> None:
    """A button of the card; one that leads nowhere any more shows who is in."""
    actor, query = actor_of(update, context.services), update.callback_query
    tap = decode(query.data) if query else None
    assert query is not None and tap is not None
    await acknowledge(update)
    desk = await _desk(actor, context)
    what, *values = tap.value.split(".")
    page = PAGES.get(what, _list)
    try:
        text, buttons = await page(desk, tap.post_id, values)
    except (ValueError, GoneError):  # ValueError: of what is none of our buttons
        text, buttons = await _overview(desk, note=say(actor.language, "team_gone"))
    await show_on(query.message, text, buttons)


Values = Sequence[str]
"""What stands behind the first word of a button's value."""


class GoneError(LookupError):
    """The person or invitation of a button is not there any more."""


@dataclass(frozen=True)
class Desk:
    """What each page is made with."""

    actor: Actor
    context: Context
    view: View

    @property
    def services(self) -> Services:
        return self.context.services

    async def person(self, person_id: int) -> Person:
        """Raises GoneError."""
        found = [one for one in await everybody(self.services) if one.id == person_id]
        if not found:
            raise GoneError
        return found[0]

    async def member(self, person_id: int) -> Person:
        """One who can be changed here. Raises GoneError."""
        person = await self.person(person_id)
        if person.is_admin:
            raise GoneError
        return person


async def _desk(actor: Actor, context: Context) -> Desk:
    zone = await actor.zone(context.services)
    accounts = await context.store.active_accounts()
    return Desk(actor, context, View(actor.language, zone, accounts))


async def _overview(desk: Desk, number: int = 0, note: str = "") -> Shown:
    people = await everybody(desk.services)
    invitations = await desk.context.store.open_invitations()
    return pages.overview(number, people, invitations, desk.view, note)


async def _list(desk: Desk, _: int, values: Values) -> Shown:
    [number] = values
    return await _overview(desk, int(number))


async def _who(desk: Desk, person_id: int, __: Values) -> Shown:
    return pages.of_person(await desk.person(person_id), desk.view)


async def _role(desk: Desk, person_id: int, __: Values) -> Shown:
    return pages.ask_role(await desk.member(person_id), desk.view)


async def _set(desk: Desk, person_id: int, values: Values) -> Shown:
    [value] = values
    person, store, role = await desk.member(person_id), desk.context.store, MemberRole(value)
    is_member = person.since is not None
    write = store.set_role(person.id, role, name=person.name, is_member=is_member)
    await desk.services.roster.change(write)
    await desk.member(person_id)  # somebody else may just have removed them
    await review_held(desk.context.application)
    await _fit_menu(person.id, desk)
    if Role(role) is not person.role or desk.context.delivery.again:
        await _tell_of_role(person, role, desk)
    return await _who(desk, person_id, ())


async def _fit_menu(person_id: int, desk: Desk) -> None:
    """By what they are from now on."""
    services, bot = desk.services, desk.context.bot
    role, _ = standing(person_id, NO_CHAT, services)
    language = await services.names.language_of(person_id, services, services.settings.language)
    await services.menus.fit(person_id, role, language, bot, is_new=True)


async def _tell_of_role(person: Person, role: MemberRole, desk: Desk) -> None:
    """To themselves, in private; who has never spoken to us alone finds out by /help."""
    services = desk.services
    language = await services.names.language_of(person.id, services, services.settings.language)
    named, does = label(language, f"role_{role}"), label(language, f"team_welcome_{role}")
    with suppress(BadRequest, Forbidden):
        text = say(language, "team_role_is_now", role=named, may=does)
        await desk.context.bot.send_message(person.id, text)


async def _accounts(desk: Desk, person_id: int, values: Values) -> Shown:
    [number], person = values, await desk.member(person_id)
    return pages.ask_accounts(int(number), person.given, desk.view, person.role, person)


async def _give(desk: Desk, person_id: int, values: Values) -> Shown:
    number, what = values
    person, store, given = await desk.member(person_id), desk.context.store, given_by(what)
    if person.since is None:  # the settings alone let them in: from now on they are a member
        first = store.set_role(person.id, MemberRole(person.role), name=person.name)
        await desk.services.roster.change(first)
    await desk.services.roster.change(store.give_accounts(person.id, given))
    await review_held(desk.context.application)
    return await _accounts(desk, person_id, [number])


async def _ask_to_remove(desk: Desk, person_id: int, __: Values) -> Shown:
    return pages.ask_to_remove(await desk.member(person_id), desk.view)


async def _remove(desk: Desk, person_id: int, __: Values) -> Shown:
    known = {one.user_id: one.name for one in desk.services.roster.everybody}
    await desk.services.roster.change(desk.context.store.remove_member(person_id))
    await review_held(desk.context.application)
    await _fit_menu(person_id, desk)
    note = say(desk.view.language, "team_removed", name=known.get(person_id, ""))
    return await _overview(desk, note=note)


async def _link(desk: Desk, invitation_id: int, __: Values) -> Shown:
    found = [one for one in await desk.context.store.open_invitations() if one.id == invitation_id]
    if not found:
        raise GoneError
    return pages.of_link(found[0], desk.view)


async def _withdraw(desk: Desk, invitation_id: int, __: Values) -> Shown:
    is_done = await desk.services.roster.change(
        desk.context.store.withdraw_invitation(invitation_id)
    )
    key = "team_withdrawn" if is_done else "team_link_was_used"
    return await _overview(desk, note=say(desk.view.language, key))


async def _invite(desk: Desk, _: int, __: Values) -> Shown:
    return pages.ask_role(None, desk.view)


async def _which(desk: Desk, _: int, values: Values) -> Shown:
    role, number, what = values
    return pages.ask_accounts(int(number), given_by(what), desk.view, MemberRole(role), None)


async def _how_long(desk: Desk, _: int, values: Values) -> Shown:
    role, what = values
    return pages.ask_how_long(MemberRole(role), given_by(what), desk.view)


async def _make(desk: Desk, _: int, values: Values) -> Shown:
    role, what, days = values
    if int(days) not in DAYS:
        raise ValueError(days)
    is_sent = await _send_link(desk, MemberRole(role), given_by(what), timedelta(days=int(days)))
    place = "below" if desk.actor.chat_id == desk.actor.id else "private"
    note = f"team_link_is_{place}" if is_sent else "team_no_private_chat"
    return await _overview(desk, note=say(desk.view.language, note))


async def _send_link(
    desk: Desk, role: MemberRole, given: AccountsGiven, valid_for: timedelta
) -> bool:
    """The only time that the link is seen, and never by a group; False if it cannot be sent."""
    actor, language, services = desk.actor, desk.view.language, desk.services
    invitation, token = await services.roster.change(
        desk.context.store.invite(
            role,
            given,
            valid_for=valid_for,
            created_by=actor.id,
            by=desk.context.delivery.update_id,
        )
    )
    text = say(
        language,
        "team_invitation",
        role=label(language, f"role_{role}"),
        accounts=accounts_in_words(given, desk.view.accounts, language),
        time=short(language, invitation.expires_at, desk.view.zone, desk.view.now),
        link=link(Link.INVITATION, token, desk.context.bot.username),
    )
    try:
        await desk.context.bot.send_message(actor.id, text)
    except (BadRequest, Forbidden):
        await services.roster.change(desk.context.store.withdraw_invitation(invitation.id))
        return False
    return True


Page = Callable[[Desk, int, Values], Awaitable[Shown]]

PAGES: Mapping[str, Page] = {
    "list": _list,
    "who": _who,
    "role": _role,
    "set": _set,
    "accounts": _accounts,
    "give": _give,
    "remove": _ask_to_remove,
    "remove!": _remove,
    "link": _link,
    "withdraw": _withdraw,
    "invite": _invite,
    "which": _which,
    "long": _how_long,
    "make": _make,
}
"""The first word of a button's value -> what it does, and the page that it leads to."""
