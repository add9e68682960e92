"""postbote run: the bot, until SIGTERM or SIGINT."""

import argparse

from publisher import imports


def arguments(parser: argparse.ArgumentParser) -> None:
    """It has none."""


def run(_: argparse.Namespace) -> int:
    imports.leave_docstrings_out()
    try:
        with imports.kept():
            from bot import service

        return service.run()
    except KeyboardInterrupt:  # before it was at work
        return 0
