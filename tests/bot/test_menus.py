"""The command that somebody may have meant who typed one that there is not."""

import pytest

from bot.commands import COMMANDS
from bot.menus import Menus
from bot.rights import Role

MENUS = Menus([(row.name, row.right, row.in_menu) for row in COMMANDS])


@pytest.mark.parametrize(
    ("called", "meant"),
    [
        *[("lst", "list"), ("dlete", "delete"), ("cancle", "cancel"), ("HELP", "help")],
        *[("timezones", "timezone"), ("slot", "slots"), ("draft", "drafts")],
        *[("hilfe", "help"), ("löschen", "delete"), ("liste", "list"), ("abrechen", "cancel")],
        *[("entwürfe", "drafts"), ("posts", "list"), ("my_posts", "list"), ("show", "list")],
        *[("zone", "timezone"), ("lang", "language"), ("Sprache", "language"), ("queue", "list")],
        *[("settings", "timezone slots language"), ("einstellungen", "timezone slots language")],
        *[
            ("about", "help"),
            ("stop", "cancel"),
            ("done", ""),
            ("weather", ""),
            ("", ""),
            ("x", ""),
        ],
    ],
)
def test_a_misspelt_or_translated_command_is_recognised(called: str, meant: str) -> None:
    assert MENUS.like(called, Role.AUTHOR) == meant.split()


@pytest.mark.parametrize(
    ("called", "meant"), [("teem", "team"), ("konto", "accounts"), ("stats", "status")]
)
def test_nobody_is_sent_to_a_command_that_is_not_for_them(called: str, meant: str) -> None:
    assert MENUS.like(called, Role.OWNER) == [meant]
    assert MENUS.like(called, Role.AUTHOR) == []


def test_all_that_a_word_may_mean_is_named() -> None:
    assert MENUS.like("stop", Role.OWNER) == ["cancel", "pause"]
    assert MENUS.like("settings", Role.OWNER)[-2:] == ["accounts", "team"]
