"""postbote (python -m bot): run the bot, or a subcommand. With --sandbox: without any account."""

import argparse
import sys
from pathlib import Path

from bot.cli import SUBCOMMANDS
from publisher.process import give_memory_back, keep_to_ourselves, owned_folder


def main() -> int:
    """Parse the command line and run; returns the exit code: 2 if a person must act."""
    arguments = _parsed(sys.argv[1:])
    keep_to_ourselves()
    give_memory_back()
    if arguments.sandbox:
        return _play(arguments)
    named = next(command for command in SUBCOMMANDS if command.name == arguments.command)
    return int(named.module().run(arguments))


def _parsed(words: list[str]) -> argparse.Namespace:
    """What was asked for: `run`, unless another subcommand is named."""
    parser = argparse.ArgumentParser(prog="postbote", description=__doc__)
    parser.add_argument("--sandbox", action="store_true", help="try it here, with no account")
    parser.add_argument("--tour", action="store_true", help="with --sandbox: play one story")
    parser.add_argument("--port", type=int, default=8321, help="with --sandbox: the page's port")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path("data/sandbox"),
        help="with --sandbox: where it keeps chat, profile and posts",
    )
    named = parser.add_subparsers(dest="command", metavar="COMMAND")
    for command in SUBCOMMANDS:
        below = named.add_parser(command.name, help=command.help, description=command.help)
        if command.name in words or command.name == "run":
            command.module().arguments(below)
    arguments = parser.parse_args(words)
    return arguments if arguments.command or arguments.sandbox else parser.parse_args(["run"])


def _play(arguments: argparse.Namespace) -> int:
    from bot.sandbox import run  # the sandbox is no part of a production process

    if not arguments.tour:
        return run.main(tour=False, port=arguments.port, folder=arguments.folder)
    with owned_folder("postbote-tour-") as folder:
        return run.main(tour=True, port=arguments.port, folder=folder)


if __name__ == "__main__":
    sys.exit(main())
