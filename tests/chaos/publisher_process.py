"""python -m tests.chaos.publisher_process: a publisher with several accounts and short timings.

`python -m publisher` has one account's password, and a lease that outlives a test's patience.
"""

import json
import logging
import os
import signal
from datetime import timedelta
from pathlib import Path

from publisher.dispatcher import Dispatcher
from publisher.instagram.destination import Instagram
from publisher.instagram.session import Credentials
from publisher.registry import WAYS
from publisher.stores import Stores
from publisher.timings import Timings
from storage.accounts import Accounts
from storage.database import Database
from storage.encryption import SecretBox
from storage.files import MediaFiles
from storage.models import Account
from tests.chaos.ledger import SECRET_KEY
from tests.chaos.plan import VARIABLE, Plan
from tests.chaos.servers import PASSWORD

__all__ = ["VARIABLE", "Plan", "build"]

STOP_SECONDS = 10


def build(plan: Plan) -> tuple[Dispatcher, Database]:
    """Put a publisher together from the real parts."""
    database = Database(plan.database_url)
    timings = Timings(**{name: timedelta(seconds=value) for name, value in plan.timings.items()})
    accounts = Accounts(database, SecretBox(SECRET_KEY))
    for name in plan.accounts.keys() - {account.name for account in accounts.active()}:
        accounts.configure("instagram", name)

    def connect(account: Account) -> Instagram:
        return Instagram(
            Credentials(account.name, PASSWORD, api_url=plan.accounts[account.name]),
            load_session=lambda: accounts.load_session(account.id),
            save_session=lambda session: accounts.save_session(account.id, session),
        )

    stores = Stores(database, accounts, MediaFiles(Path(plan.media)), WAYS, timings.lease)
    return Dispatcher(stores, connect, timings), database


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
