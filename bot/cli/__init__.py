"""The subcommands of `postbote`: a module each, loaded only when it is named."""

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType


@dataclass(frozen=True)
class Subcommand:
    """`bot/cli/NAME.py` has `arguments(parser)` and `run(arguments)`, which returns a code."""

    name: str
    help: str

    def module(self) -> ModuleType:
        return import_module(f"bot.cli.{self.name}")


SUBCOMMANDS = (
    Subcommand("run", "run the bot with the settings at hand, until it is stopped"),
    Subcommand("setup", "ask for the five settings, check each, and write them into .env"),
    Subcommand("check", "say line by line whether all that the bot needs is there"),
    Subcommand("backup", "write database, media and key into one file; the bot may run"),
    Subcommand("rollback", "bring the database back to what an older version reads"),
    Subcommand("export", "write posts as CSV and JSON, with their media, into a folder"),
    Subcommand("restore", "bring a backup back into an empty database and folder"),
)
