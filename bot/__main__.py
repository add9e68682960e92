"""python -m bot: run Postbote with the settings at hand. With --sandbox: without any account."""

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bot.app import UPDATES, build_application, build_services
from bot.context import Services
from bot.patience import pause_after
from bot.running import run_until_stopped
from bot.settings import Settings, SettingsError, load_settings
from publisher.compose import database_url, set_up_process
from publisher.process import keep_to_ourselves, owned_folder
from storage.database import is_away

log = logging.getLogger(__name__)


def main() -> int:
    """Parse the command line and run; returns the exit code."""
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
        serve(settings)
    except SettingsError as error:
        log.critical("Postbote cannot go on: %s", error)
        return 2
    return 0


def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT. Raises SettingsError for what only Telegram can tell."""
    with database_url(settings) as url:
        services = patiently(lambda: build_services(settings, url))
        try:
            asyncio.run(run_until_stopped(build_application(services), UPDATES))
        finally:
            services.database.close()


def patiently(build: Callable[[], Services]) -> Services:
    """Postgres may start after us, or be away just now: wait for it."""
    attempt = 0
    while True:
        try:
            return build()
        except Exception as error:
            if not is_away(error):
                raise
            attempt += 1
            log.error("Postgres does not answer (%s); waiting for it", type(error).__name__)
            time.sleep(pause_after(error, attempt))


if __name__ == "__main__":
    sys.exit(main())
