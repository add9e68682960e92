"""What the buttons of /list carry, and what is offered to whom."""

import pytest

from bot.context import Actor
from bot.keyboards import decode
from bot.posts.filters import Filtered, View, arrows, filtered, filters
from bot.rights import Role
from storage.models import Account
from tests.spoken import spoken

ACCOUNTS = [Account(id=1, name="creator"), Account(id=9_000_000_000, name="Bakery")]


def offered(what: Filtered, role: Role, accounts: list[Account]) -> dict[str, Filtered]:
    person = Actor(id=1, chat_id=1, language="en", role=role)
    buttons = [button for row in filters(what, person, accounts) for button in row]
    taps = {button.text: decode(str(button.callback_data)) for button in buttons}
    return {text: filtered(tap.value) for text, tap in taps.items() if tap}


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("mine", [False, True])
@pytest.mark.parametrize("account_id", [0, 9_000_000_000])
def test_a_button_carries_what_it_lists(view: View, mine: bool, account_id: int) -> None:
    what = Filtered(view, mine, account_id)
    assert filtered(what.value) == what
    assert what not in offered(what, Role.OWNER, ACCOUNTS).values()


@pytest.mark.parametrize(
    "forged", ["", ".", "planned", "planned.all", "nothing.all.1", "failed.mine.x", "failed.all.²"]
)
def test_whatever_is_forged_lists_what_is_planned(forged: str) -> None:
    assert filtered(forged) == Filtered()


def test_people_are_offered_what_makes_a_difference() -> None:
    drafts, failed, published = (f"button_list_{view}" for view in [*View][1:])
    alone = offered(Filtered(), Role.AUTHOR, ACCOUNTS[:1])
    assert [*alone] == [spoken(drafts), spoken(failed), spoken(published)]
    everything, mine = offered(Filtered(account_id=1), Role.OWNER, ACCOUNTS), "button_list_mine"
    assert {spoken(mine), "Bakery", spoken("button_list_accounts")} <= {*everything}
    narrowed = everything[spoken(published)]
    assert narrowed == Filtered(View.PUBLISHED, account_id=1), "as it was before"
    assert spoken(mine) not in offered(Filtered(View.DRAFTS), Role.OWNER, ACCOUNTS)


@pytest.mark.parametrize(
    ("page", "total", "ways"),
    [(0, 0, []), (0, 6, []), (0, 7, [1]), (1, 13, [0, 2]), (2, 13, [1])],
)
def test_pages_lead_to_those_beside_them(page: int, total: int, ways: list[int]) -> None:
    buttons = [button for row in arrows(page, total, Filtered(), "en") for button in row]
    taps = [decode(str(button.callback_data)) for button in buttons]
    assert [tap.post_id for tap in taps if tap] == ways


def test_of_many_accounts_a_handful_is_offered_at_a_time() -> None:
    many, more = [Account(id=n, name=f"Club {n}") for n in range(1, 21)], "More accounts …"
    seen, what = list[str](), Filtered()
    for _ in range(4):
        there = offered(what, Role.AUTHOR, many)
        seen += [name for name in there if name.startswith("Club")]
        what = there[more]
    assert seen == [account.name for account in many]
    assert what.named_from == 0, "it begins anew"
    assert more not in offered(Filtered(), Role.AUTHOR, many[:7])
