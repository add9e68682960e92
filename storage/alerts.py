"""What is wrong and lasts: told once, not repeated meanwhile, withdrawn once it is well again."""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage.database import Repository
from storage.facts import OpenAlert
from storage.lasting import is_open, note
from storage.models import Alert
from storage.outbox import ADMIN, NoticeKind, notify
from storage.trail import about, new_event

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trouble:
    """Something that is wrong at the moment."""

    kind: NoticeKind
    subject: str = ""
    """What it is about; '' if there can be only one."""
    detail: dict[str, Any] = field(default_factory=dict)


class Alerts(Repository):
    def settle(
        self,
        raised: Sequence[Trouble] = (),
        over: Sequence[OpenAlert] = (),
        unsaid: Sequence[OpenAlert] = (),
    ) -> None:
        """Tell what is wrong by now, and what is not any more: each kind in one message.

        Args:
            unsaid: what is over as well, and of which nobody need hear.
        """
        with self._database.transaction() as session:
            for kind, troubles in _by_kind(raised):
                fresh = [each for each in troubles if not is_open(session, kind, each.subject)]
                _raise(session, NoticeKind(kind), fresh)
            _withdraw(session, [*over, *unsaid])
            for kind, alerts in _by_kind(over):
                told = [alert.detail for alert in alerts]
                ids, event = [alert.id for alert in alerts], alerts[0].event
                detail: dict[str, Any] = {"over": kind, "alerts": told, "ids": ids}
                with about(event=event):
                    notify(session, NoticeKind.ALERT_OVER, ADMIN, **detail)

    def shown(self, notice_id: int, message_id: int) -> None:
        """The notice was sent, as this message."""
        of_it = update(Alert).where(Alert.notice_id == notice_id)
        with self._database.single() as session:
            session.execute(of_it.values(message_id=message_id))

    def message_of(self, ids: Collection[int]) -> int | None:
        """The message that told of the first of these alerts, if one did."""
        found = select(Alert.message_id).where(Alert.id.in_(ids), Alert.message_id.is_not(None))
        with self._database.single() as session:
            return session.scalar(found.order_by(Alert.id).limit(1))


def _raise(session: Session, kind: NoticeKind, troubles: Sequence[Trouble]) -> None:
    if not troubles:
        return
    with about(event=new_event()):
        (notice,) = notify(session, kind, ADMIN, alerts=[each.detail for each in troubles])
        for each in troubles:
            note(session, notice, each.subject, each.detail)


def _withdraw(session: Session, alerts: Iterable[OpenAlert]) -> None:
    ids = [alert.id for alert in alerts]
    session.execute(update(Alert).where(Alert.id.in_(ids)).values(withdrawn_at=func.now()))
    for alert in alerts:
        log.info("%s is over", alert.kind, extra={"event": alert.event})


def _by_kind(things: Iterable[Any]) -> Iterable[tuple[str, list[Any]]]:
    for kind, group in groupby(sorted(things, key=attrgetter("kind")), key=attrgetter("kind")):
        yield kind, list(group)
