"""What /list can be narrowed to, and its buttons that turn and filter it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from telegram import InlineKeyboardButton

from bot.context import Actor
from bot.keyboards import Action, action_button, in_rows, is_number
from bot.rights import Right, may
from bot.texts import label
from storage.lifecycle import PLANNED, Status
from storage.models import Account

NAMED = 6
"""Accounts that have a button at a time; one more stands for the others."""
PAGE = 6
"""Entries of a page: mostly, their lines stay below the 1,024 characters of a caption."""


class View(StrEnum):
    """What is listed."""

    PLANNED = "planned"
    DRAFTS = "drafts"
    FAILED = "failed"
    PUBLISHED = "published"


STATUSES = {
    View.PLANNED: PLANNED,
    View.FAILED: frozenset({Status.FAILED, Status.UNCONFIRMED, Status.HELD}),
}
"""Of planned posts; the other views are of what is no post yet, or is live."""


NEEDS_YOU = STATUSES[View.FAILED] | {Status.HANDED_OVER}
"""What is planned and does not go out before somebody does something; on top of the list."""


@dataclass(frozen=True)
class Filtered:
    """What is listed, of whom and of which account: what the button of a page carries."""

    view: View = View.PLANNED
    mine: bool = False
    """One's own alone, where one sees everybody's."""
    account_id: int = 0
    """0: of all accounts."""
    named_from: int = 0
    """The place of the first account that has a button."""

    @property
    def value(self) -> str:
        whose = "mine" if self.mine else "all"
        return f"{self.view}.{whose}.{self.account_id}.{self.named_from}"


def filtered(value: str) -> Filtered:
    """Read a button's value; whatever is not ours lists what is planned."""
    view, _, rest = value.partition(".")
    whose, _, rest = rest.partition(".")
    account, _, named_from = rest.partition(".")
    if view not in {*View} or not all(map(is_number, (account, named_from or "0"))):
        return Filtered()
    return Filtered(View(view), whose == "mine", int(account), int(named_from or 0))


def arrows(
    number: int, total: int, what: Filtered, language: str
) -> list[list[InlineKeyboardButton]]:
    """To the pages beside this one."""
    ways = [("previous", number - 1)] if number else []
    ways += [("next", number + 1)] if (number + 1) * PAGE < total else []
    row = [
        action_button(label(language, f"button_list_{way}"), Action.LIST, to, what.value)
        for way, to in ways
    ]
    return [row] if row else []


def filters(
    what: Filtered, actor: Actor, accounts: Sequence[Account]
) -> list[list[InlineKeyboardButton]]:
    """All that can be listed instead, from its first page on."""
    language = actor.language
    plans = may(actor.role, Right.DRAFT)
    views = [
        (label(language, f"button_list_{view}"), replace(what, view=view))
        for view in View
        if plans or view is not View.DRAFTS
    ]
    narrower = []
    if what.view is not View.DRAFTS:
        if plans and may(actor.role, Right.SEE_EVERYBODYS):
            key = "button_list_all" if what.mine else "button_list_mine"
            narrower.append((label(language, key), replace(what, mine=not what.mine)))
        narrower += _by_account(what, accounts, language)
        if what.account_id:
            narrower.append((label(language, "button_list_accounts"), replace(what, account_id=0)))
    shown = [*in_rows([each for each in views if each[1] != what], 3)]
    shown += in_rows([each for each in narrower if each[1] != what], 2)
    return [
        [action_button(text, Action.LIST, 0, other.value) for text, other in row] for row in shown
    ]


def _by_account(
    what: Filtered, accounts: Sequence[Account], language: str
) -> list[tuple[str, Filtered]]:
    """One each; of many, a handful, and what shows the next ones."""
    if len(accounts) < 2:
        return []
    first = what.named_from if what.named_from < len(accounts) else 0
    here = accounts[first : first + NAMED] if len(accounts) > NAMED + 1 else accounts
    named = [(one.name, replace(what, account_id=one.id)) for one in here]
    if len(here) < len(accounts):
        following = first + NAMED if first + NAMED < len(accounts) else 0
        more = label(language, "button_list_more_accounts")
        named.append((more, replace(what, named_from=following)))
    return named
