"""Accounts set up in the chat: added, checked, changed, paused and removed, in both languages."""

import asyncio
import logging

import pytest
from sqlalchemy import text

from bot.jobs import look_after
from bot.keyboards import encode
from bot.texts import label
from publisher.dispatcher import Dispatcher
from publisher.wiring import build_accounts, build_dispatcher
from storage.database import Database
from storage.lifecycle import Status
from storage.models import Account
from tests.end_to_end.chat import Person, text_of, until
from tests.end_to_end.conftest import CARLA, World
from tests.scopes import ALL
from tests.spoken import spoken

PASSWORD = "hunter2 & <geheim> 42"


@pytest.fixture
async def manager(world: World) -> Person:
    """Carla, whose chat with the bot is the admin chat."""
    await world.stop_bot()
    world.settings = world.settings.model_copy(
        update={"admin_chat_id": CARLA, "instagram_username": "house"}
    )
    await world.start_bot()
    return world.person(CARLA)


@pytest.fixture
def german(manager: Person, world: World) -> Person:
    """The same, in German."""
    return world.person(CARLA, "de")


async def tap(person: Person, *keys: str, language: str = "en") -> None:
    """Tap one button after the other."""
    for key in keys:
        await person.taps(label(language, key))


async def open_card(person: Person, name: str, language: str = "en") -> None:
    await person.sends("/accounts")
    await person.sees(spoken("accounts_head", language))
    await person.taps(name)
    await person.sees_button(label(language, "account_button_settings"))


async def begin_to_add(person: Person, kind: str, language: str = "en") -> None:
    await person.sends("/accounts")
    await tap(person, "account_button_add", f"account_add_{kind}", language=language)
    await person.sees(spoken(f"account_ask_name_{kind}", language))


async def answers(person: Person, *dialogue: tuple[str, str]) -> None:
    for said, seen in dialogue:
        await person.sends(said)
        await person.sees(seen)


def account(world: World, name: str) -> Account:
    with world.services.database.transaction() as session:
        return session.query(Account).filter(Account.name == name).one()


async def plan(person: Person, caption: str, account: str) -> None:
    """A post on a card, for now."""
    await person.sends_photo(caption=caption)
    await person.sees(caption)
    shown = label("en", "button_for_account", account=account)
    if shown not in person.labels():
        await person.taps(await person.sees_button("Account: "))
        await person.sees(spoken("ask_account"))
        await person.taps(account)
        await person.sees_button(shown)
    await person.taps("Now")


def everything_stored(database_url: str) -> str:
    """All rows of all tables, as text."""
    names = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    database, found = Database(database_url), list[str]()
    with database.transaction() as session:
        for name in session.scalars(text(names)).all():
            rows = session.scalars(text(f'SELECT CAST(t AS text) FROM "{name}" AS t'))  # noqa: S608
            found += map(str, rows)
    database.close()
    return "\n".join(found)


def in_chat(person: Person) -> str:
    return "\n".join(text_of(message) for message in person.messages())


async def test_an_account_is_added_by_hand_and_published_without_a_restart(
    world: World, manager: Person
) -> None:
    await begin_to_add(manager, "hand")
    told = len(manager.told())
    await answers(
        manager,
        ("House", spoken("account_name_taken")),
        ("x" * 61, spoken("account_name_unfit")),
        ("Corner  Bakery", spoken("account_added_by_hand")),
    )
    assert len(manager.told()) == told, "one message, edited in place"
    assert account(world, "Corner Bakery").from_settings is False
    await plan(manager, "Fresh bread", "Corner Bakery (by hand)")
    await manager.sees(spoken("result_hand_over"))
    await manager.taps("Posted")
    await manager.sees(spoken("confirmed_live"))
    await open_card(manager, "Corner Bakery")
    await manager.sees("1 post in the last 24 hours")


async def test_a_password_is_typed_and_stays_nowhere_and_the_account_publishes(
    world: World, german: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """Killed between the password's arrival and its handling; the first one is wrong."""
    world.instagram.password = PASSWORD
    for name in ("bot", "publisher", "storage", "tornado"):
        caplog.set_level(logging.DEBUG, name)
    await begin_to_add(german, "password", "de")
    await answers(
        german,
        ("kein name!", spoken("account_name_not_on_instagram", "de")),
        ("https://www.instagram.com/Creator/", spoken("account_ask_password", "de")),
    )
    assert "kein name!" not in in_chat(german)
    world.telegram.fail("deleteMessage", status=502, description="Bad Gateway", times=1000)
    await german.sends(PASSWORD + "?")
    await until(lambda: bool(world.services.inbox.chats()))
    await world.stop_bot()
    assert "hunter2" not in everything_stored(world.database_url)
    world.telegram.faults.clear()
    await world.start_bot()
    await german.sees(spoken("account_ask_seed", "de"))
    assert "hunter2" not in in_chat(german)
    await german.sends("123456")
    await german.sees(spoken("account_seed_unfit", "de"))
    await tap(german, "account_button_seed_common", language="de")
    await german.sees(label("de", "reason_bad_password"))
    assert world.instagram.logins == 0
    assert account(world, "creator").paused_reason == "bad_password"
    assert label("de", "account_remedy_here") in in_chat(german), "what to do is on the card"
    assert label("de", "account_needs_login") in in_chat(german)

    await tap(german, "account_button_login", language="de")
    await german.sees(spoken("account_ask_password", "de"))
    await german.sends(PASSWORD)
    await german.sees(spoken("account_ask_seed", "de"))
    await tap(german, "account_button_seed_common", language="de")
    await german.sees(spoken("account_check_fine", "de"))
    assert world.services.accounts.credentials(account(world, "creator").id) == {
        "password": PASSWORD
    }
    assert "hunter2" not in everything_stored(world.database_url) + in_chat(german) + caplog.text
    await german.sends_photo(caption="Abends")
    await german.sees("Abends")
    await german.taps("Jetzt")
    await german.sees(spoken("result_published", "de"))
    assert len(world.instagram.posts) == 1

    logins = world.instagram.logins
    await open_card(german, "creator", "de")
    await tap(german, "account_button_login", language="de")
    await german.sees(spoken("account_ask_password", "de"))
    await german.sends("another")
    await german.sees(spoken("account_ask_seed", "de"))
    await tap(german, "account_button_seed_common", language="de")
    await german.sees(spoken("account_check_kept", "de"))
    assert world.instagram.logins == logins, "kept until the session ends"


async def test_a_card_that_says_that_a_login_is_needed_says_so_no_more_once_it_is_done(
    world: World, manager: Person
) -> None:
    world.instagram.password = PASSWORD
    world.instagram.sent_two_factor = "sms"
    await begin_to_add(manager, "password")
    await answers(
        manager,
        ("creator", spoken("account_ask_password")),
        (PASSWORD, spoken("account_ask_seed")),
    )
    await tap(manager, "account_button_seed_common")
    await manager.sees(spoken("login_asks_sms"))
    await until(lambda: label("en", "account_awaits_code") in in_chat(manager))
    question = next(m for m in manager.messages() if spoken("login_asks_sms") in text_of(m))
    await manager.replies(question, world.instagram.codes.sent[-1].code)
    await until(lambda: spoken("account_check_fine") in in_chat(manager))
    assert label("en", "account_awaits_code") not in in_chat(manager)


async def test_a_browsers_session_needs_no_password_and_is_told_when_it_is_another_accounts(
    world: World, manager: Person
) -> None:
    session = world.instagram.open_session()
    await begin_to_add(manager, "session")
    await answers(
        manager,
        ("@somebody.else", spoken("account_ask_session")),
        ("123456", spoken("account_session_unfit")),
        (session, label("en", "reason_other_account")),
    )
    await tap(manager, "account_button_remove", "account_button_remove_for_sure")
    await manager.sees(spoken("account_removed"))
    assert spoken("login_needs_credentials") not in in_chat(manager), "once is enough: on the card"
    await tap(manager, "account_button_add", "account_add_session")
    await manager.sees(spoken("account_ask_name_session"))
    await answers(
        manager,
        ("creator", spoken("account_ask_session")),
        (f"sessionid={session.replace('%3A', ':')}", spoken("account_check_fine")),
    )
    assert session.split("%3A")[1] not in everything_stored(world.database_url) + in_chat(manager)
    await plan(manager, "Without a password", "creator")
    await manager.sees(spoken("result_published"))
    with world.services.database.transaction() as rows:
        ends = "UPDATE accounts SET session_ends_at = session_ends_at - interval '352 days'"
        rows.execute(text(f"{ends} WHERE name = 'creator'"))
    await look_after(world.app)
    await manager.sees(spoken("alert_ending"))
    world.instagram.revoke_sessions()
    await open_card(manager, "creator")
    await manager.sees(spoken("account_session_ends"))
    await tap(manager, "account_button_check")
    await manager.sees(label("en", "reason_session_ended"))
    assert (world.instagram.logins, world.instagram.password_attempts) == (1, 0)
    await tap(manager, "account_button_login")
    await answers(manager, (world.instagram.open_session(), spoken("account_check_fine")))
    await look_after(world.app)
    await manager.sees(spoken("alert_over_ending"))


async def test_what_is_typed_too_late_or_about_something_else_is_no_password(
    world: World, manager: Person
) -> None:
    await begin_to_add(manager, "password")
    world.telegram.fail("editMessageText", status=502, description="Bad Gateway")
    await answers(manager, ("creator", spoken("account_ask_password")))  # handled twice
    with world.services.database.transaction() as session:
        session.execute(text("UPDATE account_forms SET expires_at = now() - interval '1 second'"))
    await answers(manager, (PASSWORD, spoken("account_too_late")))
    assert "hunter2" not in everything_stored(world.database_url) + in_chat(manager)
    await begin_to_add(manager, "password")
    await answers(manager, ("creator", spoken("account_ask_password")))
    await manager.sends_photo(caption="A picture instead")
    await manager.sees("A picture instead")
    await answers(manager, ("Its caption", "Its caption"))
    assert spoken("account_given_up") in in_chat(manager)
    await begin_to_add(manager, "password")
    await answers(manager, ("/cancel", spoken("account_given_up")))
    assert account(world, "creator").removed_at is not None
    assert "Its caption" in in_chat(manager), "the draft is still there"


async def test_an_account_is_paused_resumed_and_removed_with_posts_that_are_told_of(
    world: World, manager: Person, dirk: Person
) -> None:
    await begin_to_add(manager, "hand")
    await answers(manager, ("Bakery", spoken("account_added_by_hand")))
    await tap(manager, "account_button_pause")
    await manager.sees(label("en", "account_paused"))
    await dirk.sends_photo(caption="Brezeln, morgen 18:00")
    await dirk.sees("Brezeln")
    await dirk.taps("Konto: house")
    await dirk.sees(spoken("ask_account", "de"))
    await dirk.taps("Bakery (von Hand)")
    await dirk.sees_button("Konto: Bakery (von Hand)")
    await dirk.taps("Jetzt")
    await until(lambda: len(world.services.posts.planned(ALL)) == 1)
    await world.stop_bot()
    await world.start_bot()
    await open_card(manager, "Bakery")
    await tap(manager, "account_button_resume")
    await dirk.sees(spoken("result_hand_over", "de"))
    await dirk.taps("Gepostet")
    await dirk.sees(spoken("confirmed_live", "de"))

    await tap(manager, "account_button_pause")
    await manager.sees(label("en", "account_paused"))
    await dirk.sends_photo(caption="Torte")
    await dirk.sees("Torte")
    await dirk.sees_button("Konto: Bakery (von Hand)")  # the last used comes first
    await dirk.taps("Jetzt")
    await until(lambda: len(world.services.posts.planned(ALL)) == 1)
    await tap(manager, "account_button_remove")
    await manager.sees("One planned post")
    await tap(manager, "account_button_remove_for_sure")
    await dirk.sees(spoken("result_account_removed", "de"))
    (left,) = world.services.posts.planned(ALL)
    assert left.status is Status.PENDING
    await dirk.sends("/list")
    await dirk.sees(spoken("state_account_removed", "de"))
    await begin_to_add(manager, "hand")
    await answers(manager, ("bakery", spoken("account_added_by_hand")))
    await dirk.sees(spoken("result_hand_over", "de"))


async def test_the_settings_of_an_account_are_shown_changed_and_understood(
    world: World, manager: Person
) -> None:
    """Of one that the settings name, which cannot be removed here."""
    await open_card(manager, "house")
    assert spoken("account_is_from_settings") in in_chat(manager)
    assert label("en", "account_button_remove") not in manager.labels()
    for data in ("remove!", "login"):
        message = manager.last()["message_id"]
        await world.telegram.forge_tap(
            manager.id, message, encode("accounts", account(world, "house").id, data)
        )
    await tap(manager, "account_button_settings", "account_button_zone")
    await answers(
        manager,
        ("Atlantis", spoken("account_zone_unknown")),
        ("New York", "Time zone: America/New_York"),
    )
    await tap(manager, "account_button_cap")
    await answers(manager, ("many", spoken("account_cap_unfit")), ("4", "In 24 hours: at most 4"))
    await tap(manager, "account_button_gap")
    await answers(manager, ("1 week", spoken("account_gap_unfit")))
    await manager.sends("25:99")
    await until(lambda: in_chat(manager).count(spoken("account_gap_unfit")) == 2)
    assert manager.reaction_on("25:99") is None
    await answers(manager, ("1.5 h", "at least 90"))
    await tap(manager, "account_button_gap", "account_button_gap_none")
    await manager.sees(spoken("account_gap_none"))
    await tap(manager, "account_button_approval")
    await manager.sees("once somebody has approved")
    await tap(manager, "account_button_card", "account_button_back")
    assert spoken("account_works") not in await manager.sees(spoken("account_not_yet"), "house")
    house = account(world, "house")
    assert (house.daily_cap, house.min_gap_seconds, house.needs_approval) == (4, 0, True)
    await manager.sends_photo(caption="Manhattan")
    await manager.sees("Manhattan")
    await manager.sends("tomorrow 18:00")
    await manager.sees("18:00 (America/New_York)")
    await open_card(manager, "house")
    await manager.sees("0 of at most 4")
    await manager.sends("/slots every day 9:00")
    await manager.sees("America/New_York")
    assert account(world, "house").removed_at is None


async def test_a_proxy_is_tried_before_it_is_kept_and_its_password_not_shown(
    world: World, manager: Person
) -> None:
    """It stays although the settings name none, and the bot is started anew."""

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        known = b"Basic YW5uYTpzM2NyZXQ=" in asked
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" if known else b"HTTP/1.1 407 Who?\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await open_card(manager, "house")
    await tap(manager, "account_button_settings", "account_button_proxy")
    await answers(
        manager,
        ("127.0.0.1:8080", spoken("account_proxy_unfit")),
        ("http://anna:s3cret@127.0.0.1:1", spoken("account_proxy_unreachable")),
        (f"http://anna:s3cert@127.0.0.1:{port}", spoken("account_proxy_refuses")),
        (f"http://anna:s3cret@127.0.0.1:{port}", f"Proxy: 127.0.0.1:{port}"),
    )
    server.close()
    await world.stop_bot()
    await world.start_bot()
    chosen = f"http://anna:s3cret@127.0.0.1:{port}"
    house = account(world, "house").id
    assert world.services.accounts.credentials(house)["proxy"] == chosen
    assert "s3c" not in everything_stored(world.database_url) + in_chat(manager)


async def test_of_twenty_accounts_a_page_is_shown_and_another_publisher_learns_of_them(
    world: World, manager: Person
) -> None:
    """The bot publishes nothing here; a publisher of its own was there before the account."""
    await world.stop_bot()
    world.settings = world.settings.model_copy(update={"publish_in_bot": False})
    await world.start_bot()
    for number in range(1, 20):
        world.services.accounts.configure("by_hand", f"Club {number}", from_settings=False)
    database = Database(world.database_url)
    publisher = await asyncio.to_thread(own_publisher, world, database)
    await asyncio.to_thread(publisher.sweep)
    await manager.sends("/accounts")
    await manager.sees(spoken("accounts_head"), "(20)")
    await tap(manager, "button_list_next")
    await manager.sees("Club 8")
    await tap(manager, "account_button_add", "account_add_hand")
    await manager.sees(spoken("account_ask_name_hand"))
    await answers(manager, ("Newest", spoken("account_added_by_hand")))
    await manager.sends_photo(caption="Twenty-one")
    await manager.sees("Twenty-one")
    await manager.taps("Account: house")
    await manager.sees(spoken("ask_account"))
    for there in ("Club 8 (by hand)", "Newest (by hand)"):
        assert len([name for name in manager.labels() if "(by hand)" in name]) <= 8
        await tap(manager, "button_list_next")
        await manager.sees_button(there)
    await manager.taps("Newest (by hand)")
    await manager.sees_button("Account: Newest (by hand)")
    await manager.taps("Now")
    await until(lambda: len(world.services.posts.planned(ALL)) == 1)
    await asyncio.to_thread(publisher.sweep)
    await manager.sees(spoken("result_hand_over"))
    publisher.stop()
    await asyncio.to_thread(publisher.wait, 60.0)
    database.close()


def own_publisher(world: World, database: Database) -> Dispatcher:
    """As `python -m publisher` puts it together."""
    accounts = build_accounts(world.settings, database, removes_others=False)
    return build_dispatcher(world.settings, database, accounts, world.services.files)


async def test_in_a_group_only_a_reply_is_an_answer_and_what_cannot_be_deleted_is_said(
    world: World, admin: Person, anna: Person
) -> None:
    await begin_to_add(admin, "password")
    assert spoken("account_reply_here") in in_chat(admin)
    await admin.sends("creator2 is what we talk about")
    await admin.replies(spoken("account_ask_name_password"), "second")
    await admin.sees(spoken("account_ask_password"))
    await admin.replies(spoken("account_ask_password"), PASSWORD)
    await admin.sees(spoken("account_delete_yourself"))
    await admin.sees(spoken("account_ask_seed"))
    assert "hunter2" not in everything_stored(world.database_url)
    await anna.sends("/accounts")
    await anna.sees(spoken("accounts_head"))


async def test_only_an_owner_sees_to_accounts(world: World, manager: Person, dirk: Person) -> None:
    await dirk.sends("/accounts")
    await dirk.sees(spoken("admin_only", "de"))
    for data in ("accounts:0:add.hand", "accounts:1:remove!", "accounts:1:pause"):
        await world.telegram.forge_tap(dirk.id, dirk.last()["message_id"], data)
        await dirk.sees(spoken("admin_only", "de"))
    assert world.services.account_forms.open_ones() == []
    assert world.services.accounts.paused() == []
