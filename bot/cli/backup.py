"""postbote backup: database, media and key in one file, while everything runs."""

import argparse
from pathlib import Path

from bot.cli.installation import on_installation
from bot.cli.terminal import Terminal, words
from bot.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=words("cli_backup_file"))


def run(arguments: argparse.Namespace) -> int:
    target = arguments.file.resolve()
    return on_installation(lambda settings, terminal: make(settings, target, terminal))


def make(settings: Settings, target: Path, terminal: Terminal) -> None:
    """Raises BackupError, DatabaseTroubleError, EmbeddedPostgresError."""
    from publisher.upkeep import backup_of, usable_database
    from publisher.wiring import database_url

    with database_url(settings) as url, usable_database(url) as database:
        made = backup_of(settings, database).write(target)
    size = round(made.size / 10**6, 1)
    terminal.tells("cli_backup_done", file=made.path, size=size, count=made.media)
    if settings.secret_key is not None:
        terminal.tells("cli_backup_without_key")
    if made.lost:
        terminal.tells("cli_backup_lost", count=made.lost)
    is_encrypted = settings.backup_passphrase is not None
    terminal.tells("cli_backup_encrypted" if is_encrypted else "cli_backup_open")
