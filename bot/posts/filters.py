"""What /list can be narrowed to, and its buttons that turn and filter it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from telegram import InlineKeyboardButton

from bot.context import Actor
from bot.keyboards import Action, action_button, in_rows
from bot.rights import Right, may
from bot.texts import label
from storage.lifecycle import PLANNED, Status
from storage.models import Account

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
    View.PUBLISHED: frozenset({Status.UPLOADED}),
}
"""Drafts are no posts, and have none."""


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

    @property
    def value(self) -> str:
        return f"{self.view}.{'mine' if self.mine else 'all'}.{self.account_id}"


def filtered(value: str) -> Filtered:
    """Read a button's value; whatever is not ours lists what is planned."""
    view, _, rest = value.partition(".")
    whose, _, account = rest.partition(".")
    if view not in {*View} or not (account.isascii() and account.isdigit() and len(account) < 19):
        return Filtered()
    return Filtered(View(view), whose == "mine", int(account))


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
        named = [*accounts] if len(accounts) > 1 else []
        narrower += [(account.name, replace(what, account_id=account.id)) for account in named]
        if what.account_id:
            narrower.append((label(language, "button_list_accounts"), replace(what, account_id=0)))
    shown = [*in_rows([each for each in views if each[1] != what], 3)]
    shown += in_rows([each for each in narrower if each[1] != what], 2)
    return [
        [action_button(text, Action.LIST, 0, other.value) for text, other in row] for row in shown
    ]
