"""What passes over an Instagram account's wire: how much at once, and, if wanted, bad weather."""

import asyncio
import random
import time
from dataclasses import dataclass
from typing import Any

from tornado.web import Application, RequestHandler

from bot.sandbox.instagram.faults import Fault, Kind, When
from bot.sandbox.instagram.posts import DeviceTimestamps, Item, Photo
from bot.sandbox.instagram.state import InstagramState

PUBLISHING = ("/rupload_", "/api/v1/media/configure")

GENERAL = {"message": "Sorry, something went wrong with your media.", "status": "fail"}
TWINS_SECONDS = (10.0, 45.0)
"""After the request. In its very seconds nobody could tell them apart: see docs/reliability.md."""
REFUSALS: tuple[dict[str, Any], ...] = (
    {"kind": "please_wait"},
    {"kind": "throttled"},
    {"kind": "feedback_required"},
    {"kind": "challenge"},
    {"kind": "unauthorized"},
    {"kind": "login_required"},
    {"kind": "bad_body"},
    {"kind": "no_media"},
    {"kind": "status", "status": 404, "body": GENERAL},
    {"kind": "status", "status": 400, "body": GENERAL},
    {"kind": "status", "status": 409, "body": GENERAL},
    {"kind": "status", "status": 200, "body": GENERAL},
)
"""Replies that say nothing of whether the post is live."""


@dataclass(frozen=True)
class Weather:
    """How often, of all configure requests, something goes wrong; shares from 0 to 1.

    `lost` replies vanish after the post took effect, `dropped` requests before it, `slow` ones
    take up to `seconds`, before or after the effect. `refused` ones are answered by a refusal, half
    of them after the effect; after `twins` of them a person posts the same by hand.

    Of all readings, `empty` show nothing or break off after a page, and all of them are `lag`
    seconds behind.
    """

    lost: float = 0.0
    dropped: float = 0.0
    slow: float = 0.0
    refused: float = 0.0
    twins: float = 0.0
    empty: float = 0.0
    lag: float = 0.0
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
        self.refusals_with_effect = 0
        self.refusals_without = 0
        self.false_readings = 0
        self.spoiled: list[str] = []
        """The captions of posts whose configure met a fault."""
        self.by_hand: list[str] = []
        """The numbers of media that no publisher has made."""
        self._weather = Weather()
        self._random = random.Random(0)

    def turn(self, **weather: float) -> None:
        """Let the weather change, from now on."""
        self._weather = Weather(**weather)  # type: ignore[arg-type]
        self._random = random.Random(self._weather.seed)
        self._state.feed_lag = self._weather.lag

    def be(self, device_timestamps: DeviceTimestamps, skew: float) -> None:
        """How media name their upload, and how many seconds Instagram's clock is off ours."""
        self._state.device_timestamps = device_timestamps
        self._state.clock = lambda: time.time() + skew

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
                if path.startswith("/api/v1/feed/user/"):
                    traffic.spoil_reading()
                if not path.startswith(PUBLISHING):
                    await super()._serve()
                    return
                is_configure = "configure" in path
                fields = self._call({}).signed() if is_configure else {}
                if is_configure:
                    traffic.spoil(fields)
                traffic._under_way += 1
                traffic.most_at_once = max(traffic.most_at_once, traffic._under_way)
                try:
                    await super()._serve()
                finally:
                    traffic._under_way -= 1
                if is_configure:
                    traffic.imitate(fields)

        return Watched

    def spoil(self, fields: dict[str, Any]) -> None:
        """Perhaps put a fault in the way of the configure request that has just arrived."""
        weather, dice = self._weather, self._random.random()
        if dice < weather.lost + weather.dropped + weather.refused + weather.slow:
            self.spoiled.append(str(fields.get("caption")))
        if dice < weather.lost:
            self.lost_replies += 1
            self._state.script(Fault(at="configure", kind="drop", when="after"))
        elif dice < weather.lost + weather.dropped:
            self.dropped_requests += 1
            self._state.script(Fault(at="configure", kind="drop", when="before"))
        elif dice < weather.lost + weather.dropped + weather.refused:
            self._refuse()
        elif dice < weather.lost + weather.dropped + weather.refused + weather.slow:
            when: When = "after" if self._random.random() < 0.5 else "before"
            seconds = self._random.random() * weather.seconds
            self._state.script(Fault(at="configure", kind="delay", when=when, seconds=seconds))

    def _refuse(self) -> None:
        reply = self._random.choice(REFUSALS)
        if self._random.random() < 0.5:
            self.refusals_with_effect += 1
            self._state.script(Fault(at="configure", when="after", **reply))
        else:
            self.refusals_without += 1
            self._state.script(Fault(at="configure", when="before", **reply))

    def spoil_reading(self) -> None:
        """Perhaps let the reading that has just begun show less than there is."""
        if self._random.random() < self._weather.empty:
            self.false_readings += 1
            kinds: tuple[Kind, ...] = ("empty", "first_page")
            self._state.script(Fault(at="feed", kind=self._random.choice(kinds)))

    def imitate(self, fields: dict[str, Any]) -> None:
        """Perhaps somebody posts the same by hand soon, whether this one arrives or not."""
        if self._random.random() < self._weather.twins:
            delay = self._random.uniform(*TWINS_SECONDS)
            loop = asyncio.get_running_loop()
            loop.call_later(delay, self.post_by_hand, str(fields["caption"]))

    def post_by_hand(self, caption: str) -> None:
        """A photo that no publisher has made, under another upload id or none."""
        other = str(int(self._state.clock() * 1000))
        upload_id = self._random.choice(("", "1712345678", other))
        item = Item(Photo("none.jpg", 320, 400))
        twin = self._state.publish("feed", upload_id, caption, [item])
        self.by_hand.append(str(twin.pk))
