"""python -m publisher: one more publisher, on any machine with the same Postgres and media.

Stops on SIGTERM or SIGINT: what is being published is finished, the rest is handed back.
"""

import logging
import signal
import sys
import threading
import time
from types import FrameType

from publisher.compose import build_publisher, database_url, set_up_process
from publisher.process import keep_to_ourselves
from publisher.settings import PublisherSettings, SettingsError, load
from storage.database import Database, is_away
from storage.files import MediaFiles
from storage.posts import Posts

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 60.0
"""How long the post at hand may take to be finished."""
LONGEST_PAUSE_SECONDS = 30.0
"""Between two looks for a Postgres that does not answer."""


class ForeignMediaError(RuntimeError):
    """This publisher would find no file, and have every post fail."""


def main() -> int:
    """Run until told to stop; returns the exit code."""
    keep_to_ourselves()
    try:
        settings = load(PublisherSettings)
        set_up_process(settings)
    except SettingsError as error:
        print(f"The publisher cannot start:\n{error}", file=sys.stderr)  # noqa: T201 - there may be no log
        return 2
    with database_url(settings) as url:
        database = Database(url)
        try:
            serve(settings, database)
        except ForeignMediaError as error:
            log.critical("%s", error)
            return 2
        finally:
            database.close()
    return 0


def serve(settings: PublisherSettings, database: Database) -> None:
    """Publish until SIGTERM or SIGINT. Raises ForeignMediaError."""
    migrate_once_it_answers(database)
    media = settings.data_dir / "media"
    if MediaFiles(media).lacks_all(Posts(database).media_files()):
        raise ForeignMediaError(
            f"{media} holds no media of the planned posts: it must be the bot's own folder, shared"
        )
    publisher = build_publisher(settings, database)

    def stop(number: int, _: FrameType | None) -> None:
        # In a thread: the interrupted one may hold the lock that `stop` needs.
        threading.Thread(target=publisher.stop, name=signal.Signals(number).name).start()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    log.info("publishing for %s", settings.instagram_username)
    publisher.run()
    if not publisher.wait(PATIENCE_SECONDS):
        log.warning("a publication did not end in time; it will be looked after")
    log.info("stopped")


def migrate_once_it_answers(database: Database) -> None:
    """Postgres may start after us, or be away just now: wait for it."""
    pause = 1.0
    while True:
        try:
            database.migrate()
        except Exception as error:
            if not is_away(error):
                raise
            log.error("Postgres does not answer (%s); waiting for it", type(error).__name__)
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        else:
            return


if __name__ == "__main__":
    sys.exit(main())
