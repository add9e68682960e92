"""postbote (python -m bot): run the bot, or a subcommand. With --sandbox: without any account."""

import argparse
import sys
from pathlib import Path

from bot.cli import SUBCOMMANDS
from bot.cli.parser import Parser
from bot.cli.terminal import BROKEN_OFF, words
from publisher.process import end_in_order, give_memory_back, keep_to_ourselves, owned_folder


def main() -> int:
    """Parse the command line and run; returns the exit code: 2 if a person must act."""
    arguments = _parsed(sys.argv[1:])
    keep_to_ourselves()
    end_in_order()
    give_memory_back()
    try:
        if arguments.sandbox or arguments.tour:
            return _play(arguments)
        named = next(command for command in SUBCOMMANDS if command.name == arguments.command)
        return int(named.module().run(arguments))
    except KeyboardInterrupt:
        return BROKEN_OFF


def _parsed(typed: list[str]) -> argparse.Namespace:
    """What was asked for: `run`, unless another subcommand is named."""
    parser = Parser(prog="postbote", description=words("cli_about"))
    option = parser.add_argument
    option("--sandbox", action="store_true", help=words("cli_sandbox"))
    option("--tour", action="store_true", help=words("cli_sandbox_tour"))
    option("--port", type=_port, default=8321, help=words("cli_sandbox_port"))
    option("--folder", type=Path, default=Path("data/sandbox"), help=words("cli_sandbox_folder"))
    title = words("cli_commands")
    named = parser.add_subparsers(title=title, dest="command", metavar="COMMAND")
    for command in SUBCOMMANDS:
        below = named.add_parser(command.name, help=command.help, description=command.help)
        if command.name in typed or command.name == "run":
            command.module().arguments(below)
    arguments = parser.parse_args(typed)
    is_named = arguments.command or arguments.sandbox or arguments.tour
    return arguments if is_named else parser.parse_args(["run"])


def _port(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and int(typed) < 65536):
        raise argparse.ArgumentTypeError(words("cli_wrong_port"))
    return int(typed)


def _play(arguments: argparse.Namespace) -> int:
    from bot.sandbox import run  # the sandbox is no part of a production process

    if not arguments.tour:
        return run.main(tour=False, port=arguments.port, folder=arguments.folder)
    with owned_folder("postbote-tour-") as folder:
        return run.main(tour=True, port=arguments.port, folder=folder)


if __name__ == "__main__":
    sys.exit(main())
