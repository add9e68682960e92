"""Who is in, by invitation or by the settings, and as what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.arrivals import NO_CHAT
from bot.context import Services, standing
from bot.rights import Role
from bot.texts import label
from bot.texts.parts import enumerated
from storage.models import Account
from storage.scope import EVERY_ACCOUNT, AccountsGiven

NAMED_ACCOUNTS = 5
"""Of somebody's accounts that are named; of more, only how many there are."""

FURTHEST_AS_BITS = 200
"""From the lowest of somebody's accounts to the highest: more bits are too long for a button."""


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    role: Role
    given: AccountsGiven
    since: datetime | None
    """When they joined; None for whoever the settings alone let in."""
    is_allowed: bool
    """ALLOWED_USER_IDS names them."""
    was_removed: bool
    is_admin: bool
    """ADMIN_CHAT_ID names them, or a group that they administer."""
    invited_by: str | None = None
    """The name of whoever did, if they are in by an invitation and it is known."""


async def everybody(services: Services) -> list[Person]:
    """First whom the settings name, then whoever joined first before the others."""
    settings, members = services.settings, {one.user_id: one for one in services.roster.everybody}
    admin = {settings.admin_chat_id} if settings.admin_chat_id > 0 else set()
    named = [*admin, *sorted(settings.allowed_user_ids - admin)]
    names = {person_id: member.name for person_id, member in members.items()}
    names |= await services.names.known(services)
    people = []
    for person_id in dict.fromkeys([*named, *members]):
        role, given = standing(person_id, NO_CHAT, services)
        member, joined = members.get(person_id), services.roster.of(person_id)
        found = Person(
            id=person_id,
            name=names.get(person_id) or str(person_id),
            role=role,
            given=given,
            since=joined.joined_at if joined else None,
            is_allowed=person_id in settings.allowed_user_ids,
            was_removed=member is not None and member.is_removed,
            is_admin=person_id in admin or services.admins.are_known_to_include(person_id),
            invited_by=names.get(joined.invited_by) if joined and joined.invited_by else None,
        )
        people += [found] if role is not Role.STRANGER else []
    return people


def accounts_in_words(given: AccountsGiven, active: Sequence[Account], language: str) -> str:
    """Such as 'all accounts' or 'Bakery and creator'."""
    if given is EVERY_ACCOUNT:
        return label(language, "team_all_accounts")
    names = [account.name for account in active if account.id in given]
    if not names:
        return label(language, "team_no_account")
    if len(names) > NAMED_ACCOUNTS:
        return label(language, "team_accounts", count=len(names))
    return enumerated(language, names)


def as_value(given: AccountsGiven) -> str:
    """Accounts as a button carries them, in at most 36 characters up to some 170 apart.

    Either their numbers, or the lowest and the others as bits from there on: what is shorter.
    """
    if given is EVERY_ACCOUNT:
        return "all"
    lowest, highest = min(given, default=0), max(given, default=0)
    numbers = "_".join(map(_in_base_36, sorted(given))) or "0"
    if highest - lowest > FURTHEST_AS_BITS:
        return numbers
    bits = sum(1 << number - lowest for number in given)
    return min(numbers, f"{_in_base_36(lowest)}-{_in_base_36(bits)}", key=len)


def given_by(value: str) -> AccountsGiven:
    """The same, read. Raises ValueError for what is none of ours."""
    if value == "all":
        return EVERY_ACCOUNT
    if "-" not in value:
        return frozenset(int(number, 36) for number in value.split("_")) - {0}
    lowest, bits = (int(part, 36) for part in value.split("-"))
    return frozenset(lowest + number for number in range(bits.bit_length()) if bits >> number & 1)


def _in_base_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits or "0"


def toggled(account_id: int, given: AccountsGiven) -> AccountsGiven:
    """With this account or without it; of all, it alone."""
    if given is EVERY_ACCOUNT:
        return frozenset({account_id})
    return given ^ {account_id}
