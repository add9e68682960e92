"""The command that somebody may have meant who typed one that there is not."""

import pytest

from bot.commands import COMMANDS
from bot.menus import Menus
from bot.rights import Role

MENUS = Menus([(row.name, row.right) for row in COMMANDS if row.in_menu])


@pytest.mark.parametrize(
    ("called", "meant"),
    [
        *[("lst", "list"), ("dlete", "delete"), ("cancle", "cancel"), ("HELP", "help")],
        *[("timezones", "timezone"), ("slot", "slots"), ("draft", "drafts")],
        *[("hilfe", "help"), ("löschen", "delete"), ("liste", "list"), ("abrechen", "cancel")],
        *[("entwürfe", "drafts"), ("posts", "list"), ("my_posts", "list"), ("show", "list")],
        *[("weather", None), ("", None), ("x", None)],
    ],
)
def test_a_misspelt_or_translated_command_is_recognised(called: str, meant: str | None) -> None:
    assert MENUS.like(called, Role.AUTHOR) == meant


def test_nobody_is_sent_to_a_command_that_is_not_for_them() -> None:
    assert MENUS.like("teem", Role.OWNER) == "team"
    assert MENUS.like("teem", Role.AUTHOR) is None
