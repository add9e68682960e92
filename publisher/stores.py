"""What a publisher works on."""

from collections.abc import Collection
from datetime import timedelta

from publisher.health.counts import Counts
from storage.account_checks import AccountChecks
from storage.accounts import Accounts
from storage.database import Database
from storage.due import DueWork
from storage.files import MediaFiles
from storage.login_work import LoginWorkers
from storage.originals import Originals
from storage.overdue import Overdue
from storage.pace import NO_PACES, Paces
from storage.postponed import Postponed
from storage.preflight import Preflight
from storage.queue import Queue
from storage.reconciliation import Reconciliation, Verification
from storage.records import Records
from storage.staging import Staging


class Stores:
    """One publisher's, with leases of its own.

    Args:
        ways: by which it publishes.
        lease: how long it keeps an account in silence.
        paces: how fast accounts publish that say nothing themselves.
        counts: where it counts what it does.
    """

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        files: MediaFiles,
        ways: Collection[str],
        lease: timedelta,
        paces: Paces = NO_PACES,
        counts: Counts | None = None,
    ) -> None:
        self.counts = counts or Counts()
        self.accounts, self.files = accounts, files
        self.queue = Queue(database, span=lease, paces=paces)
        self.logins = LoginWorkers(database, self.queue, accounts.box)
        self.due = DueWork(database, ways, paces)
        self.staging = Staging(database, self.queue)
        self.preflight = Preflight(database, self.queue)
        self.account_checks = AccountChecks(database, self.queue)
        self.overdue = Overdue(database)
        self.postponed = Postponed(database, paces)
        self.reconciliation = Reconciliation(database, self.queue)
        self.verification = Verification(database)
        self.records = Records(database)
        self.originals = Originals(database)
