"""Rescues what was left behind, and lets each account's worker work in a thread.

A sweep only hands out work and never waits for it: an upload that hangs holds up neither the
sweep nor other accounts.
"""

import logging
import math
import random
import threading
from collections.abc import Callable

from publisher.account_worker import AccountWorker, Connect
from publisher.stores import Stores
from publisher.timings import Timings
from storage.database import is_away, note_away
from storage.lease import now

log = logging.getLogger(__name__)

MAX_WORKERS = 16
"""Accounts that are worked for at the same time."""
MIN_PAUSE_SECONDS = 0.02
"""Between two looks for work, when the clocks differ or all workers are taken."""
TROUBLE_SECONDS = 5.0
"""How long to wait after an error that nobody expected, such as a database that is away."""


class Dispatcher:
    """Publishes for whatever accounts are active at the moment. Safe to use from any thread.

    Args:
        connect: makes an account's destination.
        on_outcome: called in a worker's thread whenever something was done.
        is_told: whether `wake` is called when others have planned something; else it looks itself.
        on_sweep: called after each sweep, whether it has succeeded or not.
    """

    def __init__(
        self,
        stores: Stores,
        connect: Connect,
        timings: Timings | None = None,
        *,
        on_outcome: Callable[[], None] = lambda: None,
        on_sweep: Callable[[], None] = lambda: None,
        is_told: Callable[[], bool] = lambda: False,
        random: Callable[[], float] = random.random,
    ) -> None:
        self._stores, self._connect = stores, connect
        self.timings = timings or Timings()
        self.on_outcome, self.on_sweep, self.is_told = on_outcome, on_sweep, is_told
        self._random = random
        self._swept = self._rescued = -math.inf
        self._stopping = threading.Event()
        self._woken = threading.Event()
        self._lock = threading.Lock()
        self._workers: dict[int, AccountWorker] = {}
        self._busy: dict[int, AccountWorker] = {}
        self._idle = threading.Condition(self._lock)

    def sweep(self) -> list[int]:
        """Rescue, ask, and hand out what there is to do; returns the accounts now at work.

        Raises sqlalchemy's errors when the database is away: what is left behind is rescued.
        """
        try:
            self.rescue()
            self._ask()
            self._stores.files.tidy()
            self._swept = now()
            return self.hand_out()
        finally:
            self.on_sweep()

    def look(self) -> list[int]:
        """Hand out what there is to do, in a round trip; sweep if that was not done for long.

        What waits, for its account's pace or for a person, is told after that: nobody waits for it.
        """
        if now() - self._swept >= self.timings.trust.total_seconds():
            return self.sweep()
        handed_out = self.hand_out()
        self._tell_waiting()
        return handed_out

    def rescue(self) -> bool:
        """Take accounts from publishers that have fallen silent; False if there were none."""
        self._rescued = now()
        if not self._stores.queue.has_silent():
            return False
        if rescued := self._stores.queue.rescue():
            log.warning("rescued posts %s", rescued)
            self._stores.overdue.ask_about_rescued(rescued, self.timings.late_after)
        return True

    def hand_out(self) -> list[int]:
        """Start a thread for each account that has something to do and none yet."""
        if self._stopping.is_set():
            return []
        return [account_id for account_id in self._with_work() if self._start(account_id)]

    def seconds_left(self) -> float | None:
        """Until there is something to do next, by Postgres' clock; None if nothing is planned."""
        return self._stores.due.seconds_left(self.timings.stage_ahead)

    @property
    def since_sweep(self) -> float | None:
        """Seconds since a sweep has succeeded; None: none has."""
        return None if self._swept == -math.inf else now() - self._swept

    @property
    def time_there(self) -> float | None:
        """By the platform's clock, if it has told one of the workers: seconds since 1970."""
        told = (worker.time_there for worker in list(self._workers.values()))
        return next((now for now in told if now is not None), None)

    def run(self) -> None:
        """Publish until told to stop: the main loop of a process that does nothing else."""
        due, woken = -math.inf, False
        while not self._stopping.is_set():
            pause = TROUBLE_SECONDS
            try:
                if self._act(is_due=now() >= due, is_woken=woken):
                    left = self.seconds_left()
                    due = math.inf if left is None else now() + max(left, MIN_PAUSE_SECONDS)
                pause = self._pause(due)
            except Exception as error:
                _report("the sweep has failed; it waits", error)
                due = -math.inf
            woken = self._woken.wait(pause)
            self._woken.clear()

    def wake(self) -> None:
        """There is something to do, or to wait for: look at once."""
        self._woken.set()

    def stop(self) -> None:
        """Begin nothing new; what is not committed yet is handed back."""
        self._stopping.set()
        self._woken.set()

    def wait(self, seconds: float) -> bool:
        """Wait until nobody works; False if somebody still does after this time."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._busy, seconds)

    def _ask(self) -> None:
        """What only people can decide, and what they should know early."""
        timings, stores = self.timings, self._stores
        if stores.logins.expire():
            self.on_outcome()
        asked = [
            *stores.reconciliation.ask_overdue(timings.ask_after),
            *stores.preflight.tell_of_pauses(timings.stage_ahead, timings.preflight),
            *stores.overdue.ask_or_remind(timings.late_after, timings.remind_after),
            *stores.postponed.postpone(timings.preflight),
            *stores.overdue.tell_waiting(timings.stage_ahead),
        ]
        if asked:
            log.info("the owners of posts %s are told or asked", asked)
            self.on_outcome()

    def _tell_waiting(self) -> None:
        stores, timings = self._stores, self.timings
        postponed = stores.postponed.postpone(timings.preflight)
        if stores.overdue.tell_waiting(timings.stage_ahead) or postponed:
            self.on_outcome()

    def _start(self, account_id: int) -> bool:
        with self._lock:
            stuck = self._busy.get(account_id)
            if stuck is not None and not stuck.is_closed:
                return False
            if sum(not worker.is_closed for worker in self._busy.values()) >= MAX_WORKERS:
                return False
            worker = self._workers.get(account_id)
            if worker is None or worker.is_closed:
                worker = self._workers[account_id] = self.new_worker(account_id)
            self._busy[account_id] = worker
        name = f"account {account_id}"
        threading.Thread(target=self._work, args=(worker,), name=name, daemon=True).start()
        return True

    def new_worker(self, account_id: int) -> AccountWorker:
        """Who works for this account alone."""
        return AccountWorker(
            account_id,
            self._connect,
            self._stores,
            self.timings,
            random=self._random,
            stopping=self._stopping,
        )

    def _with_work(self, account_id: int | None = None) -> list[int]:
        timings = self.timings
        return self._stores.due.accounts_with_work(
            timings.stage_ahead, timings.stage_ahead, timings.preflight, account_id=account_id
        )

    def _goes_on(self, worker: AccountWorker) -> bool:
        """Asked in one statement; a step that finds nothing takes one for each kind of work."""
        if self._stopping.is_set() or worker.is_closed:
            return False
        return bool(self._with_work(worker.account_id))

    def _work(self, worker: AccountWorker) -> None:
        """One account, until there is nothing left to do for it."""
        try:
            while self._goes_on(worker) and worker.step():
                self.on_outcome()
        except Exception as error:
            _report(f"the work for account {worker.account_id} has broken off", error)
            self._stopping.wait(TROUBLE_SECONDS)
        finally:
            with self._idle:
                if self._busy.get(worker.account_id) is worker:
                    del self._busy[worker.account_id]
                self._idle.notify_all()
            self._woken.set()
            self.on_outcome()

    def _act(self, *, is_due: bool, is_woken: bool) -> bool:
        """Do what it is time for; False if nothing was looked at."""
        timings, is_told = self.timings, self.is_told()
        every = timings.sweep if is_told else timings.housekeeping
        if now() - self._swept >= every.total_seconds():
            self.sweep()
        elif is_woken or not is_told:
            self.hand_out()
        elif is_due:
            self.look()
        elif now() - self._rescued < timings.housekeeping.total_seconds() or not self.rescue():
            return False
        else:
            self.hand_out()
        return True

    def _pause(self, due: float) -> float:
        timings = self.timings
        longest = timings.housekeeping if self.is_told() else timings.poll
        return min(max(due - now(), MIN_PAUSE_SECONDS), longest.total_seconds())


def _report(what: str, error: Exception) -> None:
    if is_away(error):
        note_away(what, error)
    else:
        log.error("%s", what, exc_info=error)
