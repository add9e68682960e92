"""postbote run: the bot, until SIGTERM or SIGINT."""

import argparse

from publisher import imports


def arguments(parser: argparse.ArgumentParser) -> None:
    """It has none."""


def run(_: argparse.Namespace) -> int:
    with imports.kept():
        with imports.without("tornado"):  # for a webhook's server of its own, which is not ours
            import telegram.ext  # noqa: F401 - PTB is loaded like this before anybody else does
        from bot import service

    return service.run()
