"""postbote backup, restore, rollback and export: what they do, and what they say."""

import io
import os
import signal
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection

from bot.cli import backup, export, restore, rollback
from bot.cli.terminal import BROKEN_OFF, Terminal
from bot.settings import Settings, SettingsError
from bot.texts import label
from storage.accounts import Accounts
from storage.backup import backups_in
from storage.database import Database
from storage.leader import LeaderLock
from storage.migrations import revisions
from storage.processes import Processes, Signs
from storage.trouble import DatabaseTroubleError
from tests.addresses import free_port
from tests.spoken import spoken
from tests.storage.empty import empty_database

BEFORE, NEWEST = "0026", revisions()[-1]
ENGLISH = Terminal("en")
FIVE = {
    "TELEGRAM_BOT_TOKEN": "123456:ABC-DEF",
    "ALLOWED_USER_IDS": "7",
    "ADMIN_CHAT_ID": "7",
    "INSTAGRAM_USERNAME": "creator",
    "INSTAGRAM_PASSWORD": "right",
}


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret.key").write_text("the key")
    return Settings(
        _env_file=None,
        telegram_bot_token=SecretStr("123456:ABC-DEF"),
        allowed_user_ids=frozenset({7}),
        admin_chat_id=7,
        instagram_username="creator",
        instagram_password=SecretStr("right"),
        data_dir=tmp_path / "data",
        database_url=SecretStr(database_url),
    )


def elsewhere(settings: Settings, folder: Path, url: str, **more: object) -> Settings:
    return settings.model_copy(update={"data_dir": folder, "database_url": SecretStr(url), **more})


def test_what_is_backed_up_here_is_restored_there(
    settings: Settings,
    accounts: Accounts,
    tmp_path: Path,
    owner: Connection,
    postgres_url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    accounts.configure("instagram", "creator")
    backup.make(settings, tmp_path / "one.tar", ENGLISH)
    told = capsys.readouterr().out
    assert "0 media files" in told and spoken("cli_backup_open") in told
    with empty_database(owner, postgres_url) as database:
        there = elsewhere(settings, tmp_path / "there", database.url)
        restore.bring_back(there, tmp_path / "one.tar", ENGLISH)
        assert (there.data_dir / "secret.key").read_text() == "the key"
        assert [account.name for account in Accounts(database, accounts.box).active()] == [
            "creator"
        ]
    assert spoken("cli_restored_next") in capsys.readouterr().out
    own_key = {"secret_key": SecretStr("a key of its own")}
    with empty_database(owner, postgres_url) as database:
        there = elsewhere(settings, tmp_path / "other", database.url, **own_key)
        restore.bring_back(there, tmp_path / "one.tar", ENGLISH)
        assert spoken("cli_restored_another_key") in capsys.readouterr().out
        backup.make(there, tmp_path / "two.tar", ENGLISH)
    assert spoken("cli_backup_without_key") in capsys.readouterr().out
    with empty_database(owner, postgres_url) as database:
        restore.bring_back(
            elsewhere(settings, tmp_path / "third", database.url),
            tmp_path / "two.tar",
            Terminal("de"),
        )
    assert spoken("cli_restored_without_key", "de") in capsys.readouterr().out


def test_the_way_back_is_to_before_the_last_update_or_to_what_is_named(
    settings: Settings,
    database: Database,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(SettingsError, match="postbote rollback 0027"):
        rollback.go_back(settings, None, ENGLISH)
    lead = LeaderLock(database)
    assert lead.take()
    with pytest.raises(DatabaseTroubleError, match="stop it first"):
        rollback.go_back(settings, BEFORE, ENGLISH)
    lead.drop()
    publisher = Processes(database, "publisher", "attic", "1")
    publisher.beat(Signs(free_bytes=0))
    with pytest.raises(DatabaseTroubleError, match="on attic is at work: stop it"):
        rollback.go_back(settings, BEFORE, ENGLISH)
    publisher.end()
    with pytest.raises(DatabaseTroubleError, match="9999 is no earlier one"):
        rollback.go_back(settings, "9999", ENGLISH)
    rollback.go_back(settings, BEFORE, ENGLISH)
    assert f"at revision {BEFORE}" in capsys.readouterr().out
    (kept,) = backups_in(settings.data_dir / "backups", before_migration=True)
    assert f"-revision-{NEWEST}." in kept.name
    kept.rename(kept.with_name(f"postbote-20200101-033000-revision-{BEFORE}.tar"))
    database.migrate()
    back = int(NEWEST) - int(BEFORE)
    for language, answer in (("en", ""), ("en", "n\n"), ("de", "nein\n")):
        monkeypatch.setattr(sys, "stdin", io.StringIO(answer))
        with pytest.raises(SettingsError, match=f"Nothing was changed.* rollback {BEFORE}"):
            rollback.go_back(settings, None, Terminal(language))
        told = capsys.readouterr().out
        assert spoken("cli_rollback_ask", language, count=back) in told and f" {NEWEST}" in told
    assert database.standing().is_current
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    rollback.go_back(settings, None, ENGLISH)
    assert spoken("cli_rollback_done") in capsys.readouterr().out
    assert not database.standing().is_current
    rollback.go_back(settings, None, ENGLISH)  # which is nothing to ask about
    rollback.go_back(settings, f"{int(BEFORE) - 1:04}", ENGLISH)
    with pytest.raises(SettingsError, match="name it, as in postbote rollback"):
        rollback.go_back(settings, None, ENGLISH)  # what is kept was newer
    database.migrate()


def test_an_export_says_how_much_it_is(
    settings: Settings,
    tmp_path: Path,
    owner: Connection,
    postgres_url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with empty_database(owner, postgres_url) as nothing:
        there = elsewhere(settings, tmp_path / "there", nothing.url)
        with pytest.raises(SettingsError, match="start the bot once"):
            export.hand_out(there, 7, tmp_path / "posts", ENGLISH)
    export.hand_out(settings, 7, tmp_path / "posts", ENGLISH)
    assert "0 posts and 0 media files" in capsys.readouterr().out
    assert {path.name for path in (tmp_path / "posts").iterdir()} == {
        "posts.csv",
        "posts.json",
        "media",
    }


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (backup, {"file": Path("postbote.tar")}),
        (export, {"folder": None, "user": None}),
        (rollback, {"revision": None}),
    ],
)
def test_where_there_is_no_installation_a_command_says_so_and_makes_none(
    command: ModuleType,
    words: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("LANGUAGE", "en")
    assert command.run(Namespace(**words)) == 2
    assert "“postbote setup” asks for what is missing." in capsys.readouterr().err
    for name, value in FIVE.items():
        monkeypatch.setenv(name, value)
    assert command.run(Namespace(**words)) == 2
    assert f"no database in {tmp_path / 'data' / 'postgres'}" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []


@pytest.fixture
def command(settings: Settings, tmp_path: Path) -> Callable[..., "subprocess.Popen[str]"]:
    """Starts `postbote` with these words, in a German terminal."""
    assert settings.database_url is not None
    told = {
        **FIVE,
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }

    def start(*words: str, **changes: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "bot", *words],
            cwd=tmp_path,
            env={**os.environ, **told, "LANGUAGE": "de", "PYTHONUTF8": "1", **changes},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def test_a_command_that_cannot_do_its_work_says_why_in_one_line(
    command: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    done = command("restore", "nowhere.tar")
    told = "lässt sich nicht benutzen: Datei oder Ordner nicht gefunden."
    assert done.communicate() == ("", f"postbote: {tmp_path / 'nowhere.tar'} {told}\n")
    assert done.returncode == 2


def test_a_server_that_is_away_is_named_and_may_be_back_in_a_moment(
    command: Callable[..., "subprocess.Popen[str]"],
) -> None:
    port = free_port()
    done = command("backup", "one.tar", DATABASE_URL=f"postgresql://x@127.0.0.1:{port}/x")
    refused, hint = done.communicate()[1].splitlines()
    assert refused == f"postbote: Postgres auf 127.0.0.1:{port}: Verbindung abgelehnt"
    assert hint == "postbote: Das kann vorübergehen: Versuch es gleich noch einmal."
    assert done.returncode == 1


def test_what_is_typed_wrongly_is_answered_by_how_it_goes(
    command: Callable[..., "subprocess.Popen[str]"],
) -> None:
    for typed, usage, how in (
        (
            ("backup",),
            "Aufruf: postbote backup [-h] FILE\n",
            "„postbote backup --help“ erklärt es.",
        ),
        (("backp",), "Aufruf: postbote [-h] [--sandbox] ", "„postbote --help“ erklärt es."),
    ):
        told = (done := command(*typed)).communicate()[1]
        assert told.startswith(usage) and told.endswith(f"{how}\n")
        assert told.count("postbote: Das lässt sich nicht verstehen (") == 1
        assert done.returncode == 2
    told, _ = command("backup", "--help").communicate()
    assert spoken("cli_backup_file", "de") in told and spoken("cli_help", "de") in told
    assert "usage" not in told and "argument" not in told and "options" not in told


def test_a_command_that_is_stopped_says_so_and_leaves_nothing(
    command: Callable[..., "subprocess.Popen[str]"], settings: Settings, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "backup.tar")
    running = command("restore", "backup.tar")
    with (tmp_path / "backup.tar").open("wb"):  # once it is opened there, too
        running.send_signal(signal.SIGTERM)
        told = running.communicate()
    assert told == (f"{label('de', 'cli_broken_off')}\n", "")
    assert running.returncode == BROKEN_OFF
    assert [path.name for path in settings.data_dir.iterdir()] == ["secret.key"]
