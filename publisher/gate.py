"""The right to send: asked for by whatever a way to publish sends, right before it leaves."""

from collections.abc import Callable


class GateClosedError(BaseException):
    """Nothing was sent: whoever sends is no longer entitled to. No client's `except` stops it."""


class Gate:
    """Asked before each request leaves: before the connection is made, and once it stands."""

    def __init__(self) -> None:
        self.is_open: Callable[[], bool] = lambda: True
        self.has_left = False
        """Whether the request at hand may have begun to leave."""
        self.departures = 0
        """How often anything may have begun to leave."""

    def pass_through(self) -> None:
        """Raises GateClosedError."""
        if not self.is_open():
            raise GateClosedError

    def leave(self) -> None:
        """The connection stands, and the next byte would go out. Raises GateClosedError."""
        self.pass_through()
        self.has_left = True
        self.departures += 1
