"""What commands and nightly jobs need that look after an installation."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from publisher.logs import set_up_logging
from publisher.media_url import media_files
from publisher.process import forget_environment
from publisher.settings import PublisherSettings
from storage.backup import Backup, workshop
from storage.database import Database
from storage.private import private_data_folder
from storage.trouble import check_server


def set_up_tool(settings: PublisherSettings) -> None:
    """For a command that works on an installation and ends. Raises OSError."""
    set_up_logging("WARNING", None, settings.secrets)
    private_data_folder(settings.data_dir, settings.log_file)
    forget_environment(type(settings).model_fields)


@contextmanager
def usable_database(url: str) -> Iterator[Database]:
    """As it is, for a command that works on it and ends. Raises DatabaseTroubleError."""
    with closing(Database(url)) as database:
        try:
            with database.engine.connect() as connection:
                check_server(connection)
            yield database
        except Exception as error:
            if (trouble := database.explain(error)) is not None:
                raise trouble from None
            raise


def backup_of(
    settings: PublisherSettings,
    database: Database,
    *,
    may_go_on: Callable[[], bool] = lambda: True,
) -> Backup:
    """What backs this installation up."""
    passphrase = settings.backup_passphrase
    return Backup(
        database,
        media_files(settings),
        workshop(settings.data_dir),
        key=None if settings.secret_key else settings.data_dir / "secret.key",
        passphrase=passphrase.get_secret_value() if passphrase else None,
        may_go_on=may_go_on,
    )
