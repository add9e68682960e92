"""What the benchmarks run in: a Postgres with default settings, a sandbox, real publishers."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.files import MediaFiles
from tests.chaos.ledger import Ledger
from tests.chaos.postgres import own_postgres
from tests.chaos.processes import INHERITED, ROOT, ServersProcess
from tests.chaos.publisher_process import VARIABLE, Plan
from tests.chaos.remote import RemoteWorld


@dataclass
class BenchDeployment:
    """One database, some Instagram accounts."""

    folder: Path
    url: str
    world: RemoteWorld
    ledger: Ledger

    def plan(self, accounts: Sequence[str], timings: Mapping[str, float]) -> Plan:
        """What a publisher for these accounts is told; timings in seconds, else production's."""
        urls = {name: self.world.instagram[name].url for name in accounts}
        return Plan(self.url, str(self.folder / "media"), urls, timings)

    @contextmanager
    def publisher(self, plan: Plan, module: str) -> Iterator[subprocess.Popen[bytes]]:
        """A process that publishes while the block runs."""
        with self.process(module, {VARIABLE: plan.dump()}) as process:
            yield process

    @contextmanager
    def process(
        self, module: str, environment: Mapping[str, str]
    ) -> Iterator[subprocess.Popen[bytes]]:
        """`python -m module` while the block runs."""
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        with (self.folder / "publishers.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", module],
                cwd=ROOT,
                env={**inherited, **environment},
                stdout=log,
                stderr=log,
            )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def bench_deployment(folder: Path, accounts: list[str]) -> Iterator[BenchDeployment]:
    """Everything is fresh, and gone afterwards."""
    servers = ServersProcess(folder / "servers.log")
    try:
        with own_postgres(folder / "postgres") as postgres:
            world = RemoteWorld(servers.url, folder / "services", accounts)
            ledger = Ledger(postgres.url, MediaFiles(folder / "media"))
            yield BenchDeployment(folder, postgres.url, world, ledger)
            ledger.close()
            world.close()
    finally:
        servers.end()
