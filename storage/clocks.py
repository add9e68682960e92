"""Clocks that differ: the admin hears once that one is wrong, and once that it is right again."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select

from storage.database import Repository
from storage.models import Notice
from storage.outbox import ADMIN, NoticeKind, notify

TOLERANCE = timedelta(minutes=1)

LOCK = 0x636C6F636B
"""Key of the advisory lock under which publishers take turns here: 'clock' in ASCII."""


class Clock(StrEnum):
    """Which one is wrong."""

    DATABASE = "clock_database"
    """Postgres' clock, by which posts are due, against the platform's."""
    MACHINE = "clock_machine"
    """The publisher's machine against Postgres'."""


class Clocks(Repository):
    def compare(self, *, host: str, here: float, there: float | None) -> None:
        """Tell what differs by more than a minute, and what does not any more.

        Args:
            host: whose clock `here` is.
            here, there: seconds since 1970 by this machine's clock and by the platform's; None if
                that has not told.
        """
        with self._database.transaction() as session:
            session.execute(select(func.pg_advisory_xact_lock(LOCK)))
            now: datetime = session.scalars(select(func.clock_timestamp())).one()
            ahead = {(Clock.MACHINE, host): datetime.fromtimestamp(here, UTC) - now}
            if there is not None:
                ahead[Clock.DATABASE, ""] = now - datetime.fromtimestamp(there, UTC)
            for (clock, where), difference in ahead.items():
                detail = {"error_class": clock, "host": where}
                last = session.scalars(
                    select(Notice.kind)
                    .where(
                        Notice.audience == ADMIN,
                        Notice.kind.in_([NoticeKind.CLOCK, NoticeKind.CLOCK_IS_RIGHT]),
                        Notice.detail.contains(detail),
                    )
                    .order_by(Notice.id.desc())
                    .limit(1)
                ).first()
                is_wrong = abs(difference) > TOLERANCE
                if is_wrong == (last == NoticeKind.CLOCK):
                    continue
                kind = NoticeKind.CLOCK if is_wrong else NoticeKind.CLOCK_IS_RIGHT
                seconds = difference.total_seconds()
                notify(session, kind, ADMIN, error_class=clock, host=where, seconds=seconds)
