"""Texts: whatever happens has a sentence, and no sentence is there for nothing."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.accounts.words import OF_ADDED_ACCOUNTS, ON_ITS_CARD
from bot.new_post.ingest import KINDS
from bot.new_post.steps import QUESTIONS
from bot.texts import LANGUAGES, REFERENCE, label, language_of
from bot.texts.dates import from_now, span
from bot.texts.refusals import refusal
from bot.texts.words import TYPED
from bot.when import Problem
from publisher.caption import Problem as CaptionProblem
from publisher.failures import Reason
from publisher.health.watch import Clock
from publisher.media.framing import Fit
from publisher.media.refused import MediaRefusedError, Refusal
from storage.lasting import LASTING
from storage.lifecycle import PLANNED, PostType
from storage.outbox import NoticeKind

BOT = Path(__file__).parents[2] / "bot"
OWNERS_ALONE = {
    NoticeKind.PUBLISHED,
    NoticeKind.PREFLIGHT,
    NoticeKind.LATE,
    NoticeKind.DELETED_BY_ADMIN,
    NoticeKind.RESTORED_BY_ADMIN,
    NoticeKind.QUEUE_IS_EMPTY,
    NoticeKind.POSTPONED,
    NoticeKind.PAUSED,
    NoticeKind.WAITING,
    NoticeKind.NOT_YET,
    NoticeKind.ACCOUNT_REMOVED,
    NoticeKind.HAND_OVER,
    NoticeKind.HAND_OVER_REMINDER,
    NoticeKind.QUEUE_IS_EMPTY,
    NoticeKind.APPROVED,
    NoticeKind.DECLINED,
    NoticeKind.NOTE,
}
"""What the admin does not hear of."""
NO_SENTENCE = {
    NoticeKind.ACCOUNT_CHECKED,
    NoticeKind.ALERT_OVER,
    NoticeKind.APPROVAL_ASKED,
    NoticeKind.CLOCK,
    NoticeKind.LOGIN,
    NoticeKind.TEAM_CARDS,
}
"""Two by which way it is wrong, and what stands on cards."""
TEXTS = LANGUAGES[REFERENCE]


def test_every_outcome_has_a_sentence() -> None:
    needed = [
        *(f"reason_{reason}" for reason in Reason),
        *(f"refused_{refusal}" for refusal in {*Refusal} - {Refusal.WRONG_MEDIA}),
        *(f"refused_for_{kind}" for kind in PostType),
        *(f"time_{problem}" for problem in Problem),
        *(f"type_{kind}" for kind in PostType),
        *(f"kind_{kind}" for kind in (*KINDS, "unknown")),
        *(f"state_{status}" for status in PLANNED),
        *(f"result_{kind}" for kind in OWNERS_ALONE - {NoticeKind.PUBLISHED}),
        *(f"alert_{kind}" for kind in {*NoticeKind} - {*OWNERS_ALONE, *NO_SENTENCE}),
        *(f"alert_over_{kind}" for kind in LASTING),
        *(f"alert_{clock}_{way}" for clock in Clock for way in ("ahead", "behind")),
    ]
    assert [key for key in needed if key not in TEXTS] == []


def test_every_caption_problem_has_a_sentence_where_it_can_arise() -> None:
    for problem in CaptionProblem:
        assert f"caption_{problem}" in TEXTS or f"hashtags_{problem}" in TEXTS


def test_no_sentence_is_kept_that_nobody_says() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in BOT.rglob("*.py"))
    code += "\n".join(f'"{word}"' for values in (PostType, Fit, QUESTIONS) for word in values)
    words = {*re.findall(r"[\"'](?=([\w-]+)[\"'])", code)}
    families = re.findall(r'f"([a-z_]+_)\{', code)
    unsaid = [
        key
        for key in TEXTS
        if key.removeprefix(TYPED) not in words
        and not any(key.startswith(family) for family in families)
        and key.removesuffix(ON_ITS_CARD) not in OF_ADDED_ACCOUNTS.values()
    ]
    assert unsaid == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_says_what_it_does_to_the_post(language: str) -> None:
    """One sends what failed anew, the other what may be live already."""
    assert label(language, "button_try_again") != label(language, "button_publish_again")


def test_buttons_get_plain_text() -> None:
    assert label("de", "button_keep_time", time="<18:00>") == "Wie bisher: <18:00>"


@pytest.mark.parametrize(
    ("problem", "german"),
    [
        (
            MediaRefusedError(Refusal.TOO_LONG, seconds="10800", limit="60"),
            "Dieses Video dauert 3 Stunden, und Instagram erlaubt dort höchstens 1 Minute.",
        ),
        (
            MediaRefusedError(Refusal.TOO_SHORT, seconds="2.5", limit="3"),
            "Dieses Video dauert 2,5 Sekunden, und Instagram braucht mindestens 3 Sekunden.",
        ),
        (MediaRefusedError(Refusal.TOO_HEAVY, limit=90), "nach 1 Minute 30 Sekunden"),
        (MediaRefusedError(Refusal.TOO_MUCH), "mehr Arbeit oder Speicher, als ich"),
        (MediaRefusedError(Refusal.UNKNOWN_FORMAT, format="text"), "Es scheint ein Text zu sein, "),
        (
            MediaRefusedError(Refusal.UNKNOWN_FORMAT, format="PDF"),
            "speichere die Seiten als Bilder",
        ),
        (MediaRefusedError(Refusal.UNKNOWN_FORMAT, format="ZIP"), "eine ZIP-Datei zu sein, "),
        (MediaRefusedError(Refusal.UNKNOWN_FORMAT, format="MP3"), "Mach mit einem Bild ein Video"),
        (MediaRefusedError(Refusal.UNKNOWN_FORMAT, format="OGG"), "Mach mit einem Bild ein Video"),
        (MediaRefusedError(Refusal.UNKNOWN_FORMAT, format="TIFF"), "eine TIFF-Datei zu sein."),
        (MediaRefusedError(Refusal.UNKNOWN_FORMAT, format="?"), "etwas, das ich nicht kenne, zu"),
    ],
)
def test_a_refusal_is_a_german_sentence(problem: MediaRefusedError, german: str) -> None:
    assert german in refusal("de", problem)


def test_a_format_is_named_without_an_article_that_may_be_wrong() -> None:
    problem = MediaRefusedError(Refusal.UNKNOWN_FORMAT, format="AVI/WAV")
    assert "it seems to be a file in AVI/WAV format." in refusal("en", problem)


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_who_sent_a_photo_is_told_to_send_a_file(language: str) -> None:
    problem = MediaRefusedError(Refusal.TOO_SMALL, width=100, height=50, limit=320)
    as_photo, as_file = (refusal(language, problem, sent=sent) for sent in ("photo", "file"))
    assert "Telegram" in as_photo and "Telegram" not in as_file
    assert "320" in as_photo and "320" in as_file


@pytest.mark.parametrize(
    ("code", "spoken"), [("de", "de"), ("de-AT", "de"), ("en-GB", "en"), ("fr", "en"), (None, "en")]
)
def test_people_are_answered_in_their_telegrams_language(code: str | None, spoken: str) -> None:
    assert language_of(code, "en") == spoken


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (45, "in 45 seconds"),
        (60, "in 1 minute"),
        (119, "in 2 minutes"),
        (-100, "2 minutes ago"),
        (3600, "in 1 hour"),
        (7199, "in 2 hours"),
    ],
)
def test_a_distance_in_time_is_said_in_round_figures(seconds: int, words: str) -> None:
    now = datetime(2026, 12, 24, 18, tzinfo=UTC)

    assert from_now("en", now + timedelta(seconds=seconds), now) == words
    assert span("en", 119) == "2 minutes"


@pytest.mark.parametrize(
    ("hours", "zone", "words"),
    [
        (43, "UTC", "in 43 Stunden"),
        (66, "UTC", "in 2 Tagen"),
        (94.5, "UTC", "in 3 Tagen"),
        (94.5, "Europe/Berlin", "in 4 Tagen"),
        (-60, "UTC", "vor 3 Tagen"),
    ],
)
def test_days_from_now_are_those_of_the_calendar(hours: float, zone: str, words: str) -> None:
    """What was planned early on for 'in 2 days, at 7 pm' is not read back as 'in 3 days'."""
    now = datetime(2026, 12, 24, 1, tzinfo=UTC)
    assert from_now("de", now + timedelta(hours=hours), now, ZoneInfo(zone)) == words
