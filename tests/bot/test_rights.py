"""Roles, rights, posts and accounts, cell by cell; and that no command or button stands outside."""

import inspect
from itertools import product
from typing import cast

import pytest
from telegram.ext import ApplicationBuilder, CommandHandler

from bot.app import register_handlers
from bot.context import Actor, App
from bot.keyboards import Action
from bot.posts.buttons import BUTTONS
from bot.rights import Right, Role, may
from storage.models import Post
from storage.scope import EVERY_ACCOUNT
from tests.end_to_end.conftest import TOKEN

ROLES = ["stranger", "client", "viewer", "author", "editor", "owner"]
TABLE = {
    #                 stranger client viewer author editor owner
    "join": "         yes      yes    yes    yes    yes    yes",
    "start": "        -        -      yes    yes    yes    yes",
    "help": "         -        -      yes    yes    yes    yes",
    "timezone": "     -        -      yes    yes    yes    yes",
    "list": "         -        -      yes    yes    yes    yes",
    "see_everybodys": "-       -      yes    -      yes    yes",
    "slots": "        -        -      -      yes    yes    yes",
    "draft": "        -        -      -      yes    yes    yes",
    "delete": "       -        -      -      yes    yes    yes",
    "change": "       -        -      -      yes    yes    yes",
    "try_again": "    -        -      -      yes    yes    yes",
    "confirm_live": " -        -      -      yes    yes    yes",
    "settle_late": "  -        -      -      yes    yes    yes",
    "by_hand": "      -        -      -      yes    yes    yes",
    "everybodys": "   -        -      -      -      yes    yes",
    "resume": "       -        -      -      -      -      yes",
    "log_in": "       -        -      -      -      -      yes",
    "settle_held": "  -        -      -      -      -      yes",
    "approve": "      -        yes    -      -      yes    yes",
    "accounts": "     -        -      -      -      -      yes",
    "ask_client": "   -        -      -      -      yes    yes",
    "note": "         -        -      yes    yes    yes    yes",
    "group": "        -        -      -      -      -      yes",
    "status": "       -        -      -      -      -      yes",
    "team": "         -        -      -      -      -      yes",
}
"""Not computed from the code: what stands here is what was decided."""

ME, OTHER = 1, 2
GIVEN, NOT_GIVEN = 10, 20
POSTS = {
    "own, given": (ME, GIVEN),
    "own, not given": (ME, NOT_GIVEN),
    "other's, given": (OTHER, GIVEN),
    "other's, not given": (OTHER, NOT_GIVEN),
}
SEEN_AND_CHANGED = {
    # role: own+given      own+not given  other's+given  other's+not given
    "stranger": ("-", "-", "-", "-"),
    "client": ("-", "-", "-", "-"),
    "viewer": ("sees", "-", "sees", "-"),
    "author": ("sees, changes", "-", "-", "-"),
    "editor": ("sees, changes", "-", "sees, changes", "-"),
    "owner": ("sees, changes", "sees, changes", "sees, changes", "sees, changes"),
}


def test_who_may_do_what() -> None:
    for role, right in product(Role, Right):
        listed = TABLE[right].split()[ROLES.index(role)] == "yes"
        assert may(role, right) == listed, (role, right)


def test_the_table_names_all_roles_and_rights() -> None:
    assert [*Role] == ROLES and {*Right} == {*TABLE}


@pytest.mark.parametrize(("role", "whose"), list(product(Role, POSTS)))
def test_whose_posts_of_which_accounts_somebody_sees_and_changes(role: Role, whose: str) -> None:
    owner_id, account_id = POSTS[whose]
    given = EVERY_ACCOUNT if role is Role.OWNER else frozenset({GIVEN})
    actor = Actor(ME, ME, "en", role, given)
    post = Post(owner_id=owner_id, account_id=account_id)
    cell = SEEN_AND_CHANGED[role][[*POSTS].index(whose)]
    assert actor.sight.contains(post) == ("sees" in cell)
    assert actor.scope.contains(post) == ("changes" in cell)
    posts_to = role in ("author", "editor", "owner") and (account_id == GIVEN or role == "owner")
    assert actor.posts_to(account_id) == posts_to


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
    others = {"cancel": Right.DRAFT, "drafts": Right.DRAFT, "pause": Right.RESUME}
    others["language"] = Right.HELP
    assert asked == named | others
