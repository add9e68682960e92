"""Public holidays, read in a process of its own."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date

from bot.public_holidays import holidays_of
from publisher.media.isolated import start_server


def test_a_holiday_has_its_day_and_the_name_that_its_country_has_for_it() -> None:
    assert ("Heiliger Abend", date(2027, 12, 24)) in holidays_of("AT", 2027, "de")
    assert ("Canada Day", date(2027, 7, 1)) in holidays_of("CA", 2027, "en")


def test_holidays_are_known_where_no_process_can_be_started() -> None:
    start_server()
    with files_left(1):
        found = holidays_of("DE", 2028, "de")
    assert ("Tag der Deutschen Einheit", date(2028, 10, 3)) in found


@contextmanager
def files_left(count: int) -> Iterator[None]:
    """So many can be opened; a pipe to a new process needs two."""
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = [os.open(os.devnull, os.O_RDONLY)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(taken) + count + 1, most))
    try:
        with suppress(OSError):
            while True:
                taken.append(os.dup(taken[0]))
        for _ in range(count):
            os.close(taken.pop())
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))
        for one in taken:
            os.close(one)
