"""Edits and deletions, and when Telegram refuses them."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    Message,
    ReplyKeyboardMarkup,
)

from bot.sandbox.telegram.state import TelegramState
from tests.bot.sandbox_telegram.conftest import ADA, Call, picture, refused

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]])
NOT_MODIFIED = (
    "400 Bad Request: message is not modified: specified new message content and reply markup "
    "are exactly the same as a current content and reply markup of the message"
)
EDITS = ["editMessageText", "editMessageCaption", "editMessageReplyMarkup", "editMessageMedia"]


def edited(answer: Message | bool) -> Message:
    assert isinstance(answer, Message)
    return answer


async def test_a_text_is_edited_and_keeps_its_number(bot: Bot) -> None:
    sent = await bot.send_message(ADA, "before", reply_markup=KEYS)
    after = edited(await sent.edit_text("<b>after</b>", parse_mode="HTML", reply_markup=KEYS))
    assert (after.message_id, after.text_html) == (sent.message_id, "<b>after</b>")
    assert after.reply_markup == KEYS
    assert after.edit_date


async def test_an_edit_without_keyboard_removes_it(bot: Bot) -> None:
    sent = await bot.send_message(ADA, "x", reply_markup=KEYS)
    assert edited(await sent.edit_text("y")).reply_markup is None
    sent = await bot.send_photo(ADA, picture(), caption="x", reply_markup=KEYS)
    assert edited(await sent.edit_caption("y")).reply_markup is None
    sent = await bot.send_message(ADA, "x", reply_markup=KEYS)
    assert edited(await sent.edit_reply_markup(None)).reply_markup is None


async def test_the_same_again_is_not_modified(call: Call) -> None:
    keys = KEYS.to_dict()
    sent = (await call("sendMessage", chat_id=ADA, text="x", reply_markup=keys)).result
    again = {"chat_id": ADA, "message_id": sent["message_id"]}
    assert (await call("editMessageText", text=" x\n", reply_markup=keys, **again)).error == (
        NOT_MODIFIED
    )
    assert (await call("editMessageReplyMarkup", reply_markup=keys, **again)).error == NOT_MODIFIED
    bold = await call(
        "editMessageText", text="<b>x</b>", parse_mode="HTML", reply_markup=keys, **again
    )
    assert bold.result["entities"]


async def test_the_same_caption_or_picture_again_is_not_modified(call: Call, bot: Bot) -> None:
    sent = await bot.send_photo(ADA, picture(), caption="x")
    again = {"chat_id": ADA, "message_id": sent.message_id}
    assert (await call("editMessageCaption", caption="x", **again)).error == NOT_MODIFIED
    media = {"type": "photo", "media": sent.photo[-1].file_id, "caption": "x"}
    assert (await call("editMessageMedia", media=media, **again)).error == NOT_MODIFIED


async def test_a_picture_is_replaced_by_another(bot: Bot) -> None:
    sent = await bot.send_photo(ADA, picture(), caption="x")
    new = InputMediaPhoto(picture(100, 80), caption="y")
    after = edited(await sent.edit_media(new, reply_markup=KEYS))
    assert (after.photo[-1].width, after.caption) == (100, "y")


async def test_a_caption_can_be_taken_away(bot: Bot) -> None:
    sent = await bot.send_photo(ADA, picture(), caption="x")
    assert edited(await sent.edit_caption("")).caption is None


async def test_an_album_stays_an_album_of_its_kind(bot: Bot) -> None:
    pictures = [InputMediaPhoto(picture()), InputMediaPhoto(picture())]
    first, _ = await bot.send_media_group(ADA, pictures)
    with refused("can't use the media of the specified type in the album"):
        await first.edit_media(InputMediaDocument(b"text"))
    assert edited(await first.edit_media(InputMediaPhoto(picture(9, 9)))).media_group_id


@pytest.mark.parametrize("method", EDITS)
@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"message_id": 99}, "message to edit not found"),
        ({}, "message identifier is not specified"),
        ({"chat_id": 999, "message_id": 1}, "chat not found"),
        ({"message_id": 1}, "message can't be edited"),
        ({"inline_message_id": "AB"}, "MESSAGE_ID_INVALID"),
    ],
)
async def test_what_is_not_the_bots_message_cannot_be_edited(
    call: Call, method: str, parameters: dict[str, Any], error: str
) -> None:
    answer = await call(method, **{"chat_id": ADA, "text": "x"} | parameters)
    assert answer.error == f"400 Bad Request: {error}"


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(bot: Bot) -> None:
    sent = await bot.send_message(ADA, "x", reply_markup=ReplyKeyboardMarkup([["Yes"]]))
    with refused("message can't be edited"):
        await sent.edit_text("y")


async def test_an_edit_takes_no_other_keyboard(call: Call, bot: Bot) -> None:
    sent = await bot.send_message(ADA, "x")
    edit = {"chat_id": ADA, "message_id": sent.message_id, "text": "y"}
    answer = await call("editMessageText", reply_markup={"keyboard": [["Yes"]]}, **edit)
    assert answer.error == "400 Bad Request: inline keyboard expected"


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (lambda text, _: text.edit_caption("y"), "there is no caption in the message to edit"),
        (lambda _, photo: photo.edit_text("y"), "there is no text in the message to edit"),
        (lambda text, _: text.edit_text("x" * 4097), "MESSAGE_TOO_LONG"),
        (lambda text, _: text.edit_text(" "), "message text is empty"),
        (lambda _, photo: photo.edit_caption("x" * 1025), "MEDIA_CAPTION_TOO_LONG"),
        (
            lambda _, photo: photo.edit_media(InputMediaPhoto(picture(), caption="x" * 1025)),
            "message caption is too long",
        ),
    ],
)
async def test_text_and_caption_are_not_confused_and_keep_their_limits(
    bot: Bot, edit: Callable[[Message, Message], Awaitable[Any]], error: str
) -> None:
    text, photo = await bot.send_message(ADA, "x"), await bot.send_photo(ADA, picture())
    with refused(error):
        await edit(text, photo)


async def test_a_deleted_message_is_gone(bot: Bot, state: TelegramState) -> None:
    sent = await bot.send_message(ADA, "x")
    await sent.delete()
    assert [message.message_id for message in state.messages(ADA)] == [1]
    with refused("message to delete not found"):
        await sent.delete()
    with refused("message to edit not found"):
        await sent.edit_text("y")


async def test_a_message_older_than_48_hours_cannot_be_deleted(
    bot: Bot, state: TelegramState
) -> None:
    young, old = await bot.send_message(ADA, "x"), await bot.send_message(ADA, "y")
    for message, hours in zip(state.messages(ADA)[1:], (47, 49), strict=True):
        message.date = int(time.time()) - hours * 3600
    with refused("message can't be deleted for everyone"):
        await old.delete()
    assert await young.delete()


async def test_several_are_deleted_and_missing_ones_skipped(
    bot: Bot, state: TelegramState, call: Call
) -> None:
    sent = [(await bot.send_message(ADA, "x")).message_id for _ in range(2)]
    assert await bot.delete_messages(ADA, [*sent, 999])
    assert len(state.messages(ADA)) == 1
    for ids in ([], list(range(101)), ["x"]):
        assert (await call("deleteMessages", chat_id=ADA, message_ids=ids)).status == 400
