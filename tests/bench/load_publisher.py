"""python -m tests.bench.load_publisher: the engine as it is, and a platform that takes its time.

instagrapi would take most of the machine for itself: here it is the engine and Postgres that are
measured. What the platform has is a file for each post.
"""

import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from publisher.destination import (
    Absent,
    Content,
    Evidence,
    Finding,
    Found,
    LoggedIn,
    Published,
    Staged,
    Wanted,
)
from publisher.dispatcher import Dispatcher
from publisher.gate import Gate
from publisher.media.rules import INSTAGRAM_RULES
from publisher.stores import Stores
from publisher.timings import Timings
from storage.accounts import Accounts
from storage.database import Database
from storage.encryption import SecretBox
from storage.files import MediaFiles
from storage.lifecycle import PostType
from storage.models import Account
from storage.prepared import Prepared
from tests.chaos.ledger import SECRET_KEY

MODULE, VARIABLE = "tests.bench.load_publisher", "LOAD_PUBLISHER"
STAGE_SECONDS, PUBLISH_SECONDS = 0.05, (0.1, 0.5)
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Orders:
    """What such a process is told."""

    database_url: str
    media: str
    platform: str
    """The folder in which the platform keeps what it has, and each process its counts."""
    timings: Mapping[str, float]

    def dump(self) -> str:
        return json.dumps(vars(self))


class Platform:
    """One account; see `Destination`."""

    rules = INSTAGRAM_RULES
    publishes_itself = True
    time_there = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(exist_ok=True)
        self.gate = Gate()

    def check_session(self) -> None:
        """It is always valid."""

    def log_in(self, leaves: Callable[[], None]) -> LoggedIn:
        return LoggedIn({})

    def answer(self, state: dict[str, Any], code: str, leaves: Callable[[], None]) -> LoggedIn:
        return LoggedIn({})

    def send_new_code(self, state: dict[str, Any]) -> Any:
        raise NotImplementedError

    def has_session(self) -> bool:
        return True

    def stage(self, content: Content) -> Staged:
        time.sleep(STAGE_SECONDS)
        return Staged(content, {})

    def publish(self, staged: Staged) -> Published:
        self.gate.leave()
        time.sleep(random.uniform(*PUBLISH_SECONDS))
        with (self._folder / staged.content.upload_id).open("a") as post:
            post.write("live\n")
        return Published(staged.content.upload_id, None)

    def find(self, wanted: Sequence[Wanted]) -> list[Finding]:
        return [self._found(one.upload_id) for one in wanted]

    def newest(self, post_type: PostType) -> int | None:
        return None

    def _found(self, upload_id: str) -> Finding:
        if (self._folder / upload_id).exists():
            return Found(Published(upload_id, None))
        return Absent(Evidence.STRONG)


class Counted(Database):
    """Counts its statements."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.count = 0
        event.listen(self.engine, "before_cursor_execute", self._count)

    def run(self, prepared: Prepared, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        self._count()
        return super().run(prepared, values)

    def _count(self, *_: object) -> None:
        self.count += 1


def main(orders: Orders) -> None:
    """Publish until SIGTERM; the count is written down every moment, as it may be SIGKILL."""
    database, platform = Counted(orders.database_url), Path(orders.platform)
    timings = Timings(**{name: timedelta(seconds=span) for name, span in orders.timings.items()})
    accounts = Accounts(database, SecretBox(SECRET_KEY))
    files = MediaFiles(Path(orders.media))
    stores = Stores(database, accounts, files, ["instagram"], timings.lease)

    def connect(account: Account) -> Platform:
        return Platform(platform / account.name)

    publisher = Dispatcher(stores, connect, timings)
    stopped = threading.Event()

    def stop(*_: object) -> None:
        publisher.stop()
        stopped.set()

    def write_count() -> None:
        while not stopped.wait(0.2):
            (platform / f"{os.getpid()}.count").write_text(str(database.count))

    signal.signal(signal.SIGTERM, stop)
    threading.Thread(target=write_count, daemon=True).start()
    publisher.run()
    publisher.wait(STOP_SECONDS)
    database.close()


if __name__ == "__main__":
    main(Orders(**json.loads(os.environ[VARIABLE])))
