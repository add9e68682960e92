"""What passes over an Instagram account's wire: how much at once, and, if wanted, bad weather."""

import random
from dataclasses import dataclass

from tornado.web import Application, RequestHandler

from bot.sandbox.instagram.faults import Fault, When
from bot.sandbox.instagram.state import InstagramState

PUBLISHING = ("/rupload_", "/api/v1/media/configure")


@dataclass(frozen=True)
class Weather:
    """How often, of all configure requests, something goes wrong; shares from 0 to 1.

    `lost` replies vanish after the post took effect, `dropped` requests before it, `slow` ones
    take up to `seconds`, before or after the effect.
    """

    lost: float = 0.0
    dropped: float = 0.0
    slow: float = 0.0
    seconds: float = 0.0
    seed: int = 0


class Traffic:
    """Counts the requests of one account that are under way at the same moment."""

    def __init__(self, state: InstagramState) -> None:
        self._state = state
        self._under_way = 0
        self.most_at_once = 0
        self.lost_replies = 0
        self.dropped_requests = 0
        self._weather = Weather()
        self._random = random.Random(0)

    def turn(self, **weather: float) -> None:
        """Let the weather change, from now on."""
        self._weather = Weather(**weather)  # type: ignore[arg-type]
        self._random = random.Random(self._weather.seed)

    def watched(self, application: Application) -> Application:
        """The same application; each request that publishes passes by us first."""
        rule = application.wildcard_router.rules[-1]
        rule.target = self._watching(rule.target)
        return application

    def _watching(self, handler: type[RequestHandler]) -> type[RequestHandler]:
        traffic = self

        class Watched(handler):  # type: ignore[valid-type, misc]
            async def _serve(self) -> None:
                path = self.request.path
                if not path.startswith(PUBLISHING):
                    await super()._serve()
                    return
                if "configure" in path:
                    traffic.spoil()
                traffic._under_way += 1
                traffic.most_at_once = max(traffic.most_at_once, traffic._under_way)
                try:
                    await super()._serve()
                finally:
                    traffic._under_way -= 1

        return Watched

    def spoil(self) -> None:
        """Perhaps put a fault in the way of the configure request that has just arrived."""
        weather, dice = self._weather, self._random.random()
        if dice < weather.lost:
            self.lost_replies += 1
            self._state.script(Fault(at="configure", kind="drop", when="after"))
        elif dice < weather.lost + weather.dropped:
            self.dropped_requests += 1
            self._state.script(Fault(at="configure", kind="drop", when="before"))
        elif dice < weather.lost + weather.dropped + weather.slow:
            when: When = "after" if self._random.random() < 0.5 else "before"
            seconds = self._random.random() * weather.seconds
            self._state.script(Fault(at="configure", kind="delay", when=when, seconds=seconds))
