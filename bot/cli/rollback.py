"""postbote rollback: the database as an older version reads it, with all that is in it."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cli.installation import on_installation
from bot.cli.terminal import Terminal, words
from bot.settings import Settings, SettingsError
from bot.texts.dates import moment
from storage.sentences import Sentence


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "revision", nargs="?", metavar="REVISION", help=words("cli_rollback_revision")
    )


def run(arguments: argparse.Namespace) -> int:
    revision = arguments.revision
    return on_installation(lambda settings, terminal: go_back(settings, revision, terminal))


def go_back(settings: Settings, revision: str | None, terminal: Terminal) -> None:
    """Raises SettingsError, DatabaseTroubleError, EmbeddedPostgresError."""
    from publisher.upkeep import before_migration, usable_database
    from publisher.wiring import database_url

    with database_url(settings) as url, usable_database(url) as database:
        if revision is None:
            current = database.revision()
            backup = _before_the_last_update(settings, current)
            revision = _agreed(backup, current, settings, terminal)
        database.downgrade(revision, before_migration(settings, database))
    terminal.tells("cli_rollback_done", revision=revision)


def _agreed(backup: Path, current: str | None, settings: Settings, terminal: Terminal) -> str:
    """The revision that the backup tells, if going there is what is meant: an update without a
    backup may have come after it. Raises SettingsError."""
    from storage.backup import revision_in
    from storage.migrations import revisions

    revision, known = revision_in(backup) or "", revisions()
    made = datetime.fromtimestamp(backup.stat().st_mtime, UTC)
    when = moment(terminal.language, made, ZoneInfo(settings.timezone), datetime.now(UTC))
    steps = len([one for one in known if revision < one <= (current or "")])
    key = "cli_rollback_ask"
    try:
        is_meant = not steps or terminal.confirms(
            key, current=current, revision=revision, when=when, count=steps
        )
    except EOFError:
        is_meant = False
    if not is_meant:
        raise SettingsError(
            Sentence(
                "Nothing was changed. A revision that you name is not asked about, as in postbote"
                " rollback {revision}.",
                revision=revision,
            )
        )
    return revision


def _before_the_last_update(settings: Settings, current: str | None) -> Path:
    """The backup from before the last update, whose name tells the revision.

    Backups of newer tables than the present ones were made on the way back, and do not count.
    """
    from storage.backup import backups_in, revision_in
    from storage.migrations import revisions

    if not settings.backup_before_migration:
        raise SettingsError(
            Sentence("BACKUP_BEFORE_MIGRATION is false, so nothing tells the revision: name it.")
        )
    folder = settings.data_dir / "backups"
    newest = revisions()[-1]
    made = [(revision_in(path) or "", path) for path in backups_in(folder, before_migration=True)]
    older = [path for known, path in made if known != newest and known <= (current or newest)]
    if not older:
        raise SettingsError(
            Sentence(
                "There is no backup of before an update in {folder} that would tell the revision:"
                " name it, as in postbote rollback 0027.",
                folder=folder,
            )
        )
    return older[-1]
