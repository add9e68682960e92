"""postbote export: posts as CSV and JSON, with their media."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.installation import on_installation
from bot.cli.terminal import Terminal, words
from bot.settings import Settings, SettingsError
from storage.sentences import Sentence


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--user", type=int, metavar="ID", help=words("cli_export_user"))
    parser.add_argument("--folder", type=Path, help=words("cli_export_folder"))


def run(arguments: argparse.Namespace) -> int:
    folder = arguments.folder or Path(f"postbote-export-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    target, user = folder.resolve(), arguments.user
    return on_installation(lambda settings, terminal: hand_out(settings, user, target, terminal))


def hand_out(settings: Settings, user: int | None, folder: Path, terminal: Terminal) -> None:
    """Raises OSError, SettingsError, DatabaseTroubleError, EmbeddedPostgresError."""
    from publisher.export import export
    from publisher.media_url import media_files
    from publisher.upkeep import usable_database
    from publisher.wiring import database_url
    from storage.export import Export

    with database_url(settings) as url, usable_database(url) as database:
        if not database.standing().is_current:
            raise SettingsError(
                Sentence(
                    "The tables are not those of this version: start the bot once, then export."
                )
            )
        written = export(Export(database).posts(user), media_files(settings), folder)
    terminal.tells("cli_export_done", folder=folder, posts=written.posts, media=written.media)
    if written.incomplete:
        terminal.tells("cli_export_incomplete", count=written.incomplete)
