"""What runs by the clock: the due-post sweep, the outbox, and the daily cleaning."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram.ext import Application, JobQueue

from bot.context import Context, Services
from bot.outbox import deliver

log = logging.getLogger(__name__)

RETENTION = timedelta(days=7)
"""How long the media of a published post are kept."""
DRAFT_LIFE = timedelta(days=7)
"""How long a draft that nobody touches is kept."""
ORPHAN_AGE = timedelta(days=1)
"""A file that no post needs is left alone this long: its post may be about to be written."""
OUTBOX_SECONDS = 10
"""How often messages that could not be delivered are tried again."""

SWEEP, DUE, OUTBOX, CLEANING = "sweep", "due", "outbox", "cleaning"

App = Application[Any, Context, Any, Any, Services, JobQueue[Context]]

PATIENT: dict[str, Any] = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
"""APScheduler's defaults drop a job that is a second late; ours is run, once."""


def register_jobs(application: App) -> None:
    """Register every job once."""
    queue, settings = _queue(application), application.bot_data.settings
    at_start = {**PATIENT, "next_run_time": datetime.now(UTC)}  # APScheduler skips a past `first`
    queue.run_repeating(sweep, settings.sweep_interval_seconds, name=SWEEP, job_kwargs=at_start)
    queue.run_repeating(
        outbox, OUTBOX_SECONDS, first=OUTBOX_SECONDS, name=OUTBOX, job_kwargs=PATIENT
    )
    queue.run_repeating(clean, timedelta(days=1), first=60, name=CLEANING, job_kwargs=PATIENT)


async def wake(application: Application[Any, Any, Any, Any, Services, Any]) -> None:
    """Arm a sweep for the moment at which the next post is due: the regular one is a safety net."""
    queue = _queue(application)
    due = await asyncio.to_thread(application.bot_data.posts.next_due)
    for job in queue.get_jobs_by_name(DUE):
        job.schedule_removal()
    if due is not None:
        moment = max(due, datetime.now(UTC) + timedelta(milliseconds=50))
        queue.run_once(sweep, moment, name=DUE, job_kwargs=PATIENT)


async def sweep(context: Context) -> None:
    """Publish what is due, tell people, and arm the next sweep. One runs at a time."""
    async with context.services.sweeping:
        await asyncio.to_thread(context.services.publisher.sweep)
    await outbox(context)
    await wake(context.application)


async def outbox(context: Context) -> None:
    """Deliver what waits. One runs at a time, or a message would go out twice."""
    async with context.services.delivering:
        await deliver(context)


async def clean(context: Context) -> None:
    """Remove media that nobody needs: published long ago, of abandoned drafts, orphans."""
    await asyncio.to_thread(remove_unneeded, context.services)


def remove_unneeded(services: Services) -> None:
    """The daily cleaning. Blocks."""
    services.files.remove(services.posts.forget_media(RETENTION))
    services.files.remove(services.drafts.discard_abandoned(DRAFT_LIFE))
    orphans = services.files.remove_orphans(services.posts.media_files(), ORPHAN_AGE)
    log.info("cleaning done, %d orphaned files removed", orphans)


def _queue(application: Application[Any, Any, Any, Any, Services, Any]) -> JobQueue[Context]:
    queue = application.job_queue
    assert queue is not None, "python-telegram-bot comes with its job-queue extra"
    return queue
