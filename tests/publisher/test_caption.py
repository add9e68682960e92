"""Captions and hashtags: found in any script, put together, and counted as Instagram counts."""

from dataclasses import replace

import pytest

from publisher.caption import (
    CaptionError,
    Problem,
    check,
    compose,
    find_hashtags,
    normalise_hashtags,
)
from publisher.media.rules import INSTAGRAM_RULES


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Greetings from #Berlin", ["Berlin"]),
        ("#a#b#c", ["a", "b", "c"]),
        ("今日は#東京#大阪、楽しい", ["東京", "大阪"]),
        ("＃東京 is full-width", ["東京"]),
        ("#🎉 #❤️ #👨‍👩‍👧 #👍🏽 #🇩🇪", ["🎉", "❤️", "👨‍👩‍👧", "👍🏽", "🇩🇪"]),
        ("#می‌خواهم", ["می‌خواهم"]),
        ("#क्षत्रिय #हिन्दी", ["क्षत्रिय", "हिन्दी"]),
        ("#cafe\u0301", ["cafe\u0301"]),
        ("#c++ and #c#", ["c"]),
        ("word#tag, #end.", ["tag", "end"]),
        ("#️⃣ press #⃣ and # alone ##", []),
        ("#2024 #１２ but #2024a and #_", ["2024a", "_"]),
        ("&#39; &#x27;", []),
        ("https://x.y/#section www.x.y/a#b#c #d", ["d"]),
        ("(https://x.y/a)#b https://x.y/,#c", ["b", "c"]),
        ("#Straße #STRASSE #İzmir #izmir #ISPARTA #ısparta", ["Straße", "İzmir", "ISPARTA"]),
    ],
)
def test_a_hashtag_is_what_instagram_makes_a_link_of(text: str, found: list[str]) -> None:
    assert find_hashtags(text) == found


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("one two", ["one", "two"]),
        ("#one #two #three #one", ["one", "two", "three"]),
        ("#one,two; three", ["one", "two", "three"]),
        ("东京、大阪，京都；奈良", ["东京", "大阪", "京都", "奈良"]),
        ("سفر، دریا؛ ساحل", ["سفر", "دریا", "ساحل"]),
        ("＃東京＃大阪", ["東京", "大阪"]),
        ("#🎉 ❤️", ["🎉", "❤️"]),
        ("می‌خواهم", ["می‌خواهم"]),
        ("sea, sun, sand.", ["sea", "sun", "sand"]),
        ("cafe\u0301", ["café"]),
        ("„sea“ (sun) [sand]… #a/#b & c", ["sea", "sun", "sand", "a", "b", "c"]),
        ("- sea\n- #sun\n* sand", ["sea", "sun", "sand"]),
        ("1. sea\n2. 'sun'\n3) ‘sand’", ["sea", "sun", "sand"]),
        ("\u200e#sea: \u200f#sun", ["sea", "sun"]),
        ("\ufeff#sea\u200b#sun → `sand`", ["sea", "sun", "sand"]),
        ("", []),
    ],
)
def test_a_list_is_understood_however_it_is_separated(typed: str, tags: list[str]) -> None:
    assert normalise_hashtags(typed) == tags


@pytest.mark.parametrize("typed", ["c++", "12345", "#️⃣", "bad-one", "example.com", "R&B", "don't"])
def test_what_cannot_be_a_hashtag_is_named(typed: str) -> None:
    with pytest.raises(CaptionError) as refused:
        normalise_hashtags(f"good {typed}")
    assert refused.value.problem is Problem.BAD_HASHTAG
    assert str(refused.value.details["hashtag"]) in typed


def test_a_caption_stays_as_it_was_written_and_only_new_hashtags_are_added() -> None:
    assert compose("Greetings from #Berlin", []) == "Greetings from #Berlin"
    assert compose("From #Berlin", ["two", "BERLIN", "one", "two"]) == "From #Berlin\n\n#two #one"
    assert compose("", ["one"]) == "#one"


@pytest.mark.parametrize(
    ("text", "problem", "details"),
    [
        ("#a#b#c#d#e#f", Problem.TOO_MANY_HASHTAGS, {"count": 6, "over": 1, "rest": "#f"}),
        ("#a #a #a #a #a #a", Problem.TOO_MANY_HASHTAGS, {"count": 6, "over": 1, "rest": "#a"}),
        (
            " ".join(f"@name.{n}" for n in range(22)),
            Problem.TOO_MANY_MENTIONS,
            {"count": 22, "limit": 20, "over": 2, "rest": "@name.20 @name.21"},
        ),
        (
            "x" * 2200 + "yz",
            Problem.TOO_LONG,
            {"length": 2202, "over": 2, "rest": "yz", "double": 0},
        ),
        ("🎉" * 1101, Problem.TOO_LONG, {"length": 2202, "rest": "🎉", "double": 1101}),
        ("x" * 2199 + "❤️", Problem.TOO_LONG, {"over": 1, "double": 1}),
        ("x" * 2196 + " end too much", Problem.TOO_LONG, {"fits": "end", "rest": "too much"}),
        ("one two " * 274 + "the last word", Problem.TOO_LONG, {"rest": "word"}),
        ("x\n" * 1101, Problem.TOO_LONG, {"fits": " ".join("x" * 30), "rest": "x\n"}),
    ],
)
def test_what_is_too_much_is_counted_and_named(
    text: str, problem: Problem, details: dict[str, object]
) -> None:
    with pytest.raises(CaptionError) as refused:
        check(text)
    assert refused.value.problem is problem
    assert refused.value.details.items() >= details.items()


@pytest.mark.parametrize(
    "text",
    [
        "x" * 2200,
        "🎉" * 1100,
        "#a #b #c #d #e #2024 &#39; #️⃣",
        " ".join(f"@name{n}" for n in range(20)) + " me@example.org https://t.me/@x",
    ],
)
def test_what_is_just_within_the_limits_is_taken(text: str) -> None:
    check(text)


def test_an_account_that_may_have_more_hashtags_has_them() -> None:
    check(" ".join(f"#tag{n}" for n in range(30)), replace(INSTAGRAM_RULES, max_hashtags=30))
