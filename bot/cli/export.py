"""postbote export: posts as CSV and JSON, with their media."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.installation import on_installation, say
from bot.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    whose = "whose, by their Telegram ID; everybody's without it"
    parser.add_argument("--user", type=int, metavar="ID", help=whose)
    parser.add_argument("--folder", type=Path, help="a folder that is not there yet")


def run(arguments: argparse.Namespace) -> int:
    folder = arguments.folder or Path(f"postbote-export-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    return on_installation(lambda settings: hand_out(settings, arguments.user, folder.absolute()))


def hand_out(settings: Settings, user: int | None, folder: Path) -> None:
    """Raises OSError, DatabaseTroubleError, EmbeddedPostgresError."""
    from publisher.export import export
    from publisher.media_url import media_files
    from publisher.upkeep import usable_database
    from publisher.wiring import database_url
    from storage.export import Export

    with database_url(settings) as url, usable_database(url) as database:
        written = export(Export(database).posts(user), media_files(settings), folder)
    say(f"{folder}: {written.posts} posts, {written.media} media files.")
    if written.incomplete:
        say(f"Of {written.incomplete} posts, media are not kept any more.")
