"""In a group: people also talk to each other, and its admins may write without their names."""

import asyncio
from typing import Any

import pytest

from bot.sandbox.telegram.chats import ANONYMOUS_ADMIN
from storage.outbox import NoticeKind
from tests.end_to_end.chat import Person
from tests.end_to_end.conftest import ADMIN_CHAT, ANNA, BEN, World
from tests.end_to_end.test_inbox import until_handled
from tests.end_to_end.test_outbox import publish_now
from tests.end_to_end.test_posts import plan
from tests.end_to_end.test_publishing import answer
from tests.spoken import spoken

OTHER_GROUP, SUPERGROUP = -200, -1001234567890
CHANNEL = {"id": -1003, "type": "channel", "title": "News"}


async def test_who_makes_a_post_in_the_group_is_answered_and_nobody_else(
    world: World, admin: Person
) -> None:
    """What people say to each other is left alone."""
    await admin.sends("Who brings the cake?")
    admin.edits("Who brings the cake?", "Edited")
    await admin.sends_other("sticker")
    await until_handled(world)
    assert admin.told() == []
    await admin.sends("/list")
    await admin.sees(spoken("list_empty"))
    world.person(BEN)
    world.telegram.add_group(ADMIN_CHAT, "Admins", [ANNA, BEN])
    ben = Person(world.telegram, BEN, ADMIN_CHAT)
    await admin.sends_photo()
    await admin.sees(spoken("ask_type"))
    await answer(admin, ("photo", spoken("ask_caption")))
    said = len(admin.told())
    await ben.sends("I like it")
    ben.edits("I like it", "Edited")
    await until_handled(world)
    assert len(admin.told()) == said
    await admin.sends_other("sticker")
    await admin.sees(spoken("unsupported"))
    admin.edits("photo", "Edited")
    await admin.sees(spoken("edited"))


CHANNELS: list[dict[str, Any]] = [
    {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"},
    {"id": 777000, "is_bot": False, "first_name": "Telegram"},
    {"id": ANONYMOUS_ADMIN, "is_bot": True, "first_name": "Group"},
]
"""As whom Telegram shows a channel that speaks in a group."""


async def test_an_anonymous_admin_of_the_admin_chat_is_one_and_no_channel_bot_or_other_admin(
    world: World, anna: Person, admin: Person
) -> None:
    await admin.sends("/list")
    await admin.sees(spoken("list_empty"))
    other = {"id": 555, "is_bot": True, "first_name": "Other", "username": "other_bot"}
    senders = [{"from": one, "sender_chat": CHANNEL} for one in CHANNELS] + [{"from": other}]
    for number, sender in enumerate(senders, 99):
        message = admin.messages()[0] | {"message_id": number} | sender
        world.telegram.push_raw_update({"message": message})
    world.telegram.add_group(OTHER_GROUP, "Others", [ANNA])
    stranger = Person(world.telegram, ANONYMOUS_ADMIN, OTHER_GROUP)
    await stranger.sends("/list")
    await until_handled(world)
    assert (len(admin.told()), stranger.told()) == (1, [])
    await anna.sends_photo()
    await answer(anna, ("photo", spoken("ask_caption")), ("skip", "Which hashtags?"))
    await answer(
        anna, ("none", spoken("ask_time")), ("in 2 hours", spoken("ask_confirm")), ("yes", "Post 1")
    )
    nobody = Person(world.telegram, ANONYMOUS_ADMIN, ADMIN_CHAT)
    await nobody.sends("/delete 1 yes")
    await nobody.sees(spoken("deleted"))
    await anna.sees(spoken("result_deleted_by_admin"))
    await nobody.sends_photo()
    await nobody.sees(spoken("ask_type"))
    await answer(nobody, ("photo", spoken("ask_caption")))


@pytest.mark.usefixtures("on_cards")
@pytest.mark.parametrize("hears", [True, False])
async def test_a_group_that_becomes_a_supergroup_is_followed(
    world: World, admin: Person, hears: bool
) -> None:
    """Whether Telegram says so, or only refuses the old number."""
    await plan(admin, "in 2 hours")
    await until_handled(world)
    if hears:
        world.telegram.upgrade_group(ADMIN_CHAT, SUPERGROUP)
    else:
        world.telegram.chats.upgrade(ADMIN_CHAT, SUPERGROUP)
    await publish_now(world)
    there = Person(world.telegram, ANNA, SUPERGROUP)
    await there.sees(spoken("result_published"))
    if not hears:
        await asyncio.to_thread(world.services.outbox.alert, NoticeKind.SECOND_POLLER, {})
        await there.sees(spoken("alert_second_poller"))
    await there.sees(spoken("alert_admin_chat_moved"), f"ADMIN_CHAT_ID={SUPERGROUP}")


async def test_what_a_group_was_asked_before_it_became_a_supergroup_is_answered_there(
    world: World, anna: Person
) -> None:
    """As after a pause of the bot's: the former number takes no answer any more."""
    group = Person(world.telegram, ANNA, OTHER_GROUP)
    world.telegram.add_group(OTHER_GROUP, "Others", [ANNA])
    await group.sends("/list")
    await group.sees(spoken("list_empty"))
    asked = group.messages()[0] | {"message_id": 99}
    world.telegram.chats.upgrade(OTHER_GROUP, SUPERGROUP)
    world.telegram.push_raw_update({"message": asked})
    await Person(world.telegram, ANNA, SUPERGROUP).sees(spoken("went_wrong"))
