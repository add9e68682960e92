"""Who is what in a chat, and what the bot may do there."""

import pytest
from telegram import Bot, ChatMemberAdministrator, ChatMemberMember, ChatMemberOwner
from telegram.error import BadRequest, Forbidden

from bot.sandbox.telegram.errors import Refused
from bot.sandbox.telegram.state import TelegramState
from tests.bot.sandbox_telegram.conftest import ADA, GROUP, Call, picture, refused

BEN, CLEO, STRANGER = 43, 44, 45
SUPERGROUP, CHANNEL = -1008, -1009


@pytest.fixture(autouse=True)
def people(state: TelegramState) -> None:
    """Ada has made all of them, Ben is an administrator, Cleo a member."""
    for person in (BEN, CLEO, STRANGER):
        state.add_person(person, "Somebody")
    everybody, administrators = [ADA, BEN, CLEO], [ADA, BEN]
    state.add_group(GROUP, "Kitchen", everybody, administrators)
    state.add_forum(SUPERGROUP, "Forum", everybody, administrators)
    state.add_channel(CHANNEL, "News", everybody)
    state.chats.chats[CHANNEL].administrators.append(BEN)


@pytest.mark.parametrize("chat", [GROUP, SUPERGROUP, CHANNEL])
async def test_creator_administrators_and_members_are_told_apart(bot: Bot, chat: int) -> None:
    creator, administrator = await bot.get_chat_administrators(chat)
    assert isinstance(creator, ChatMemberOwner) and creator.user.id == ADA
    assert isinstance(administrator, ChatMemberAdministrator) and administrator.user.id == BEN
    assert administrator.can_delete_messages and not administrator.is_anonymous
    for person, status in ((ADA, "creator"), (BEN, "administrator"), (CLEO, "member")):
        assert (await bot.get_chat_member(chat, person)).status == status
    assert (await bot.get_chat_member(chat, STRANGER)).status == "left"
    assert await bot.get_chat_member_count(chat) == 4
    described = await bot.get_chat(chat)
    assert (described.permissions is None) == (chat == CHANNEL)
    assert bool(described.is_forum) == (chat == SUPERGROUP)


@pytest.mark.parametrize(
    ("chat", "user", "error"),
    [
        (999, ADA, "chat not found"),
        (GROUP, 0, "invalid user_id specified"),
        (GROUP, 999, "PARTICIPANT_ID_INVALID"),
    ],
)
async def test_nobody_is_no_member(call: Call, chat: int, user: int, error: str) -> None:
    asked = await call("getChatMember", chat_id=chat, user_id=user)
    assert asked.error == f"400 Bad Request: {error}"


async def test_a_private_chat_has_members_and_no_administrators(bot: Bot) -> None:
    assert isinstance(await bot.get_chat_member(ADA, ADA), ChatMemberMember)
    assert isinstance(await bot.get_chat_member(ADA, bot.id), ChatMemberMember)
    with refused("there are no administrators in the private chat"):
        await bot.get_chat_administrators(ADA)


async def test_a_bot_hears_of_its_rights_and_of_being_thrown_out(
    bot: Bot, state: TelegramState
) -> None:
    assert (await bot.get_chat_member(GROUP, bot.id)).status == "member"
    state.set_bot_rights(GROUP, ["can_delete_messages"])
    itself = await bot.get_chat_member(GROUP, bot.id)
    assert isinstance(itself, ChatMemberAdministrator)
    assert itself.can_delete_messages and not itself.can_pin_messages
    state.block(GROUP)
    changes = [update.my_chat_member for update in await bot.get_updates()]
    told = [one and (one.old_chat_member.status, one.new_chat_member.status) for one in changes]
    assert told == [("member", "administrator"), ("administrator", "kicked")]
    for call in (bot.send_message(GROUP, "x"), bot.get_chat_administrators(GROUP)):
        with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
            await call


@pytest.mark.parametrize(
    ("chat", "rights", "may"),
    [
        (GROUP, None, False),
        (GROUP, [], True),
        (SUPERGROUP, None, False),
        (SUPERGROUP, ["can_pin_messages"], False),
        (SUPERGROUP, ["can_delete_messages"], True),
        (CHANNEL, ["can_post_messages"], False),
        (CHANNEL, ["can_post_messages", "can_delete_messages"], True),
    ],
)
async def test_others_messages_are_deleted_with_the_right_only(
    bot: Bot, state: TelegramState, chat: int, rights: list[str] | None, may: bool
) -> None:
    state.set_bot_rights(chat, rights)
    theirs = state.send_text(chat, "theirs")
    if may:
        assert await bot.delete_message(chat, theirs)
    else:
        with refused("message can't be deleted"):
            await bot.delete_message(chat, theirs)
        assert await bot.delete_messages(chat, [theirs])
        assert state.all_messages.get(chat, theirs)
    mine = await bot.send_message(chat, "mine")
    assert await mine.delete()


async def test_in_a_private_chat_the_bot_deletes_what_people_sent(
    bot: Bot, state: TelegramState
) -> None:
    assert await bot.delete_message(ADA, state.send_text(ADA, "a password"))
    topic = state.add_topic(SUPERGROUP, "Cakes")
    state.set_bot_rights(SUPERGROUP, ["can_delete_messages"])
    with refused("message can't be deleted"):
        await bot.delete_message(SUPERGROUP, topic)


async def test_a_channels_posts_come_from_the_channel(bot: Bot, state: TelegramState) -> None:
    said = state.send_text(CHANNEL, "news")
    state.edit_text(CHANNEL, said, "old news")
    first, second = await bot.get_updates()
    for post in (first.channel_post, second.edited_channel_post):
        assert post and post.from_user is None and post.sender_chat == post.chat
    mine = await bot.send_photo(CHANNEL, picture())
    assert mine.from_user is None and mine.sender_chat == mine.chat
    with pytest.raises(Refused):
        state.send_text(CHANNEL, "news", sender=CLEO)


async def test_a_channel_takes_posts_of_administrators_only(bot: Bot, state: TelegramState) -> None:
    state.set_bot_rights(CHANNEL, ["can_delete_messages"])
    with refused("need administrator rights in the channel chat"):
        await bot.send_message(CHANNEL, "x")
    state.set_bot_rights(CHANNEL, None)
    with pytest.raises(Forbidden, match="bot is not a member of the channel chat"):
        await bot.send_message(CHANNEL, "x")
    with pytest.raises(BadRequest, match="Member list is inaccessible"):
        await bot.get_chat_administrators(CHANNEL)


async def test_in_privacy_mode_a_group_tells_the_bot_only_what_is_meant_for_it(
    bot: Bot, state: TelegramState
) -> None:
    state.privacy_mode = True
    assert not (await bot.get_me()).can_read_all_group_messages
    question = await bot.send_message(GROUP, "Which caption?")
    meant = [
        state.send_text(GROUP, "/list"),
        state.send_text(GROUP, f"/list@{bot.username} 2"),
        state.send_text(GROUP, "a caption", reply_to=question.message_id),
    ]
    state.send_text(GROUP, "between us")
    state.send_text(GROUP, "/list@another_bot")
    state.send_media(GROUP, [("a.jpg", picture())])
    assert [
        update.message and update.message.message_id for update in await bot.get_updates()
    ] == meant
    state.set_bot_rights(GROUP, [])
    state.send_text(GROUP, "between us")
    assert (await bot.get_updates())[-1].message


async def test_supergroups_and_channels_number_their_messages_themselves(
    bot: Bot, state: TelegramState
) -> None:
    sent = [await bot.send_message(chat, "x") for chat in (ADA, GROUP, SUPERGROUP, CHANNEL)]
    assert [message.message_id for message in sent] == [2, 3, 2, 2]
    assert (await sent[2].edit_text("y")) and state.messages(CHANNEL)[0].content["text"] == "x"
