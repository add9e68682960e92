"""The other side's clock, as its replies tell it."""

from email.utils import parsedate_to_datetime

from requests import Response

from storage.lease import now


class PlatformClock:
    """What time it is by the other side's clock, as its replies' Date header says."""

    def __init__(self) -> None:
        self._told: tuple[float, float] | None = None

    def hear(self, response: Response) -> None:
        """Note the time of a reply; a proxy that answers in its place has a clock of its own."""
        if not response.ok or "json" not in response.headers.get("Content-Type", ""):
            return
        try:
            told = parsedate_to_datetime(response.headers["Date"]).timestamp()
        except (KeyError, OverflowError, TypeError, ValueError):
            return
        self._told = told, now()

    @property
    def now(self) -> float | None:
        """Seconds since 1970, give or take two; None while no reply has told."""
        if self._told is None:
            return None
        told, heard = self._told
        return told + now() - heard
