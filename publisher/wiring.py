"""How a publisher is put together, in the bot's process and in one of its own."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import random

from publisher.destination import Access, Destination
from publisher.dispatcher import Dispatcher
from publisher.failures import FailureAction, PublishError, Reason
from publisher.health.counts import Counts
from publisher.health.health import Health, own_version
from publisher.health.heartbeat import Heartbeat
from publisher.health.liveness import SWEEP, SWEEP_WITHIN
from publisher.logs import keep_out, set_up_logging
from publisher.media.rules import Rules
from publisher.process import forget_environment, use_own_temporary_folder
from publisher.proxies import check_proxy_of_settings, pause_without_proxy
from publisher.registry import PACES, WAYS
from publisher.settings import ENV_FILE, PublisherSettings, SettingsError
from publisher.stores import Stores
from publisher.timings import Timings
from storage.accounts import Accounts
from storage.database import Database
from storage.embedded import embedded_postgres
from storage.encryption import SecretBox, UnreadableSecretError, key_in_file
from storage.files import MediaFiles
from storage.models import Account
from storage.pace import NO_PACES, Paces
from storage.private import private_data_folder, warn_of_readers
from storage.processes import Processes
from storage.sentences import Sentence

log = logging.getLogger(__name__)

CHECKS_APART = timedelta(seconds=20)
"""Between the looks at two accounts' sessions, once a publisher has started."""
SECRETS = ("password", "sessionid", "totp_secret", "proxy")
"""What of an account's credentials no log may show."""


def set_up_process(settings: PublisherSettings) -> None:
    """The log; then an environment without our settings, private folders, and what is unwise.

    Raises SettingsError for a file or folder that cannot be written, or a proxy that cannot be
    reached.
    """
    try:
        set_up_logging(settings.log_level, settings.log_file, settings.secrets, settings.log_format)
        private_data_folder(settings.data_dir, settings.log_file)
        use_own_temporary_folder()
    except OSError as error:
        raise SettingsError(
            Sentence(
                "{file} cannot be written ({reason}). Check LOG_FILE, DATA_DIR and TMPDIR.",
                file=error.filename,
                reason=error.strerror,
            )
        ) from None
    forget_environment(type(settings).model_fields)
    warn_of_readers(ENV_FILE)
    for sentence in settings.warnings():
        log.warning("%s", sentence)
    check_proxy_of_settings(settings)


@contextmanager
def database_url(settings: PublisherSettings) -> Iterator[str]:
    """DATABASE_URL, or the embedded Postgres while we run."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    with embedded_postgres(settings.data_dir / "postgres", revive=True) as url:
        yield url


def secret_box(settings: PublisherSettings) -> SecretBox:
    """What opens the accounts' secrets. Blocks: to derive a key is slow, once in a process."""
    key, old = settings.secret_key, settings.secret_key_old
    present = key.get_secret_value() if key else key_in_file(settings.data_dir / "secret.key")
    return SecretBox(present, *([old.get_secret_value()] if old is not None else []))


def build_accounts(
    settings: PublisherSettings, database: Database, *, removes_others: bool
) -> Accounts:
    """The accounts, in step with the settings, with the key that opens their secrets.

    Args:
        removes_others: nobody publishes any more for what these settings do not name.
    """
    accounts = Accounts(database, secret_box(settings))
    if settings.secret_key_old is not None and (renewed := accounts.renew_encryption()):
        log.warning("%d secrets are encrypted anew: SECRET_KEY_OLD can go", renewed)
    configured = [accounts.configure(*account) for account in settings.accounts()]
    if removes_others:
        accounts.remove_others([account.id for account in configured])
    return accounts


def build_dispatcher(
    settings: PublisherSettings,
    database: Database,
    accounts: Accounts,
    files: MediaFiles,
    counts: Counts | None = None,
) -> Dispatcher:
    """What publishes for all active accounts. Blocks.

    Args:
        counts: where it counts what it does.
    """
    pause_without_proxy(accounts)
    timings = Timings()
    stores = Stores(database, accounts, files, WAYS, timings.lease, paces(settings), counts)

    def connect(account: Account) -> Destination:
        api_url = settings.instagram_api_url
        server = str(api_url).rstrip("/") if api_url else None
        return connected(account, accounts, rules_of(account, settings), server)

    return Dispatcher(stores, connect, timings)


def build_processes(database: Database, health: Health) -> Processes:
    """All that are at work, of which this is one."""
    return Processes(database, health.kind, socket.gethostname(), own_version())


def build_heartbeat(
    settings: PublisherSettings,
    processes: Processes,
    dispatcher: Dispatcher,
    health: Health,
    sweeps_every: timedelta | None,
) -> Heartbeat:
    """The sign of life of this process; what a sweep says of itself is heard as well."""
    health.since_sweep = lambda: dispatcher.since_sweep
    if sweeps_every is not None:
        dispatcher.on_sweep = partial(health.liveness.beat, SWEEP)
        health.liveness.expect(SWEEP, max(3 * sweeps_every, SWEEP_WITHIN))
    return Heartbeat(
        processes,
        settings.data_dir,
        sweeps_every,
        since_sweep=health.since_sweep,
        time_there=lambda: dispatcher.time_there,
    )


def check_sessions_soon(accounts: Accounts) -> None:
    """At the start of a publisher: by one request for each account, one after the other."""
    accounts.check_soon(CHECKS_APART, random=random)


def paces(settings: PublisherSettings) -> Paces:
    """How fast accounts publish that say nothing themselves; another Instagram needs no care."""
    return PACES if settings.instagram_api_url is None else NO_PACES


def rules_of(account: Account, settings: PublisherSettings) -> Rules:
    """What may be published for this account, with the settings' limit of hashtags."""
    return replace(WAYS[account.destination].rules, max_hashtags=settings.max_hashtags)


def publishes_itself(account: Account) -> bool:
    """Whether its way does that; else people publish its posts by hand."""
    return WAYS[account.destination].publishes_itself


def connected(
    account: Account, accounts: Accounts, rules: Rules, api_url: str | None = None
) -> Destination:
    """The account by its way. Raises PublishError if SECRET_KEY does not open its credentials.

    Args:
        api_url: the server of accounts that name none.
    """
    try:
        secrets = accounts.credentials(account.id)
    except UnreadableSecretError as error:
        raise PublishError(FailureAction.HUMAN, Reason.SECRET_KEY, str(error)) from error
    keep_out(str(secrets[name]) for name in SECRETS if secrets.get(name))
    if api_url is not None and WAYS[account.destination].publishes_itself:
        secrets.setdefault("api_url", api_url)
    return WAYS[account.destination].connect(
        Access(
            account.name,
            secrets,
            load_session=lambda: accounts.load_session(account.id),
            save_session=lambda session: accounts.save_session(account.id, session),
            rules=rules,
        )
    )
