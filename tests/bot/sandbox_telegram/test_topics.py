"""Forums: a group whose messages stand in topics."""

from pathlib import Path

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto

from bot.sandbox.telegram.errors import Refused
from bot.sandbox.telegram.state import TelegramState
from tests.bot.sandbox_telegram.conftest import ADA, GROUP, TOKEN, Call, picture, refused

FORUM = -1007
THREAD_NOT_FOUND = "400 Bad Request: message thread not found"


@pytest.fixture
def topic(state: TelegramState) -> int:
    state.add_forum(FORUM, "Kitchen", [ADA])
    return state.add_topic(FORUM, "Cakes")


async def test_a_topic_marks_its_messages_and_general_does_not(
    bot: Bot, state: TelegramState, topic: int
) -> None:
    state.send_text(FORUM, "in General")
    state.send_text(FORUM, "in Cakes", topic=topic)
    state.send_media(FORUM, [("a.jpg", picture())], topic=topic)
    opened, general, *cakes = [update.message for update in await bot.get_updates()]
    assert opened and opened.forum_topic_created and opened.forum_topic_created.name == "Cakes"
    assert general and general.message_thread_id is None and not general.is_topic_message
    assert general.chat.is_forum
    for message in cakes:
        assert message and message.is_topic_message and message.message_thread_id == topic
        assert message.reply_to_message and message.reply_to_message.forum_topic_created


async def test_the_bot_writes_into_a_topic_or_answers_there(
    bot: Bot, state: TelegramState, topic: int
) -> None:
    asked = state.send_text(FORUM, "well?", topic=topic)
    sent = await bot.send_message(FORUM, "x", message_thread_id=topic)
    answered = await bot.send_message(FORUM, "x", reply_to_message_id=asked)
    photo = await bot.send_photo(FORUM, picture(), message_thread_id=topic)
    pictures = [InputMediaPhoto(picture()), InputMediaPhoto(picture())]
    album = await bot.send_media_group(FORUM, pictures, message_thread_id=topic)
    for message in (sent, answered, photo, *album):
        assert (message.message_thread_id, message.is_topic_message) == (topic, True)
    assert answered.reply_to_message and answered.reply_to_message.text == "well?"
    assert not (await bot.send_message(FORUM, "in General")).is_topic_message


async def test_a_topic_that_is_not_there_or_closed_is_refused(
    call: Call, bot: Bot, state: TelegramState, topic: int
) -> None:
    for chat_id, unknown in ((FORUM, 999), (FORUM, 1), (GROUP, topic), (ADA, 1)):
        where = {"chat_id": chat_id, "message_thread_id": unknown}
        assert (await call("sendMessage", text="x", **where)).error == THREAD_NOT_FOUND
        assert (await call("sendPhoto", photo="unread", **where)).error == THREAD_NOT_FOUND
    await bot.send_chat_action(FORUM, "typing", message_thread_id=1)
    with refused("message thread not found"):
        await bot.send_chat_action(FORUM, "typing", message_thread_id=999)
    state.close_topic(FORUM, topic)
    with refused("TOPIC_CLOSED"):
        await bot.send_message(FORUM, "x", message_thread_id=topic)
    state.set_bot_rights(FORUM, ["can_manage_topics"])
    assert await bot.send_message(FORUM, "x", message_thread_id=topic)
    state.delete_topic(FORUM, topic)
    with refused("message thread not found"):
        await bot.send_message(FORUM, "x", message_thread_id=topic)
    assert state.messages(FORUM) == []
    with pytest.raises(Refused):
        state.send_text(FORUM, "x", topic=topic)
    with pytest.raises(Refused):
        state.add_topic(GROUP, "Cakes")


async def test_a_tap_in_a_topic_says_where_and_topics_outlive_a_restart(
    bot: Bot, state: TelegramState, topic: int, tmp_path: Path
) -> None:
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]])
    sent = await bot.send_message(FORUM, "x", message_thread_id=topic, reply_markup=keys)
    await state.forge_tap(FORUM, sent.message_id, "a", seconds=0)
    query = (await bot.get_updates())[-1].callback_query
    assert query and query.message and query.message.is_accessible
    assert getattr(query.message, "message_thread_id", None) == topic
    state.save()
    again = TelegramState(tmp_path / "telegram", token=TOKEN)
    assert again.send_text(FORUM, "still there", topic=topic)
