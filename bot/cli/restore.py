"""postbote restore: a backup brought back into an empty database and folder."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.installation import on_installation, say
from bot.settings import Settings

if TYPE_CHECKING:
    from storage.restore import Unpacked


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="what postbote backup has made")


def run(arguments: argparse.Namespace) -> int:
    return on_installation(lambda settings: bring_back(settings, arguments.file.absolute()))


def bring_back(settings: Settings, source: Path) -> None:
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
        say(f"Restored as of {found.about.made_at}, with {done.media} media files.")
        _say_of_keys(settings, found)
    if done.damaged:
        say(f"{done.damaged} media files were damaged before the backup, and are left out.")
    if done.asked:
        say(f"{done.asked} posts were due since: their owners are asked whether they are live.")
    say("What has happened since the backup is not known. Start the bot, and look through /list.")


def _say_of_keys(settings: Settings, found: "Unpacked") -> None:
    """What is to be done so that the accounts need no new login."""
    ours = settings.secret_key and settings.secret_key.get_secret_value()
    if found.about.key == "settings" and ours is None:
        say("The backup's key was a SECRET_KEY in the settings: set it before the first start.")
    if found.key is not None and ours not in (None, found.key):
        key = settings.data_dir / "secret.key"
        say(
            "Your SECRET_KEY is another one: for the first start, set SECRET_KEY_OLD to what"
            f" {key} holds."
        )
