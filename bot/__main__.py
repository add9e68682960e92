"""python -m bot: run Postbote with the settings at hand. With --sandbox: without any account."""

import argparse
import sys
from pathlib import Path

from publisher import imports
from publisher.process import keep_to_ourselves, owned_folder


def main() -> int:
    """Parse the command line and run; returns the exit code: 2 if a person must act."""
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    parser.add_argument("--sandbox", action="store_true", help="try it here, with no account")
    parser.add_argument("--tour", action="store_true", help="with --sandbox: play one story")
    parser.add_argument("--port", type=int, default=8321, help="with --sandbox: the page's port")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("data/sandbox"),
        help="with --sandbox: where it keeps chat, profile and posts",
    )
    parser.add_argument(
        "--downgrade",
        metavar="REVISION",
        help="bring the database back to what an older version reads, and end",
    )
    arguments = parser.parse_args()
    keep_to_ourselves()
    if arguments.sandbox:
        return _play(arguments)
    with imports.kept():
        from bot import service  # the sandbox starts its bot as a process of its own

    return service.run(downgrade_to=arguments.downgrade)


def _play(arguments: argparse.Namespace) -> int:
    from bot.sandbox import run  # the sandbox is no part of a production process

    if not arguments.tour:
        return run.main(tour=False, port=arguments.port, folder=arguments.folder)
    with owned_folder("postbote-tour-") as folder:
        return run.main(tour=True, port=arguments.port, folder=folder)


if __name__ == "__main__":
    sys.exit(main())
