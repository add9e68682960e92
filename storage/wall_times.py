"""The hours that people meant, kept when the rules of their zone change after they have planned.

Governments change them, and a new release of the zone database brings that. What counts is what a
person's clock will show.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import case, func, select, update

from storage.database import Repository
from storage.draft_changes import is_open
from storage.lifecycle import CHANGEABLE, Status
from storage.models import Draft, Post

WAITING = CHANGEABLE | {Status.HELD}


class WallTimes(Repository):
    def keep(self) -> list[int]:
        """Move what is planned, or to be, to the moment at which it is that hour now; returns the
        posts."""
        ahead = (Post.wall_time.is_not(None), Post.scheduled_time > func.now())
        planned = select(Post.id, Post.scheduled_time, Post.wall_time, Post.timezone)
        with self._database.single() as session:
            rows = session.execute(planned.where(Post.status.in_(WAITING), *ahead)).all()
        moved = [
            (number, time, meant)
            for number, time, wall, zone in rows
            if time and wall and (meant := _moment(time, wall, zone)) != time
        ]
        self._keep_of_drafts()
        return [number for number, *times in moved if self._is_moved(number, *times)]

    def _keep_of_drafts(self) -> None:
        """Nobody need hear of it: nothing is planned yet."""
        ahead = (Draft.wall_time.is_not(None), Draft.scheduled_time > func.now())
        begun = select(Draft.id, Draft.scheduled_time, Draft.wall_time, Draft.timezone)
        with self._database.single() as session:
            rows = session.execute(begun.where(is_open(), *ahead)).all()
        for number, time, wall, zone in rows:
            if time and wall and (meant := _moment(time, wall, zone)) != time:
                this = update(Draft).where(Draft.id == number, Draft.scheduled_time == time)
                with self._database.single() as session:
                    session.execute(this.values(scheduled_time=meant))

    def _is_moved(self, number: int, planned: datetime, meant: datetime) -> bool:
        now = func.greatest(meant, func.now())
        with self._database.single() as session:
            changed = (
                update(Post)
                .where(Post.id == number, Post.status.in_(WAITING), Post.scheduled_time == planned)
                .values(
                    scheduled_time=meant,
                    next_attempt_at=case(
                        (Post.next_attempt_at == planned, now), else_=Post.next_attempt_at
                    ),
                    preflighted_at=None,
                )
            )
            return session.scalar(changed.returning(Post.id)) is not None


def _moment(planned: datetime, wall: str, zone: str) -> datetime:
    """As it was planned, if it is that hour then; of an hour that comes twice, either will do."""
    try:
        there, said = ZoneInfo(zone), datetime.fromisoformat(wall)
    except (ZoneInfoNotFoundError, ValueError):
        return planned
    if planned.astimezone(there).replace(tzinfo=None) == said:
        return planned
    return said.replace(tzinfo=there).astimezone(UTC)
