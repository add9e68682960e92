"""What a language's own sentences mean, kind by kind, and what is asked rather than guessed.

Where `test_when.py` has phrases that mean the same whoever types them, these depend on the
person's language, or stand for a kind in which a time could be misunderstood without a word.
"""

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.when import Problem, WhenError, grammar, parse, typos, words
from tests.bot.test_when import BERLIN, NEW_YORK, TUESDAY, refused, wall

EN, DE = "en", "de"


def understood(text: str, language: str, now: datetime = TUESDAY) -> str:
    return wall(text, now, [language])[5:]


def offered(text: str, language: str, now: datetime = TUESDAY) -> list[str]:
    """The moments to choose from, and the days whose hour is open."""
    error = refused(text, language, now)
    return [f"{when.local:%m-%d %H:%M}" for when in error.choices] + [
        f"{day:%m-%d}" for day in error.days
    ]


ORDINARY = [
    # Glued am and pm are English whoever writes them; a German "am" is "on"
    (DE, "12:30am 24.12.", "12-24 00:30"),
    (DE, "6pm 24.12.", "12-24 18:00"),
    (DE, "12:30 am 24.12.", "12-24 12:30"),
    (DE, "18 Uhr am Freitag", "11-27 18:00"),
    (DE, "um 9 Uhr am Morgen", "11-25 09:00"),
    (DE, "8 am Abend", "11-24 20:00"),
    (EN, "12:30 am 24.12.", "12-24 00:30"),
    (EN, "um 8 am Abend", "11-24 20:00"),
    # A sentence in the other language is understood where it is unmistakable
    (EN, "do 18 Uhr", "11-26 18:00"),
    (EN, "morgen 9 Uhr", "11-25 09:00"),
    (DE, "tomorrow 9am", "11-25 09:00"),
    (DE, "in an hour", "11-24 16:00"),
    (DE, "Do 18:00", "11-26 18:00"),
    (DE, "So 18:00", "11-29 18:00"),
    (DE, "So., 18 Uhr", "11-29 18:00"),
    # Digits without a colon
    (DE, "1830", "11-24 18:30"),
    (DE, "18h", "11-24 18:00"),
    (EN, "18h30", "11-24 18:30"),
    (DE, "18.30h", "11-24 18:30"),
    (EN, "5p", "11-24 17:00"),
    (EN, "630 pm", "11-24 18:30"),
    (DE, "18-30", "11-24 18:30"),
    (DE, "2711 18 Uhr", "11-27 18:00"),
    (DE, "20261224 1800", "12-24 18:00"),
    (EN, "20261224T1800", "12-24 18:00"),
    # Durations without "in", halves, number words
    (EN, "2h", "11-24 17:00"),
    (DE, "30 min", "11-24 15:30"),
    (EN, "+15 min", "11-24 15:15"),
    (DE, "eine halbe Stunde", "11-24 15:30"),
    (DE, "in dreieinhalb Stunden", "11-24 18:30"),
    (EN, "in 1½ hours", "11-24 16:30"),
    (EN, "in two and a half hours", "11-24 17:30"),
    (DE, "in vierundzwanzig Stunden", "11-25 15:00"),
    (DE, "um achtzehn Uhr dreißig", "11-24 18:30"),
    (EN, "seven thirty pm", "11-24 19:30"),
    (EN, "twenty past eight in the evening", "11-24 20:20"),
    (DE, "fünf vor halb acht abends", "11-24 19:25"),
    (EN, "5 hours after noon", "11-24 17:00"),
    (DE, "eine Stunde vor Mitternacht", "11-24 23:00"),
    (EN, "seven oh five pm", "11-24 19:05"),
    # Polite words, emoji, marks
    (DE, "poste es bitte morgen um 9:00 😊", "11-25 09:00"),
    (EN, "ok, let's say “tomorrow 9am” 👍🏽", "11-25 09:00"),
    (EN, "⏰ 18：30", "11-24 18:30"),
    (EN, "\u200etomorrow 9am", "11-25 09:00"),
    (DE, "Zeit: Freitag 18 Uhr", "11-27 18:00"),
    (DE, "nein, besser Freitag 18 Uhr", "11-27 18:00"),
    (DE, "es soll am Freitag um 18 Uhr raus", "11-27 18:00"),
    (EN, "no, make it friday 6pm instead", "11-27 18:00"),
    (EN, "change the time to friday 6pm :)", "11-27 18:00"),
    # Digits of other scripts
    (EN, "١٨:٣٠", "11-24 18:30"),
    (DE, "१८:३०", "11-24 18:30"),
    (EN, "𝟭𝟴:𝟯𝟬", "11-24 18:30"),
    # A time of the day behind a distance, and a date behind a time of the day
    (DE, "in 11 Tagen 18h30", "12-05 18:30"),
    (EN, "in 5 days, 0900 hrs", "11-29 09:00"),
    (DE, "Samstag in einer Woche 18h30", "12-05 18:30"),
    (EN, "18h30 on wednesday", "11-25 18:30"),
    (DE, "9 Uhr 25.11.", "11-25 09:00"),
    (DE, "um 9 Uhr 5. Dezember", "12-05 09:00"),
    (DE, "neun Uhr 1. Advent", "11-29 09:00"),
    (EN, "18h30 dec 5", "12-05 18:30"),
    (DE, "am 24. 12. um 18 Uhr", "12-24 18:00"),
    (DE, "27.11./18:00", "11-27 18:00"),
    (EN, "12-31 11:59pm", "12-31 23:59"),
    (EN, "03-Dec-26 18:00", "12-03 18:00"),
    # Days of the month, of weeks to come, and ends
    (EN, "january 5 next year 6pm", "01-05 18:00"),
    (DE, "24.12. dieses Jahr um 18 Uhr", "12-24 18:00"),
    (EN, "a week today at 6pm", "12-01 18:00"),
    (EN, "two weeks tomorrow 6pm", "12-09 18:00"),
    (DE, "am 15. um 18 Uhr", "12-15 18:00"),
    (DE, "Freitag den 27. um 18 Uhr", "11-27 18:00"),
    (EN, "20th of next month at 6pm", "12-20 18:00"),
    (DE, "Samstag in einer Woche 9:30 Uhr", "12-05 09:30"),
    (DE, "übernächsten Montag 9 Uhr", "12-07 09:00"),
    (EN, "a week from tomorrow at 18:00", "12-02 18:00"),
    (EN, "3 fridays from now 18:00", "12-11 18:00"),
    (EN, "first wednesday of december 6pm", "12-02 18:00"),
    (DE, "am letzten Tag des Monats 18 Uhr", "11-30 18:00"),
    (EN, "eom 6pm", "11-30 18:00"),
    # Days with a name
    (DE, "Heiligabend 18 Uhr", "12-24 18:00"),
    (DE, "Silvester 23:59", "12-31 23:59"),
    (DE, "Karfreitag 10 Uhr", "03-26 10:00"),
    (DE, "am 1. Weihnachtstag 10 Uhr", "12-25 10:00"),
    (DE, "1. Advent 9:30 Uhr", "11-29 09:30"),
    (EN, "christmas eve 6pm", "12-24 18:00"),
    (EN, "new year's eve 11pm", "12-31 23:00"),
    (EN, "black friday 9am", "11-27 09:00"),
    (EN, "thanksgiving 9am", "11-26 09:00"),
    (EN, "easter sunday 10am", "03-28 10:00"),
    (EN, "the day after christmas at 6pm", "12-26 18:00"),
    (EN, "day after new year's eve 6pm", "01-01 18:00"),
    (DE, "am Tag vor Heiligabend 18 Uhr", "12-23 18:00"),
    (DE, "zwei Tage vor Heiligabend 18 Uhr", "12-22 18:00"),
    # Nights, and the same time
    (DE, "nachts um 1", "11-25 01:00"),
    (DE, "heute Nacht um 12", "11-25 00:00"),
    (DE, "12 nachts", "11-25 00:00"),
    (EN, "12 noon tomorrow", "11-25 12:00"),
    (EN, "tonight at 1", "11-25 01:00"),
    (EN, "same time tomorrow", "11-25 15:00"),
    (DE, "morgen zur gleichen Zeit", "11-25 15:00"),
    # Another zone
    (DE, "18:00 UTC", "11-24 19:00"),
    (DE, "18 Uhr MEZ", "11-24 18:00"),
    (DE, "9 Uhr morgen Londoner Zeit", "11-25 10:00"),
    (EN, "18:00 UTC+2", "11-24 17:00"),
    (EN, "23:00Z", "11-25 00:00"),
    (EN, "27 nov 6pm +0200", "11-27 17:00"),
    (EN, "27 nov 18:00 AEDT", "11-27 08:00"),
]


def test_ordinary_words_are_understood() -> None:
    found = [(language, text, understood(text, language)) for language, text, _ in ORDINARY]
    assert found == ORDINARY


@pytest.mark.parametrize(
    ("language", "text", "choices"),
    [
        (EN, "next friday 18:30", ["11-27 18:30", "12-04 18:30"]),
        (DE, "nächsten Freitag 18:30", ["11-27 18:30", "12-04 18:30"]),
        (DE, "nächsten Freitag", ["11-27", "12-04"]),
        (EN, "tue 16:00", ["11-24 16:00", "12-01 16:00"]),
        (EN, "friday midnight", ["11-27 00:00", "11-28 00:00"]),
        (DE, "morgen um Mitternacht", ["11-25 00:00", "11-26 00:00"]),
        (DE, "Freitag nachts um 1", ["11-27 01:00", "11-28 01:00"]),
        (EN, "friday 2:30", ["11-27 02:30", "11-27 14:30"]),
        (EN, "8 20", ["11-24 20:20", "11-25 08:20"]),
        (DE, "morgen 8 20 Uhr", ["11-25 08:20", "11-25 20:20"]),
        (EN, "tomorrow 3 15", ["11-25 03:15", "11-25 15:15"]),
        (DE, "6:30", ["11-24 18:30", "11-25 06:30"]),
        (EN, "18h30m", ["11-24 18:30", "11-25 09:30"]),
        (DE, "in 11 Tagen 9h", ["12-05 09:00", "12-06 00:00"]),
        (DE, "10.11", ["11-24 22:11", "11-25 10:11", "11-10"]),
        (DE, "20.10. 18 Uhr", ["10-20 18:00"]),
        (EN, "11/23 6pm", ["11-23 18:00"]),
        (DE, "so 18 Uhr", ["11-24 18:00", "11-29 18:00"]),
        (DE, "So um 18 Uhr", ["11-24 18:00", "11-29 18:00"]),
        (DE, "so etwa um 18 Uhr", ["11-24 18:00"]),
        (EN, "9 am Freitag", ["11-27 09:00", "11-27 21:00"]),
        (DE, "8h", ["11-24 23:00", "11-25 08:00"]),
        (DE, "in 8 Tagen um 18 Uhr", ["12-01 18:00", "12-02 18:00"]),
        (DE, "am Wochenende um 18 Uhr", ["11-28 18:00", "11-29 18:00"]),
        (DE, "Weihnachten 18 Uhr", ["12-24 18:00", "12-25 18:00"]),
        (EN, "6pm EDT", ["11-24 23:00", "11-25 00:00"]),
        (EN, "5 to 8pm", ["11-24 19:55"]),
        (EN, "by 6pm", ["11-24 18:00"]),
        (EN, "2 days", ["11-26 15:00"]),
        (DE, "freitags 18 Uhr", ["11-27 18:00"]),
        (DE, "Fr 18 20 Uhr", ["11-27 18:20", "12-18 20:00"]),
        (EN, "next month 9am", ["12-01 09:00", "12-24 09:00"]),
        (EN, "beginning of december 9am", ["12-01 09:00"]),
        (DE, "Montag nach Ostern 10 Uhr", ["03-29 10:00", "04-05 10:00"]),
        (EN, "next christmas 10am", ["12-25 10:00"]),
        (EN, "tomorrow 9am New York", ["11-25 15:00"]),
        (EN, "an hour before 9", ["11-24 20:00", "11-25 08:00"]),
        (EN, "183015", ["11-24 18:30"]),
    ],
)
def test_what_could_mean_another_time_is_asked(
    language: str, text: str, choices: list[str]
) -> None:
    assert offered(text, language) == choices


@pytest.mark.parametrize(
    ("language", "text", "choice"),
    [
        (DE, "Donnertsag 18:00", "11-26 18:00"),
        (DE, "morgen 9 Urh", "11-25 09:00"),
        (DE, "24. Dezmber 18 Uhr", "12-24 18:00"),
        (DE, "in einer Stude", "11-24 16:00"),
        (DE, "Sontag 10 Uhr", "11-29 10:00"),
        (DE, "heiligabent 18 Uhr", "12-24 18:00"),
        (EN, "wensday 6pm", "11-25 18:00"),
        (EN, "tomrrow 9am", "11-25 09:00"),
        (EN, "decembre 24 6pm", "12-24 18:00"),
        (EN, "in 30 mintues", "11-24 15:30"),
    ],
)
def test_a_slip_is_one_question_and_never_taken(language: str, text: str, choice: str) -> None:
    assert refused(text, language).problem is Problem.DID_YOU_MEAN
    assert offered(text, language) == [choice]


@pytest.mark.parametrize(
    ("language", "text", "unknown"),
    [
        (EN, "do 6pm", ["do"]),
        (EN, "do 18:00 please", ["do"]),
        (EN, "tomorrow 9am foo", ["foo"]),
        (EN, "don't post tomorrow 9am", ["don't"]),
        (DE, "nicht morgen 9 Uhr", ["nicht"]),
        (DE, "Sonnenuntergang am Strand 18:30 #Meer", ["Sonnenuntergang", "Strand", "#Meer"]),
        (EN, "tomorrow or friday 9am", ["or"]),
        (DE, "jeden Freitag 18 Uhr", ["jeden"]),
        (EN, "24 likes in 2 hours", ["likes"]),
        (EN, "x" * 80, ["x" * 30]),
        (EN, "morgen \ud800abc", ["abc"]),
    ],
)
def test_what_is_not_understood_is_named(language: str, text: str, unknown: list[str]) -> None:
    error = refused(text, language)
    assert error.problem is Problem.UNKNOWN_WORDS
    assert error.unknown == tuple(unknown)
    assert not error.choices


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        (DE, "Samstag", date(2026, 11, 28)),
        (EN, "the 15th", date(2026, 12, 15)),
        (EN, "dec 19", date(2026, 12, 19)),
        (DE, "Heiligabend", date(2026, 12, 24)),
        (EN, "2026-11-27", date(2026, 11, 27)),
    ],
)
def test_a_day_without_an_hour_is_given_and_the_hour_belongs_to_it(
    language: str, text: str, day: date
) -> None:
    assert refused(text, language).days == (day,)
    when = parse("18:30", now=TUESDAY, zone=BERLIN, language=language, day=day)
    assert f"{when.local:%Y-%m-%d %H:%M}" == f"{day} 18:30"
    called = f"{day:%A} 18:30"
    assert parse(called, now=TUESDAY, zone=BERLIN, language=EN, day=day) == when
    elsewhen = parse("tomorrow 9:00", now=TUESDAY, zone=BERLIN, language=language, day=day)
    assert elsewhen.local.day == 25


@pytest.mark.parametrize("text", ["tonight", "this evening", "heute Abend"])
def test_an_evening_that_has_begun_is_asked_for_its_hour(text: str) -> None:
    late = TUESDAY.replace(hour=20)
    for language in (EN, DE):
        error = refused(text, language, late)
        assert (error.problem, error.days) == (Problem.TIME_MISSING, (date(2026, 11, 24),))


def test_an_abbreviation_of_a_zone_is_asked_where_its_clocks_have_changed() -> None:
    summer = datetime(2026, 7, 1, 9, tzinfo=NEW_YORK)
    assert offered("6pm EST", EN, summer) == ["07-01 18:00", "07-01 19:00"]
    assert understood("6pm ET", EN, summer) == "07-01 18:00"


def test_a_day_counted_in_another_zone_is_asked_where_it_is_another_day_there() -> None:
    late = datetime(2026, 11, 24, 22, tzinfo=NEW_YORK)
    assert offered("tomorrow 9:00 UTC", EN, late) == ["11-25 04:00", "11-26 04:00"]


def test_a_holiday_is_the_one_of_the_persons_country() -> None:
    october = datetime(2026, 10, 1, 9, tzinfo=ZoneInfo("America/Toronto"))
    assert understood("thanksgiving 9am", EN, october) == "10-12 09:00"


NO_TIMES = {
    EN: "5-6 pm|9:30 - 11:00|6pm to 7pm|from 9 to 10|monday to friday|weekdays at 9am|not at 6pm"
    "|every other friday 6pm|6 or 7pm|before 6pm|since 6pm|last monday 6pm|2 hours ago|an hour ago"
    "|tomorrow friday saturday|2 hours before friday|in 2-3 hours|in an hour at 6pm|1/2/3|$18.30"
    "|192.168.0.1|room 1830|feb 30 6pm|christmas eve dec 23 6pm|easter monday jan 1 6pm"
    "|24:30|13 am|7:99 am|good morning|see you at 8|may|second"
    "|friday in 2 hours|monday dec 24 6pm|tonight's menu: 3 courses|1 adult|4a.|now or never|am"
    "|24 hours in Paris|only 2 days|top 10|date night friday|time for lunch",
    DE: "18-19 Uhr|von 9:30 - 11:00|18 bis 19 Uhr|Mo bis Fr 9 Uhr|Mo-Fr 9 Uhr|werktags 9 Uhr"
    "|alle 2 Stunden|nicht morgen 9 Uhr|montags und donnerstags 18 Uhr|18 oder 19 Uhr|bis 18 Uhr"
    "|nach 18 Uhr|letzten Freitag 18 Uhr|vor 2 Stunden|14. - 15.10.|so ein Tag|für 2 Stunden"
    "|in 2-3 Stunden|2 oder 3 Tage|18,50 Euro|030 1234567|31.11. 18 Uhr"
    "|Heiligabend 23.12. 18 Uhr|25:00 Uhr|18 Uhr 75"
    "|Guten Morgen|schönen Abend noch|ein Angebot|Tagesschau 20 Uhr|nächsten 5|jetzt nicht|Mai"
    "|So schön|noch 3 Tage|24 Stunden in Paris|Zeit für Mittag",
}


@pytest.mark.parametrize("language", NO_TIMES)
def test_what_is_no_time_is_never_taken_for_one(language: str) -> None:
    for text in NO_TIMES[language].split("|"):
        with pytest.raises(WhenError):
            pytest.fail(f"{text}: {parse(text, now=TUESDAY, zone=BERLIN, language=language)}")


FRENCH = """
countries = ["FR", "CH"]
counted = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze"
ranked = "premier deuxième troisième"
half = '(?P<half>(?!))'
no_zones = "et, est, art"

[syntax]
hour_mark = 'heures?'
articles = 'le'
conjunction = 'et'
ahead = 'dans'

[phrases]
"day_ahead=0 part=EVENING" = "ce soir"
"day_ahead=1" = "demain"
"part=NOON" = "midi"

[units]
60 = "min, minute, minutes"
3600 = "h, heure, heures"

[signs]
-1 = "moins"

[quarters]
15 = "et quart"

[holidays]
"easter+1" = "lundi de pâques"

[fillers]
nothing = "le, à, s'il te plaît"
"""


@pytest.fixture
def with_french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    shutil.copytree(words.LANGUAGES, tmp_path, dirs_exist_ok=True)
    (tmp_path / "fr.toml").write_text(FRENCH, encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(words, "LANGUAGES", tmp_path)
        forget_languages()
        yield
    forget_languages()


def forget_languages() -> None:
    for cached in (words.vocabularies, grammar.one_grammar, typos.no_slips):
        cached.cache_clear()


IN_FRENCH = [
    ("demain à 18 heures", "11-25 18:00"),
    ("demain à 18h30, s'il te plaît", "11-25 18:30"),
    ("vendredi 27 novembre 9:30", "11-27 09:30"),
    ("le 24 décembre à 18h", "12-24 18:00"),
    ("dans deux heures et 20 minutes", "11-24 17:20"),
    ("ce soir", "11-24 19:00"),
    ("lundi de Pâques à midi", "03-29 12:00"),
    ("Armistice 2027 18:00", "11-11 18:00"),
    ("morgen 9 Uhr", "11-25 09:00"),
    ("tomorrow 9am", "11-25 09:00"),
]


@pytest.mark.usefixtures("with_french")
def test_another_language_is_one_more_vocabulary_and_takes_nothing_from_the_others() -> None:
    found = [(text, understood(text, "fr")) for text, _ in IN_FRENCH]
    assert found == IN_FRENCH
    assert understood("tomorrow 9am", EN) == "11-25 09:00"
    assert understood("demain à 18 heures", DE) == "11-25 18:00"
    assert offered("9 am Freitag", DE) == ["11-27 09:00", "11-27 21:00"]


def test_a_language_without_a_vocabulary_is_read_as_english() -> None:
    assert understood("tomorrow 9am", "fi") == "11-25 09:00"
