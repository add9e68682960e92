"""Media prepared beside the chat: in order, at most one draft per core, resumed after a restart.

The queue is in Postgres; here are only the threads that work it off. Heavy work is done by
processes of their own (ffmpeg), so the threads mostly wait and the chat answers meanwhile.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Protocol, TypeVar

from telegram.error import TelegramError

from bot.load import Load
from bot.progress import EDIT_PAUSE_SECONDS
from bot.store import in_thread
from bot.together import Together
from bot.transient import repeated
from publisher.media.prepare import Ready, prepare
from publisher.media.refused import PreparationCancelledError
from storage.database import is_away
from storage.files import MediaFiles
from storage.models import Draft
from storage.preparations import PreparationGoneError, Preparations, Wish

log = logging.getLogger(__name__)

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


PAUSE_SECONDS = 1.0
"""Between two questions to a Postgres that is away."""
PATIENCE_SECONDS = 3.0
"""How long it lets answers go first, at the most, while many wait for one."""

Result = TypeVar("Result")


class Job:
    """One draft in a thread: how far it is, and whether anybody still waits for it."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.share = 0.0
        self._cancelled = threading.Event()

    def advance(self, share: float) -> None:
        """From the thread: `share` of the work, 0 to 1, is done."""
        self.share = share

    def cancel(self) -> None:
        self._cancelled.set()

    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()


class Listener(Protocol):
    """Who tells people. Drafts are as they stand in the database when it happens."""

    async def begins(self, draft: Draft) -> None: ...
    async def progressed(self, draft: Draft, share: float) -> None: ...
    async def finished(self, draft: Draft) -> None: ...
    async def failed(self, draft: Draft, problem: Exception) -> None: ...


Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class PreparationWorker:
    def __init__(
        self, preparations: Preparations, files: MediaFiles, load: Load, places: int = CORES
    ) -> None:
        self._preparations, self._files, self._places = preparations, files, places
        self._wish = Together(Wish, in_thread(preparations.ask_all))
        self._load = load
        self._waiting: asyncio.Task[None] | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._jobs: set[Job] = set()
        self._filling = asyncio.Lock()
        self._listener: Listener | None = None
        self._spawn: Spawn | None = None

    async def open(self, listener: Listener, spawn: Spawn) -> None:
        """Take up what a former process was at, then all that waits."""
        self._listener, self._spawn = listener, spawn
        self._pool = ThreadPoolExecutor(self._places, thread_name_prefix="prepare")
        for draft in await in_thread(self._preparations.untold)():
            spawn(listener.finished(draft))
        interrupted = await in_thread(self._preparations.begin_anew)()
        if interrupted:
            log.info("%d interrupted preparations begin anew", interrupted)
        await self.fill()

    def close(self) -> None:
        """Stop the work at hand; it begins anew when we open again."""
        self._spawn = None
        if self._waiting is not None:
            self._waiting.cancel()
        for job in self._jobs:
            job.cancel()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    async def ask(self, draft_id: int, progress_message_id: int | None = None) -> Draft:
        """Have the draft's files made; the message will show how far it is. Raises DraftGoneError.

        Whatever becomes of the answer to that: the draft may wait from now on.
        """
        try:
            return await self._wish(draft_id, progress_message_id)
        finally:
            await self.fill()

    def cancel(self, draft_id: int) -> None:
        """What is being made for this draft is not wanted any more."""
        for job in self._jobs:
            if job.draft.id == draft_id:
                job.cancel()

    async def fill(self) -> None:
        """Give every free place to the draft that has waited the longest; soon, if many chats
        wait for an answer."""
        if not self._load.is_high:
            await self._fill()
        elif self._spawn is not None and (self._waiting is None or self._waiting.done()):
            self._waiting = self._spawn(self._fill_soon())

    async def _fill_soon(self) -> None:
        await self._load.falls(PATIENCE_SECONDS)
        self._waiting = None  # what is asked for from here on may be too late for this time
        await self._fill()

    async def _fill(self) -> None:
        async with self._filling:
            while self._spawn is not None and len(self._jobs) < self._places:
                at_work = {job.draft.id for job in self._jobs}
                draft = await self._repeated(partial(self._preparations.take, at_work=at_work))
                spawn = self._spawn
                if draft is None or spawn is None:  # closed meanwhile: it is taken anew
                    return
                job = Job(draft)
                self._jobs.add(job)
                spawn(self._work(job))

    async def _work(self, job: Job) -> None:
        assert self._listener is not None
        watching = asyncio.create_task(self._watch(job, self._listener))
        try:
            with suppress(PreparationGoneError, PreparationCancelledError):
                await self._carry_out(job, self._listener, watching)
        except Exception as error:
            if not is_away(error):
                raise
            log.warning("draft %d is prepared anew once Postgres answers", job.draft.id)
        finally:
            watching.cancel()
            self._jobs.discard(job)
            if self._spawn is not None:
                await self.fill()

    async def _carry_out(
        self, job: Job, listener: Listener, watching: "asyncio.Task[None]"
    ) -> None:
        """Raises PreparationCancelledError or PreparationGoneError when nobody waits any more."""
        try:
            await listener.begins(job.draft)
            ready = await asyncio.get_running_loop().run_in_executor(self._pool, self._run, job)
            draft = await self._repeated(partial(self._keep, job.draft, ready))
        except (PreparationGoneError, PreparationCancelledError):
            raise
        except Exception as problem:
            if is_away(problem):
                raise
            failed = await self._repeated(partial(self._preparations.fail, job.draft))
            await _ended(watching)
            await listener.failed(failed, problem)
        else:
            await _ended(watching)
            await listener.finished(draft)

    def _run(self, job: Job) -> Ready:
        return prepare(job.draft, self._files, progress=job.advance, cancelled=job.is_cancelled)

    def _keep(self, taken: Draft, ready: Ready) -> Draft:
        """Note what was made; if nobody waits for it any more, it goes. Blocks."""
        try:
            draft, replaced = self._preparations.finish(taken, ready.items, ready.notes)
        except PreparationGoneError:
            made = [name for item in ready.items for name in (item.prepared, item.cover) if name]
            originals = {item.original for item in taken.media}
            self._files.remove(name for name in made if name not in originals)
            raise
        self._files.remove(replaced)
        return draft

    async def _repeated(self, ask: Callable[[], Result]) -> Result:
        """Ask Postgres, again while it is away for a moment; once we are closed, that raises."""

        def is_away_for_a_moment(error: BaseException) -> bool:
            return is_away(error) and self._spawn is not None

        attempts = repeated(is_away_for_a_moment, pause=lambda *_: PAUSE_SECONDS)
        return await attempts(in_thread(ask))

    async def _watch(self, job: Job, listener: Listener) -> None:
        """Tell how far it is, and stop the work when its draft has changed or ended."""
        while not job.is_cancelled():
            try:
                if not await self._repeated(partial(self._preparations.is_wanted, job.draft)):
                    job.cancel()
                    return
                await listener.progressed(job.draft, job.share)
            except Exception as error:
                if not (isinstance(error, TelegramError) or is_away(error)):
                    raise
                log.info("how far draft %d is was not told: %s", job.draft.id, type(error).__name__)
            await asyncio.sleep(EDIT_PAUSE_SECONDS)


async def _ended(watching: "asyncio.Task[None]") -> None:
    """No word of progress may come after the outcome."""
    watching.cancel()
    await asyncio.wait([watching])
