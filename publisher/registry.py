"""The ways to publish. One line each; an account's row names its way."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import BaseModel

from publisher import by_hand, imports
from publisher.destination import Access, Destination
from publisher.media.rules import BY_HAND_RULES, INSTAGRAM_RULES, Rules
from publisher.settings import BY_HAND, INSTAGRAM
from storage.pace import paces_of


@dataclass(frozen=True)
class Way:
    """How to make an account's destination, what that takes, and whether people do the rest."""

    connect: Callable[[Access], Destination]
    rules: Rules
    publishes_itself: bool


def _instagram(access: Access) -> Destination:
    # instagrapi takes 12 MB and a quarter of a second: who only talks goes without. Cryptodome does
    # the same by ctypes, and of replies requests need not guess in which letters they are: UTF-8.
    warnings.filterwarnings("ignore", "Unable to find acceptable character detection")
    with imports.without("cffi", "charset_normalizer"), _models_when_used():
        from publisher.instagram.destination import connect

    return connect(access)


@contextmanager
def _models_when_used() -> Iterator[None]:
    """Of the models that are defined within, each is built when it is first used, as few are."""
    BaseModel.model_config["defer_build"] = True
    try:
        yield
    finally:
        del BaseModel.model_config["defer_build"]


WAYS: Mapping[str, Way] = {
    INSTAGRAM: Way(_instagram, INSTAGRAM_RULES, publishes_itself=True),
    BY_HAND: Way(by_hand.connect, BY_HAND_RULES, publishes_itself=False),
}

PACES = paces_of({name: way.rules.pace for name, way in WAYS.items()})
"""How fast accounts publish that say nothing themselves, on the real platforms."""
