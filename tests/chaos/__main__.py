"""python -m tests.chaos: the long run. Prints what it cost; ends with 1 if the promise broke."""

import argparse
import sys
import tempfile
from functools import partial
from pathlib import Path

from storage.files import MediaFiles
from tests.chaos.ledger import Ledger
from tests.chaos.plan import Plan
from tests.chaos.postgres import own_postgres
from tests.chaos.processes import ForkServer, ServersProcess
from tests.chaos.remote import RemoteWorld
from tests.chaos.report import Storm, table
from tests.chaos.storm import TIMINGS, StormRun, publisher


def main() -> int:
    """Parse the command line, rage, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--posts", type=int, default=500)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--accounts", type=int, default=20)
    parser.add_argument("--publishers", type=int, default=4)
    parser.add_argument("--database-kills", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where logs stay; else nothing stays")
    arguments = vars(parser.parse_args())
    folder: Path | None = arguments.pop("folder")
    storm = Storm(**arguments)
    if folder is not None:
        return _rage(storm, folder.resolve())
    with tempfile.TemporaryDirectory(prefix="postbote-chaos-") as temporary:
        return _rage(storm, Path(temporary))


def _rage(storm: Storm, folder: Path) -> int:
    media = folder / "media"
    media.mkdir(parents=True)
    servers = ServersProcess(folder / "servers.log")
    with own_postgres(folder / "postgres") as postgres:
        world = RemoteWorld(servers.url, folder / "services", storm.names)
        ledger = Ledger(postgres.url, MediaFiles(media))
        urls = {name: account.url for name, account in world.instagram.items()}
        plan = Plan(postgres.url, str(media), urls, TIMINGS)
        fork_server = ForkServer(folder / "fork_server.log")
        try:
            start = partial(publisher, fork_server, plan, folder)
            outcome = StormRun(storm, world, ledger, start, postgres, say=_say).run()
        finally:
            fork_server.end()
            ledger.close()
            servers.end()
        _say(table(outcome))
        for what in (
            *outcome.duplicates[:10],
            *outcome.lost[:10],
            *outcome.untrue[:10],
            *outcome.told_wrongly[:10],
        ):
            _say(f"broken: {what}")
    return 0 if outcome.is_kept else 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
