"""A draft and a planned post, as the conversation would make them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from storage.accounts import Accounts
from storage.database import Database
from storage.drafts import Drafts
from storage.items import DraftItems, NewMedia
from storage.lifecycle import MediaKind, PostType
from storage.models import Draft, Notice, Post
from storage.outbox import Outbox
from storage.overdue import Overdue
from storage.posts import Posts
from storage.preflight import Preflight
from storage.queue import Queue
from storage.reconciliation import Reconciliation
from storage.staging import Staging

OWNER = 7
CHAT = 70


@pytest.fixture
def drafts(database: Database) -> Drafts:
    return Drafts(database)


@pytest.fixture
def posts(database: Database) -> Posts:
    return Posts(database)


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database)


@pytest.fixture
def doubts(database: Database, queue: Queue) -> Reconciliation:
    return Reconciliation(database, queue)


@pytest.fixture
def staging(database: Database, queue: Queue) -> Staging:
    return Staging(database, queue)


@pytest.fixture
def preflight(database: Database, queue: Queue) -> Preflight:
    return Preflight(database, queue)


@pytest.fixture
def overdue(database: Database) -> Overdue:
    return Overdue(database)


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


Waiting = Callable[[], list[Notice]]


@pytest.fixture
def waiting(database: Database) -> Waiting:
    """Everything that is still to be told, to whomever, oldest first."""

    def look() -> list[Notice]:
        still = (Notice.sent_at.is_(None), Notice.parked_reason.is_(None))
        with database.transaction() as session:
            return list(session.scalars(select(Notice).where(*still).order_by(Notice.id)))

    return look


@pytest.fixture
def account_id(accounts: Accounts) -> int:
    return accounts.configure("instagram", "creator").id


def expire_leases(database: Database) -> None:
    """Every publisher has been silent for too long."""
    with database.transaction() as session:
        session.execute(
            text(
                "UPDATE accounts SET lease_until = now() - interval '1 second'"
                " WHERE lease_owner IS NOT NULL"
            )
        )


def picture(position: int = 1) -> NewMedia:
    """A photo that has been stored."""
    return NewMedia(
        position=position,
        kind=MediaKind.PHOTO,
        original=f"{position:032x}.jpg",
        format="jpeg",
        width=1080,
        height=1350,
        duration=None,
        video_codec=None,
        size_bytes=1000,
    )


@pytest.fixture
def items(database: Database) -> DraftItems:
    return DraftItems(database)


@pytest.fixture
def new_draft(drafts: Drafts, items: DraftItems, account_id: int) -> Callable[..., Draft]:
    """Opens a draft with one picture."""

    def open_draft(owner_id: int = OWNER, chat_id: int = CHAT) -> Draft:
        draft = drafts.open(
            owner_id=owner_id,
            chat_id=chat_id,
            account_id=account_id,
            language="en",
            timezone="UTC",
            question="type",
        )
        mine = replace(picture(), original=f"{draft.id:032x}.jpg")
        return items.add(draft.id, [mine])

    return open_draft


@pytest.fixture
def planned(drafts: Drafts, new_draft: Callable[..., Draft]) -> Callable[..., Post]:
    """Plans a post; `due_in` is from now, negative for one that is due."""

    def plan(owner_id: int = OWNER, due_in: timedelta = timedelta(minutes=-1)) -> Post:
        draft = new_draft(owner_id)
        when = datetime.now(UTC) + due_in
        drafts.answer(
            draft.id,
            question="confirm",
            post_type=PostType.PHOTO,
            caption="Hello",
            hashtags=["one"],
            scheduled_time=when,
            wall_time=when.replace(tzinfo=None).isoformat(),
        )
        return drafts.schedule(draft.id)

    return plan


def until_it_waits(
    session: Session | Connection, work: Future[Any] | asyncio.Future[Any], *, others: int = 0
) -> None:
    """Until the work in another thread waits for a lock, of ours for instance, or is done.

    Args:
        others: how many wait besides.
    """
    waits = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while session.execute(waits).scalar_one() <= others and not work.done():
        session.execute(text("SELECT pg_stat_clear_snapshot()"))
