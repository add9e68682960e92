"""postbote rollback: the database as an older version reads it, with all that is in it."""

import argparse
from pathlib import Path

from bot.cli.installation import on_installation, say
from bot.settings import Settings, SettingsError


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "revision",
        nargs="?",
        metavar="REVISION",
        help="the number with which the older version's last file in storage/migrations/versions"
        " begins; left out: what the database had before the last update",
    )


def run(arguments: argparse.Namespace) -> int:
    return on_installation(lambda settings: go_back(settings, arguments.revision))


def go_back(settings: Settings, revision: str | None) -> None:
    """Raises SettingsError, DatabaseTroubleError, EmbeddedPostgresError."""
    from publisher.upkeep import before_migration, usable_database
    from publisher.wiring import database_url

    if revision is None and not settings.backup_before_migration:
        raise SettingsError(
            "BACKUP_BEFORE_MIGRATION is false, so nothing tells the revision: name it."
        )
    revision = revision or _before_the_last_update(settings.data_dir / "backups")
    with database_url(settings) as url, usable_database(url) as database:
        database.downgrade(revision, before_migration(settings, database))
    say(f"The database is at revision {revision}. Start the version that it belongs to.")


def _before_the_last_update(folder: Path) -> str:
    """By the backup that was made then."""
    from storage.backup import backups_in, revision_in
    from storage.migrations import revisions

    made = map(revision_in, backups_in(folder, before_migration=True))
    older = [revision for revision in made if revision and revision != revisions()[-1]]
    if not older:
        raise SettingsError(
            f"There is no backup of before an update in {folder} that would tell the revision: name"
            " it, as in postbote rollback 0027."
        )
    return older[-1]
