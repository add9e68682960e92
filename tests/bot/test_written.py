"""What a person wrote, read off Telegram's messages."""

from datetime import UTC, datetime, timedelta

import pytest
from telegram import Chat, Message, MessageEntity, PhotoSize, Update, User

from bot.new_post.written import captions, giver, joined, written
from bot.traces import pieces_of, rest_of, traces_of
from storage.models import Incoming

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
ANNA, CHAT = User(1, "Anna", is_bot=False), Chat(1, "private")


def message(text: str | None = None, number: int = 1, **more: object) -> Message:
    return Message(number, NOON, CHAT, from_user=ANNA, text=text, **more)  # type: ignore[arg-type]


def entity(kind: str, offset: int, length: int, **more: object) -> MessageEntity:
    return MessageEntity(kind, offset, length, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "entities", "published"),
    [
        ("our shop", [("text_link", 4, 4, "https://a.b/c")], "our shop (https://a.b/c)"),
        ("🎉 shop!", [("text_link", 3, 4, "https://a.b")], "🎉 shop (https://a.b)!"),
        (
            "a b",
            [("text_link", 0, 1, "x.y/1"), ("text_link", 2, 1, "x.y/2")],
            "a (x.y/1) b (x.y/2)",
        ),
        ("https://a.b", [("text_link", 0, 11, "https://a.b/")], "https://a.b"),
        ("shop \nnow", [("text_link", 0, 6, "https://a.b")], "shop (https://a.b) \nnow"),
        (
            "our shop",
            [("text_link", 0, 4, "https://a.b"), ("text_link", 4, 4, "https://a.b")],
            "our shop (https://a.b)",
        ),
        ("mail us", [("text_link", 0, 4, "mailto:a@b.c")], "mail (a@b.c) us"),
        ("Shop: A.b/c", [("text_link", 6, 5, "http://a.b/c/")], "Shop: A.b/c"),
        ("Ben", [("text_link", 0, 3, "tg://user?id=5")], "Ben"),
        ("Ben", [("text_mention", 0, 3, None)], "Ben"),
        ("it is Ben", [("spoiler", 6, 3, None)], "it is Ben"),
        ("👍 yes", [("custom_emoji", 0, 2, None)], "👍 yes"),
        (" \u202egpj\0 ", [], "gpj"),
    ],
)
def test_words_are_kept_and_an_address_behind_them_too(
    text: str, entities: list[tuple[str, int, int, str | None]], published: str
) -> None:
    marks = [entity(kind, at, length, url=url) for kind, at, length, url in entities]
    assert written(message(text, entities=marks)) == published
    assert written(message(caption=text, caption_entities=marks)) == published


def test_the_captions_of_an_album_stand_one_below_the_other() -> None:
    parts = [message(caption=text) for text in ("One", None, "Two", "One", " ")]
    assert captions(parts) == "One\n\nTwo"
    assert captions([message(), message(caption="")]) is None
    assert giver(parts) is None, "an edit of one of them is an edit of a part"
    assert giver([message(number=4), message(number=5, caption="Two")]) == 5


@pytest.mark.parametrize("blank", ["\u200b", "\u200e\u2060", "\u2800 \u3164", "\ufe0f", "\u202e"])
def test_a_text_of_which_nothing_is_seen_is_none(blank: str) -> None:
    assert written(message(blank)) == ""
    assert captions([message(caption=blank), message(caption="One")]) == "One"
    assert written(message(f"One\n\u2800\n{blank}Two")).startswith("One\n\u2800\n")


def test_pieces_are_put_together_as_they_were_cut() -> None:
    assert joined([message("x" * 4096), message("yz")]) == "x" * 4096 + "yz"
    assert joined([message("word " * 700), message("end")]).endswith("word end")
    assert joined([message("alone")]) == "alone"


def row(units: int, *, seconds: float = 0) -> Incoming:
    return Incoming(text_units=units, sent_at=NOON + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("texts", "pieces"),
    [
        ([4096, 500], 2),
        ([4096, 4096, 4096, 12], 4),
        ([3800, 700], 2),
        ([2100, 2100, 300], 2),  # two halves fill a message; what follows is one of its own
        ([4096, 500, 20], 2),
        ([2100, 12], 1),
        ([2000, 3000], 1),
        ([12, 4096], 1),
    ],
)
def test_only_what_telegram_cuts_counts_as_pieces(texts: list[int], pieces: int) -> None:
    assert len(pieces_of([row(units) for units in texts])) == pieces


def test_what_was_sent_later_is_no_piece() -> None:
    assert len(pieces_of([row(4096), row(500, seconds=1), row(500, seconds=2)])) == 2
    assert len(pieces_of([row(4096), row(500, seconds=10)])) == 1


def test_of_a_rest_the_length_of_the_whole_text_is_known() -> None:
    assert rest_of([row(500, seconds=2), row(4096, seconds=1), row(4096), row(12)]) == 8692
    assert rest_of([row(500), row(300), row(4096)]) == 0
    assert rest_of([row(4096)]) == rest_of([]) == 0


def digest(shown: Message) -> object:
    return traces_of(Update(1, edited_message=shown))["digest"]


def test_an_edit_is_known_by_its_words_and_its_file() -> None:
    link = entity("text_link", 0, 1, url="https://a.b")
    photo = [PhotoSize("1", "small", 9, 9), PhotoSize("2", "large", 90, 90)]
    other = [PhotoSize("1", "small", 9, 9), PhotoSize("3", "another", 90, 90)]
    kinds = [
        message("a"),
        message("b"),
        message("a", entities=[link]),
        message(caption="a", photo=photo),
        message(caption="a", photo=other),
    ]
    assert len({digest(kind) for kind in kinds}) == len(kinds)
    bold = message("a", entities=[entity("bold", 0, 1)])
    assert digest(bold) == digest(message("a"))
