"""The short form of `make chaos`: the same storm, small enough for every run of the tests."""

from functools import partial
from pathlib import Path

from storage.files import MediaFiles
from tests.chaos.ledger import Ledger
from tests.chaos.plan import Plan
from tests.chaos.processes import ForkServer, ServersProcess
from tests.chaos.remote import RemoteWorld
from tests.chaos.report import Storm, table
from tests.chaos.storm import TIMINGS, StormRun, publisher

SMALL = Storm(posts=24, kills=6, seconds=4, seed=7, accounts=4, publishers=2)


def test_every_post_is_live_once_whoever_was_killed_meanwhile(
    servers: ServersProcess, fork_server: ForkServer, database_url: str, tmp_path: Path
) -> None:
    """Rows 1 to 3, 6 to 8 and 12 at once, at moments that a seed has chosen."""
    world = RemoteWorld(servers.url, tmp_path / "services", SMALL.names)
    ledger = Ledger(database_url, MediaFiles(tmp_path / "media"))
    urls = {name: account.url for name, account in world.instagram.items()}
    plan = Plan(database_url, str(tmp_path / "media"), urls, TIMINGS)
    try:
        outcome = StormRun(
            SMALL, world, ledger, partial(publisher, fork_server, plan, tmp_path)
        ).run()
    finally:
        ledger.close()
        world.close()
    assert outcome.is_kept, table(outcome)
    assert len(outcome.kills) == SMALL.kills
