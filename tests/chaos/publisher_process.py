"""python -m tests.chaos.publisher_process: a publisher with several accounts and short timings.

`python -m publisher` has one account's password, and a lease that outlives a test's patience.
"""

import json
import logging
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from publisher.account_worker import Stores
from publisher.dispatcher import Publisher
from publisher.instagram import Credentials, Instagram
from publisher.timings import Timings
from storage.accounts import Accounts
from storage.ahead import Ahead
from storage.clocks import Clocks
from storage.database import Database
from storage.encryption import SecretBox
from storage.files import MediaFiles
from storage.queue import Queue
from storage.reconciliation import Reconciliation
from tests.chaos.ledger import SECRET_KEY
from tests.chaos.plan import VARIABLE, Plan
from tests.chaos.servers import PASSWORD

__all__ = ["VARIABLE", "Plan", "build"]

STOP_SECONDS = 10


def build(plan: Plan) -> tuple[Publisher, Database]:
    """Put a publisher together from the real parts."""
    database = Database(plan.database_url)
    timings = Timings(**{name: timedelta(seconds=value) for name, value in plan.timings.items()})
    queue = Queue(database, span=timings.lease)
    accounts = Accounts(database, SecretBox(SECRET_KEY))
    stores = Stores(
        queue=queue,
        doubts=Reconciliation(database, queue),
        ahead=Ahead(database, queue),
        accounts=accounts,
        files=MediaFiles(Path(plan.media)),
        clocks=Clocks(database),
    )
    connect = {
        accounts.ensure(name).id: _connector(accounts, name, url)
        for name, url in plan.accounts.items()
    }
    return Publisher(stores, connect, timings), database


def _connector(accounts: Accounts, name: str, url: str) -> Callable[[], Instagram]:
    account_id = accounts.ensure(name).id
    return lambda: Instagram(
        Credentials(name, PASSWORD, api_url=url),
        load_session=lambda: accounts.load_session(account_id),
        save_session=lambda session: accounts.save_session(account_id, session),
    )


def run(plan: Plan) -> None:
    """Publish until SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(message)s")
    publisher, database = build(plan)
    signal.signal(signal.SIGTERM, lambda *_: publisher.stop())
    publisher.run()
    publisher.wait(STOP_SECONDS)
    database.close()


if __name__ == "__main__":
    run(Plan(**json.loads(os.environ[VARIABLE])))
