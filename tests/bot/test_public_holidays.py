"""Public holidays, read in a process of its own."""

from datetime import date

from bot.public_holidays import holidays_of
from publisher.media.isolated import start_server
from tests.files_left import files_left


def test_a_holiday_has_its_day_and_the_name_that_its_country_has_for_it() -> None:
    assert ("Heiliger Abend", date(2027, 12, 24)) in holidays_of("AT", 2027, "de")
    assert ("Canada Day", date(2027, 7, 1)) in holidays_of("CA", 2027, "en")


def test_holidays_are_known_where_no_process_can_be_started() -> None:
    start_server()
    with files_left(1):
        found = holidays_of("DE", 2028, "de")
    assert ("Tag der Deutschen Einheit", date(2028, 10, 3)) in found
