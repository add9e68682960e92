"""Many posts, many accounts, several publishers, and no mercy; then the count."""

import random
import socket
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from storage.lifecycle import OWNED, Status
from storage.post_changes import WrongStatusError
from tests.chaos.ledger import Ledger
from tests.chaos.plan import MODULE, VARIABLE, Plan
from tests.chaos.postgres import OwnPostgres
from tests.chaos.processes import ForkServer, Process
from tests.chaos.remote import RemoteWorld
from tests.chaos.report import Kill, Outcome, Storm

TIMINGS = {
    "lease": 4.0,
    "deadline": 30.0,
    "housekeeping": 0.5,
    "poll": 0.2,
    "stage_ahead": 5.0,
    "preflight": 0.0,
    "reconcile_pause": 2.0,
    "verify_after": 20.0,
    "ask_after": 60.0,
    "late_after": 36_000.0,
}
"""Seconds: everything goes about ten times as fast as in production."""

WEATHER = {
    "lost": 0.05,
    "dropped": 0.05,
    "slow": 0.4,
    "seconds": 2.0,
    "refused": 0.05,
    "twins": 0.03,
    "empty": 0.1,
    "lag": 3.0,
}
"""Shares, and seconds; with readings ten times as close as in production, so is the lag."""
SKEWS = (0.0, 600.0, 0.0, -600.0)
"""Seconds by which the accounts' Instagram is off, one account after the other."""
TWINS_BEFORE = 0.03
"""Share of the posts that somebody has posted by hand before."""
BEFORE_SECONDS = 60.0
WITHOUT_IDS = 5
"""Every fifth account's media do not name their upload."""
TEND_SECONDS = 1.0
"""How often the harness does what people do: resume accounts, answer questions."""
FREEZES = 0.05
"""Besides the kills, so many per kill: stopped past the lease, then continued."""
FROZEN_SECONDS = 6.0
DATABASE_AWAY_SECONDS = 2.0
HEAD_START_SECONDS = 1.5
CALM_SECONDS = 600.0
"""How long everything may take to settle after the last one."""


def publisher(fork_server: ForkServer, plan: Plan, folder: Path) -> Process:
    """One more of them; what all of them say stands in one file."""
    return Process(fork_server, MODULE, {VARIABLE: plan.dump()}, folder, folder / "publishers.log")


class StormRun:
    """One storm, from the first post to the count.

    Args:
        start: starts a publisher.
        postgres: killed as well, if the storm says so; None: it is not ours to kill.
    """

    def __init__(
        self,
        storm: Storm,
        world: RemoteWorld,
        ledger: Ledger,
        start: Callable[[], Process],
        postgres: OwnPostgres | None = None,
        *,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._storm, self._world, self._ledger = storm, world, ledger
        self._start, self._postgres, self._say = start, postgres, say
        self._dice = random.Random(storm.seed)
        self._living: list[Process] = []
        self._frozen: list[tuple[float, Process]] = []
        self._due: dict[str, datetime] = {}
        self._outcome = Outcome(storm)
        self._tended = 0.0
        self._skews = {name: SKEWS[number % len(SKEWS)] for number, name in enumerate(storm.names)}

    def run(self) -> Outcome:
        """Break things, wait until all has settled, and count; nobody is left alive."""
        began = time.monotonic()
        self._set_clocks(-BEFORE_SECONDS)
        self._plan_posts()
        self._set_clocks(0.0)
        for account in self._world.instagram.values():
            account.turn(**WEATHER, seed=self._dice.randrange(1 << 30))
        try:
            for _ in range(self._storm.publishers):
                self._living.append(self._start())
            self._break_things()
            self._calm_down()
            self._outcome.took = time.monotonic() - began
            self._count()
        finally:
            for process in [*self._living, *(sleeper for _, sleeper in self._frozen)]:
                process.end()
        return self._outcome

    def _set_clocks(self, seconds: float) -> None:
        """Each account's Instagram is off by its skew, and by so many seconds."""
        for number, (name, account) in enumerate(self._world.instagram.items()):
            shape = "upload_id" if number % WITHOUT_IDS else "seconds"
            account.be(shape, self._skews[name] + seconds)

    def _plan_posts(self) -> None:
        start = datetime.now(UTC) + timedelta(seconds=HEAD_START_SECONDS)
        by_account: dict[str, list[tuple[datetime, str]]] = {}
        for number in range(self._storm.posts):
            name = self._storm.names[number % self._storm.accounts]
            due = start + timedelta(seconds=self._dice.random() * self._storm.seconds)
            by_account.setdefault(name, []).append((due, f"{name} post {number}"))
        for name, posts in by_account.items():
            self._ledger.plan(name, [what for _, what in posts], due=[due for due, _ in posts])
            self._due |= {what: due for due, what in posts}
            for _, what in posts:
                if self._dice.random() < TWINS_BEFORE:
                    self._world.instagram[name].post_by_hand(what)

    def _break_things(self) -> None:
        """Kill, freeze and cut at moments that the seed has chosen."""
        storm, began = self._storm, time.monotonic() + HEAD_START_SECONDS
        freezes = round(storm.kills * FREEZES)
        strikes: list[tuple[float, Callable[[], None]]] = [
            (self._dice.random() * storm.seconds, strike)
            for strike, times in (
                (self._kill, storm.kills),
                (self._freeze, freezes),
                (self._kill_database, storm.database_kills if self._postgres else 0),
            )
            for _ in range(times)
        ]
        for count, (moment, strike) in enumerate(
            sorted(strikes, key=lambda each: each[0]), start=1
        ):
            self._thaw_until(began + moment)
            strike()
            if count % 50 == 0:
                self._report()
        self._thaw_until(began + storm.seconds)
        self._thaw_until(max((moment for moment, _ in self._frozen), default=0.0))

    def _thaw_until(self, moment: float) -> None:
        """Pass the time, and let go on who has stood still for long enough."""
        while True:
            for entry in [entry for entry in self._frozen if entry[0] <= time.monotonic()]:
                self._frozen.remove(entry)
                entry[1].thaw()
                self._living.append(entry[1])
            left = moment - time.monotonic()
            if left <= 0:
                return
            if time.monotonic() - self._tended > TEND_SECONDS:
                self._tend()
            time.sleep(min(left, 0.05))

    def _kill(self) -> None:
        victim = self._strike(Process.kill)
        self._outcome.kills.append(Kill(datetime.now(UTC), self._held_by(victim)))
        self._living.append(self._start())

    def _freeze(self) -> None:
        sleeper = self._strike(Process.freeze)
        self._frozen.append((time.monotonic() + FROZEN_SECONDS, sleeper))
        self._outcome.freezes += 1

    def _strike(self, how: Callable[[Process], bool]) -> Process:
        """Strike somebody, who then is no longer among the living; returns who it was."""
        while True:
            if not self._living:
                self._living.append(self._start())
            victim = self._living.pop(self._dice.randrange(len(self._living)))
            if how(victim):
                return victim
            self._outcome.ended += 1
            self._living.append(self._start())

    def _kill_database(self) -> None:
        assert self._postgres is not None
        self._postgres.kill()
        time.sleep(DATABASE_AWAY_SECONDS)
        self._postgres.start()
        self._outcome.database_kills += 1

    def _held_by(self, victim: Process) -> list[tuple[int, Status]]:
        rows = self._ledger.rows(
            "SELECT p.id, p.status FROM scheduled_posts p JOIN accounts a ON a.id = p.account_id"
            " WHERE a.lease_owner LIKE :owner AND p.status = ANY(:owned)",
            owner=f"{socket.gethostname()}:{victim.pid}:%",
            owned=[status.value for status in OWNED],
        )
        return [(number, Status(status)) for number, status in rows]

    def _calm_down(self) -> None:
        """Until every post has settled."""
        for account in self._world.instagram.values():
            account.turn()

        def settled() -> bool:
            self._tend()
            return set(self._ledger.statuses()) == {Status.UPLOADED}

        deadline = time.monotonic() + CALM_SECONDS
        while not settled() and time.monotonic() < deadline:
            time.sleep(0.5)

    def _tend(self) -> None:
        """Resume accounts, as their admin does, and answer questions, as owners do who look."""
        self._tended = time.monotonic()
        try:
            self._outcome.pauses += self._ledger.resume_all()
            asked = self._ledger.rows(
                "SELECT p.id, p.upload_id, a.name FROM scheduled_posts p JOIN accounts a ON"
                " a.id = p.account_id WHERE p.status = 'unconfirmed' AND p.asked_at IS NOT NULL"
            )
            for number, upload_id, username in asked:
                live = self._world.instagram[username].live()
                is_live = any(post["upload_id"] == upload_id for post in live)
                self._ledger.answer(number, is_live=is_live)
                self._outcome.asked += 1
        except (DBAPIError, WrongStatusError):
            return  # Postgres is being killed, or the question was settled meanwhile

    def _count(self) -> None:
        outcome, live = self._outcome, self._live()
        seen = Counter(post["caption"] for post in live.values())
        outcome.duplicates = [caption for caption, times in seen.items() if times > 1]
        self._count_messages(live)
        rows = self._ledger.rows(
            "SELECT p.id, caption, status, a.name, media_pk, published_at FROM scheduled_posts p"
            " JOIN accounts a ON a.id = p.account_id"
        )
        published: dict[int, datetime] = {}
        for number, caption, status, username, media_pk, published_at in rows:
            if caption not in seen:
                outcome.lost.append(caption)
            post = live.get((username, media_pk))
            shown = caption in seen if media_pk is None else _is(post, caption)
            if (status == Status.UPLOADED) != shown:
                outcome.untrue.append(number)
            if published_at is not None:
                published[number] = published_at
        outcome.late = sorted(
            post["taken_at"] - self._skews[name] - self._due[post["caption"]].timestamp()
            for (name, _), post in live.items()
        )
        for kill in outcome.kills:
            for number, status in kill.held:
                if number in published:
                    seconds = (published[number] - kill.at).total_seconds()
                    outcome.recovery.setdefault(status, []).append(seconds)
        accounts = self._world.instagram.values()
        outcome.lost_replies = sum(account.lost_replies for account in accounts)
        outcome.dropped_requests = sum(account.dropped_requests for account in accounts)
        for what in ("refusals_with_effect", "refusals_without", "false_readings"):
            setattr(outcome, what, sum(account.count(what) for account in accounts))
        outcome.by_hand = sum(len(account.by_hand) for account in accounts)

    def _count_messages(self, live: dict[tuple[str, str], dict[str, Any]]) -> None:
        """What was said of a post, against what stood on the profile at that moment."""
        shown = {post["caption"]: (name, post) for (name, _), post in live.items()}
        rows = self._ledger.rows(
            "SELECT n.kind, n.created_at, p.caption, p.media_pk FROM notices n"
            " JOIN scheduled_posts p ON p.id = n.post_id WHERE n.audience = 'owner'"
            " AND n.kind IN ('published', 'failed')"
        )
        for kind, said_at, caption, media_pk in rows:
            name, post = shown.get(caption, ("", None))
            was_live = post is not None and (
                post["taken_at"] - self._skews[name] <= said_at.timestamp() + 1
            )
            is_other = post is not None and media_pk not in (None, post["pk"])
            if was_live != (kind == "published") or is_other:
                self._outcome.told_wrongly.append(f"{kind}: {caption}")

    def _live(self) -> dict[tuple[str, str], dict[str, Any]]:
        """All that stands on all profiles and was not posted by hand, by account and number."""
        found = {}
        for name, account in self._world.instagram.items():
            by_hand = set(account.by_hand)
            for post in account.live():
                if post["pk"] not in by_hand:
                    found[name, post["pk"]] = post
        return found

    def _report(self) -> None:
        counts = {status.value: count for status, count in sorted(self._ledger.statuses().items())}
        self._say(f"{len(self._outcome.kills)} kills, {counts}")


def _is(post: dict[str, Any] | None, caption: str) -> bool:
    return post is not None and post["caption"] == caption
