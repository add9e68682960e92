"""postbote setup: asks for the five settings, checks each at once, and writes them into .env."""

import argparse
from pathlib import Path

from bot.cli.terminal import Terminal
from bot.texts.sentences import in_language

FILE = Path(".env")


def arguments(parser: argparse.ArgumentParser) -> None:
    """There are none: what can be said is asked for."""


def run(arguments: argparse.Namespace) -> int:
    from bot.cli.setup.conversation import Setup  # with Telegram's library and all settings

    terminal = Terminal()
    try:
        return Setup(terminal, FILE).run()
    except (EOFError, KeyboardInterrupt):
        terminal.writes("")
        terminal.tells("setup_broken_off" if FILE.exists() else "setup_stopped", file=FILE)
    except UnicodeDecodeError:
        terminal.tells("setup_not_utf8", file=FILE)
    except OSError as error:
        reason = in_language(error.strerror or str(error), terminal.language)
        terminal.tells("setup_file_trouble", file=FILE, reason=reason)
    return 1
