"""What people do with messages that are there: reply, edit, delete, forward, react."""

import time
from typing import Any

import httpx
import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageOriginUser,
    ReactionTypeEmoji,
    Update,
)
from telegram.constants import ReactionEmoji

from bot.sandbox.telegram.errors import Refused
from bot.sandbox.telegram.media import document, photo
from bot.sandbox.telegram.reactions import EMOJI
from bot.sandbox.telegram.state import TelegramState
from tests.bot.sandbox_telegram.conftest import ADA, GROUP, Call, picture

BEN = 43
KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]])


async def news(bot: Bot, **parameters: Any) -> list[Update]:
    """Updates that have come since the last time."""
    updates = await bot.get_updates(**parameters)
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return list(updates)


async def test_a_reply_brings_what_it_answers_one_level_deep(
    bot: Bot, state: TelegramState
) -> None:
    card = await bot.send_photo(ADA, picture(), caption="card")
    first = state.send_text(ADA, "tomorrow 9", reply_to=card.message_id)
    state.send_text(ADA, "no, 10", reply_to=first)
    (instead,) = state.send_media(ADA, [("a.jpg", picture())], reply_to=card.message_id)

    said, corrected, exchanged = (update.message for update in await news(bot))
    assert said and said.reply_to_message and said.reply_to_message.photo
    assert said.reply_to_message.caption == "card"
    assert corrected and corrected.reply_to_message and corrected.reply_to_message.text
    assert corrected.reply_to_message.reply_to_message is None
    assert exchanged and exchanged.message_id == instead and exchanged.reply_to_message

    state.delete_message(ADA, card.message_id)
    state.send_text(ADA, "late", reply_to=card.message_id)
    (late,) = await news(bot)
    assert late.message and late.message.reply_to_message is None


async def test_people_edit_texts_captions_and_media(bot: Bot, state: TelegramState) -> None:
    said = state.send_text(ADA, "tomorow")
    album = state.send_media(ADA, [("a.jpg", picture()), ("b.jpg", picture())], caption="Helo")
    await news(bot)

    state.edit_text(ADA, said, "tomorrow")
    state.edit_text(ADA, album[0], "Hello #all")
    state.edit_media(ADA, album[0], photo(picture(90, 60)))
    state.edit_text(ADA, album[1], "")

    text, caption, media, bare = (update.edited_message for update in await news(bot))
    assert text and (text.text, text.message_id) == ("tomorrow", said) and text.edit_date
    assert caption and caption.caption == "Hello #all" and caption.media_group_id
    assert caption.parse_caption_entities(["hashtag"])
    assert media and media.caption == "Hello #all" and media.photo[-1].width == 90
    assert bare and bare.caption is None and bare.edit_date


async def test_what_a_phone_refuses_to_change(bot: Bot, state: TelegramState) -> None:
    theirs = (await bot.send_message(ADA, "the bot's")).message_id
    mine = state.send_text(ADA, "mine")
    sticker = state.send_other(ADA, "sticker")
    album = state.send_media(ADA, [("a.jpg", picture()), ("b.jpg", picture())])
    (forwarded,) = state.forward(ADA, [mine])
    await news(bot)
    for number, text in ((theirs, "x"), (mine, " "), (mine, "x" * 4097), (sticker, "x")):
        with pytest.raises(Refused):
            state.edit_text(ADA, number, text)
    for number, text in ((album[0], "x" * 1025), (forwarded, "x"), (999, "x")):
        with pytest.raises(Refused):
            state.edit_text(ADA, number, text)
    for number in (mine, album[0]):
        with pytest.raises(Refused):
            state.edit_media(ADA, number, document(b"x", "x.txt"))
    state.all_messages.get(ADA, mine).date = int(time.time()) - 49 * 3600  # type: ignore[union-attr]
    with pytest.raises(Refused, match="too long ago"):
        state.edit_text(ADA, mine, "x")
    assert await news(bot) == []


async def test_people_delete_without_a_word_to_the_bot(bot: Bot, state: TelegramState) -> None:
    sent = await bot.send_message(ADA, "x")
    mine = state.send_text(ADA, "mine")
    state.add_person(BEN, "Ben")
    state.chats.chats[GROUP].members.append(BEN)
    in_group = state.send_text(GROUP, "Ada's", sender=ADA)
    await news(bot)

    state.delete_message(ADA, sent.message_id)
    state.delete_message(ADA, mine)
    with pytest.raises(Refused, match="your own"):
        state.delete_message(GROUP, in_group, sender=BEN)

    assert await news(bot) == []
    assert len(state.messages(ADA)) == 1


async def test_a_forwarded_card_is_the_bots_own_picture(bot: Bot, state: TelegramState) -> None:
    card = await bot.send_photo(ADA, picture(), caption="card", reply_markup=KEYS)
    (again,) = state.forward(ADA, [card.message_id])
    state.forward(ADA, [again])

    for update in await news(bot):
        message = update.message
        assert message and message.photo and message.caption == "card"
        assert message.photo[-1].file_unique_id == card.photo[-1].file_unique_id
        assert isinstance(message.forward_origin, MessageOriginUser)
        assert message.forward_origin.sender_user.id == bot.id
        assert message.from_user and message.from_user.id == ADA
        assert message.reply_markup is None
        assert await bot.get_file(message.photo[-1].file_id)


async def test_an_album_is_forwarded_as_one(bot: Bot, state: TelegramState) -> None:
    album = state.send_media(ADA, [("a.jpg", picture()), ("b.jpg", picture())])
    old = {update.message.media_group_id for update in await news(bot) if update.message}
    state.forward(ADA, album)
    new = {update.message.media_group_id for update in await news(bot) if update.message}
    assert len(new) == 1 and None not in new and new != old
    state.forward(ADA, album[:1])
    (alone,) = await news(bot)
    assert alone.message and alone.message.media_group_id is None


async def test_a_bot_sets_one_reaction_and_takes_it_away(bot: Bot, state: TelegramState) -> None:
    said = state.send_text(ADA, "tomorrow 9")
    album = state.send_media(ADA, [("a.jpg", picture()), ("b.jpg", picture())])
    await news(bot)
    for emoji in ("👍", "👍", "🎉"):
        assert await bot.set_message_reaction(ADA, said, emoji)
    assert await bot.set_message_reaction(ADA, album[1], "👍")

    found = {message.message_id: message.reactions for message in state.messages(ADA)}
    assert found[said] == {str(bot.id): "🎉"}
    assert (found[album[0]], found[album[1]]) == ({str(bot.id): "👍"}, {})
    assert await bot.set_message_reaction(ADA, said)
    assert state.all_messages.get(ADA, said).reactions == {}  # type: ignore[union-attr]
    assert await news(bot) == [], "nobody is told of a bot's reactions"


def test_the_reactions_are_those_that_the_library_knows() -> None:
    """Apart from the mark that asks for a colourful picture, which Telegram leaves out."""
    assert {emoji.value.replace("\ufe0f", "") for emoji in ReactionEmoji} == EMOJI


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"message_id": 99}, "message to react not found"),
        ({"chat_id": 999}, "chat not found"),
        ({"reaction": [{"type": "emoji", "emoji": "🥦"}]}, "REACTION_INVALID"),
        ({"reaction": [{"type": "emoji", "emoji": "❤️"}]}, "REACTION_INVALID"),
        ({"reaction": [{"type": "custom_emoji", "custom_emoji_id": "1"}]}, "REACTION_INVALID"),
        (
            {"reaction": [{"type": "paid"}]},
            "can't parse ReactionType: invalid reaction type specified",
        ),
        ({"reaction": [{"emoji": "👍"}]}, "can't parse ReactionType: Can't find field \"type\""),
        ({"reaction": {"type": "emoji"}}, "expected an Array of ReactionType"),
        ({"reaction": [{"type": "emoji", "emoji": one} for one in "👍👎"]}, "REACTIONS_TOO_MANY"),
    ],
)
async def test_what_is_no_reaction_is_refused(
    call: Call, parameters: dict[str, Any], error: str
) -> None:
    thumb = [{"type": "emoji", "emoji": "👍"}]
    ask = {"chat_id": ADA, "message_id": 1, "reaction": thumb} | parameters
    assert (await call("setMessageReaction", **ask)).error == f"400 Bad Request: {error}"


async def test_a_bot_hears_of_peoples_reactions_only_if_it_asks(
    bot: Bot, state: TelegramState
) -> None:
    sent = await bot.send_message(ADA, "x")
    state.react(ADA, sent.message_id, "👍")
    assert await news(bot) == []
    await bot.get_updates(allowed_updates=["message_reaction"])
    state.react(ADA, sent.message_id, "👎")
    state.react(ADA, sent.message_id, "👎")
    state.react(ADA, sent.message_id, None)
    in_group = state.send_text(GROUP, "x")
    state.react(GROUP, in_group, "👍")
    with pytest.raises(Refused):
        state.react(ADA, sent.message_id, "🥦")

    changes = [update.message_reaction for update in await news(bot)]
    thumbs = [(change.old_reaction, change.new_reaction) for change in changes if change]
    up, down = ((ReactionTypeEmoji(one),) for one in ("👍", "👎"))
    assert thumbs == [(up, down), (down, ())], "in a group only administrators hear"


async def test_a_bot_quotes_only_what_stands_there(call: Call, state: TelegramState) -> None:
    said = state.send_text(ADA, "😀 tomorrow 9")

    async def reply(**how: Any) -> Any:
        asked = {"message_id": said} | how
        return await call("sendMessage", chat_id=ADA, text="?", reply_parameters=asked)

    answer = (await reply(quote="tomorrow")).result
    assert answer["quote"] == {"text": "tomorrow", "position": 3, "is_manual": True}
    assert answer["reply_to_message"]["text"] == "😀 tomorrow 9"
    assert (await reply(quote="Tomorrow")).error == "400 Bad Request: QUOTE_TEXT_INVALID"
    assert (await reply(message_id=99)).error == "400 Bad Request: message to be replied not found"
    alone = (await reply(message_id=99, allow_sending_without_reply=True)).result
    assert "reply_to_message" not in alone


async def test_all_is_kept_for_the_next_start(bot: Bot, state: TelegramState) -> None:
    said = state.send_text(ADA, "x")
    (again,) = state.forward(ADA, [said])
    await bot.set_message_reaction(ADA, said, "👍")
    state.save()
    token = state.token
    later = TelegramState(state.files.folder.parent, token=token)
    assert later.all_messages.get(ADA, said) == state.all_messages.get(ADA, said)
    assert later.all_messages.get(ADA, again).origin  # type: ignore[union-attr]


async def test_the_page_replies_edits_forwards_and_deletes(
    phone: httpx.AsyncClient, bot: Bot, state: TelegramState
) -> None:
    card = await bot.send_photo(ADA, picture(), caption="card")
    at = f"/phone/chats/{ADA}"

    async def post(what: str, **body: Any) -> Any:
        answer = await phone.post(f"{at}/{what}", json=body)
        return answer.json() if answer.is_success else answer.status_code

    said = (await post("text", text="9", reply_to=card.message_id))["message_id"]
    await post("edit", message_id=said, text="10")
    forwarded = (await post("forward", message_ids=[card.message_id]))["message_ids"]
    state.react(ADA, card.message_id, "👍")
    await bot.set_message_reaction(ADA, card.message_id, "👍")
    sent = await phone.post(
        f"{at}/media", files={"files": ("a.jpg", picture())}, data={"reply_to": str(said)}
    )
    for wrong in ([], ["x"], [999]):
        assert await post("forward", message_ids=wrong) == 400

    shown = {one["id"]: one for one in (await phone.get(at)).json()["messages"]}
    assert shown[card.message_id]["reactions"] == [{"emoji": "👍", "from": [ADA, bot.id]}]
    assert (shown[said]["text"], shown[said]["reply_to"]) == ("10", card.message_id)
    assert shown[forwarded[0]]["forwarded_from"]["name"] == "Postbote"
    assert shown[sent.json()["message_ids"][0]]["reply_to"] == said
    await post("delete", message_id=card.message_id)
    left = (await phone.get(at)).json()["messages"]
    assert card.message_id not in [one["id"] for one in left]
