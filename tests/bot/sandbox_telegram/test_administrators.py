"""Who administers a chat, as the Bot API tells it."""

from telegram import Bot, ChatMemberAdministrator, ChatMemberOwner

from bot.sandbox.telegram.state import TelegramState
from tests.bot.sandbox_telegram.conftest import ADA, GROUP, refused

BOB = ADA + 1


async def test_a_group_has_a_creator_and_administrators(state: TelegramState, bot: Bot) -> None:
    state.add_person(BOB, "Bob")
    state.add_person(BOB + 1, "Carol")
    state.add_group(GROUP, "Kitchen", [ADA, BOB, BOB + 1], [BOB, ADA])
    owner, other = await bot.get_chat_administrators(GROUP)
    assert isinstance(owner, ChatMemberOwner) and owner.user.id == BOB
    assert isinstance(other, ChatMemberAdministrator) and other.user.id == ADA


async def test_a_private_chat_has_none(bot: Bot) -> None:
    with refused("there are no administrators in the private chat"):
        await bot.get_chat_administrators(ADA)
