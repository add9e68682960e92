"""The subcommands of `postbote`: a module each, loaded only when it is named."""

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

from bot.cli.terminal import words


@dataclass(frozen=True)
class Subcommand:
    """`bot/cli/NAME.py` has `arguments(parser)` and `run(arguments)`, which returns a code."""

    name: str

    @property
    def help(self) -> str:
        return words(f"cli_help_{self.name}")

    def module(self) -> ModuleType:
        return import_module(f"bot.cli.{self.name}")


SUBCOMMANDS = tuple(
    map(Subcommand, ("run", "setup", "check", "backup", "rollback", "export", "restore"))
)
