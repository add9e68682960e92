"""postbote restore: a backup brought back into an empty database and folder."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.cli.installation import on_installation
from bot.cli.terminal import Terminal, words
from bot.settings import Settings
from bot.texts.dates import moment

if TYPE_CHECKING:
    from storage.restore import Restored, Unpacked


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=words("cli_restore_file"))


def run(arguments: argparse.Namespace) -> int:
    source = arguments.file.resolve()
    return on_installation(
        lambda settings, terminal: bring_back(settings, source, terminal), makes_database=True
    )


def bring_back(settings: Settings, source: Path, terminal: Terminal) -> None:
    """Raises UnusableArchiveError, NotEmptyError, and what else keeps it from being whole."""
    from publisher.media_url import media_files
    from publisher.upkeep import usable_database
    from publisher.wiring import database_url
    from storage.restore import restore, unpacking

    passphrase = settings.backup_passphrase
    opened = passphrase.get_secret_value() if passphrase else None
    with unpacking(source, settings.data_dir, opened) as found:
        with database_url(settings) as url, usable_database(url) as database:
            done = restore(database, media_files(settings), found, settings.data_dir / "secret.key")
        at = datetime.fromisoformat(found.about.made_at)
        when = moment(terminal.language, at, ZoneInfo(settings.timezone), datetime.now(UTC))
        terminal.tells("cli_restored", when=when, count=done.media)
        _tell_of_keys(settings, found, terminal)
    _tell_of_posts(done, terminal)


def _tell_of_keys(settings: Settings, found: "Unpacked", terminal: Terminal) -> None:
    """What is to be done so that the accounts need no new login."""
    ours = settings.secret_key and settings.secret_key.get_secret_value()
    if found.about.key == "settings" and ours is None:
        terminal.tells("cli_restored_without_key")
    if found.key is not None and ours not in (None, found.key):
        terminal.tells("cli_restored_another_key", file=settings.data_dir / "secret.key")


def _tell_of_posts(done: "Restored", terminal: Terminal) -> None:
    if done.damaged:
        terminal.tells("cli_restored_damaged", count=done.damaged)
    if done.asked:
        terminal.tells("cli_restored_asked", count=done.asked)
    terminal.tells("cli_restored_next")
