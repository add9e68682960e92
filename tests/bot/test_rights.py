"""The table of roles and actions, cell by cell, and that no command or button stands outside."""

import inspect
from itertools import product
from typing import cast

import pytest
from telegram.ext import ApplicationBuilder, CommandHandler

from bot.app import register_handlers
from bot.context import App
from bot.keyboards import Action
from bot.posts.buttons import BUTTONS
from bot.rights import Right, Role, may
from tests.end_to_end.conftest import TOKEN

FOR_BOTH = {
    *("start", "help", "timezone", "draft", "list", "delete", "try_again", "confirm_live"),
    *("settle_late", "by_hand", "change", "slots"),
}
FOR_THE_ADMIN_ALONE = {"resume", "log_in", "settle_held", "everybodys"}
ALLOWED = {
    *product(["author", "admin"], FOR_BOTH),
    *product(["admin"], FOR_THE_ADMIN_ALONE),
}


@pytest.mark.parametrize(("role", "right"), list(product(Role, Right)))
def test_who_may_do_what(role: Role, right: Right) -> None:
    assert may(role, right) == ((role.value, right.value) in ALLOWED)


def test_every_button_has_its_row() -> None:
    assert {*BUTTONS} == {*Action} - {Action.STOP}  # which is the conversation's


def test_every_command_asks_for_its_right() -> None:
    application = cast(App, ApplicationBuilder().token(TOKEN).build())
    register_handlers(application)
    commands = [one for one in application.handlers[0] if isinstance(one, CommandHandler)]
    asked = {
        name: inspect.getclosurevars(one.callback).nonlocals["right"]
        for one in commands
        for name in one.commands
    }
    named = {right.value: right for right in Right if right.value in asked}
    assert asked == named | {"cancel": Right.DRAFT, "drafts": Right.DRAFT}
