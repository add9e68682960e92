"""The files of the languages: nothing is missing or superfluous, and Telegram takes all of it."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, FluentSerializer, ast
from fluent.syntax.visitor import Visitor
from markupsafe import Markup

from bot.posts.answered import ABOUT_ONE, beginning
from bot.sandbox.telegram.html import parse_html
from bot.texts import LANGUAGES, REFERENCE, label, say
from bot.texts.messages import Messages, TextError
from tests.bot.texts_passed import ROOT, all_passed, passed_in
from tests.spoken import A_VALUE, Values

KEYS = sorted(LANGUAGES[REFERENCE])
TAGS = re.compile(r"</?[a-z]+")
CHOSEN_FROM_A_TABLE = {
    *("caption_too_many_hashtags", "caption_too_many_mentions"),  # publisher.caption._check_count
    *("refused_for_carousel", "refused_for_stories", "refused_for_reel"),  # publisher.media.kinds
    *("caption_doubtful", "hashtags_doubtful"),  # Question.doubtful
    "button_delete_row",  # typed alone: bot.posts.typed.ACTIONS
}
"""Whose key does not stand in the function that passes its values."""
NEVER_LONG = {"id", "items", "count", "reason", "media", "of_account"}
"""What may stand in a choice of Fluent's, such as a plural: it allows 2,500 characters there."""


def written(language: str, key: str) -> Iterator[str]:
    """The text as HTML, with long values, and each of its plurals."""
    values = Values(language, key)
    long = dict.fromkeys(values.shown, "x" * 12_000) | dict.fromkeys(NEVER_LONG, "x" * 120)
    for choice in product(*values.chosen_by.values()):
        yield say(language, key, **long | dict(zip(values.chosen_by, choice, strict=True)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts(language: str) -> None:
    assert sorted(LANGUAGES[language]) == KEYS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_shows_the_same_values_and_markup(language: str) -> None:
    for key in KEYS:
        assert Values(language, key).shown == Values(REFERENCE, key).shown, key
        ours, theirs = ({*TAGS.findall(next(written(x, key)))} for x in (language, REFERENCE))
        assert ours == theirs, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_told_of_one_post_begins_in_a_way_by_which_a_reply_finds_it(language: str) -> None:
    for key in (key for key in KEYS if key.startswith(ABOUT_ONE)):
        values = Values(language, key)
        if "id" in values.shown and "count" not in values.shown | {*values.chosen_by}:
            told = say(language, key, **dict.fromkeys(values.shown, A_VALUE) | {"id": 0})
            assert beginning(told) and A_VALUE not in beginning(told), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_telegram_takes_every_text_whatever_it_is_told(language: str) -> None:
    for key in KEYS:
        for text in written(language, key):
            assert text.strip(), key
            plain = parse_html(text).text
            assert "  " not in plain, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_is_plain_and_fits_where_it_stands(language: str) -> None:
    labels = {
        key for key in KEYS for place in all_passed() if place.by == "label" and place.concerns(key)
    }
    assert len(labels) > 100
    for key in labels:
        text = label(language, key, **dict.fromkeys(Values(language, key).shown, 1))
        assert not re.search(r"[<>&]|[\u2066-\u2069]", text), key
        assert len(text) <= 256 or not key.startswith("command_")  # Bot API, BotCommand
        assert len(text) <= 40 or not key.startswith("button_"), key


def test_a_text_is_given_the_values_that_it_names() -> None:
    for key in KEYS:
        values = [Values(language, key) for language in LANGUAGES]
        named = {name for found in values for name in found.shown | found.chosen_by.keys()}
        named -= {"sent"} if key.startswith("refused_") else set()  # with all: bot.texts.refusals
        exact = [place for place in all_passed() if place.keys == key]
        families = [place for place in all_passed() if not place.is_exact and place.concerns(key)]
        assert [place for place in exact if not named <= place.names] == []
        if named and key not in CHOSEN_FROM_A_TABLE:
            assert exact or any(named <= place.names for place in families), key


def test_no_text_is_said_that_does_not_exist() -> None:
    assert [place for place in all_passed() if place.is_exact and place.keys not in KEYS] == []


def test_what_the_code_passes_is_read_from_its_source() -> None:
    """Else the tests above could not fail."""
    source = """
def f(language, flag, **more):
    key = "kept" if flag else f"state_{Status.FAILED}"
    values = {"id": 1, "wait": 2}
    say(language, "deleted")
    label(language, key, id=1)
    raise NotUnderstoodError("trim_too_late", values)
    raise MediaRefusedError(Refusal.TOO_HEAVY, limit=1)
    say(language, f"too_late_{x}", **values)
    say(language, "list_head", **more)
"""
    assert [(place.keys, sorted(place.names)) for place in passed_in(source)] == [
        ("deleted", []),
        ("kept", ["id"]),
        ("state_failed", ["id"]),
        ("trim_too_late", ["id", "wait"]),
        ("refused_too_heavy", ["limit"]),
        ("too_late_.+", ["id", "wait"]),
    ]


def test_a_missing_value_is_an_error_and_never_shown() -> None:
    for language, speak in product(LANGUAGES, (say, label)):
        with pytest.raises(TextError, match=f"{language}: kept: .*id"):
            speak(language, "kept")
        with pytest.raises(KeyError):
            speak(language, "no such text")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("kept = Kept\ndeleted", "deleted"),
        ("kept = { $id", "kept"),
        ("kept = One\nkept = Two\n", "kept stands there twice"),
        ("# Texts\nHello\nkept = Kept\n", "Hello"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, source: str, told: str) -> None:
    path = tmp_path / "nl.ftl"
    path.write_text(source)
    with pytest.raises(TextError, match=f"nl.ftl: [^$]*{told}"):
        dict(Messages(path))


def test_numbers_are_written_in_the_languages_way_and_numbers_of_posts_are_names() -> None:
    assert "2,200" in say("en", "ask_caption", limit=2200)
    assert "2.200" in say("de", "ask_caption", limit=2200)
    assert "0,4" in say("de", "downloading", size=0.4, bar="")
    assert "12345" in say("de", "kept", id=12345)


def test_a_value_cannot_bring_tags_of_its_own() -> None:
    sentence = say("en", "caption_offered", caption="<b>&{ $id }")
    assert "&lt;b&gt;&amp;{ $id }" in sentence
    assert say("en", "caption_offered", caption=Markup("<i>x</i>")).count("<i>x</i>") == 1


class _Foreign(Visitor):
    """Makes another language of one: each text, and each word of a list, begins with an ñ."""

    def visit_Message(self, node: ast.Message) -> None:  # noqa: N802
        first = node.value.elements[0] if node.value else None
        if isinstance(first, ast.TextElement) and not node.id.name.startswith("pattern_"):
            lists = node.id.name.startswith(("typed_", "said_"))
            first.value = "ñ" + (first.value.replace(", ", ", ñ") if lists else first.value)


SPEAKS_IT = """
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo
from bot.new_post.text_steps import meant_as_caption
from bot.settings import Settings
from bot.texts import LANGUAGES, dates, label, language_of, say
from bot.texts.words import heard, is_aside, labels_called
from bot.when import parse
now, zone = datetime(2026, 12, 23, 12, tzinfo=UTC), ZoneInfo("Europe/Amsterdam")
required = {name: "12:abc" for name, field in Settings.model_fields.items() if field.is_required()}
required |= {"allowed_user_ids": [7], "admin_chat_id": 7}
print(json.dumps([
    list(LANGUAGES),
    language_of("nl-BE", "en"),
    say("nl", "kept", id=5),
    label("nl", "count_photo", count=2),
    heard("ñreel", ["photo", "reel"]),
    [*labels_called(label("nl", "button_schedule"))],
    meant_as_caption(label("nl", "caption_literal", said="ja")),
    is_aside("ñthanks"), is_aside("ñno ñthanks"),
    dates.moment("nl", parse("tomorrow 18:00", now=now, zone=zone, language="nl").utc, zone, now),
    Settings(_env_file=None, language="nl", **required).language,
]))
"""


def test_a_third_language_is_one_file(tmp_path: Path) -> None:
    for name in ("bot", "publisher", "storage"):
        skipped = shutil.ignore_patterns("*.pyc.*", "sandbox")  # what is just being written
        shutil.copytree(ROOT / name, tmp_path / name, ignore=skipped)
    texts = tmp_path / "bot" / "texts"
    english = FluentParser().parse((texts / "en.ftl").read_text(encoding="utf-8"))
    _Foreign().visit(english)
    (texts / "nl.ftl").write_text(FluentSerializer().serialize(english), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-c", SPEAKS_IT], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert json.loads(run.stdout) == [
        ["en", "de", "nl"],
        "nl",
        "ñ" + say("en", "kept", id=5),
        "2 photos",
        "reel",
        ["button_schedule"],
        "ja",
        False,
        True,
        "do 24 dec, 18:00 (Europe/Amsterdam)",
        "nl",
    ]
