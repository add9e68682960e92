"""postbote backup: database, media and key in one file, while everything runs."""

import argparse
from pathlib import Path

from bot.cli.installation import on_installation, say
from bot.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="the file to be made")


def run(arguments: argparse.Namespace) -> int:
    return on_installation(lambda settings: make(settings, arguments.file.absolute()))


def make(settings: Settings, target: Path) -> None:
    """Raises BackupError, DatabaseTroubleError, EmbeddedPostgresError."""
    from publisher.upkeep import backup_of, usable_database
    from publisher.wiring import database_url

    with database_url(settings) as url, usable_database(url) as database:
        made = backup_of(settings, database).write(target)
    size = f"{made.size / 10**6:.1f} MB, {made.media} media files"
    how = "" if settings.backup_passphrase is None else "; encrypted"
    say(f"{made.path} is complete: {size}, {_key(settings)}{how}.")
    if made.lost:
        say(f"{made.lost} media files that posts need were gone before: they are not in it.")
    if settings.backup_passphrase is None:
        say("It is not encrypted: whoever reads it has your passwords. Set BACKUP_PASSPHRASE.")


def _key(settings: Settings) -> str:
    return "without SECRET_KEY, which your settings have" if settings.secret_key else "the key"
