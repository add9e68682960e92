"""A backup each night, if the settings name a folder for it; the admin hears when one fails."""

import logging
import time as clock
from collections.abc import Callable
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from bot.context import Context, Services
from bot.outbox import deliver
from bot.settings import Settings
from bot.store import in_thread
from publisher.upkeep import last_night_is_missing, nightly_backup
from storage.backup import BackupError, InterruptedBackupError, Made, backups_in
from storage.outbox import NoticeKind
from storage.trail import about, new_event

log = logging.getLogger(__name__)

QUIET = time(3, 30)
"""When people and posts rest, in the installation's time zone."""
SOON, EVERY = timedelta(minutes=5), timedelta(hours=1)
"""After the start, a machine that is off at night makes its backup; and later, if Postgres was away
at night, or another process led."""


def quiet_hour(settings: Settings) -> time:
    """When it is made."""
    return QUIET.replace(tzinfo=ZoneInfo(settings.timezone))


async def catch_up(context: Context) -> None:
    """Make one now if last night's is missing, and has not failed: that would fail once more."""
    services = context.services
    if not services.backup_has_failed.is_set() and await _is_missing(services.settings):
        await back_up(context)


async def back_up(context: Context) -> None:
    """Make one, and remove those that are too many."""
    services, application = context.services, context.application
    if not services.leader.is_ours:
        return
    began = clock.monotonic()
    try:
        made = await _make(services, lambda: application.running)
    except InterruptedBackupError:
        log.warning("tonight's backup was interrupted")
    except BackupError as error:
        with about(event=new_event()):
            log.error("tonight's backup has failed: %s", error)
            services.backup_has_failed.set()
            detail = {"error_class": f"backup_{error.reason}"}
            await services.store.alert(NoticeKind.BACKUP_FAILED, detail)
        await deliver(application)
    else:
        services.backup_has_failed.clear()
        took = clock.monotonic() - began
        log.info("%s is complete: %d bytes in %.1f s", made.path, made.size, took)
        if made.lost:
            log.warning("it lacks %d media files that posts need: they are gone", made.lost)


@in_thread
def _is_missing(settings: Settings) -> bool:
    assert settings.backup_dir is not None, "else there is no such job"
    try:
        return last_night_is_missing(backups_in(settings.backup_dir))
    except OSError:  # who makes one says why that cannot be
        return True


@in_thread
def _make(services: Services, may_go_on: Callable[[], bool]) -> Made:
    settings, folder = services.settings, services.settings.backup_dir
    assert folder is not None, "else there is no such job"
    return nightly_backup(settings, services.database, folder, settings.backup_keep, may_go_on)
