"""The ways to publish. One line each; an account's row names its way."""

from collections.abc import Callable, Mapping

from publisher import by_hand
from publisher.destination import Access, Destination
from publisher.instagram import destination as instagram

INSTAGRAM, BY_HAND = "instagram", "by_hand"

WAYS: Mapping[str, Callable[[Access], Destination]] = {
    INSTAGRAM: instagram.connect,
    BY_HAND: by_hand.connect,
}
