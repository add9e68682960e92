"""Accounts come, change and go while a publisher runs; those of the settings are kept in step."""

from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import text

from publisher.dispatcher import Dispatcher
from publisher.media.rules import INSTAGRAM_RULES
from publisher.registry import WAYS
from publisher.settings import PublisherSettings
from publisher.stores import Stores
from publisher.wiring import build_accounts, connected
from storage.account_checks import AskedChecks
from storage.account_facts import AccountFacts, AccountsAtAGlance
from storage.accounts import Accounts
from storage.database import Database
from storage.encryption import SecretBox
from storage.lifecycle import Status
from tests.publisher.conftest import World


def dispatcher_of(world: World) -> Dispatcher:
    """It knows of accounts what their rows say, and nothing else."""
    stores = Stores(world.database, world.accounts, world.files, WAYS, world.timings.lease)
    return Dispatcher(
        stores,
        lambda account: connected(account, world.accounts, INSTAGRAM_RULES),
        world.timings,
        random=lambda: 0.5,
    )


def test_a_running_publisher_learns_of_new_changed_and_removed_accounts(new_world: World) -> None:
    world = new_world
    dispatcher, api = dispatcher_of(world), {"api_url": world.url}
    other = world.accounts.configure("instagram", "other", {"password": "x", **api}).id
    world.sweep(dispatcher)

    world.accounts.configure("instagram", "Creator", {"password": "wrong", **api})
    first = world.plan(caption="New")
    world.sweep(dispatcher)
    assert (world.post(first).status, world.is_paused()) == (Status.PENDING, True)

    world.accounts.configure("instagram", "creator", {"password": "right", **api})
    world.accounts.resume(world.account_id)
    world.sweep(dispatcher)
    assert world.post(first).status is Status.UPLOADED

    world.accounts.remove_others([other])
    second = world.plan(caption="Removed")
    world.sweep(dispatcher)
    assert world.post(second).status is Status.PENDING
    assert world.accounts.orphaned() == ["creator"]

    world.accounts.configure("instagram", "creator", {"password": "right", **api})
    world.sweep(dispatcher)
    assert sorted(world.live()) == ["New", "Removed"]
    dispatcher.stop()


def test_an_account_of_a_way_that_nobody_knows_holds_up_no_other(world: World) -> None:
    strange = world.accounts.configure("carrier_pigeon", "creator").id
    waiting, published = world.plan(account_id=strange), world.plan()
    world.sweep(world.publisher())
    assert world.post(waiting).status is Status.PENDING
    assert world.post(published).status is Status.UPLOADED


def test_credentials_that_the_key_does_not_open_hold_up_no_other_account(world: World) -> None:
    sealed = Accounts(world.database, SecretBox("another key"))
    locked = sealed.configure("instagram", "locked", {"password": "right"}).id
    world.accounts.configure("instagram", "creator", {"password": "right", "api_url": world.url})
    waiting, published = world.plan(account_id=locked, owner_id=8), world.plan()
    world.sweep(dispatcher_of(world))
    assert (world.post(waiting).status, world.is_paused(locked)) == (Status.PENDING, True)
    assert [account.paused_reason for account in world.accounts.paused()] == ["secret_key"]
    assert world.post(published).status is Status.UPLOADED


def settings(folder: Path, **changes: Any) -> PublisherSettings:
    given: dict[str, Any] = {
        "instagram_username": "creator",
        "instagram_password": SecretStr("very secret"),
        "data_dir": folder,
        "secret_key": SecretStr("a test's key"),
        **changes,
    }
    return PublisherSettings(_env_file=None, **given)


def active(accounts: Accounts) -> list[tuple[str, str]]:
    return [(each.destination, each.name) for each in accounts.active()]


def test_the_rows_are_kept_in_step_with_the_settings(database: Database, tmp_path: Path) -> None:
    def start(*, bot: bool = True, **changes: str) -> Accounts:
        return build_accounts(settings(tmp_path, **changes), database, removes_others=bot)

    accounts = start(by_hand_accounts="Bakery, @shop")
    assert active(accounts) == [
        ("instagram", "creator"),
        ("by_hand", "Bakery"),
        ("by_hand", "shop"),
    ]
    (first, *_) = accounts.active()
    assert accounts.credentials(first.id) == {"password": "very secret"}
    assert active(start(bot=False)) == active(accounts), "a publisher beside it removes nothing"
    again = start(by_hand_accounts="shop")
    assert active(again) == [("instagram", "creator"), ("by_hand", "shop")]
    assert again.active()[0].configured_at == first.configured_at
    renamed = start(instagram_username="@newname")
    assert active(renamed) == [("instagram", "newname")]
    with database.transaction() as session:
        for sealed in session.scalars(text("SELECT credentials FROM accounts")):
            assert b"very secret" not in bytes(sealed or b"")


def test_an_account_is_looked_at_when_asked_also_while_it_pauses(world: World) -> None:
    dispatcher, asked = world.publisher(), AskedChecks(world.database)
    world.accounts.pause(world.account_id, reason="challenge", span=None)
    waiting = world.plan()
    asked.ask(world.account_id, chat_id=9, message_id=1, language="de")
    world.sweep(dispatcher)
    assert facts(world).checked_at is not None and facts(world).check_reason is None
    assert world.told("chat") == ["account_checked"]
    assert (world.post(waiting).status, world.instagram.logins) == (Status.PENDING, 1)

    world.instagram.password = "another"
    world.instagram.revoke_sessions()
    asked.ask(world.account_id, chat_id=9, message_id=1, language="de")
    assert facts(world).checked_at is None
    world.sweep(dispatcher)
    assert facts(world).check_reason == "bad_password"
    world.sweep(dispatcher)
    assert len(world.told("chat")) == 2


def facts(world: World) -> AccountFacts:
    (found,) = AccountsAtAGlance(world.database).facts([world.account_id])
    return found
