"""What the card of /team shows: its pages, in words and buttons, seven at the most."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.keyboards import encode, in_rows
from bot.rights import Role
from bot.team.people import Person, accounts_in_words, as_value, toggled
from bot.texts import label, say
from bot.texts.dates import day, short
from bot.texts.parts import shortened
from storage.models import Account, Invitation, MemberRole
from storage.scope import EVERY_ACCOUNT, AccountsGiven

NAME = "team"
"""What the callback data of all its buttons begin with; the person's number follows."""
PAGE, ACCOUNTS_PAGE = 4, 3
"""People and invitations, or accounts, at a time: with arrows and the rest, seven buttons."""
NAME_CHARACTERS = 30
"""Of a name that stand on a button."""
DAYS = (1, 7)
"""For how long an invitation may be good."""

Shown = tuple[str, InlineKeyboardMarkup]
"""What the card says, and its buttons."""
Button = tuple[str, int, str]
"""(label, number, value)"""


@dataclass(frozen=True)
class View:
    """As whom it is shown, and what for."""

    language: str
    zone: ZoneInfo
    accounts: Sequence[Account]

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)


def overview(
    number: int, people: Sequence[Person], invitations: Sequence[Invitation], view: View, note: str
) -> Shown:
    """A page of the list: people first, then the links that are open."""
    entries = [(_of_person(one, view), _button_of(one, view.language)) for one in people]
    entries += [(_of_link(one, view), _button_of_link(one, view)) for one in invitations]
    number = min(number, (len(entries) - 1) // PAGE) if entries else 0
    shown = entries[number * PAGE :][:PAGE]
    language = view.language
    lines = [say(language, "team_title"), *(line for line, _ in shown), say(language, "team_admin")]
    rows = in_rows([button for _, button in shown], 2)
    rows.append(_arrows(number, len(entries), PAGE, 0, lambda to: f"list.{to}", language))
    rows.append([(label(language, "team_button_invite"), 0, "invite")])
    return "\n\n".join([*([note] if note else []), *lines]), _markup(rows)


def of_person(person: Person, view: View) -> Shown:
    """One of them, and what can be changed."""
    language = view.language
    text = [_of_person(person, view), _explained(person.role, language)]
    if person.invited_by is not None:
        text.append(say(language, "team_invited_by", name=person.invited_by))
    if person.is_admin:
        text.append(say(language, "team_is_admin"))
    elif person.is_allowed:
        text.append(say(language, "team_let_in_anyway" if person.was_removed else "team_allowed"))
    can = []
    if not person.is_admin:
        can.append((label(language, "team_button_role"), person.id, "role"))
        if person.role is not Role.OWNER:
            can.append((label(language, "team_button_accounts"), person.id, "accounts.0"))
        if person.since is not None:
            can.append((label(language, "team_button_remove"), person.id, "remove"))
    return "\n\n".join(text), _markup([*in_rows(can, 2), [_back(0, "list.0", language)]])


def ask_role(person: Person | None, view: View) -> Shown:
    """Which role somebody is to have; None: whoever comes by an invitation."""
    language = view.language
    number, value = (0, "which.{}.0.0") if person is None else (person.id, "set.{}")
    offered = [(_titled(role, language), number, value.format(role)) for role in MemberRole]
    if person is None:
        offered[0] = (offered[0][0], 0, f"long.{MemberRole.OWNER}.all")
    head = say(
        language,
        "team_invite_as" if person is None else "team_ask_role",
        name=_name(person, language),
    )
    lines = [_explained(role, language) for role in MemberRole]
    back = _back(number, "who" if person else "list.0", language)
    return "\n\n".join([head, *lines]), _markup([*in_rows(offered, 2), [back]])


def ask_accounts(
    number: int, given: AccountsGiven, view: View, role: str, person: Person | None
) -> Shown:
    """Which accounts are somebody's: each is a button that gives or takes it."""
    language, owner = view.language, person.id if person else 0

    def value(chosen: AccountsGiven, page: int = number) -> str:
        what = as_value(chosen)
        return f"give.{page}.{what}" if person else f"which.{role}.{page}.{what}"

    def button(text: str, is_given: bool, then: AccountsGiven) -> Button:
        return f"✅ {text}" if is_given else text, owner, value(then)

    has_all = given is EVERY_ACCOUNT
    every = label(language, "team_button_all")
    rows = [[button(every, has_all, frozenset() if has_all else EVERY_ACCOUNT)]]
    for one in view.accounts[number * ACCOUNTS_PAGE :][:ACCOUNTS_PAGE]:
        is_given = given is not EVERY_ACCOUNT and one.id in given
        rows.append([button(one.name, is_given, toggled(one.id, given))])
    arrows = _arrows(
        number, len(view.accounts), ACCOUNTS_PAGE, owner, lambda to: value(given, to), language
    )
    on = _back(owner, "who" if person else "invite", language)
    if not person and given:
        on = label(language, "team_button_next"), 0, f"long.{role}.{as_value(given)}"
    chosen = accounts_in_words(given, view.accounts, language)
    key = "team_ask_accounts" if person else "team_invite_for"
    text = say(language, key, name=_name(person, language), accounts=chosen)
    return text, _markup([*rows, arrows, [on]])


def ask_how_long(role: str, given: AccountsGiven, view: View) -> Shown:
    """For how long an invitation is to be good."""
    language, what = view.language, as_value(given)
    offered = [
        (label(language, "team_button_days", count=days), 0, f"make.{role}.{what}.{days}")
        for days in DAYS
    ]
    text = say(
        language,
        "team_ask_how_long",
        role=label(language, f"role_{role}"),
        accounts=accounts_in_words(given, view.accounts, language),
    )
    return text, _markup([offered, [_back(0, "list.0", language)]])


def ask_to_remove(person: Person, view: View) -> Shown:
    language = view.language
    key = "team_ask_remove_allowed" if person.is_allowed else "team_ask_remove"
    sure = (label(language, "team_button_remove_sure"), person.id, "remove!")
    keep = (label(language, "team_button_keep"), person.id, "who")
    return say(language, key, name=_name(person, language)), _markup([[sure, keep]])


def of_link(invitation: Invitation, view: View) -> Shown:
    """One open invitation; its link is shown to nobody any more."""
    withdraw = (label(view.language, "team_button_withdraw"), invitation.id, "withdraw")
    text = [_of_link(invitation, view), say(view.language, "team_link_is_secret")]
    return "\n\n".join(text), _markup([[withdraw, _back(0, "list.0", view.language)]])


def _of_person(person: Person, view: View) -> str:
    language = view.language
    since = say(language, "team_by_settings")
    if person.since is not None:
        joined = day(language, person.since.astimezone(view.zone), view.now.astimezone(view.zone))
        since = say(language, "team_since", day=joined)
    return say(
        language,
        "team_person",
        name=_name(person, language),
        role=label(language, f"role_{person.role}"),
        accounts=accounts_in_words(person.given, view.accounts, language),
        since=since,
    )


def _of_link(invitation: Invitation, view: View) -> str:
    given = EVERY_ACCOUNT if invitation.all_accounts else frozenset(invitation.account_ids)
    return say(
        view.language,
        "team_link",
        role=label(view.language, f"role_{invitation.role}"),
        accounts=accounts_in_words(given, view.accounts, view.language),
        time=short(view.language, invitation.expires_at, view.zone, view.now),
    )


def _button_of(person: Person, language: str) -> Button:
    return shortened(_name(person, language), NAME_CHARACTERS), person.id, "who"


def _button_of_link(invitation: Invitation, view: View) -> Button:
    role = label(view.language, f"role_{invitation.role}")
    return label(view.language, "team_button_link", role=role), invitation.id, "link"


def _name(person: Person | None, language: str) -> str:
    """Somebody who has never spoken has none: their number alone would say little."""
    if person is None or person.name != str(person.id):
        return person.name if person else ""
    return label(language, "team_not_seen", id=person.id)


def _back(number: int, value: str, language: str) -> Button:
    key = "team_button_back" if value == "list.0" else "button_back"
    return label(language, key), number, value


def _explained(role: str, language: str) -> str:
    """A role, and what it allows."""
    allows = label(language, f"team_may_{role}")
    return say(language, "team_role_line", role=_titled(role, language), may=allows)


def _titled(role: str, language: str) -> str:
    """A role where a line or a button begins with it."""
    named = label(language, f"role_{role}")
    return named[:1].upper() + named[1:]


def _arrows(
    number: int, total: int, size: int, owner: int, value: Callable[[int], str], language: str
) -> list[Button]:
    ways = [("previous", number - 1)] if number else []
    ways += [("next", number + 1)] if (number + 1) * size < total else []
    return [(label(language, f"button_list_{way}"), owner, value(to)) for way, to in ways]


def _markup(rows: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(text, callback_data=encode(NAME, number, value))
                for text, number, value in row
            ]
            for row in rows
            if row
        ]
    )
