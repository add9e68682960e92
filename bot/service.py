"""The bot from its settings to its end."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from bot.cli.installation import tell_of_settings
from bot.cli.terminal import Terminal
from bot.settings import Settings, SettingsError, load_settings
from publisher import imports
from publisher.health.health import BOT, Health
from publisher.health.server import served
from publisher.health.service_manager import service_manager
from publisher.wiring import database_url, secret_box, set_up_process
from storage.database import when_usable
from storage.embedded import EmbeddedPostgresError
from storage.sentences import Sentence, sentence_of
from storage.trouble import DatabaseTroubleError

log = logging.getLogger(__name__)


def run() -> int:
    """Run until told to stop; returns the exit code."""
    terminal = Terminal()  # what follows forgets LANGUAGE
    try:
        settings = load_settings()
        set_up_process(settings)
    except SettingsError as error:  # there may be no log
        terminal.complains(Sentence("Postbote cannot start:"))
        tell_of_settings(terminal, error)
        return 2
    try:
        serve(settings)
    except SettingsError as error:
        log.critical("Postbote cannot go on: %s", error)
        return 2
    except (EmbeddedPostgresError, DatabaseTroubleError) as error:
        log.critical("Postbote cannot start: %s", error)
        return 1 if error.is_transient else 2
    except OSError as error:
        told = sentence_of(error)
        log.critical("Postbote cannot go on: %s", told, exc_info=error.filename is None)
        return 2 if isinstance(error, PermissionError) else 1
    return 0


def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT.

    Raises EmbeddedPostgresError, DatabaseTroubleError; SettingsError for what Telegram alone knows.
    """
    health = Health(BOT)
    with (
        service_manager(health.liveness).told() as manager,
        served(settings.health_address, health),
        ExitStack() as stack,
    ):
        url = _opened(settings, stack)
        from bot.app import UPDATES, build_application, build_services  # loaded by now
        from bot.supervisor import run_until_stopped

        services = when_usable(lambda: build_services(settings, url, health), url)
        try:
            asyncio.run(run_until_stopped(build_application(services), UPDATES, manager))
        finally:
            services.database.close()


def _opened(settings: Settings, stack: ExitStack) -> str:
    """The database's URL, for as long as the stack; while Postgres starts, the rest is loaded."""
    beside = stack.enter_context(ThreadPoolExecutor(2, thread_name_prefix="beside"))
    opening = beside.submit(stack.enter_context, database_url(settings))
    beside.submit(secret_box, settings)  # derives the key before it is needed
    with imports.kept():
        # the webhook loads Tornado itself, httpx needs click for its command line alone, and
        # PTB reads keys for Telegram's passports
        with imports.without("tornado", "click", "cryptography.hazmat.primitives.serialization"):
            import telegram.ext  # noqa: F401
            import tenacity  # noqa: F401
        import bot.app
        import bot.supervisor  # noqa: F401
    beside.shutdown()  # if stopped before, the stack waits for both and ends what has begun
    return opening.result()
