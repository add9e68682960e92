"""A publisher of its own from its settings to its end."""

import logging
import signal
import sys
import threading
from contextlib import closing, suppress
from types import FrameType

from publisher.health.health import PUBLISHER, PUBLISHING, Health
from publisher.health.liveness import SWEEP
from publisher.health.server import served
from publisher.health.service_manager import ServiceManager, service_manager
from publisher.media_url import media_files
from publisher.process import ending_signals
from publisher.settings import PublisherSettings, SettingsError, load
from publisher.upkeep import before_migration
from publisher.wiring import (
    build_accounts,
    build_dispatcher,
    build_heartbeat,
    build_processes,
    check_sessions_soon,
    database_url,
    set_up_process,
)
from storage.database import Database, when_usable
from storage.embedded import EmbeddedPostgresError
from storage.files import MediaFiles
from storage.object_store import StoreTroubleError
from storage.posts import Posts
from storage.sentences import sentence_of
from storage.signals import WORK, Signals
from storage.trouble import DatabaseTroubleError

log = logging.getLogger(__name__)

STOP_SECONDS = 60.0
"""How long the post at hand may take to be finished."""


class ForeignMediaError(RuntimeError):
    """This publisher would find no file, and have every post fail."""

    is_transient = True  # it may be mounted in a moment


def run() -> int:
    """Run until told to stop; returns the exit code: 2 if a person must act."""
    try:
        settings = load(PublisherSettings)
        set_up_process(settings)
    except SettingsError as error:
        print(f"The publisher cannot start:\n{error}", file=sys.stderr)  # noqa: T201 - there may be no log
        return 2
    health = Health(PUBLISHER)
    try:
        with (
            service_manager(health.liveness).told() as manager,
            served(settings.health_address, health),
            database_url(settings) as url,
            closing(Database(url)) as database,
        ):
            serve(settings, database, health, manager)
    except SettingsError as error:
        log.critical("The publisher cannot go on: %s", error)
        return 2
    except (EmbeddedPostgresError, DatabaseTroubleError, ForeignMediaError) as error:
        log.critical("The publisher cannot start: %s", error)
        return 1 if error.is_transient else 2
    except OSError as error:
        told = sentence_of(error)
        log.critical("The publisher cannot go on: %s", told, exc_info=error.filename is None)
        return 2 if isinstance(error, PermissionError) else 1
    return 0


def check_media(files: MediaFiles, planned: set[str]) -> None:
    """Raises ForeignMediaError where none of the planned posts' media are; not while it is away."""
    with suppress(StoreTroubleError):
        if files.lacks_all(planned):
            raise ForeignMediaError(
                "there are no media of the planned posts: DATA_DIR/media must be the bot's own"
                " folder, shared, or MEDIA_URL the same as the bot's"
            )


def serve(
    settings: PublisherSettings, database: Database, health: Health, manager: ServiceManager
) -> None:
    """Publish until SIGTERM or SIGINT.

    Raises ForeignMediaError, DatabaseTroubleError; SettingsError if media cannot be kept.
    """
    keep = before_migration(settings, database)
    when_usable(lambda: database.migrate(keep), database.url)
    files = media_files(settings)
    check_media(files, Posts(database).planned_media())
    accounts = build_accounts(settings, database, removes_others=False)
    dispatcher = build_dispatcher(settings, database, accounts, files, counts=health.counts)
    signals = Signals(database)
    dispatcher.is_told = lambda: signals.is_live
    every = dispatcher.timings.sweep
    processes = build_processes(database, health)
    heartbeat = build_heartbeat(settings, processes, dispatcher, health, every)
    check_sessions_soon(accounts)

    def stop(number: int, _: FrameType | None) -> None:
        manager.stopping()
        # In a thread: the interrupted one may hold the lock that `stop` needs.
        threading.Thread(target=dispatcher.stop, name=signal.Signals(number).name).start()

    for ending in ending_signals():
        signal.signal(ending, stop)
    names = [account.name for account in accounts.active()]
    log.info("publishing for %s", ", ".join(names))
    heartbeat.start()
    health.begin(database, lambda: PUBLISHING)
    signals.start({WORK: dispatcher.wake})
    manager.ready()
    dispatcher.run()
    log.info("stopping")
    signals.close()
    health.liveness.dismiss(SWEEP)
    if not dispatcher.wait(STOP_SECONDS):
        log.warning("a publication did not end in time; it will be looked after")
    signals.tell(WORK)  # others see to what would have been ours
    heartbeat.stop()
    log.info("stopped")
