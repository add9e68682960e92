"""How a publisher is put together, in the bot's process and in one of its own."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from publisher.account_worker import Stores
from publisher.dispatcher import Publisher
from publisher.instagram import Credentials, Instagram
from publisher.logs import set_up_logging
from publisher.process import forget_environment, use_own_temporary_folder
from publisher.settings import PublisherSettings, SettingsError
from publisher.timings import Timings
from storage.accounts import Accounts
from storage.ahead import Ahead
from storage.clocks import Clocks
from storage.database import Database
from storage.embedded import embedded_postgres
from storage.encryption import SecretBox, key_in_file
from storage.files import MediaFiles
from storage.private import private_data_folder, warn_of_readers
from storage.queue import Queue
from storage.reconciliation import Reconciliation

log = logging.getLogger(__name__)


def set_up_process(settings: PublisherSettings) -> None:
    """The log; then an environment without our settings, private folders, and what is unwise.

    Raises SettingsError for a file or folder that cannot be written.
    """
    try:
        set_up_logging(settings.log_level, settings.log_file, settings.secrets)
        private_data_folder(settings.data_dir, settings.log_file)
        use_own_temporary_folder()
    except OSError as error:
        where = f"{error.filename} cannot be written ({error.strerror})"
        raise SettingsError(f"{where}. Check LOG_FILE, DATA_DIR and TMPDIR.") from None
    forget_environment(type(settings).model_fields)
    warn_of_readers(Path(str(settings.model_config["env_file"])))
    for sentence in settings.warnings():
        log.warning("%s", sentence)


@contextmanager
def database_url(settings: PublisherSettings) -> Iterator[str]:
    """DATABASE_URL, or the embedded Postgres while we run."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    with embedded_postgres(settings.data_dir / "postgres", revive=True) as url:
        yield url


def build_accounts(settings: PublisherSettings, database: Database) -> Accounts:
    """The accounts, with the key that opens their sessions."""
    key = settings.secret_key
    return Accounts(
        database,
        SecretBox(key.get_secret_value() if key else key_in_file(settings.data_dir / "secret.key")),
    )


def build_publisher(
    settings: PublisherSettings, database: Database, timings: Timings | None = None
) -> Publisher:
    """A publisher for the configured account. Blocks."""
    timings = timings or Timings()
    accounts = build_accounts(settings, database)
    account_id = accounts.ensure(settings.instagram_username).id
    queue = Queue(database, span=timings.lease)
    stores = Stores(
        queue=queue,
        doubts=Reconciliation(database, queue),
        ahead=Ahead(database, queue),
        accounts=accounts,
        files=MediaFiles(settings.data_dir / "media"),
        clocks=Clocks(database),
    )

    def connect() -> Instagram:
        return Instagram(
            credentials(settings),
            load_session=lambda: accounts.load_session(account_id),
            save_session=lambda session: accounts.save_session(account_id, session),
            max_hashtags=settings.max_hashtags,
        )

    return Publisher(stores, {account_id: connect}, timings)


def credentials(settings: PublisherSettings) -> Credentials:
    """How to log in to the configured account."""
    totp, proxy, api = (
        settings.instagram_totp_secret,
        settings.instagram_proxy,
        settings.instagram_api_url,
    )
    return Credentials(
        username=settings.instagram_username,
        password=settings.instagram_password.get_secret_value(),
        totp_secret=totp.get_secret_value() if totp else None,
        proxy=proxy.get_secret_value() if proxy else None,
        api_url=str(api).rstrip("/") if api else None,
    )
