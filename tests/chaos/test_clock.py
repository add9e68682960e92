"""Times that do not exist, or exist twice, asked of the bot as a process."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.chaos.conftest import Deployment
from tests.end_to_end.chat import Person
from tests.spoken import spoken

ZONES = ("Europe/Berlin", "America/New_York")
"""Their clocks change in different weeks: one of each kind of change is always less than a year
away, and that is how far ahead people may plan."""

HALF_AN_HOUR = timedelta(minutes=30)


def _next_change(*, forward: bool) -> tuple[datetime, str]:
    """The next hour (UTC) at which clocks are put forward, or back, and the zone.

    Not within the hour: of a time that exists twice, the first may be over by then.
    """
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + 2 * HALF_AN_HOUR
    while True:
        hour += timedelta(hours=1)
        for zone in ZONES:
            before, after = (_offset(hour + step, zone) for step in (-HALF_AN_HOUR, timedelta()))
            if (after > before) if forward else (after < before):
                return hour, zone


def _offset(moment: datetime, zone: str) -> timedelta:
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset


async def test_a_time_that_does_not_exist_or_exists_twice_is_asked_about(
    deployment: Deployment, anna: Person
) -> None:
    """Row 19: daylight saving; the person is asked, never guessed at."""
    change, zone = _next_change(forward=True)
    skipped = (change - HALF_AN_HOUR).astimezone(ZoneInfo(zone)) + 2 * HALF_AN_HOUR
    back, other_zone = _next_change(forward=False)
    twice = (back + HALF_AN_HOUR).astimezone(ZoneInfo(other_zone))
    deployment.bot()
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    for said, seen in (
        ("photo", spoken("ask_caption")),
        ("none", "hashtags?"),
        ("none", spoken("ask_time")),
    ):
        await anna.sends(said)
        await anna.sees(seen)
    for moment, zone_, seen in (
        (skipped, zone, spoken("time_skipped_by_dst")),
        (twice, other_zone, spoken("time_ambiguous_dst")),
    ):
        await anna.sends(f"/timezone {zone_}")
        await anna.sees(zone_)
        await anna.sends(f"{moment:%Y-%m-%d %H:%M}")
        await anna.sees(seen)
    assert deployment.ledger.statuses() == {}
    await anna.taps(await anna.sees_button(f" {twice:%Z}"))
    await anna.sees(spoken("ask_confirm"))
    assert deployment.ledger.rows("SELECT scheduled_time FROM drafts") == [(back + HALF_AN_HOUR,)]
