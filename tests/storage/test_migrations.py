"""What the migrations make of posts that were in somebody's hands when the bot was updated."""

import os
from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from storage.database import Database
from storage.migrating import migration_config
from tests.addresses import normalised

POST = """
    INSERT INTO scheduled_posts (account_id, owner_id, chat_id, status, post_type, caption,
        hashtags, scheduled_time, next_attempt_at, timezone, upload_id, claim_id,
        lease_until, error_message)
    VALUES (1, 1, 1, :status, 'photo', '', '{}', now(), now(), 'UTC', '1',
        CASE WHEN :owned THEN gen_random_uuid() END, CASE WHEN :owned THEN now() END, 'x')
"""


@pytest.fixture
def old(postgres_url: str) -> Iterator[Database]:
    """A database of the first version, with a post in each status that a publisher knows."""
    name = f"old_{os.getpid()}"
    engine = create_engine(normalised(postgres_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    database = Database(
        normalised(postgres_url).set(database=name).render_as_string(hide_password=False)
    )
    with database.engine.connect() as connection:
        command.upgrade(migration_config(connection), "0001")
        connection.execute(text("INSERT INTO accounts (username) VALUES ('creator')"))
        for status in ("pending", "claimed", "sending", "unconfirmed", "failed"):
            owned = status in ("claimed", "sending")
            connection.execute(text(POST), {"status": status, "owned": owned})
        connection.commit()
    yield database
    database.close()
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def statuses(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.scalars(text("SELECT status FROM scheduled_posts ORDER BY id")))


def test_what_was_claimed_is_pending_and_what_was_being_sent_is_in_doubt(old: Database) -> None:
    old.migrate()
    assert statuses(old) == ["pending", "pending", "unconfirmed", "unconfirmed", "failed"]
    with old.transaction() as session:
        in_doubt = session.scalar(
            text("SELECT count(*) FROM scheduled_posts WHERE uncertain_since IS NOT NULL")
        )
    assert in_doubt == 2


def test_there_is_a_way_back(old: Database) -> None:
    old.migrate()
    with old.transaction() as session:
        session.execute(
            text("UPDATE scheduled_posts SET status = 'claimed', fence = 1 WHERE id = 1")
        )
    old.downgrade("0001")
    assert statuses(old)[0] == "claimed"
    old.migrate()
    assert statuses(old)[0] == "pending"


def test_what_was_held_does_not_go_out_on_the_way_back(old: Database) -> None:
    old.migrate()
    with old.transaction() as session:
        session.execute(text("UPDATE scheduled_posts SET status = 'held' WHERE id = 1"))
    old.downgrade("0010")
    assert statuses(old)[0] == "failed"


BEFORE_HAND_OVERS = "0011"


def test_accounts_and_hand_overs_come_and_go(old: Database) -> None:
    """The account is Instagram's; on the way back, what its owner has does not go out."""
    with old.engine.connect() as connection:
        command.upgrade(migration_config(connection), BEFORE_HAND_OVERS)
        connection.execute(
            text("UPDATE accounts SET paused_reason = 'x', paused_detail = 'y', paused_at = now()")
        )
        connection.execute(
            text("INSERT INTO notices (audience, kind) VALUES ('admin', 'account_paused')")
        )
        connection.commit()
    old.migrate()
    with old.transaction() as session:
        assert session.execute(
            text("SELECT destination, name, credentials, removed_at IS NULL FROM accounts")
        ).all() == [("instagram", "creator", None, False)], "until the settings name it"
        assert session.scalar(text("SELECT account_id FROM notices")) == 1
        for statement in (
            "INSERT INTO accounts (destination, name) VALUES ('by_hand', 'creator')",
            "UPDATE scheduled_posts SET status = 'handed_over', handed_over_at = now(),"
            " asked_at = now(), account_id = 2 WHERE id = 1",
            "INSERT INTO notices (audience, kind, post_id) VALUES ('owner', 'hand_over', 1)",
        ):
            session.execute(text(statement))
    old.downgrade(BEFORE_HAND_OVERS)
    with old.engine.connect() as connection:
        names = connection.scalars(text("SELECT username FROM accounts ORDER BY id")).all()
        assert names == ["creator", "by_hand:creator"]
        assert connection.scalars(text("SELECT kind FROM notices")).all() == ["account_paused"]
    assert statuses(old)[0] == "failed"
    old.migrate()
    with old.transaction() as session:
        ways = session.execute(text("SELECT destination, name FROM accounts ORDER BY id")).all()
    assert ways == [("instagram", "creator"), ("by_hand", "creator")]


def test_a_stored_reason_names_no_platform_and_on_the_way_back_it_does(old: Database) -> None:
    old.migrate()
    old.downgrade("0014")
    for statement in (
        "UPDATE scheduled_posts SET error_class = 'instagram_down'",
        "UPDATE accounts SET paused_reason = 'instagram_down', paused_at = now()",
        "INSERT INTO notices (audience, kind, post_id, detail) VALUES"
        """ ('owner', 'failed', 1, '{"error_class": "instagram_down", "seconds": 5}')""",
    ):
        with old.transaction() as session:
            session.execute(text(statement))
    stored = text(
        "SELECT DISTINCT error_class, paused_reason, detail FROM scheduled_posts, accounts, notices"
    )
    for reason in ("platform_down", "instagram_down"):
        if reason == "platform_down":
            old.migrate()
        else:
            old.downgrade("0014")
        with old.transaction() as session:
            (row,) = session.execute(stored).all()
        assert row == (reason, reason, {"error_class": reason, "seconds": 5})


def test_a_draft_that_is_open_goes_on_step_by_step(old: Database) -> None:
    """In the middle of its questions; on the way back their answers stay."""
    with old.engine.connect() as connection:
        command.upgrade(migration_config(connection), "0015")
        connection.execute(
            text(
                "INSERT INTO drafts (account_id, owner_id, chat_id, timezone, question, caption)"
                " VALUES (1, 1, 1, 'UTC', 'hashtags', 'Hello')"
            )
        )
        connection.execute(text("INSERT INTO users (id) VALUES (1)"))
        connection.commit()
    old.migrate()
    with old.transaction() as session:
        assert session.scalars(text("SELECT is_guided FROM drafts")).all() == [True]
        assert session.scalars(text("SELECT is_guided FROM users")).all() == [False]
    old.downgrade("0015")
    with old.engine.connect() as connection:
        assert connection.scalars(text("SELECT caption FROM drafts")).all() == ["Hello"]


def test_what_was_to_be_stories_in_a_row_is_asked_for_its_type_on_the_way_back(
    old: Database,
) -> None:
    old.migrate()
    with old.transaction() as session:
        session.execute(
            text(
                "INSERT INTO drafts (account_id, owner_id, chat_id, timezone, question, post_type,"
                " series_id) VALUES (1, 1, 1, 'UTC', 'card', 'stories', 1)"
            )
        )
    old.downgrade("0019")
    with old.engine.connect() as connection:
        rows = connection.execute(text("SELECT question, post_type FROM drafts")).all()
    assert rows == [("type", None)]
