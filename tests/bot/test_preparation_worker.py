"""What is being taken up while the bot stops is left for the next start, without a word."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

import pytest
from sqlalchemy import text
from telegram.error import NetworkError

from bot import preparation_worker
from bot.load import Load
from bot.preparation_worker import Job, PreparationWorker
from storage.accounts import Accounts
from storage.database import Database
from storage.drafts import Drafts
from storage.files import MediaFiles
from storage.items import DraftItems
from storage.models import Draft
from storage.preparations import Preparations
from tests.storage.conftest import picture, until_it_waits


class Nobody:
    """A chat that is to hear nothing."""

    async def begins(self, draft: Draft) -> None:
        raise AssertionError(draft.id)

    async def progressed(self, draft: Draft, share: float) -> None:
        raise AssertionError(draft.id)

    async def finished(self, draft: Draft) -> None:
        raise AssertionError(draft.id)

    async def failed(self, draft: Draft, problem: Exception) -> None:
        raise AssertionError(draft.id)


class Away(Nobody):
    """A chat that cannot be reached."""

    def __init__(self) -> None:
        self.tried = asyncio.Event()

    async def progressed(self, draft: Draft, share: float) -> None:
        self.tried.set()
        raise NetworkError("nobody answers")


@pytest.fixture
def draft(database: Database, accounts: Accounts) -> Draft:
    account, drafts = accounts.configure("instagram", "creator"), Drafts(database)
    made = drafts.open(
        owner_id=7,
        chat_id=7,
        account_id=account.id,
        language="en",
        timezone="UTC",
        question="type",
    )
    return DraftItems(database).add(made.id, [picture()])


async def test_work_that_nobody_waits_for_ends_although_its_progress_cannot_be_told(
    database: Database, files: MediaFiles, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation_worker, "EDIT_PAUSE_SECONDS", 0.01)
    preparations = Preparations(database)
    preparations.ask(draft.id)
    taken = preparations.take()
    assert taken is not None
    job, worker = Job(taken), PreparationWorker(preparations, files, Load())
    chat = Away()
    watching = asyncio.create_task(worker._watch(job, chat))
    await asyncio.wait_for(chat.tried.wait(), 60)
    await asyncio.to_thread(preparations.withdraw, draft.id)
    await asyncio.wait_for(watching, 60)
    assert job.is_cancelled()


async def test_whoever_has_lost_the_lead_watches_until_the_work_is_broken_off(
    database: Database, files: MediaFiles, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation_worker, "EDIT_PAUSE_SECONDS", 0.01)
    asked = threading.Event()

    def may() -> bool:
        asked.set()
        return False

    former = Preparations(database.only_while(may))
    job, worker = Job(draft), PreparationWorker(former, files, Load())
    watching = asyncio.create_task(worker._watch(job, Nobody()))
    await asyncio.to_thread(asked.wait, 60)
    job.cancel()
    await asyncio.wait_for(watching, 60)


async def test_a_draft_that_is_taken_while_the_bot_stops_waits_for_the_next_start(
    database: Database, files: MediaFiles, draft: Draft
) -> None:
    begun: list[asyncio.Task[None]] = []

    def spawn(work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        begun.append(asyncio.create_task(work))
        return begun[-1]

    preparations = Preparations(database)
    worker = PreparationWorker(preparations, files, Load())
    await worker.open(Nobody(), spawn)
    preparations.ask(draft.id)
    with database.transaction() as session:
        session.execute(text("SELECT FROM drafts FOR UPDATE"))
        taking = asyncio.create_task(worker.fill())
        await asyncio.to_thread(until_it_waits, session, taking)
        worker.close()
    await taking
    assert begun == []
    again = preparations.take(at_work=set())
    assert again is not None and again.id == draft.id
