"""What people type as a time, in English and German, and what becomes of it."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.context import Actor
from bot.keyboards import decode, encode
from bot.new_post.question import Moment, NotUnderstoodError, Reply
from bot.new_post.time_step import TimeQuestion
from bot.rights import Role
from bot.texts.dates import missing_day
from bot.when import FARTHEST, Problem, When, WhenError, parse, quick_choices
from storage.models import Draft

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
TUESDAY = datetime(2026, 11, 24, 15, 0, tzinfo=BERLIN)
"""The present, unless a test says otherwise: Tuesday afternoon, a month before Christmas Eve."""

time_step = TimeQuestion()
GERMAN = Actor(id=1, chat_id=1, language="de", role=Role.AUTHOR)

MINUTES = "%Y-%m-%d %H:%M"


LANGUAGES = ("en", "de")


def wall(text: str, now: datetime = TUESDAY, languages: Sequence[str] = LANGUAGES) -> str:
    """What the clock of the person shows at the moment that they typed, in either language."""
    zone = now.tzinfo
    assert isinstance(zone, ZoneInfo)
    found = {
        language: parse(text, now=now, zone=zone, language=language).local.strftime(MINUTES)
        for language in languages
    }
    assert len(set(found.values())) == 1, found
    return found[languages[0]]


def refused(text: str, language: str, now: datetime = TUESDAY) -> WhenError:
    zone = now.tzinfo
    assert isinstance(zone, ZoneInfo)
    with pytest.raises(WhenError) as caught:
        parse(text, now=now, zone=zone, language=language)
    return caught.value


def refusal(
    text: str, now: datetime = TUESDAY, languages: Sequence[str] = LANGUAGES
) -> tuple[Problem, list[str]]:
    """Why a text is refused, and what is offered instead, with the offset."""
    found = [refused(text, language, now) for language in languages]
    answers = [
        (error.problem, [f"{choice.local:{MINUTES} %Z}" for choice in error.choices])
        for error in found
    ]
    assert answers == answers[:1] * len(languages)
    return answers[0]


MEANT = [
    # A time of today
    ("18:30", "2026-11-24 18:30"),
    ("18.30", "2026-11-24 18:30"),
    ("18:30 Uhr", "2026-11-24 18:30"),
    ("18 Uhr", "2026-11-24 18:00"),
    ("18 Uhr 30", "2026-11-24 18:30"),
    ("um 18 Uhr", "2026-11-24 18:00"),
    ("  18:30 !", "2026-11-24 18:30"),
    ("at 18", "2026-11-24 18:00"),
    ("6pm", "2026-11-24 18:00"),
    ("6:30 p.m.", "2026-11-24 18:30"),
    ("six pm", "2026-11-24 18:00"),
    ("half past 6 pm", "2026-11-24 18:30"),
    ("quarter to 7 pm", "2026-11-24 18:45"),
    ("halb sieben abends", "2026-11-24 18:30"),
    ("heute abend", "2026-11-24 19:00"),
    ("Heute Abend um 8", "2026-11-24 20:00"),
    ("heute abend um halb acht", "2026-11-24 19:30"),
    ("tonight at 8", "2026-11-24 20:00"),
    ("this evening", "2026-11-24 19:00"),
    ("heute nacht", "2026-11-24 21:00"),
    ("midnight", "2026-11-25 00:00"),
    ("24:00", "2026-11-25 00:00"),
    # Another day
    ("tomorrow 9:00", "2026-11-25 09:00"),
    ("9:00 tomorrow", "2026-11-25 09:00"),
    ("TOMORROW at 9AM", "2026-11-25 09:00"),
    ("tomorrow noon", "2026-11-25 12:00"),
    ("tomorrow morning at 8", "2026-11-25 08:00"),
    ("morgen 9 Uhr", "2026-11-25 09:00"),
    ("morgen um neun Uhr", "2026-11-25 09:00"),
    ("morgen früh", "2026-11-25 09:00"),
    ("morgen Nachmittag um 3", "2026-11-25 15:00"),
    ("the day after tomorrow 18:00", "2026-11-26 18:00"),
    ("übermorgen 18 Uhr", "2026-11-26 18:00"),
    ("uebermorgen 18 Uhr", "2026-11-26 18:00"),
    ("u\u0308bermorgen 18 Uhr", "2026-11-26 18:00"),
    # A weekday
    ("fri 18:30", "2026-11-27 18:30"),
    ("Friday at 6pm", "2026-11-27 18:00"),
    ("am Freitag um 18 Uhr", "2026-11-27 18:00"),
    ("9 Uhr am Freitag", "2026-11-27 09:00"),
    ("18 am Freitag", "2026-11-27 18:00"),
    ("Freitagabend", "2026-11-27 19:00"),
    ("nächste Woche Freitag 18:30", "2026-12-04 18:30"),
    ("friday next week 18:30", "2026-12-04 18:30"),
    ("Montag morgen", "2026-11-30 09:00"),
    ("tue 14:00", "2026-12-01 14:00"),
    ("next tuesday 16:00", "2026-12-01 16:00"),
    # A date
    ("2026-12-24 18:00", "2026-12-24 18:00"),
    ("2026-12-24T18:00:00", "2026-12-24 18:00"),
    ("24.12. 18:00", "2026-12-24 18:00"),
    ("24.12 18:00", "2026-12-24 18:00"),
    ("24.12.18 Uhr", "2026-12-24 18:00"),
    ("24.12.2026 18:00", "2026-12-24 18:00"),
    ("24.12.26, 18 Uhr", "2026-12-24 18:00"),
    ("24. Dezember um 18 Uhr", "2026-12-24 18:00"),
    ("Do, 24.12., 18:00 Uhr", "2026-12-24 18:00"),
    ("Donnerstag, den 24. Dezember 2026, um 18:00 Uhr", "2026-12-24 18:00"),
    ("Dec 24 18:00", "2026-12-24 18:00"),
    ("December 24th, 2026 at 6 pm", "2026-12-24 18:00"),
    ("24/12 18:00", "2026-12-24 18:00"),
    ("12/24/2026 18:00", "2026-12-24 18:00"),
    ("1. Januar 0:30", "2027-01-01 00:30"),
    ("may 5 9am", "2027-05-05 09:00"),
    # From now
    ("in 2 hours", "2026-11-24 17:00"),
    ("in 2 Stunden", "2026-11-24 17:00"),
    ("2 hours from now", "2026-11-24 17:00"),
    ("in 2h30", "2026-11-24 17:30"),
    ("in 1,5 Stunden", "2026-11-24 16:30"),
    ("in an hour and a half", "2026-11-24 16:30"),
    ("in anderthalb Stunden", "2026-11-24 16:30"),
    ("in 1 Stunde und 20 Minuten", "2026-11-24 16:20"),
    ("in half an hour", "2026-11-24 15:30"),
    ("in einer halben Stunde", "2026-11-24 15:30"),
    ("in einer Viertelstunde", "2026-11-24 15:15"),
    ("in 90 min", "2026-11-24 16:30"),
    ("in 3 days", "2026-11-27 15:00"),
    ("in 3 Tagen um 18 Uhr", "2026-11-27 18:00"),
    ("in einer Woche", "2026-12-01 15:00"),
    ("in a month", "2026-12-24 15:00"),
    ("in 2 Monaten um 18 Uhr", "2027-01-24 18:00"),
    ("in 1 month and 2 days", "2026-12-26 15:00"),
    ("in half a year", "2027-05-24 15:00"),
    ("in einem halben Jahr", "2027-05-24 15:00"),
    ("in one year", "2027-11-24 15:00"),
    ("in 12 months at 9:00", "2027-11-24 09:00"),
]


def test_a_time_is_what_the_person_means() -> None:
    assert [(text, wall(text)) for text, _ in MEANT] == MEANT


@pytest.mark.parametrize("text", ["now", "Now!", "right now", "jetzt", "sofort", "jetzt bitte"])
def test_now_is_now(text: str) -> None:
    when = parse(text, now=TUESDAY, zone=BERLIN, language="de")
    assert when.now
    assert when.utc == TUESDAY


def test_a_time_is_meant_in_the_zone_of_the_person() -> None:
    assert parse("18:30", now=TUESDAY, zone=BERLIN, language="de").utc == datetime(
        2026, 11, 24, 17, 30, tzinfo=UTC
    )
    when = parse("18:30", now=TUESDAY, zone=NEW_YORK, language="en")
    assert when.utc == datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert when.local.utcoffset() == timedelta(hours=-5)


def test_today_is_the_day_in_the_zone_of_the_person() -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=NEW_YORK)
    assert wall("tomorrow 9:00", late) == "2026-11-25 09:00"
    assert wall("tomorrow 9:00", late.astimezone(BERLIN)) == "2026-11-26 09:00"


REFUSED = [
    ("yesterday 18:00", Problem.IN_THE_PAST),
    ("gestern 18 Uhr", Problem.IN_THE_PAST),
    ("yesterday 8", Problem.IN_THE_PAST),
    ("last friday", Problem.IN_THE_PAST),
    ("letzten Freitag 18 Uhr", Problem.IN_THE_PAST),
    ("an hour earlier", Problem.IN_THE_PAST),
    ("2025-12-24 18:00", Problem.IN_THE_PAST),
    ("24.12.2025 18:00", Problem.IN_THE_PAST),
    ("3/4/2020 18:00", Problem.IN_THE_PAST),
    ("in 0 minutes", Problem.IN_THE_PAST),
    ("31 Feb", Problem.NO_SUCH_DATE),
    ("31. Februar 18 Uhr", Problem.NO_SUCH_DATE),
    ("31.02. 18:00", Problem.NO_SUCH_DATE),
    ("31/2 18:00", Problem.NO_SUCH_DATE),
    ("29.02. 18:00", Problem.NO_SUCH_DATE),
    ("2026-13-01 18:00", Problem.NO_SUCH_DATE),
    ("0000-01-01 00:00", Problem.NO_SUCH_DATE),
    ("25:00", Problem.NO_SUCH_TIME),
    ("18:60", Problem.NO_SUCH_TIME),
    ("24:01", Problem.NO_SUCH_TIME),
    ("morgen 99 Uhr", Problem.NO_SUCH_TIME),
    ("tomorrow", Problem.TIME_MISSING),
    ("übermorgen", Problem.TIME_MISSING),
    ("Freitag", Problem.TIME_MISSING),
    ("24.12.", Problem.TIME_MISSING),
    ("3/4", Problem.TIME_MISSING),
    ("9999-12-31 18:00", Problem.TOO_FAR),
    ("31.12.9999 23:59", Problem.TOO_FAR),
    ("9999-12-31T23:59-05:00", Problem.TOO_FAR),
    ("2027-11-25 15:01", Problem.TOO_FAR),
    ("in 2 years", Problem.TOO_FAR),
    ("in zwei Jahren", Problem.TOO_FAR),
    ("in 2 years 18:00", Problem.TOO_FAR),
    ("in 13 months", Problem.TOO_FAR),
    ("in anderthalb Jahren", Problem.TOO_FAR),
    ("in 999999999 years", Problem.TOO_FAR),
    ("24.12.2030 18:00", Problem.TOO_FAR),
    ("in 999999999999999999999999999999 hours", Problem.TOO_FAR),
    ("in 1.5 months", Problem.CONTRADICTORY),
    ("in 999999999 weeks", Problem.TOO_FAR),
    ("in 999999999.5 weeks", Problem.TOO_FAR),
    ("in 999999999 Stunden", Problem.TOO_FAR),
    ("0001-01-01T00:00+05:00", Problem.IN_THE_PAST),
    ("whenever", Problem.UNKNOWN_WORDS),
    ("before 18:00", Problem.UNKNOWN_WORDS),
    ("18:00-19:00", Problem.UNKNOWN_WORDS),
    ("2026-12-24 18:00-19:00", Problem.UNKNOWN_WORDS),
    ("18:00 19:00", Problem.CONTRADICTORY),
    ("fri sat 18:00", Problem.CONTRADICTORY),
    ("noon midnight", Problem.CONTRADICTORY),
    ("fri 24.12. 18:00", Problem.CONTRADICTORY),
    ("tomorrow 24.12. 18:00", Problem.CONTRADICTORY),
    ("today next tuesday 18:00", Problem.CONTRADICTORY),
    ("friday next week in 3 days 18:00", Problem.CONTRADICTORY),
    ("24.12. in 2 hours", Problem.CONTRADICTORY),
    ("in 2 hours 18:00", Problem.CONTRADICTORY),
    ("now 18:30", Problem.CONTRADICTORY),
    ("in -2 hours", Problem.UNKNOWN_WORDS),
    ("13 am", Problem.CONTRADICTORY),
    ("please", Problem.NOT_UNDERSTOOD),
]


def test_what_cannot_be_is_refused_with_the_reason() -> None:
    found = [(text, refusal(text)) for text, _ in REFUSED]
    assert found == [(text, (problem, [])) for text, problem in REFUSED]


def test_a_day_that_is_none_is_named() -> None:
    days = {
        "31.2.": (2027, 2, 31),
        "31.4. 9 Uhr": (2027, 4, 31),
        "29.2.2027": (2027, 2, 29),
        "29.2. 9 Uhr": (2027, 2, 29),
        "31st of this month 9am": (2026, 11, 31),
        "32.1. 9 Uhr": (2027, 1, 32),
        "2026-13-01 18:00": None,
        "fifth monday of february 9am": None,
    }
    for text, missing in days.items():
        with pytest.raises(WhenError) as refused:
            parse(text, now=TUESDAY, zone=BERLIN, language="en")
        assert (text, refused.value.missing) == (text, missing)
    assert missing_day("en", 2027, 2, 29) == "29 February 2027"
    assert missing_day("de", 2027, 4, 31) == "31. April"


@pytest.mark.parametrize("text", ["14:00", "2 pm", "today 14:00", "heute 14 Uhr", "heute um 14:00"])
def test_a_time_that_has_passed_today_is_offered_for_tomorrow(text: str) -> None:
    assert refusal(text) == (Problem.IN_THE_PAST, ["2026-11-25 14:00 CET"])


@pytest.mark.parametrize(("language", "limit"), [("en", "more than a year"), ("de", "ein Jahr")])
def test_a_time_too_far_ahead_is_refused_with_the_limit(language: str, limit: str) -> None:
    with pytest.raises(NotUnderstoodError) as refused:
        time_step.understand("in 2 years", Draft(), GERMAN, Moment(TUESDAY, BERLIN))
    assert limit in refused.value.sentence(language)
    assert "25. Nov. 2027, 15:00 (Europe/Berlin)" in refused.value.sentence(language)


def test_a_month_on_from_its_last_day_is_the_last_day_of_the_next() -> None:
    assert wall("in 1 month", datetime(2027, 1, 31, 12, 0, tzinfo=BERLIN)) == "2027-02-28 12:00"


def test_the_present_minute_has_passed() -> None:
    problem, _ = refusal("15:00", TUESDAY.replace(second=30))
    assert problem is Problem.IN_THE_PAST
    assert wall("15:01", TUESDAY.replace(second=59)) == "2026-11-24 15:01"


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("9", ["2026-11-24 21:00 CET", "2026-11-25 09:00 CET"]),
        ("um 8", ["2026-11-24 20:00 CET", "2026-11-25 08:00 CET"]),
        ("at eight o'clock", ["2026-11-24 20:00 CET", "2026-11-25 08:00 CET"]),
        ("tomorrow at 9", ["2026-11-25 09:00 CET", "2026-11-25 21:00 CET"]),
        ("9 am Freitag", ["2026-11-27 09:00 CET", "2026-11-27 21:00 CET"]),
        ("halb 7", ["2026-11-24 18:30 CET", "2026-11-25 06:30 CET"]),
        ("morgen halb eins", ["2026-11-25 00:30 CET", "2026-11-25 12:30 CET"]),
        ("viertel nach 6", ["2026-11-24 18:15 CET", "2026-11-25 06:15 CET"]),
        ("half past six", ["2026-11-24 18:30 CET", "2026-11-25 06:30 CET"]),
        ("3/4 18:00", ["2027-03-04 18:00 CET", "2027-04-03 18:00 CEST"]),
        ("3/4/2027 18:00", ["2027-03-04 18:00 CET", "2027-04-03 18:00 CEST"]),
    ],
)
def test_what_can_mean_several_times_is_asked_back(text: str, offered: list[str]) -> None:
    assert refusal(text) == (Problem.SEVERAL_WAYS, offered)


# The clocks change: in Berlin at 2:00 and 3:00, in New York at 2:00.

GAPS = [
    (BERLIN, "28.03.2027 02:30", ["2027-03-28 01:30 CET", "2027-03-28 03:30 CEST"]),
    (BERLIN, "2027-03-28 2:00", ["2027-03-28 01:00 CET", "2027-03-28 03:00 CEST"]),
    (NEW_YORK, "2027-03-14 2:30", ["2027-03-14 01:30 EST", "2027-03-14 03:30 EDT"]),
    (NEW_YORK, "14. März 2:30 Uhr", ["2027-03-14 01:30 EST", "2027-03-14 03:30 EDT"]),
]
OVERLAPS = [
    (BERLIN, "2027-10-31 02:30", ["2027-10-31 02:30 CEST", "2027-10-31 02:30 CET"]),
    (BERLIN, "31.10. 2:00", ["2027-10-31 02:00 CEST", "2027-10-31 02:00 CET"]),
    (NEW_YORK, "7 Nov 2027 1:30", ["2027-11-07 01:30 EDT", "2027-11-07 01:30 EST"]),
    (NEW_YORK, "nov 7 1:30 am", ["2027-11-07 01:30 EDT", "2027-11-07 01:30 EST"]),
]


@pytest.mark.parametrize(("zone", "text", "offered"), GAPS)
def test_a_time_that_the_clocks_skip_is_offered_before_and_after(
    zone: ZoneInfo, text: str, offered: list[str]
) -> None:
    present = TUESDAY.astimezone(zone)
    assert refusal(text, present, ["de"]) == (Problem.SKIPPED_BY_DST, offered)


@pytest.mark.parametrize(("zone", "text", "offered"), OVERLAPS)
def test_a_time_that_comes_twice_is_asked_back(
    zone: ZoneInfo, text: str, offered: list[str]
) -> None:
    present = TUESDAY.astimezone(zone)
    assert refusal(text, present, ["de"]) == (Problem.AMBIGUOUS_DST, offered)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("28.03.2027 01:59", "2027-03-28T00:59:00+00:00"),
        ("28.03.2027 03:00", "2027-03-28T01:00:00+00:00"),
        ("31.10.2027 01:59", "2027-10-30T23:59:00+00:00"),
        ("31.10.2027 03:00", "2027-10-31T02:00:00+00:00"),
    ],
)
def test_beside_the_change_of_the_clocks_all_is_as_usual(text: str, meant: str) -> None:
    assert parse(text, now=TUESDAY, zone=BERLIN, language="de").utc.isoformat() == meant


def test_hours_from_now_are_exact_while_days_keep_the_time_on_the_clock() -> None:
    eve = datetime(2027, 3, 27, 12, 0, tzinfo=BERLIN)
    assert wall("in 24 hours", eve) == "2027-03-28 13:00"
    assert wall("in 1 day", eve) == "2027-03-28 12:00"
    assert wall("in 1 day and 2 hours", eve) == "2027-03-28 14:00"


def test_days_and_hours_from_now_over_a_skipped_time_offer_both_with_the_hours() -> None:
    night = datetime(2027, 3, 27, 2, 30, tzinfo=BERLIN)
    expected = ["2027-03-28 04:30 CEST", "2027-03-28 05:30 CEST"]
    assert refusal("in 1 day and 2 hours", night) == (Problem.SKIPPED_BY_DST, expected)


def test_between_the_two_the_second_is_the_one_ahead() -> None:
    between = datetime(2027, 10, 31, 0, 45, tzinfo=UTC)
    when = parse("2:30", now=between, zone=BERLIN, language="de")
    assert when.utc == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "text", "offered"), [*GAPS, *OVERLAPS])
def test_every_offer_is_a_button_that_answers_with_that_very_moment(
    zone: ZoneInfo, text: str, offered: list[str]
) -> None:
    present = Moment(TUESDAY.astimezone(UTC), zone)
    with pytest.raises(NotUnderstoodError) as refused:
        time_step.understand(text, Draft(), GERMAN, present)
    buttons = refused.value.choices
    assert len({label for label, _ in buttons}) == 2
    for (label, value), expected in zip(buttons, offered, strict=True):
        assert label.endswith(expected[-len("00:00 CEST") :].strip())
        tap = decode(encode("time", 10**17, value))
        assert tap is not None
        answers = time_step.understand(tap.value, Draft(), GERMAN, present)
        assert isinstance(answers, dict)
        chosen = answers["scheduled_time"].astimezone(zone)
        assert f"{chosen:{MINUTES} %Z}" == expected


def test_offers_that_differ_by_the_day_alone_are_told_apart() -> None:
    with pytest.raises(NotUnderstoodError) as refused:
        time_step.understand("3/4 18:00", Draft(), GERMAN, Moment(TUESDAY, BERLIN))
    assert [label for label, _ in refused.value.choices] == [
        "Do. 4. März 2027, 18:00",
        "Sa. 3. Apr. 2027, 18:00",
    ]


def test_keeping_the_time_keeps_the_moment_whatever_the_zone_is_now() -> None:
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    draft = Draft(scheduled_time=second, wall_time="2027-10-31T02:30:00", timezone="Europe/Berlin")
    for zone in (BERLIN, NEW_YORK):
        present = Moment(TUESDAY, zone)
        rows = time_step.ask(draft, GERMAN, present).rows[:-1]
        answers = [
            time_step.understand(value, draft, GERMAN, present) for row in rows for _, value in row
        ]
        assert second in [each["scheduled_time"] for each in answers if isinstance(each, dict)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("an hour earlier", "2026-11-28 17:00"),
        ("eine Stunde früher", "2026-11-28 17:00"),
        ("1 Std. früher", "2026-11-28 17:00"),
        ("2 days earlier", "2026-11-26 18:00"),
        ("einen Tag eher", "2026-11-27 18:00"),
        ("-30 min", "2026-11-28 17:30"),
        ("-1 day", "2026-11-27 18:00"),
        ("a day later", "2026-11-29 18:00"),
        ("a week earlier", None),
    ],
)
def test_earlier_and_later_count_from_the_planned_time(said: str, expected: str | None) -> None:
    planned = Draft(
        scheduled_time=datetime(2026, 11, 28, 18, tzinfo=BERLIN), wall_time="2026-11-28T18:00:00"
    )
    present = Moment(TUESDAY, BERLIN)
    if expected is None:
        with pytest.raises(NotUnderstoodError, match="time_in_the_past"):
            time_step.understand(said, planned, GERMAN, present)
        return
    answers = time_step.understand(said, planned, GERMAN, present)
    assert isinstance(answers, dict)
    assert f"{answers['scheduled_time'].astimezone(BERLIN):{MINUTES}}" == expected


def test_a_button_whose_time_has_passed_is_refused() -> None:
    with pytest.raises(NotUnderstoodError) as refused:
        time_step.understand("2026-11-24T14:00+01:00", Draft(), GERMAN, Moment(TUESDAY, BERLIN))
    assert refused.value.key == "time_in_the_past"


@pytest.mark.parametrize(
    "rubbish",
    [
        "",
        " ",
        "\0",
        "18:30\0",
        "\ud800",
        "🙂",
        "\u202e03:81",
        "\ud83d\ude00",
        "in ² hours",
        "'; DROP TABLE scheduled_posts; --",
        "<b>18:30",
        "18:30" + " " * 10_000 + "x",
        "9" * 10_000,
        "in " + "1 h " * 2_500,
        "2026-12-24" * 1_000,
    ],
)
def test_rubbish_is_not_understood(rubbish: str) -> None:
    problem, choices = refusal(rubbish)
    assert problem in (Problem.NOT_UNDERSTOOD, Problem.UNKNOWN_WORDS, Problem.NO_SUCH_TIME)
    assert choices == []


@pytest.mark.parametrize(
    "phrase",
    ["1.01 ", "9 ", "3/4 1.01 ", "1 h and ", "halb 9 ", "next ", "a ", "1", "mogren ", "12 30 "],
)
@pytest.mark.parametrize("length", [120, 100_000])
def test_repetition_takes_no_time(phrase: str, length: int) -> None:
    started = process_time()
    with suppress(WhenError):
        parse((phrase * length)[:length], now=TUESDAY, zone=BERLIN, language="de")
    assert process_time() - started < 1


# Whatever is typed, whenever, wherever

UNHURRIED = settings(deadline=None)
"""The machine may be busy with other tests."""

ZONES = st.sampled_from(
    [BERLIN, NEW_YORK, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")]
)
PRESENTS = st.timedeltas(timedelta(0), timedelta(days=5000)).map(
    lambda passed: datetime(2024, 1, 1, tzinfo=UTC) + passed
)
WORDS = """
    mogren tonight weekend monatsende heiligabend advent first last of december utc est +5 30min
    nachts zone berlin time halb vor um so am 15. 2h 18h30 1830 2711 next übernächsten 1/2 ago +
    now in the at um am next nächste week Woche friday Freitag so 31 Feb 2. Dezember tomorrow morgen
    früh abends half halb viertel past nach 6 9 12 24 0 18:30 9.12 31.12. 3/4 pm Uhr 2 hours Tage
    und - 9999 2026-12-24 T24:00 999999999 999999999.5 weeks 1,5 midnight 02:30
    months Jahren
"""
PHRASES = st.lists(st.sampled_from(WORDS.split()), max_size=8).map(" ".join)


ANYTHING = st.text(st.characters(), max_size=130)
"""Also lone surrogates, marks that turn the direction, and digits of other scripts."""


@UNHURRIED
@given(
    text=st.one_of(ANYTHING, PHRASES),
    now=PRESENTS,
    zone=ZONES,
    language=st.sampled_from(LANGUAGES),
    day=st.none() | st.dates(date(2024, 1, 1), date(2040, 1, 1)),
)
@example("9999-12-31T23:59:59-23:59", TUESDAY.astimezone(UTC), BERLIN, "en", None)
@example("today 1/2h 10", TUESDAY.astimezone(UTC), BERLIN, "en", None)
@example("in 31 months to 9999", TUESDAY.astimezone(UTC), BERLIN, "en", None)
def test_whatever_is_typed_is_a_coming_time_or_a_refusal(
    text: str, now: datetime, zone: ZoneInfo, language: str, day: date | None
) -> None:
    try:
        moments: tuple[When, ...] = (parse(text, now=now, zone=zone, language=language, day=day),)
    except WhenError as error:
        moments = error.choices
        "".join(error.unknown).encode()
    for when in moments:
        assert when.utc.utcoffset() == timedelta(0)
        assert when.utc.tzinfo is UTC
        assert when.local.tzinfo is zone
        assert when.local == when.utc
        assert when.now or now < when.utc <= now + FARTHEST


FORMATS = [
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:00",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y um %H.%M Uhr",
    "%H:%M Uhr am %d.%m.%y",
    "%H:%M, %d %B %Y",
    "%B %d, %Y at %I:%M %p",
    "%A %d %b %Y %H:%M",
    "%d.%m. %H:%M",
    "%b %d %H:%M",
]


@UNHURRIED
@given(
    now=PRESENTS,
    zone=ZONES,
    days=st.integers(0, 364),
    clock=st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    written=st.sampled_from(FORMATS),
)
def test_the_clock_will_show_what_was_written(
    now: datetime, zone: ZoneInfo, days: int, clock: time, written: str
) -> None:
    meant = datetime.combine(now.astimezone(zone).date() + timedelta(days=days), clock)
    problem, offered = None, []
    try:
        when = parse(meant.strftime(written), now=now, zone=zone, language="de")
        assert when.local.replace(tzinfo=None) == meant
    except WhenError as error:
        problem, offered = (
            error.problem,
            [when.local.replace(tzinfo=None) for when in error.choices],
        )
    first, second = (meant.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if problem is Problem.DID_YOU_MEAN:  # without a year, and nearly one ahead
        assert offered == [meant]
    elif problem is Problem.IN_THE_PAST:
        assert min(first, second) <= now
    else:
        assert (problem is None) or first != second


@UNHURRIED
@given(now=PRESENTS, zone=ZONES, hours=st.integers(1, 200))
def test_a_moment_written_with_its_offset_is_read_back(
    now: datetime, zone: ZoneInfo, hours: int
) -> None:
    when = parse(f"in {hours} hours", now=now, zone=zone, language="de")
    assert when.utc == now.replace(microsecond=0) + timedelta(hours=hours)
    assert parse(when.local.isoformat(), now=now, zone=zone, language="de") == when


@UNHURRIED
@given(now=PRESENTS, zone=ZONES)
def test_quick_choices_are_ahead_in_order_and_readable(now: datetime, zone: ZoneInfo) -> None:
    choices = quick_choices(now, zone)
    assert choices == sorted(choices, key=lambda when: when.utc)
    assert all(now < when.utc <= now + timedelta(days=2) for when in choices)
    assert [
        parse(when.local.isoformat(), now=now, zone=zone, language="de") for when in choices
    ] == choices


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        ("2026-11-24 10:00", ["11:00", "18:00", "09:00", "18:00"]),
        ("2026-11-24 16:50", ["17:50", "09:00", "18:00"]),
        ("2026-11-24 23:30", ["09:00", "18:00"]),
        ("2026-11-25 00:30", ["09:00", "18:00", "09:00", "18:00"]),
        ("2026-11-25 05:50", ["09:00", "18:00", "09:00", "18:00"]),
    ],
)
def test_quick_choices_make_sense_at_their_hour(now: str, offered: list[str]) -> None:
    """Nothing in the middle of the night, and nothing twice."""
    present = datetime.fromisoformat(now).replace(tzinfo=BERLIN)
    assert [f"{when.local:%H:%M}" for when in quick_choices(present, BERLIN)] == offered


QUESTIONS = ["next friday 18:00", "6:30", "3/4 18:00", "am Wochenende", "10.11", "tue 23:59"]


@UNHURRIED
@given(
    now=PRESENTS,
    zone=ZONES,
    language=st.sampled_from(LANGUAGES),
    said=st.sampled_from(QUESTIONS),
)
def test_every_button_can_be_typed_word_for_word(
    now: datetime, zone: ZoneInfo, language: str, said: str
) -> None:
    present = Moment(now.replace(second=0, microsecond=0), zone)
    actor = Actor(id=1, chat_id=1, language=language, role=Role.AUTHOR)
    draft = Draft(scheduled_time=present.now + timedelta(days=3), wall_time="2027-01-01T00:00")
    rows = time_step.ask(draft, actor, present).rows[:-1]
    buttons = [button for row in rows for button in row]
    try:
        time_step.understand(said, draft, actor, present)
    except NotUnderstoodError as asked:
        buttons += asked.choices
    for shown, value in buttons:
        chosen = time_step.understand(value, draft, actor, present)
        assert chosen in meant(shown, draft, actor, present)


def meant(said: str, draft: Draft, actor: Actor, present: Moment) -> list[Reply]:
    """The answer; or those to choose from, in a night when the clocks change."""
    try:
        return [time_step.understand(said, draft, actor, present)]
    except NotUnderstoodError as asked:
        values = [value for _, value in asked.choices]
    return [time_step.understand(value, draft, actor, present) for value in values]
