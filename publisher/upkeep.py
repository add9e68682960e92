"""What commands and nightly jobs need that look after an installation."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from publisher.logs import set_up_logging
from publisher.media_url import media_files
from publisher.process import forget_environment
from publisher.settings import PublisherSettings, SettingsError
from storage.backup import Backup, BackupError, Made, name_of_backup, rotate, sweep, workshop
from storage.database import Database
from storage.postgres_tools import always
from storage.private import private_data_folder
from storage.sentences import Sentence, sentence_of
from storage.trouble import DatabaseTroubleError

log = logging.getLogger(__name__)

NIGHT = timedelta(hours=26)
"""By which the latest backup is older if a night was missed: a large one takes its time."""
KEPT = 3
"""Backups from before migrations that are kept."""


def set_up_tool(settings: PublisherSettings) -> None:
    """For a command that works on an installation and ends. Raises OSError."""
    set_up_logging("WARNING", None, settings.secrets)
    private_data_folder(settings.data_dir, settings.log_file)
    forget_environment(type(settings).model_fields)


def check_for_database(settings: PublisherSettings) -> None:
    """Raises SettingsError if there is no database: a new one would be empty."""
    folder = settings.data_dir / "postgres"
    if settings.database_url is None and not folder.exists():
        raise SettingsError(
            Sentence(
                "There is no database in {folder}: go to the folder where your .env is, or start"
                " Postbote there once.",
                folder=folder.absolute(),
            )
        )


@contextmanager
def usable_database(url: str) -> Iterator[Database]:
    """As it is, for a command that works on it and ends. Raises DatabaseTroubleError."""
    with closing(Database(url)) as database:
        try:
            database.check()
            yield database
        except Exception as error:
            if (trouble := database.explain(error)) is not None:
                raise trouble from None
            raise


def before_migration(
    settings: PublisherSettings, database: Database
) -> Callable[[str], None] | None:
    """What keeps the database as it was, in DATA_DIR/backups; None if the settings want none.

    It raises DatabaseTroubleError: without a backup nothing is changed.
    """

    def keep(revision: str) -> None:
        encrypted = settings.backup_passphrase is not None
        name = name_of_backup(encrypted=encrypted, revision=revision)
        try:
            folder = workshop(settings.data_dir)
            made = backup_of(settings, database, with_media=False).write(folder / name)
        except (BackupError, OSError) as error:
            raise DatabaseTroubleError(
                Sentence(
                    "The database is not migrated, since it cannot be backed up. {error} Or"
                    " start once with BACKUP_BEFORE_MIGRATION=false.",
                    error=sentence_of(error),
                ),
                is_transient=False,
            ) from None
        log.warning("the database as it was is kept in %s", made.path)
        rotate(folder, KEPT, before_migration=True)

    return keep if settings.backup_before_migration else None


def nightly_backup(
    settings: PublisherSettings,
    database: Database,
    folder: Path,
    keep: int,
    may_go_on: Callable[[], bool],
) -> Made:
    """One more in this folder, of which the newest are kept. Media in S3 stay there: to read them
    all each night would cost more than they are worth, and a restore finds them.

    Raises BackupError, sqlalchemy's errors.
    """
    try:
        if not folder.is_dir():  # it is not made: it may be a disk that is not mounted
            raise BackupError(
                Sentence("There is no folder {folder} (BACKUP_DIR).", folder=folder), "disk"
            )
        sweep(folder)
        with_media = not settings.has_media_in_s3
        backup = backup_of(settings, database, with_media=with_media, may_go_on=may_go_on)
        name = name_of_backup(encrypted=settings.backup_passphrase is not None)
        made = backup.write(folder / name)
        rotate(folder, keep)
    except OSError as error:
        raise BackupError(sentence_of(error), "disk") from None
    except SettingsError as error:
        raise BackupError(sentence_of(error), "failed") from None
    return made


def last_night_is_missing(made: Sequence[Path]) -> bool:
    """Of the nightly backups, the latest last. Raises OSError."""
    return not made or time.time() - made[-1].stat().st_mtime > NIGHT.total_seconds()


def backup_of(
    settings: PublisherSettings,
    database: Database,
    *,
    with_media: bool = True,
    may_go_on: Callable[[], bool] = always,
) -> Backup:
    """What backs this installation up."""
    passphrase, key = settings.backup_passphrase, settings.data_dir / "secret.key"
    return Backup(
        database,
        media_files(settings) if with_media else None,
        workshop(settings.data_dir),
        key=key if settings.secret_key is None and key.exists() else None,
        passphrase=passphrase.get_secret_value() if passphrase else None,
        may_go_on=may_go_on,
    )
