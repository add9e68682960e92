"""Accounts: sessions that a stolen database does not give away, pauses that are told once."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.accounts import Accounts
from storage.database import Database
from storage.encryption import SecretBox, UnreadableSecretError, key_in_file
from storage.models import Post
from storage.overdue import Overdue
from storage.preflight import Preflight
from tests.storage.conftest import Waiting

SESSION = {"authorization_data": {"sessionid": "very-secret-session"}}


def test_a_session_comes_back_as_it_was(accounts: Accounts, account_id: int) -> None:
    assert accounts.load_session(account_id) is None
    accounts.save_session(account_id, SESSION)
    assert accounts.load_session(account_id) == SESSION


def test_the_database_holds_no_readable_session(
    database: Database, accounts: Accounts, account_id: int
) -> None:
    accounts.save_session(account_id, SESSION)
    with database.transaction() as session:
        stored = session.scalar(text("SELECT session FROM accounts"))
    assert b"very-secret" not in bytes(stored)


def test_a_session_that_the_key_no_longer_opens_counts_as_none(
    database: Database, accounts: Accounts, account_id: int
) -> None:
    accounts.save_session(account_id, SESSION)
    assert Accounts(database, SecretBox("another key")).load_session(account_id) is None


def test_a_new_key_takes_over_all_that_the_old_one_has_sealed(
    database: Database, accounts: Accounts
) -> None:
    account = accounts.configure("instagram", "creator", {"password": "secret"})
    accounts.save_session(account.id, SESSION)
    rotated = Accounts(database, SecretBox("a new key", "a test's key"))
    assert rotated.credentials(account.id) == {"password": "secret"}, "read by either key"
    assert (rotated.renew_encryption(), rotated.renew_encryption()) == (2, 0)
    without = Accounts(database, SecretBox("a new key"))
    assert without.credentials(account.id) == {"password": "secret"}
    assert without.load_session(account.id) == SESSION
    assert accounts.load_session(account.id) is None, "the old key opens nothing any more"
    assert Accounts(database, SecretBox("a third", "a fourth")).renew_encryption() == 0


def test_a_changed_seal_is_noticed() -> None:
    box = SecretBox("key")
    sealed = bytearray(box.seal("text"))
    sealed[-5] ^= 1
    with pytest.raises(UnreadableSecretError):
        box.open(bytes(sealed))


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "secret.key"
    key = key_in_file(path)
    assert len(key) >= 32
    assert key_in_file(path) == key
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_that_a_power_cut_has_left_empty_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    path.touch()
    key = key_in_file(path)
    assert len(key) >= 32
    assert key_in_file(path) == key
    assert [each.name for each in tmp_path.iterdir()] == ["secret.key"]


def test_the_same_name_is_the_same_account(accounts: Accounts) -> None:
    assert (
        accounts.configure("instagram", "creator").id
        == accounts.configure("instagram", "creator").id
    )
    assert (
        accounts.configure("instagram", "creator").id != accounts.configure("instagram", "other").id
    )


def test_the_admin_hears_of_a_pause_once(
    accounts: Accounts, account_id: int, waiting: Waiting
) -> None:
    for _ in range(3):
        accounts.pause(account_id, reason="challenge", span=None)
    assert [(notice.audience, notice.kind) for notice in waiting()] == [("admin", "account_paused")]
    assert [(each.paused_reason, each.paused_until) for each in accounts.paused()] == [
        ("challenge", None)
    ]


def test_a_pause_for_a_span_ends_by_itself(
    database: Database, accounts: Accounts, account_id: int
) -> None:
    accounts.pause(account_id, reason="rate_limited", span=timedelta(hours=1))
    assert [each.paused_reason for each in accounts.paused()] == ["rate_limited"]
    with database.transaction() as session:
        session.execute(text("UPDATE accounts SET paused_until = now() - interval '1 second'"))
    assert accounts.paused() == []


def test_resuming_says_whether_there_was_a_pause(accounts: Accounts, account_id: int) -> None:
    assert not accounts.resume(account_id)
    accounts.pause(account_id, reason="challenge", span=None)
    assert accounts.resume(account_id)
    assert accounts.paused() == []


def test_an_accounts_name_knows_no_case(accounts: Accounts) -> None:
    account_id = accounts.configure("instagram", "creator").id
    assert accounts.configure("instagram", "Creator").id == account_id
    assert accounts.configure("instagram", "CREATOR").id == account_id
    assert accounts.configure("instagram", "another").id != account_id


def test_an_account_is_found_under_the_spelling_of_an_earlier_version(
    database: Database, accounts: Accounts
) -> None:
    with database.transaction() as session:
        session.execute(text("INSERT INTO accounts (name) VALUES ('Creator')"))
    assert accounts.configure("instagram", "creator").name == "Creator"


def test_what_the_settings_name_no_longer_is_removed_and_nothing_else(accounts: Accounts) -> None:
    kept = accounts.configure("instagram", "creator")
    accounts.configure("by_hand", "bakery")
    beside = accounts.configure("by_hand", "florist", from_settings=False)
    accounts.remove_others([kept.id])
    assert [account.id for account in accounts.active()] == [kept.id, beside.id]


def test_nobody_is_told_of_the_pause_of_an_account_that_was_removed(
    accounts: Accounts,
    account_id: int,
    planned: Callable[..., Post],
    overdue: Overdue,
    preflight: Preflight,
) -> None:
    due, soon = planned(), planned(due_in=timedelta(minutes=30))
    accounts.pause(account_id, reason="challenge", span=None)
    hour = timedelta(hours=1)
    accounts.remove_others([])
    assert preflight.tell_of_pauses(timedelta(0), hour) == overdue.tell_waiting(timedelta(0)) == []
    accounts.configure("instagram", "creator")
    assert preflight.tell_of_pauses(timedelta(0), hour) == [soon.id]
    assert overdue.tell_waiting(timedelta(0)) == [due.id]
