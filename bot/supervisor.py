"""From start to stop: jobs at once, the way in and out as soon as this process leads."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial

from telegram.constants import ChatType
from telegram.error import InvalidToken, TelegramError

from bot.accounts.entrance import Entrance
from bot.context import App, Services
from bot.inbox import Intake
from bot.jobs import follow_clock, on_signals, review_held
from bot.new_post.preparation_reporter import start_preparations
from bot.outbox import deliver
from bot.polling import Poller
from bot.settings import SettingsError
from bot.store import in_thread
from bot.transient import backoff_after, repeated
from publisher.health.health import TOKEN_REFUSED
from publisher.health.liveness import LOOP, LOOP_WITHIN, SWEEP, Liveness
from publisher.health.service_manager import ServiceManager
from publisher.media.isolated import start_server
from publisher.process import ending_signals
from storage.database import is_away, named, note_away
from storage.outbox import NoticeKind
from storage.sentences import Sentence
from storage.signals import WORK
from storage.trail import about, new_event

log = logging.getLogger(__name__)

THREADS = 32
"""For calls that block. Python's own choice is 6 on two processors, and a conversion takes long."""

LOOK_SECONDS = 3.0
"""How often to look whether we still lead, and whether something was left behind."""

REMIND_EVERY = timedelta(days=1)
"""However often we are started."""

ALERT_EVERY = timedelta(minutes=10)
"""How often the admin hears at the most that it all begins anew."""

STANDBY = (
    "another process of this bot is at work on the same database: stop one of the two."
    " This one waits, and takes over when that one ends."
)

GRACE_SECONDS = 10.0
"""For what is under way when we stop; the rest is handled by the next start."""

PUBLISHING_SECONDS = 60.0
"""For what a publisher has under way; it begins nothing new."""


async def run_until_stopped(
    application: App, kinds: Sequence[str], manager: ServiceManager
) -> None:
    """Run until a signal says to end."""
    stopped = asyncio.Event()
    for number in ending_signals():
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with running(application, kinds) as supervisor:
        manager.ready()
        stopping = asyncio.create_task(stopped.wait())
        await asyncio.wait([stopping, supervisor], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        manager.stopping()
        log.info("stopping")


@asynccontextmanager
async def running(application: App, kinds: Sequence[str]) -> AsyncIterator["asyncio.Task[None]"]:
    """Everything that runs, while the block runs. Neither Telegram nor Postgres need be there.

    The task that is yielded ends by itself only when Telegram shows that a setting is wrong. Raises
    SettingsError at the end of the block then.
    """
    services, queue = application.bot_data, application.job_queue
    assert queue is not None
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="blocking")
    asyncio.get_running_loop().set_default_executor(threads)
    await queue.start()
    decoders = asyncio.create_task(in_thread(start_server)(), name="decoders")
    supervisor = asyncio.create_task(Supervisor(application, kinds).run(), name="supervisor")
    clock = asyncio.create_task(follow_clock(queue), name="clock")
    pulse = asyncio.create_task(_pulse(services.health.liveness), name="pulse")
    services.heartbeat.start()
    try:
        yield supervisor
    finally:
        clock.cancel()
        pulse.cancel()
        supervisor.cancel()
        await asyncio.wait([supervisor, clock, pulse, decoders])
        if application.running:
            await application.stop()
        else:
            services.dispatcher.stop()
            await queue.stop()
        await in_thread(services.dispatcher.wait)(PUBLISHING_SECONDS)
        await in_thread(partial(services.signals.tell, WORK))()  # others see to what was ours
        await in_thread(services.heartbeat.stop)()
        await application.shutdown()
        await services.store.drop_lead()
        if not supervisor.cancelled():
            supervisor.result()


async def _pulse(liveness: Liveness) -> None:
    """As long as the loop turns, whoever watches it hears so."""
    liveness.expect(LOOP, LOOP_WITHIN)
    try:
        while True:
            liveness.beat(LOOP)
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        liveness.dismiss(LOOP)
        liveness.dismiss(SWEEP)


class Supervisor:
    """Of several processes on one database, the one that leads talks with Telegram."""

    def __init__(self, application: App, kinds: Sequence[str]) -> None:
        self._application, self._kinds = application, kinds
        self._services: Services = application.bot_data
        self._store = self._services.store
        self._outage: float | None = None
        """Seconds of an outage of Postgres that the admin has not heard of."""

    async def run(self) -> None:
        """Take the lead, work while it is ours, and again: without end. Raises SettingsError."""
        while True:
            try:
                await self._take_lead()
                await self._work_while_ours()
            except SettingsError:
                raise
            except Exception as error:
                if is_away(error):
                    note_away("the way in and out waits", error)
                else:
                    await self._tell_of(error)
                await asyncio.sleep(LOOK_SECONDS)
            await self._store.drop_lead()

    async def _tell_of(self, error: Exception) -> None:
        with about(event=new_event()):
            log.error("the way in or out has ended; it begins anew", exc_info=error)
            detail = {"error_class": type(error).__name__}
            with suppress(Exception):  # as far as Postgres lets us write it down
                await self._store.alert(NoticeKind.ERROR, detail, at_most_every=ALERT_EVERY)

    async def _take_lead(self) -> None:
        """Wait for it: while Postgres is away, and while another process has it."""
        away_since: float | None = None
        is_standby = False
        while True:
            try:
                if await self._store.take_lead():
                    break
                if not is_standby:
                    log.warning(STANDBY)
                is_standby = True
            except Exception as error:
                if not is_away(error):
                    raise
                if away_since is None:
                    away_since = time.monotonic()
                    trouble = await self._store.explain_trouble(error)
                    log.error("the database cannot be used: %s", trouble or named(error))
            await asyncio.sleep(LOOK_SECONDS / 3)
        if away_since is not None:
            self._outage = time.monotonic() - away_since
            log.warning("Postgres answers again, after %.0f s", self._outage)

    async def _work_while_ours(self) -> None:
        """Returns when the lead is lost; what was under way is broken off, and handled again."""
        intake = Intake(self._application)
        work = asyncio.create_task(self._work(intake), name="way in")
        grace = 0.0
        try:
            while not work.done() and self._services.leader.is_ours:
                await asyncio.wait([work], timeout=LOOK_SECONDS / 3)
            if work.done():
                work.result()
            log.warning("this process leads no longer: the database is away, or it stood still")
        except asyncio.CancelledError:
            grace = GRACE_SECONDS
            raise
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            await in_thread(self._services.signals.close)()
            self._services.preparation_worker.close()
            await asyncio.gather(intake.stop(grace), self._services.outgoing.stop(grace))

    async def _work(self, intake: Intake) -> None:
        await self._make_ready()
        await start_preparations(self._application)
        await self._tell_of_orphaned()
        await self._keep_wall_times()
        await review_held(self._application)
        await deliver(self._application)
        self._services.signals.start(on_signals(self._application))
        settings, bot = self._services.settings, self._application.bot
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look(intake))
            if self._application.post_init is not None:
                group.create_task(self._application.post_init(self._application))
            if settings.webhook_url is None:
                await Poller(bot, self._services, intake.receive, self._kinds).run()
            from bot import webhook  # with Tornado, 4 MB that polling has no use for

            page = Entrance(self._application)
            async with webhook.listening(settings, intake.receive, page):
                await webhook.register(bot, settings, self._kinds)
                await asyncio.Event().wait()

    async def _make_ready(self) -> None:
        """Ask Telegram while Postgres is read. Raises SettingsError."""
        asking = asyncio.create_task(self._ask_telegram(), name="greeting")
        try:
            await self._services.roster.read()
            self._services.listening.begin(await self._store.open_forms())
            self._services.closed.update(await self._store.parked_chats())
            await asking
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _ask_telegram(self) -> None:
        await self._greet_telegram()
        await self._refuse_channel()

    async def _look(self, intake: Intake) -> None:
        """Handle what was left behind, by a crash or by an interruption, as soon as it is known."""
        left_behind = self._services.left_behind
        while True:
            left_behind.clear()
            try:
                await self._tell_outage()
                await intake.catch_up()
            except Exception as error:
                if not is_away(error):
                    raise
                left_behind.set()
            await asyncio.sleep(LOOK_SECONDS)
            await left_behind.wait()

    async def _tell_outage(self) -> None:
        """Tell the admin that Postgres was away; only now is there a place to write it down."""
        if self._outage is not None:
            detail = {"seconds": self._outage}
            await self._store.alert(NoticeKind.DATABASE_WAS_AWAY, detail)
            self._outage = None

    async def _keep_wall_times(self) -> None:
        """This process may have another zone database than the one before it."""
        if moved := await self._store.keep_wall_times():
            log.warning(
                "a zone's rules have changed: posts %s keep the hours that were said", moved
            )

    async def _tell_of_orphaned(self) -> None:
        """Tell the admin of posts that would wait for ever, once the account's name has changed."""
        if names := await self._store.orphaned_accounts():
            detail = {"reason": ", ".join(names)}
            await self._store.alert(NoticeKind.ORPHANED, detail, at_most_every=REMIND_EVERY)

    async def _refuse_channel(self) -> None:
        """Raises SettingsError: every subscriber of a channel can tap the buttons in it."""
        try:
            chat = await self._application.bot.get_chat(self._services.settings.admin_chat_id)
        except TelegramError as error:  # the bot may not have joined it yet
            log.warning("the admin chat cannot be looked at: %s", error.message)
            return
        if chat.type == ChatType.CHANNEL:
            raise SettingsError(
                Sentence(
                    "ADMIN_CHAT_ID is wrong (it is a channel, and all its subscribers would"
                    " have the admin's buttons). Give it your own ID, or a group's."
                )
            )

    async def _greet_telegram(self) -> None:
        """Learn who we are, as soon as Telegram answers; publishing does not wait for that."""
        health = self._services.health

        def note(error: BaseException) -> None:
            is_refused = isinstance(error, InvalidToken)
            health.note_telegram(TOKEN_REFUSED if is_refused else type(error).__name__)
            if is_refused:
                log.critical("Telegram refuses the token: check TELEGRAM_BOT_TOKEN")
            else:
                log.warning("Telegram cannot be reached: %s", type(error).__name__)

        await repeated(
            lambda error: isinstance(error, TelegramError),
            pause=lambda error, attempt: backoff_after(
                error, max(attempt, 5) if isinstance(error, InvalidToken) else attempt
            ),
            before_pause=note,
        )(self._begin)
        health.note_telegram(None)
        log.info("@%s is at work", self._application.bot.username)

    async def _begin(self) -> None:
        if not self._application.running:
            await self._application.initialize()
            await self._application.start()
