"""What this process knows of itself, at hand while everything else hangs."""

from importlib.metadata import PackageNotFoundError, version

from publisher.health.counts import Counts
from publisher.health.liveness import Liveness

BOT, PUBLISHER = "bot", "publisher"
"""Kinds of processes."""


class Health:
    """One for each process, from its start on."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.liveness = Liveness()
        self.counts = Counts()


def own_version() -> str:
    """As it was installed; of a checkout that never was, nobody knows."""
    try:
        return version("postbote")
    except PackageNotFoundError:
        return "unknown"
