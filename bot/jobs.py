"""What runs by the clock: the due-post sweep, the outbox, lost originals, the daily cleaning."""

import asyncio
import logging
import time
import warnings
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from apscheduler.triggers.cron import CronTrigger
from telegram.constants import ChatID
from telegram.ext import JobQueue
from telegram.warnings import PTBUserWarning

from bot import nightly_backup
from bot.access import let_in
from bot.accounts.listening import LATE
from bot.context import AnyApp, App, Context, Services
from bot.outbox import deliver
from bot.refetch import fetch_lost, look_for_lost
from bot.store import in_thread
from publisher.health.watch import LOOK_SECONDS
from storage.lease import now
from storage.object_store import StoreTroubleError
from storage.signals import LOST, NOTICES, WORK

log = logging.getLogger(__name__)

# warned of when a job starts before PTB runs; we await its error all the same
warnings.filterwarnings("ignore", "Tasks created via", PTBUserWarning)

DRAFT_LIFE = timedelta(days=7)
"""How long a draft that nobody touches is kept."""
ORPHAN_AGE = timedelta(days=1)
"""A file that no post needs is left alone this long: its post may be about to be written."""
LOOK_OUT_SECONDS = 15
"""How often to look for what nobody is woken for: posts of publishers that have fallen silent,
those that are due and not approved, and whatever else was left behind."""
UNTOLD_SECONDS = 2
"""How often to look for messages that wait where no signal tells of them."""
AT_ONCE_SECONDS, SOON_SECONDS = 0.05, 1.0
CLOCK_SECONDS = 5.0
"""How often to look whether the machine's clock was set."""

DUE = "due"
"""The job that is armed for a moment; others run at once or again and again, by their own names."""

Job = Callable[[Context], Coroutine[Any, Any, None]]

NEVER_SKIPPED: dict[str, Any] = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
"""APScheduler's defaults drop a job that is a second late; ours is run, once."""


def register_jobs(application: App) -> None:
    """Register every job once. Without PUBLISH_IN_BOT, other processes publish."""
    queue, settings = _queue(application), application.bot_data.settings
    run = partial(queue.run_repeating, job_kwargs=NEVER_SKIPPED)
    every = settings.sweep_interval_seconds
    if settings.publish_in_bot:
        now = {"next_run_time": datetime.now(UTC)}  # a past `first` is skipped
        run(sweep, every, job_kwargs=NEVER_SKIPPED | now)
    run(held, every, first=every)
    run(look_out, LOOK_OUT_SECONDS, first=LOOK_OUT_SECONDS)
    run(watch, LOOK_SECONDS, first=LOOK_SECONDS)
    run(empty_queues, every, first=every)
    run(outbox_untold, UNTOLD_SECONDS, first=UNTOLD_SECONDS)
    run(clean, timedelta(days=1), first=60)
    run(look_for_lost, application.bot_data.files.look_every, first=30)
    if settings.backup_dir is not None:
        nightly, at = nightly_backup.back_up, nightly_backup.quiet_hour(settings)
        queue.run_daily(nightly, at, job_kwargs=NEVER_SKIPPED)
        run(nightly_backup.catch_up, nightly_backup.EVERY, first=nightly_backup.SOON)


async def wake(application: AnyApp) -> None:
    """Look what there is to do, and when next: the regular sweep is a safety net."""
    if application.bot_data.settings.publish_in_bot:
        _arm(_queue(application), AT_ONCE_SECONDS)


async def sweep(context: Context) -> None:
    """Hand out what there is to do; what comes of it is told by `tell`."""
    await _hand_out(context.services.dispatcher.sweep, context)


async def due(context: Context) -> None:
    """The same for what was waited for: it alone."""
    await _hand_out(context.services.dispatcher.look, context)


async def _hand_out(work: Callable[[], object], context: Context) -> None:
    dispatcher = context.services.dispatcher
    dispatcher.on_outcome = _calling(tell, context.application)
    try:
        await in_thread(work)()
        left = await in_thread(dispatcher.seconds_left)()
    except Exception:
        _arm(_queue(context.application), LOOK_OUT_SECONDS)
        raise
    if left is not None:  # if it is past, all workers are busy: `tell` looks again, too
        _arm(_queue(context.application), left if left > 0 else SOON_SECONDS)


async def held(context: Context) -> None:
    """What people planned who are not let in any more waits for the admin."""
    await review_held(context.application)


async def look_out(context: Context) -> None:
    """See to what waits, by one question."""
    services = context.services
    waiting = await context.store.waiting()
    if waiting.silent and services.settings.publish_in_bot:
        await rescue(context)
    if services.leader.is_ours:
        if waiting.updates:
            services.left_behind.set()
        if waiting.approvals:
            await approvals(context)
        elif waiting.notices:
            await deliver(context.application)
        if waiting.drafts:
            await services.preparation_worker.fill()
        if waiting.lost:
            await fetch_lost(context)


async def approvals(context: Context) -> None:
    """Who approves is reminded; what is due without an approval is not published."""
    reminded = await context.store.remind_of_approvals()
    if await context.store.expire_approvals() or reminded:
        await deliver(context.application)


async def empty_queues(context: Context) -> None:
    """Who set an account's slots hears when the last post that was planned for it is out."""
    if context.services.leader.is_ours and await context.store.tell_of_empty_queues():
        await deliver(context.application)


async def watch(context: Context) -> None:
    """What is wrong with the installation is told, and withdrawn once it is well again."""
    await look_after(context.application)


async def look_after(application: AnyApp) -> None:
    """The same, also out of turn."""
    services, store = application.bot_data, application.bot_data.store
    if not services.leader.is_ours:
        return
    verdict = services.watch.judge(await store.installation(), now())
    if verdict.raised or verdict.over or verdict.unsaid:
        await store.settle_alerts(verdict.raised, verdict.over, verdict.unsaid)
        await deliver(application)
    if verdict.forgotten:
        await store.forget_processes(verdict.forgotten)


async def review_held(application: AnyApp) -> None:
    """Hold the posts of who is not let in any more, and release those of who is again."""
    services = application.bot_data
    if not services.leader.is_ours:
        return
    await services.roster.read()
    admin_chat, admins = services.settings.admin_chat_id, None
    admin_chat = services.moved.get(admin_chat, admin_chat)
    if admin_chat < 0:  # a group
        known = await services.admins.known(admin_chat, application.bot)
        admins = None if known is None else known | {ChatID.ANONYMOUS_ADMIN}
    now = replace(let_in(services.settings, admins=admins), admin_chat_id=admin_chat)
    late_after = services.dispatcher.timings.late_after
    released = await services.store.release_posts(now, late_after)
    held = await services.store.hold_posts(now)
    if held or released:
        log.warning("posts held: %s; released: %s", held, released)
        await deliver(application)
        await wake(application)


async def rescue(context: Context) -> None:
    """Take posts from publishers that have fallen silent, and see to them."""
    if await in_thread(context.services.dispatcher.rescue)():
        await wake(context.application)


async def tell(context: Context) -> None:
    """A publication has ended: its owner hears of it, and the next one is armed."""
    await outbox(context)
    await wake(context.application)


async def outbox(context: Context) -> None:
    """Deliver what waits."""
    await deliver(context.application)


async def outbox_untold(context: Context) -> None:
    """The same where no signal says that something waits."""
    if not context.services.signals.is_live:
        await deliver(context.application)


def on_signals(application: AnyApp) -> dict[str, Callable[[], None]]:
    """What the thread that hears signals calls, by channel."""
    publishes = application.bot_data.settings.publish_in_bot
    work = {WORK: _calling(planned, application)} if publishes else {}
    told = {NOTICES: _calling(outbox, application), LOST: _calling(fetch_lost, application)}
    return {**told, **work}


async def planned(context: Context) -> None:
    """Another process has planned something, or leaves it to us."""
    await wake(context.application)


async def clean(context: Context) -> None:
    """Remove media that nobody needs: published long ago, of abandoned drafts, orphans."""
    if context.services.leader.is_ours:
        await remove_unneeded(context.services)


@in_thread
def remove_unneeded(services: Services) -> None:
    """The daily cleaning."""
    settings, retention = services.settings, services.retention
    services.files.remove(retention.forget_media(timedelta(days=settings.media_days)))
    services.files.remove(services.undo.forget()[1])
    services.account_forms.forget(LATE)
    services.files.remove(retention.discard_drafts(DRAFT_LIFE))
    services.files.remove(services.undo.forget()[1])
    rows = retention.forget_talk()
    if settings.history_days is not None:
        posts, files = retention.forget_history(timedelta(days=settings.history_days))
        services.files.remove(files)
        log.info("%d posts of long ago forgotten", posts)
    services.originals.forget()
    orphans = _removed_orphans(services)
    log.info("cleaning done: %d rows forgotten, %d orphaned files removed", rows, orphans)


def _removed_orphans(services: Services) -> int:
    try:
        return services.files.remove_orphans(services.posts.media_files, ORPHAN_AGE)
    except StoreTroubleError as error:
        log.warning("orphaned files are removed another day: %s", error.strerror)
        return 0


def _queue(application: AnyApp) -> JobQueue[Context]:
    queue = application.job_queue
    assert queue is not None, "python-telegram-bot comes with its job-queue extra"
    return queue


async def follow_clock(queue: JobQueue[Any]) -> None:
    """Run every job at once when the clock was set, or the machine has slept: the scheduler goes by
    that clock, we do not. One that is meant for an hour of the day waits for it."""
    known = time.time() - time.monotonic()
    while True:
        await asyncio.sleep(CLOCK_SECONDS)
        offset = time.time() - time.monotonic()
        if abs(offset - known) > CLOCK_SECONDS:
            log.warning("the clock was set by %+.0f s", offset - known)
            for job in queue.scheduler.get_jobs():
                if not isinstance(job.trigger, CronTrigger):
                    job.modify(next_run_time=datetime.now(UTC))
        known = offset


def _arm(queue: JobQueue[Context], seconds: float) -> None:
    for job in queue.get_jobs_by_name(DUE):
        job.schedule_removal()
    queue.run_once(due, seconds, name=DUE, job_kwargs=NEVER_SKIPPED)


def _calling(job: Job, application: AnyApp) -> Callable[[], None]:
    """What another thread calls to have this job run at once, if it is not about to."""
    loop, queue = asyncio.get_running_loop(), _queue(application)
    name = f"{job.__name__}, at once"

    def arm() -> None:
        if not queue.get_jobs_by_name(name):
            queue.run_once(job, 0, name=name, job_kwargs=NEVER_SKIPPED)

    def call() -> None:
        with suppress(RuntimeError):  # the loop has ended: the next start tells
            loop.call_soon_threadsafe(arm)

    return call
