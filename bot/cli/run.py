"""postbote run: the bot, until SIGTERM or SIGINT."""

import argparse

from publisher import imports


def arguments(parser: argparse.ArgumentParser) -> None:
    """It has none."""


def run(_: argparse.Namespace) -> int:
    return imports.run("bot.service")
