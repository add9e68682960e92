"""sendMessage: limits, chats, replies, keyboards."""

from typing import Any

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import Forbidden

from bot.sandbox.telegram.chats import ANONYMOUS_ADMIN
from bot.sandbox.telegram.errors import Refused
from bot.sandbox.telegram.state import TelegramState
from tests.bot.sandbox_telegram.conftest import ADA, GROUP, Call, refused


async def test_a_message_carries_what_the_library_needs(bot: Bot) -> None:
    sent = await bot.send_message(ADA, "<b>😀</b> <i>x</i>", parse_mode="HTML")
    assert sent.text == "😀 x"
    assert sent.text_html == "<b>😀</b> <i>x</i>"
    assert sent.chat.id == ADA
    assert sent.from_user
    assert sent.from_user.id == bot.id


async def test_explicit_entities_are_taken_as_they_are(bot: Bot) -> None:
    bold = MessageEntity(MessageEntity.BOLD, offset=2, length=1)
    sent = await bot.send_message(ADA, "😀x<b>", entities=[bold])
    assert sent.text == "😀x<b>"
    assert sent.parse_entities() == {bold: "x"}


@pytest.mark.parametrize(
    "text", ["x" * 4096, "😀" * 2048, "&lt;" * 4096, "<b>" + "x" * 4096 + "</b>"]
)
async def test_4096_units_after_parsing_are_a_message(call: Call, text: str) -> None:
    assert (await call("sendMessage", chat_id=ADA, text=text, parse_mode="HTML")).result


@pytest.mark.parametrize("text", ["x" * 4097, "😀" * 2048 + "x", "&lt;" * 4097])
async def test_one_more_is_too_long(call: Call, text: str) -> None:
    sent = await call("sendMessage", chat_id=ADA, text=text, parse_mode="HTML")
    assert sent.error == "400 Bad Request: message is too long"


@pytest.mark.parametrize("text", ["", " \n\t ", "<b></b>", "<i> </i>", "\x00"])
async def test_nothing_is_no_message(call: Call, text: str) -> None:
    sent = await call("sendMessage", chat_id=ADA, text=text, parse_mode="HTML")
    assert sent.error == "400 Bad Request: message text is empty"


async def test_control_characters_do_not_travel(call: Call) -> None:
    sent = await call("sendMessage", chat_id=ADA, text="a\r\nb\x00c\x07d")
    assert sent.result["text"] == "a\nb c d"


@pytest.mark.parametrize("mode", ["MarkdownV2", "Markdown", "BBCode"])
async def test_other_parse_modes_are_refused_clearly(call: Call, mode: str) -> None:
    sent = await call("sendMessage", chat_id=ADA, text="x", parse_mode=mode)
    assert sent.status == 400


@pytest.mark.parametrize(
    ("chat_id", "error"),
    [
        (None, "400 Bad Request: chat_id is empty"),
        (999, "400 Bad Request: chat not found"),
        ("@nobody", "400 Bad Request: chat not found"),
    ],
)
async def test_unknown_chats_are_refused(call: Call, chat_id: Any, error: str) -> None:
    assert (await call("sendMessage", chat_id=chat_id, text="x")).error == error


async def test_the_bot_may_write_only_to_people_who_wrote(bot: Bot, state: TelegramState) -> None:
    state.add_person(43, "Bob")
    with pytest.raises(Forbidden, match="Forbidden: bot can't initiate conversation with a user"):
        await bot.send_message(43, "hello?")
    state.send_text(43, "/start")
    assert await bot.send_message(43, "hello")


async def test_a_blocked_bot_is_told_so(bot: Bot, state: TelegramState) -> None:
    state.block(ADA)
    with pytest.raises(Forbidden, match="Forbidden: bot was blocked by the user"):
        await bot.send_message(ADA, "hello?")
    state.unblock(ADA)
    assert await bot.send_message(ADA, "hello")
    blocked, unblocked = await bot.get_updates()
    assert blocked.my_chat_member
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert unblocked.my_chat_member
    assert unblocked.my_chat_member.new_chat_member.status == "member"


async def test_a_reply_shows_what_it_answers(bot: Bot, state: TelegramState) -> None:
    question = state.send_text(ADA, "well?")
    sent = await bot.send_message(ADA, "yes", reply_parameters=ReplyParameters(question))
    assert sent.reply_to_message
    assert sent.reply_to_message.text == "well?"


async def test_a_reply_to_nothing_is_refused_unless_allowed(bot: Bot) -> None:
    with refused("message to be replied not found"):
        await bot.send_message(ADA, "x", reply_to_message_id=99)
    with refused("message to be replied not found"):
        await bot.send_photo(ADA, "unread", reply_to_message_id=99)
    allowed = ReplyParameters(99, allow_sending_without_reply=True)
    assert (await bot.send_message(ADA, "x", reply_parameters=allowed)).reply_to_message is None


async def test_a_message_in_another_chat_cannot_be_answered(
    call: Call, state: TelegramState
) -> None:
    elsewhere = state.send_text(GROUP, "in the kitchen")
    sent = await call("sendMessage", chat_id=ADA, text="x", reply_to_message_id=elsewhere)
    assert sent.error == "400 Bad Request: message to be replied not found"


async def test_keyboards_of_both_kinds_arrive(bot: Bot, state: TelegramState) -> None:
    buttons = [[InlineKeyboardButton("A", callback_data="a")]]
    sent = await bot.send_message(ADA, "x", reply_markup=InlineKeyboardMarkup(buttons))
    assert sent.reply_markup == InlineKeyboardMarkup(buttons)
    sent = await bot.send_message(ADA, "y", reply_markup=ReplyKeyboardMarkup([["Yes"]]))
    assert sent.reply_markup is None
    assert state.messages(ADA)[-1].reply_markup


@pytest.mark.parametrize("data", ["a", "x" * 64, "ä" * 32])
async def test_callback_data_of_1_to_64_bytes_is_fine(call: Call, data: str) -> None:
    markup = {"inline_keyboard": [[{"text": "A", "callback_data": data}]]}
    assert (await call("sendMessage", chat_id=ADA, text="x", reply_markup=markup)).result


@pytest.mark.parametrize(
    ("button", "error"),
    [
        ({"text": "A", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "A", "callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "A", "callback_data": "ä" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "A", "callback_data": 7}, "BUTTON_DATA_INVALID"),
        (
            {"text": "A"},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"callback_data": "a"},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            {"text": "A", "url": "javascript:x"},
            "inline keyboard button URL 'javascript:x' is invalid",
        ),
        (
            {"text": "A", "url": "http://localhost/a"},
            "inline keyboard button URL 'http://localhost/a' is invalid",
        ),
        (
            {"text": "A", "url": "https://localhost:8321"},
            "inline keyboard button URL 'https://localhost:8321' is invalid",
        ),
        ("A", "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
    ],
)
async def test_broken_buttons_are_refused(call: Call, button: Any, error: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    sent = await call("sendMessage", chat_id=ADA, text="x", reply_markup=markup)
    assert sent.error == f"400 Bad Request: {error}"


async def test_a_keyboard_has_at_most_a_hundred_buttons_eight_in_a_row(call: Call) -> None:
    for rows, width, fits in ((100, 1, True), (101, 1, False), (2, 8, True), (1, 9, False)):
        markup = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}] * width] * rows}
        sent = await call("sendMessage", chat_id=ADA, text="x", reply_markup=markup)
        assert sent.body["ok"] is fits


@pytest.mark.parametrize(
    "url",
    [
        "https://www.instagram.com/p/C43tBdMt7B1/",
        "http://127.0.0.1:8321/",
        "example.org",
        "tg://user?id=42",
    ],
)
async def test_a_button_may_lead_to_what_has_a_domain(call: Call, url: str) -> None:
    markup = {"inline_keyboard": [[{"text": "A", "url": url}]]}
    assert (await call("sendMessage", chat_id=ADA, text="x", reply_markup=markup)).result


async def test_links_and_tags_in_a_bots_words_are_marked(bot: Bot) -> None:
    sent = await bot.send_message(ADA, "See <b>example.org</b>, #sun, /list", parse_mode="HTML")
    assert [(entity.type, found) for entity, found in sent.parse_entities().items()] == [
        ("bold", "example.org"),
        ("url", "example.org"),
        ("hashtag", "#sun"),
        ("bot_command", "/list"),
    ]


@pytest.mark.parametrize("markup", [[], "x", {"inline_keyboard": "x"}, {"keyboard": [[""]]}])
async def test_what_is_no_keyboard_is_refused(call: Call, markup: Any) -> None:
    sent = await call("sendMessage", chat_id=ADA, text="x", reply_markup=markup)
    assert sent.status == 400


async def test_typing_shows_until_the_message_comes(bot: Bot, state: TelegramState) -> None:
    await bot.send_chat_action(ADA, "typing")
    assert state.chats.is_typing(ADA)
    await bot.send_message(ADA, "x")
    assert not state.chats.is_typing(ADA)
    with refused("wrong parameter action in request"):
        await bot.send_chat_action(ADA, "dancing")


async def test_an_anonymous_admin_writes_as_the_group(bot: Bot, state: TelegramState) -> None:
    said = state.send_text(GROUP, "Hello", sender=ANONYMOUS_ADMIN)
    state.edit_text(GROUP, said, "Goodbye", sender=ANONYMOUS_ADMIN)
    first, second = await bot.get_updates()
    for message in (first.message, second.edited_message):
        assert message is not None and message.from_user is not None
        assert (message.from_user.id, message.from_user.is_bot) == (ANONYMOUS_ADMIN, True)
        assert message.from_user.username == "GroupAnonymousBot"
        assert message.sender_chat == message.chat
    with pytest.raises(Refused):
        state.send_text(ADA, "Hello", sender=ANONYMOUS_ADMIN)
