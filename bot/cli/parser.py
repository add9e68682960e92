"""How a command line is read, and what --help says: by argparse, in the terminal's language."""

import argparse
import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from bot.cli.terminal import Terminal, words
from bot.texts import label

TITLES = {"positional arguments": "cli_arguments", "options": "cli_options"}
"""argparse's own, which it gives to each parser."""
WRONG = 2
"""The exit code, as argparse has it."""


class Parser(argparse.ArgumentParser):
    """Like argparse's, subcommands included; what is wrong is named in argparse's English."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, formatter_class=_Formatter, **options)
        self.add_argument("-h", "--help", action="help", help=words("cli_help"))

    def add_argument_group(self, *title: Any, **options: Any) -> Any:
        ours = [words(TITLES[one]) if one in TITLES else one for one in title]
        return super().add_argument_group(*ours, **options)

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        terminal = Terminal()
        values = {"reason": message, "command": self.prog}
        terminal.complains(label(terminal.language, "cli_not_understood", **values))
        sys.exit(WRONG)


class _Formatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        ours = f"{words('cli_usage')} " if prefix is None else prefix
        super().add_usage(usage, actions, groups, ours)
