"""Revision 0012 on a database that the release before it has filled: up, down, and at work."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from storage.accounts import Accounts
from storage.database import Database
from storage.drafts import Drafts
from storage.edits import Edits
from storage.encryption import SecretBox
from storage.items import Preparation
from storage.leader import LeaderLock
from storage.lifecycle import PreparationState, Status
from storage.migrating import migration_config
from storage.models import Draft, Post
from storage.posts import Posts
from storage.preparations import Preparations
from storage.queue import Queue
from storage.trouble import DatabaseTroubleError
from tests.addresses import normalised
from tests.scopes import ALL

ROWS = Path(__file__).with_name("release_0011.sql")
TABLES = ("accounts", "people", "scheduled_posts", "media_items", "notices", "inbox")
BY_STEP = dict(
    enumerate(("type", "fit", "trim", "caption", "hashtags", "time", "cover", "confirm"), start=101)
)
"""Whose draft stands where; its chat has the owner's number."""
CONVERTING, READY, FAILED, WAITING = 201, 202, 203, 204
"""Whose draft is how far in preparation."""
LAST = 23
"""The highest number of a draft or post."""


@pytest.fixture
def old(postgres_url: str) -> Iterator[Database]:
    name = f"release_{os.getpid()}"
    engine = create_engine(normalised(postgres_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    database = Database(
        normalised(postgres_url).set(database=name).render_as_string(hide_password=False)
    )
    with database.engine.connect() as connection:
        command.upgrade(migration_config(connection), "0011")
        connection.exec_driver_sql(ROWS.read_text().replace("%", "%%"))
        connection.commit()
    yield database
    database.close()
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def rows(database: Database, table: str) -> list[dict[str, Any]]:
    with database.transaction() as session:
        query = text(f"SELECT to_jsonb(t) FROM {table} t ORDER BY id")  # noqa: S608 - ours
        return list(session.scalars(query))


def current(drafts: Drafts, owner: int) -> Draft:
    draft = drafts.current(owner_id=owner, chat_id=owner)
    assert draft is not None
    return draft


def test_every_draft_goes_on_where_it_stood_and_old_buttons_name_it(old: Database) -> None:
    before = {row["owner_id"]: row for row in rows(old, "scheduled_posts") if row["step"]}
    old.migrate()
    drafts, preparations = Drafts(old), Preparations(old)
    for owner, step in BY_STEP.items():
        draft, was = current(drafts, owner), before[owner]
        assert (draft.id, draft.question, len(draft.media)) == (was["id"], step, 1)
        for name in ("prompt_message_id", "caption", "suggested_caption", "hashtags", "wall_time"):
            assert getattr(draft, name) == was[name], name
    assert [draft.owner_id for draft in preparations.untold()] == [READY]
    assert preparations.begin_anew() == 2
    taken = [preparations.take() for _ in range(4)]
    assert [draft.owner_id if draft else None for draft in taken] == [
        CONVERTING,
        FAILED,
        WAITING,
        None,
    ]
    assert taken[0] is not None
    made = [Preparation(item.id, f"{77:032x}.mp4") for item in taken[0].media]
    assert preparations.finish(taken[0], made, [])[0].preparation is PreparationState.DONE
    planned = drafts.schedule(taken[0].id, by=1)
    assert (planned.id, planned.trim_start, planned.media[0].prepared) == (
        LAST + 1,
        1.5,
        f"{77:032x}.mp4",
    )


@pytest.mark.parametrize("begins", ["before", "while all is kept"])
def test_nothing_is_moved_while_a_bot_of_the_old_version_is_at_work(
    old: Database, begins: str
) -> None:
    its_lead = LeaderLock(old)
    kept: list[str] = []

    def keep(revision: str) -> None:
        kept.append(revision)
        assert len(kept) > 1 or begins == "before" or its_lead.take()

    if begins == "before":
        assert its_lead.take()
    with ThreadPoolExecutor() as threads:
        migrated = threads.submit(old.migrate, keep)
        with pytest.raises(TimeoutError):
            migrated.result(timeout=0.5)
        assert rows(old, "people")
        its_lead.drop()
        migrated.result(timeout=60)
    assert rows(old, "users") and set(kept) == {"0011"}


def test_there_is_no_way_back_while_a_bot_is_at_work_nor_to_nowhere(old: Database) -> None:
    old.migrate()
    lead = LeaderLock(old)
    assert lead.take()
    with pytest.raises(DatabaseTroubleError, match="at work"):
        old.downgrade("0011")
    lead.drop()
    with pytest.raises(DatabaseTroubleError, match="nowhere"):
        old.downgrade("nowhere")
    assert rows(old, "users")


def test_every_post_stands_where_it_stood_and_goes_out(old: Database) -> None:
    before = {
        row["id"]: (row["status"], row["caption"], row["card_message_id"], row["scheduled_time"])
        for row in rows(old, "scheduled_posts")
        if row["next_attempt_at"]
    }
    later = {Status.HANDED_OVER, Status.AWAITING_APPROVAL}
    assert {status for status, *_ in before.values()} == {*Status} - later
    old.migrate()
    after = {
        row["id"]: (row["status"], row["caption"], row["card_message_id"], row["scheduled_time"])
        for row in rows(old, "scheduled_posts")
    }
    assert after == before
    queue = Queue(old)
    queue.rescue()
    Accounts(old, SecretBox("any")).configure("instagram", "creator")  # as at the start
    post = queue.claim_next(1)
    assert post is not None and post.media[0].prepared
    queue.outcomes.mark_sending(post)
    queue.outcomes.mark_uploaded(post, media_pk="1", link=None)


def test_what_comes_again_after_the_upgrade_is_known(old: Database) -> None:
    old.migrate()
    drafts = Drafts(old)
    discarded, deleted, planned = map(drafts.changed_by, (777, 778, 701))
    assert isinstance(discarded, Draft) and discarded.discarded_at is not None
    assert isinstance(deleted, Post) and deleted.status is Status.DELETED
    assert isinstance(planned, Post) and planned.status is Status.PENDING
    assert [row["kind"] for row in rows(old, "notices")][-3:] == [
        "orphaned",
        "disk_trouble",
        "dead_letter",
    ]
    assert [row["dead_letter_reason"] for row in rows(old, "inbox")] == [None, "KeyError", None]
    assert [row["timezone"] for row in rows(old, "users")] == ["Asia/Tokyo", None]


def test_a_new_draft_has_the_number_of_no_old_one(old: Database) -> None:
    old.migrate()
    new = Drafts(old).open(
        owner_id=7, chat_id=7, account_id=1, language="en", timezone="UTC", question="type"
    )
    assert new.id == LAST + 1


def test_the_way_back_leaves_everything_as_it_was(old: Database) -> None:
    before = {table: rows(old, table) for table in TABLES}
    old.migrate()
    old.downgrade("0011")
    for account in before["accounts"]:
        account["paused_detail"] = None  # nobody read it
    for post in before["scheduled_posts"]:
        if post["next_attempt_at"] and not post["step"]:  # of use to drafts alone
            post |= {"preparation": None, "preparation_id": None, "preparation_asked_at": None}
            post |= {"notes": None, "suggested_caption": None, "prompt_message_id": None}
    assert {table: rows(old, table) for table in TABLES} == before
    old.migrate()
    assert current(Drafts(old), 101).question == "type"


def test_on_the_way_back_a_chat_keeps_its_draft_and_no_edit_becomes_a_second_post(
    old: Database,
) -> None:
    old.migrate()
    drafts, posts = Drafts(old), Posts(old)
    newest = drafts.open(
        owner_id=101, chat_id=101, account_id=1, language="en", timezone="UTC", question="type"
    )
    planned = drafts.schedule(current(drafts, 108).id)
    drafts.discard(current(drafts, 106).id)  # while a day waited for its hour
    assert planned.id == newest.id, "each has numbers of its own"
    edited = next(post for post in posts.planned(ALL) if post.status is Status.PENDING)
    who = {"owner_id": 7, "chat_id": 7, "language": "en"}
    Edits(old).open(edited.id, ALL, question="confirm", **who)  # type: ignore[arg-type]
    old.downgrade("0011")
    stand = {row["id"]: row for row in rows(old, "scheduled_posts")}
    in_the_making = {row["owner_id"]: row for row in stand.values() if row["status"] == "draft"}
    assert 101 in in_the_making and 7 not in in_the_making
    assert in_the_making[101]["created_at"] > stand[LAST]["created_at"], "the one they were at"
    assert (stand[planned.id]["status"], stand[edited.id]["status"]) == ("pending", "pending")
    assert len({row["post_id"] for row in rows(old, "media_items")} - stand.keys()) == 0
