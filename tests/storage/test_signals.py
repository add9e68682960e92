"""Whoever listens hears at once that something was committed which is theirs to see to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue

import pytest
from sqlalchemy import text

from storage.account_checks import AskedChecks
from storage.accounts import Accounts
from storage.database import Database
from storage.models import Post
from storage.outbox import ADMIN, NoticeKind, notify
from storage.queue import Queue
from storage.signals import NAME, NOTICES, WORK, Signals, Teller
from tests.end_to_end.ways import deaf_way
from tests.storage.test_queue import publish

SECONDS = 60
QUIET_SECONDS = 0.2

Planned = Callable[..., Post]


class Ear:
    """What is heard, one after the other."""

    def __init__(self, database: Database) -> None:
        self.signals = Signals(database)
        self._heard: SimpleQueue[str] = SimpleQueue()
        self.signals.start({name: self._noted(name) for name in (NOTICES, WORK)})
        assert {self.next(), self.next()} == {NOTICES, WORK}, "what was missed until now"

    def next(self) -> str:
        return self._heard.get(timeout=SECONDS)

    def hears(self, act: Callable[[], object], *channels: str) -> None:
        """This and nothing else is said when that is done."""
        act()
        assert {self.next() for _ in channels} == {*channels}
        with pytest.raises(Empty):
            pytest.fail(self._heard.get(timeout=QUIET_SECONDS))

    def _noted(self, channel: str) -> Callable[[], None]:
        return lambda: self._heard.put(channel)


@pytest.fixture
def ear(database: Database) -> Iterator[Ear]:
    ear = Ear(database)
    yield ear
    ear.signals.close()


def test_what_is_planned_changed_or_asked_is_heard_and_what_a_publisher_does_is_not(
    ear: Ear, database: Database, accounts: Accounts, planned: Planned, queue: Queue
) -> None:
    account_id = accounts.configure("instagram", "creator").id
    assert ear.next() == WORK
    post = planned(due_in=timedelta(hours=1))
    assert ear.next() == WORK
    asked = AskedChecks(database)

    def move() -> None:
        with database.transaction() as session:
            session.get_one(Post, post.id).next_attempt_at = datetime.now(UTC)

    def tell_the_admin() -> None:
        with database.transaction() as session:
            notify(session, NoticeKind.JOINED, ADMIN)

    ear.hears(tell_the_admin, NOTICES)
    ear.hears(move, WORK)
    ear.hears(lambda: asked.ask(account_id, chat_id=1, message_id=1, language="en"), WORK)
    ear.hears(lambda: accounts.pause_on_request([account_id], until=None), NOTICES, WORK)
    ear.hears(lambda: accounts.resume(account_id), WORK)

    claimed = queue.claim_next()
    assert claimed is not None
    publish(queue, claimed)
    assert ear.next() == NOTICES, "its owner is to hear of it; no other publisher need wake"
    ear.hears(lambda: None)


def test_of_what_comes_in_quick_succession_few_signals_are_heard_and_one_after_the_last(
    database: Database,
) -> None:
    calls, told, heard = 200, 0, SimpleQueue[int]()
    signals, teller = Signals(database), Teller(database, NOTICES)
    signals.start({NOTICES: lambda: heard.put(told)})
    try:
        assert heard.get(timeout=SECONDS) == 0, "what was missed until now"
        for told in range(1, calls + 1):  # noqa: B007
            teller.tell()
        seen = [heard.get(timeout=SECONDS)]
        while seen[-1] < calls:
            seen.append(heard.get(timeout=SECONDS))
        assert len(seen) < calls / 2
    finally:
        signals.close()


def test_after_an_interruption_everything_is_looked_at_once(ear: Ear, database: Database) -> None:
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = :n"
    )
    with database.single() as session:
        session.execute(cut, {"n": NAME})
    assert {ear.next(), ear.next()} == {NOTICES, WORK}
    ear.hears(lambda: Signals(database).tell(WORK), WORK)


def test_where_no_signal_comes_through_nobody_relies_on_any(database_url: str) -> None:
    with deaf_way(database_url) as deaf, closing(Database(deaf)) as database:
        signals, heard = Signals(database), threading.Event()
        signals.start({WORK: heard.set})
        assert not heard.wait(3) and not signals.is_live
        signals.close()
