"""`postbote setup` at a real terminal, against both services: to a .env that is right."""

import io
import os
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tornado.web import Application, RequestHandler

from bot.cli import check, setup
from bot.cli.setup.env_file import EnvFile
from bot.cli.telegram import BotApi
from bot.sandbox.local_server import LocalServer
from bot.settings import Settings, load_settings
from bot.store import in_thread
from storage.accounts import Accounts
from storage.database import Database
from storage.encryption import SecretBox
from storage.files import MediaFiles
from tests.chaos.ledger import Ledger
from tests.end_to_end.typist import at_a_terminal
from tests.end_to_end.without_bot import ADMINS, ANNA, PASSWORD, TOKEN, Services
from tests.logging_as_before import logging_as_before
from tests.spoken import spoken

NEWS = -1001
FIVE = (
    "TELEGRAM_BOT_TOKEN",
    "ALLOWED_USER_IDS",
    "ADMIN_CHAT_ID",
    "INSTAGRAM_USERNAME",
    "INSTAGRAM_PASSWORD",
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty one to work in; no setting of this machine counts."""
    (folder := tmp_path / "empty").mkdir()
    monkeypatch.chdir(folder)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    with logging_as_before():
        yield folder


async def test_a_person_who_knows_nothing_gets_to_a_checked_env_file_and_a_login(
    services: Services,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    environment = {**services.environment, "TZ": "Europe/Berlin"}
    with at_a_terminal("setup", folder=folder, environment=environment) as typist:
        await typist.sees("TELEGRAM_BOT_TOKEN:")
        typist.types("no token")
        await typist.sees(spoken("setup_wrong_token"))
        await typist.sees("TELEGRAM_BOT_TOKEN:")  # what was typed before a secret is thrown away
        typist.types("123456:of-nobody")
        await typist.sees(spoken("setup_token_refused"))
        await typist.sees("TELEGRAM_BOT_TOKEN:")
        typist.types(f" {TOKEN} ")
        await typist.sees(spoken("setup_nobody_wrote"))
        await typist.sees("ALLOWED_USER_IDS:")
        services.telegram.send_text(ANNA, "/start")
        typist.types("")
        await typist.sees(spoken("setup_needed"))
        await typist.sees(spoken("setup_has_written", name="Anna", id=ANNA))
        typist.types("")
        await typist.sees(spoken("setup_person_is", name="Anna", id=ANNA))
        await typist.sees(f"ADMIN_CHAT_ID (Enter for {ANNA}):")
        typist.types("-4711")
        await typist.sees(spoken("setup_group_unknown", id=-4711))
        typist.types("")
        await typist.sees(spoken("setup_admin_is_person", name="Anna"))
        await typist.sees("INSTAGRAM_USERNAME:")
        typist.types("anna@example.org")
        await typist.sees(spoken("setup_wrong_account"))
        typist.types("@creator")
        await typist.sees("INSTAGRAM_PASSWORD:")
        typist.types(PASSWORD)
        await typist.sees("TIMEZONE=Europe/Berlin")
        await typist.sees(spoken("setup_log_in_now"))
        typist.types("y")
        await typist.sees(spoken("reason_sms"))
        typist.types("000 000")
        await typist.sees(spoken("reason_wrong_code"))
        await typist.sees(spoken("setup_ask_code"))
        typist.types(services.instagram.newest_code)
        await typist.sees(spoken("setup_logged_in", account="creator"))
        assert await typist.code() == 0
    assert services.instagram.password_attempts == 1
    assert services.instagram.logins == 1
    for secret in (TOKEN, PASSWORD, PASSWORD.strip()):
        assert secret not in typist.screen
    _has_what_was_typed(folder)
    services.uses(monkeypatch)
    assert await _checked() == 0
    told = capsys.readouterr().out.splitlines()
    assert f"✓ {spoken('check_account', account='creator')}." in told
    assert f"✓ {spoken('check_admin_chat', name='Anna')}." in told
    assert {line[0] for line in told} <= {"✓", "·"}


def _has_what_was_typed(folder: Path) -> None:
    written = folder / ".env"
    assert written.stat().st_mode & 0o777 == 0o600
    settings = load_settings()
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert settings.allowed_user_ids == {ANNA}
    assert settings.admin_chat_id == ANNA
    assert settings.instagram_username == "creator"
    assert settings.timezone == "Europe/Berlin"
    assert settings.instagram_password.get_secret_value() == PASSWORD
    assert list(folder.glob(".env*")) == [written]


async def test_broken_off_it_keeps_what_was_right_so_far(
    services: Services,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    services.uses(monkeypatch, LANG="de_AT.UTF-8")
    assert await _answered(monkeypatch) == 1
    assert spoken("setup_stopped", "de") in capsys.readouterr().out
    assert await _answered(monkeypatch, TOKEN) == 1
    assert spoken("setup_broken_off", "de", file=".env") in capsys.readouterr().out
    assert (folder / ".env").read_text() == f"TELEGRAM_BOT_TOKEN={TOKEN}\n"

    services.telegram.updates.webhook["url"] = "https://elsewhere.example.org"
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:another")
    assert await _answered(monkeypatch, "", "", str(ANNA)) == 1  # it goes on by Enter alone
    told = capsys.readouterr().out
    for key in ("setup_file_unfinished", "setup_environment_counts", "setup_fetched_elsewhere"):
        assert spoken(key, "de") in told
    assert EnvFile(folder / ".env").get("ALLOWED_USER_IDS") == str(ANNA)


async def test_a_file_that_is_there_is_changed_only_with_a_yes_and_keeps_its_other_lines(
    services: Services,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    services.telegram.add_channel(NEWS, "News", [])
    lines = ["# of ours", f"TELEGRAM_BOT_TOKEN={TOKEN}", "ADMIN_CHAT_ID=-5", "", "LANGUAGE=de"]
    (folder / ".env").write_text("\n".join(lines), encoding="utf-8-sig")
    services.uses(monkeypatch, TIMEZONE="Europe/Vienna")
    assert await _answered(monkeypatch, "n") == 1
    assert (folder / ".env").read_text("utf-8-sig") == "\n".join(lines)

    answers = ["y", "", "", "eleven", "11, 13", "", str(NEWS), "123456", str(ADMINS)]
    services.telegram.add_person(12, "Ben")
    for person in (ANNA, 12):
        services.telegram.send_text(person, "/start")
    code = await _answered(monkeypatch, *answers, "creator", "no", "open sesame", "y")

    assert code == 1
    told = capsys.readouterr().out
    for key in ("setup_wrong_people", "setup_chat_is_channel", "setup_chat_is_bot"):
        assert spoken(key) in told
    assert spoken("setup_wrong_password") in told
    assert spoken("setup_group_unknown", id=-5) in told
    assert spoken("setup_has_written", name="Ben", id=12) in told
    assert told.count(spoken("setup_needed")) == 1  # of several, nobody is offered
    assert spoken("setup_person_unknown", id=13) in told
    assert spoken("reason_bad_password") in told
    assert spoken("setup_login_open", account="creator") in told
    assert spoken("setup_admin_is_group", name="Admins") in told
    assert TOKEN not in told and "open sesame" not in told
    assert (folder / ".env").read_text().splitlines() == [
        *lines[:2],
        f"ADMIN_CHAT_ID={ADMINS}",
        *lines[3:],
        "ALLOWED_USER_IDS=11,13",
        "INSTAGRAM_USERNAME=creator",
        "INSTAGRAM_PASSWORD='open sesame'",
    ]
    assert services.instagram.password_attempts == 2  # a refused one is sent by the old login, too


async def test_what_the_system_refuses_is_said_in_the_terminals_language(
    services: Services,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (folder / ".env").mkdir()
    services.uses(monkeypatch, LANG="de_DE.UTF-8")
    assert await _answered(monkeypatch, "", TOKEN) == 1
    told = capsys.readouterr().out
    assert spoken("setup_file_trouble", "de", file=".env", reason="es ist ein Ordner") in told


async def test_without_telegram_an_answer_can_be_taken_unchecked_or_typed_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("LANG", "C")
    assert await _answered(monkeypatch, TOKEN, "", TOKEN, "y") == 1
    assert capsys.readouterr().out.count(spoken("setup_take_unchecked")) == 2
    assert EnvFile(folder / ".env").get("TELEGRAM_BOT_TOKEN") == TOKEN
    with LocalServer(Application([(".*", Portal)])).run_in_thread() as url:
        monkeypatch.setenv("TELEGRAM_API_URL", url)
        assert await _answered(monkeypatch, "", "", "y") == 1
    told = capsys.readouterr().out
    assert spoken("setup_telegram_away", reason="NetworkError") in told
    assert "ALLOWED_USER_IDS" in told


class Portal(RequestHandler):
    """What stands between a network and the world until somebody has agreed to something."""

    def post(self) -> None:
        self.set_status(403)
        self.write("<html>Please sign in</html>")


async def test_check_names_each_thing_that_is_wrong_and_what_would_be_right(
    services: Services,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    database: Database,
) -> None:
    assert await _checked() == 2
    told = capsys.readouterr().out
    assert [name for name in FIVE if f"{name} is missing" not in told] == []
    assert spoken("check_setup") in told

    services.telegram.add_channel(NEWS, "News", [])
    services.telegram.chats.chats[NEWS].bot_rights = []
    away = {"BACKUP_DIR": str(folder / "not mounted")}
    services.uses(monkeypatch, LANG="de_DE.UTF-8", MIN_FREE_DISK_MB=str(10**9), **away)
    accounts = Accounts(database, SecretBox("another key"))
    accounts.configure("instagram", "creator", {"password": "another one"})
    accounts.configure("by_hand", "Corner Bakery")
    with closing(Ledger(database.url, MediaFiles(tmp_path / "elsewhere"))) as ledger:
        ledger.plan("creator", ["Its photo is elsewhere"])
    env = zip(FIVE, (TOKEN, "11", str(NEWS), "creator", "open sesame"), strict=True)
    (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in env))
    (folder / ".env").chmod(0o644)
    monkeypatch.setenv("SECRET_KEY", "a test's key, long enough")
    monkeypatch.setenv("INSTAGRAM_PROXY", "http://127.0.0.1:1")

    assert await _checked() == 2

    told = capsys.readouterr().out
    for key in ("setup_chat_is_channel", "check_disk_full", "check_media_away", "check_readers"):
        assert spoken(key, "de") in told
    assert spoken("check_backups_away", "de", folder=away["BACKUP_DIR"]) in told
    assert spoken("check_account_key", "de", account="creator") in told
    assert spoken("check_account_by_hand", "de", account="Corner Bakery") in told
    assert "INSTAGRAM_PROXY stimmt nicht" in told
    assert [secret for secret in (TOKEN, "open sesame", "long enough") if secret in told] == []

    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/postbote")
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:1")
    for name in ("MIN_FREE_DISK_MB", "INSTAGRAM_PROXY", "BACKUP_DIR"):
        monkeypatch.delenv(name)
    assert await _checked() == 1
    assert capsys.readouterr().out.count("\n…") == 2
    monkeypatch.setenv("DATA_DIR", "/dev/null/data")
    monkeypatch.setenv("LOG_FILE", "/dev/null/postbote.log")
    assert await _checked() == 2
    told = capsys.readouterr().out
    assert spoken("check_disk_closed", "de", folder="/dev/null/data") in told
    assert spoken("check_log_closed", "de", file="/dev/null/postbote.log") in told
    monkeypatch.setenv("BACKUP_DIR", str(folder))
    made = folder / "postbote-20261126-033000.tar"
    for file, log_key, age, backups_key in (
        (folder, "check_log_closed", 27, "check_backups_old"),
        (folder / "bot.log", "check_log", 25, "check_backups"),
    ):
        monkeypatch.setenv("LOG_FILE", str(file))
        made.touch()
        os.utime(made, (then := time.time() - 3600 * age, then))
        assert await _checked() == 2
        told = capsys.readouterr().out
        assert spoken(log_key, "de", file=file) in told
        assert spoken(backups_key, "de", folder=folder, count=1) in told


def test_check_says_so_in_one_line_where_its_findings_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr("sys.stdout", full)
        assert check.run(Namespace()) == 2
    assert capsys.readouterr().err.count("\n") == 1


class Clock(RequestHandler):
    """A server whose clock says what it is asked for."""

    def head(self) -> None:
        self.set_header("Date", self.get_argument("said"))


def test_a_server_whose_clock_nobody_understands_has_told_no_time() -> None:
    with LocalServer(Application([(".*", Clock)])).run_in_thread() as url:
        for said in ("", "soon", "Thu, 26 Nov 2026 10:05:00 %2B99999999999999"):
            assert BotApi(TOKEN, f"{url}/?said={said}").time() is None, said


@in_thread
def _checked() -> int:
    return check.run(Namespace())


@in_thread
def _answered(monkeypatch: pytest.MonkeyPatch, *lines: str) -> int:
    """How setup ends when these lines come through a pipe."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    return setup.run(Namespace())


@given(value=st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"])))
def test_whatever_was_typed_is_read_back_as_it_was(
    value: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = EnvFile(tmp_path_factory.mktemp("env") / ".env")
    file.path.write_text("A=1\n", encoding="utf-8")
    file.set("INSTAGRAM_PASSWORD", value)
    file.set("B", "2")
    assert (file.get("A"), file.get("INSTAGRAM_PASSWORD"), file.get("B")) == ("1", value, "2")
