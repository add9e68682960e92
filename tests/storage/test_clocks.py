"""A clock that is wrong by more than a minute is named once, and withdrawn once."""

import time

import pytest
from sqlalchemy import select

from storage.clocks import Clocks
from storage.database import Database
from storage.models import Notice


@pytest.mark.parametrize("off", [-400.0, 400.0])
@pytest.mark.parametrize("which", ["clock_machine", "clock_database"])
def test_a_wrong_clock_is_named_once_with_how_much_and_withdrawn(
    database: Database, which: str, off: float
) -> None:
    clocks = Clocks(database)
    for wrong in (0.0, 59.0, off, off, 0.0, 0.0, off):
        now = time.time()
        here = now + (wrong if which == "clock_machine" else 0)
        there = now - (wrong if which == "clock_database" else 0)
        clocks.compare(host="attic", here=here, there=there)
    clocks.compare(host="cellar", here=time.time(), there=None)
    with database.transaction() as session:
        told = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [notice.kind for notice in told] == ["clock", "clock_is_right", "clock"]
    assert {notice.detail["error_class"] for notice in told} == {which}
    assert told[0].detail["seconds"] == pytest.approx(off, abs=30)
