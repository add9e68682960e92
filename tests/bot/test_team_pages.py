"""The card of /team: seven buttons at the most, however many people and accounts there are."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from telegram import InlineKeyboardButton

from bot.keyboards import decode, fits
from bot.rights import Role
from bot.team import pages
from bot.team.command import PAGES
from bot.team.pages import Shown, View
from bot.team.people import Person, accounts_in_words, as_value, given_by, toggled
from publisher.settings import BY_HAND
from storage.models import Account, Invitation, MemberRole
from storage.scope import EVERY_ACCOUNT, AccountsGiven

NOW = datetime.now(UTC)
MANY = frozenset(range(1, 41))
ACCOUNTS = [Account(id=one, name=f"Account {one}", destination=BY_HAND) for one in sorted(MANY)]


def person(number: int, role: Role = Role.AUTHOR, given: AccountsGiven = MANY) -> Person:
    return Person(9 * 10**14 + number, "N" * 200, role, given, NOW, True, False, False)


def invitation(number: int) -> Invitation:
    return Invitation(
        id=number,
        role=MemberRole.EDITOR,
        all_accounts=False,
        account_ids=[1, 2],
        expires_at=NOW + timedelta(days=1),
    )


def shown(language: str) -> Iterator[Shown]:
    view = View(language, ZoneInfo("Europe/Berlin"), ACCOUNTS)
    people, links = [person(number) for number in range(9)], [invitation(n) for n in range(1, 9)]
    for number in (0, 1, 3, 99):
        yield pages.overview(number, people, links, view, "")
    for role in Role:
        if role not in (Role.STRANGER, Role.CLIENT):
            yield pages.of_person(person(1, role), view)
    for number in (0, 5, 13):
        yield pages.ask_accounts(number, MANY, view, "author", person(1))
        yield pages.ask_accounts(number, MANY, view, "editor", None)
    yield pages.ask_role(person(1), view)
    yield pages.ask_role(None, view)
    yield pages.ask_how_long("editor", MANY, view)
    yield pages.ask_to_remove(person(1), view)
    yield pages.of_link(invitation(1), view)


def buttons(page: Shown) -> list[InlineKeyboardButton]:
    return [button for row in page[1].inline_keyboard for button in row]


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_page_has_more_than_seven_buttons_and_each_leads_to_one(language: str) -> None:
    for page in shown(language):
        assert 1 < len(buttons(page)) <= 7 and len(page[0]) < 4096
        for button in buttons(page):
            tap = decode(str(button.callback_data))
            assert tap is not None and tap.what == pages.NAME
            assert tap.value.split(".")[0] in PAGES


def test_all_that_there_is_can_be_paged_to() -> None:
    view = View("en", ZoneInfo("UTC"), ACCOUNTS)
    offered = [
        button.text.removeprefix("✅ ")
        for number in range(14)
        for button in buttons(pages.ask_accounts(number, MANY, view, "author", person(1)))
    ]
    assert {account.name for account in ACCOUNTS} <= {*offered}


@pytest.mark.parametrize(
    "given",
    [
        EVERY_ACCOUNT,
        *(frozenset(one) for one in ({*()}, {1}, {7, 150}, {191}, {3, 4000, 10**6})),
        *(frozenset(range(first, first + 160)) for first in (1, 191, 4000)),
    ],
)
def test_a_button_carries_which_accounts_are_given(given: AccountsGiven) -> None:
    value = as_value(given)
    assert given_by(value) == given
    assert fits(pages.NAME, 9 * 10**14, f"give.13.{value}")


def test_a_tap_gives_an_account_takes_it_or_of_all_leaves_it_alone() -> None:
    assert toggled(3, frozenset({1})) == frozenset({1, 3})
    assert toggled(1, frozenset({1, 3})) == frozenset({3})
    assert toggled(3, EVERY_ACCOUNT) == frozenset({3})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (EVERY_ACCOUNT, "all accounts"),
        (frozenset[int](), "no account"),
        (frozenset({99}), "no account"),
        (frozenset({1, 2}), "Account 1 and Account 2"),
        (MANY, "40 accounts"),
    ],
)
def test_accounts_are_named_as_long_as_they_are_few(given: AccountsGiven, words: str) -> None:
    assert accounts_in_words(given, ACCOUNTS, "en") == words
