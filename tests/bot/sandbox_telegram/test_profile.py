"""What a bot says about itself, and what of it is refused."""

from typing import Any

import pytest
from telegram import Bot, BotCommand

from tests.bot.sandbox_telegram.conftest import Call


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ({"command": "List", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "li-st", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "größe", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "/", "description": "x"}, "command must be non-empty"),
        ({"command": "x" * 33, "description": "x"}, "command length must not exceed 32"),
        ({"command": "list", "description": " "}, "command description must be non-empty"),
        (
            {"command": "list", "description": "x" * 257},
            "command description length must not exceed 256",
        ),
    ],
)
async def test_a_command_is_small_letters_with_a_description_and_else_the_old_ones_stay(
    bot: Bot, call: Call, command: dict[str, Any], error: str
) -> None:
    await bot.set_my_commands([BotCommand("help", "Help")])
    refused = await call("setMyCommands", commands=[{"command": "a", "description": "x"}, command])
    assert refused.error == f"400 Bad Request: {error}"
    assert await bot.get_my_commands() == (BotCommand("help", "Help"),)


@pytest.mark.parametrize("nothing", [{"commands": []}, {"commands": "[]"}, {"commands": ""}, {}])
async def test_no_commands_take_the_menu_away(
    bot: Bot, call: Call, nothing: dict[str, Any]
) -> None:
    await bot.set_my_commands([BotCommand("help", "Help")])
    assert (await call("setMyCommands", **nothing)).result is True
    assert await bot.get_my_commands() == ()


async def test_a_menu_button_is_one_of_three_kinds(call: Call) -> None:
    assert (await call("setChatMenuButton", menu_button={"type": "commands"})).result
    refused = await call("setChatMenuButton", menu_button={"type": "stickers"})
    assert refused.error == "400 Bad Request: can't parse MenuButton: unsupported type specified"
