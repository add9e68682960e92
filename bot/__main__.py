"""python -m bot: run Postbote with the settings at hand. With --sandbox: without any account."""

import argparse
import asyncio
import logging
import sys
from pathlib import Path

from bot.app import UPDATES, build_application, build_services
from bot.settings import Settings, SettingsError, load_settings
from bot.supervisor import run_until_stopped
from publisher.process import keep_to_ourselves, owned_folder
from publisher.wiring import database_url, set_up_process
from storage.database import Database, when_usable
from storage.embedded import EmbeddedPostgresError
from storage.trouble import DatabaseTroubleError

log = logging.getLogger(__name__)


def main() -> int:
    """Parse the command line and run; returns the exit code: 2 if a person must act."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    parser.add_argument("--sandbox", action="store_true", help="try it here, with no account")
    parser.add_argument("--tour", action="store_true", help="with --sandbox: play one story")
    parser.add_argument("--port", type=int, default=8321, help="with --sandbox: the page's port")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("data/sandbox"),
        help="with --sandbox: where it keeps chat, profile and posts",
    )
    parser.add_argument(
        "--downgrade",
        metavar="REVISION",
        help="bring the database back to what an older version reads, and end",
    )
    arguments = parser.parse_args()
    keep_to_ourselves()
    if arguments.sandbox:
        from bot.sandbox import run  # the sandbox is no part of a production process

        if not arguments.tour:
            return run.main(tour=False, port=arguments.port, folder=arguments.folder)
        with owned_folder("postbote-tour-") as folder:
            return run.main(tour=True, port=arguments.port, folder=folder)
    try:
        settings = load_settings()
        set_up_process(settings)
    except SettingsError as error:
        print(f"Postbote cannot start:\n{error}", file=sys.stderr)  # noqa: T201 - there may be no log
        return 2
    try:
        if arguments.downgrade:
            downgrade(settings, arguments.downgrade)
        else:
            serve(settings)
    except SettingsError as error:
        log.critical("Postbote cannot go on: %s", error)
        return 2
    except (EmbeddedPostgresError, DatabaseTroubleError) as error:
        log.critical("Postbote cannot start: %s", error)
        return 1 if error.is_transient else 2
    return 0


def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT.

    Raises EmbeddedPostgresError, DatabaseTroubleError; SettingsError for what Telegram alone knows.
    """
    with database_url(settings) as url:
        services = when_usable(lambda: build_services(settings, url), url)
        try:
            asyncio.run(run_until_stopped(build_application(services), UPDATES))
        finally:
            services.database.close()


def downgrade(settings: Settings, revision: str) -> None:
    """Raises EmbeddedPostgresError, DatabaseTroubleError."""
    with database_url(settings) as url:
        when_usable(lambda: Database(url).downgrade(revision), url)
    log.warning("the database is at revision %s: start the version that it belongs to", revision)


if __name__ == "__main__":
    sys.exit(main())
