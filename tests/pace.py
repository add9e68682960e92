"""Accounts that publish as often as a test wants."""

from sqlalchemy import text

from storage.database import Database


def publish_at_any_pace(database: Database) -> None:
    """What is set for accounts that are made from now on, as people may set it in the chat."""
    with database.transaction() as session:
        session.execute(
            text(
                "ALTER TABLE accounts ALTER daily_cap SET DEFAULT 1000000,"
                " ALTER min_gap_seconds SET DEFAULT 0"
            )
        )


def publish_at_the_ways_pace(database: Database) -> None:
    """Nobody has set anything for any account."""
    with database.transaction() as session:
        session.execute(
            text(
                "ALTER TABLE accounts ALTER daily_cap DROP DEFAULT,"
                " ALTER min_gap_seconds DROP DEFAULT"
            )
        )
        session.execute(text("UPDATE accounts SET daily_cap = NULL, min_gap_seconds = NULL"))
