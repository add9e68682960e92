"""When the packets of a track are shown, and at what pace pictures follow each other."""

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from av.packet import Packet
from av.stream import Stream

JITTER_SHARE = 0.1
"""Share of the usual step by which one may differ and still be the same: clocks are coarse."""
COARSE_JITTER_SHARE = 0.4
"""The same where one unit of the clock is more than that."""
MIN_ALIKE_SHARE = 0.8
"""Share of steps that are the same where pictures have a pace, though some may be left out."""
RARE_SHARE = 0.01
"""Share of steps, or of passages, that may be quicker before it counts."""
USUAL_FPS = (24_000 / 1001, 24.0, 25.0, 30_000 / 1001, 30.0, 48.0, 50.0, 60_000 / 1001, 60.0)
INEXACT_SHARE = 0.0004
"""Share by which one of these may be missed: 29.97 and 30 lie 0.001 apart."""
PASSAGE_STEPS = 10
"""Steps over which a pace is looked for where it changes."""


@dataclass
class Times:
    """Of one track, in its own unit of time; `start` and `end` in seconds."""

    shown: list[int] = field(default_factory=list)
    hidden: int = 0
    """How long the packets last that an edit list leaves out."""
    is_early: bool = False
    """Some of these lie before 0: so libav hands on what a fragmented file leaves out."""
    is_broken: bool = False
    """Some of these lie behind others that are shown."""
    newest: int = 0
    lasts: int = 0
    """The last that is shown, and for how long: pictures that are stored out of their order only
    tell how long it is to the next in the file, so that all behind it there are asked."""
    unit: Fraction = Fraction(1)
    octets: int = 0
    """Of what is shown, together."""

    def add(self, packet: "Packet[Stream]") -> None:
        """Take note of it; the ones without a time are libav's end marks."""
        if packet.pts is None:
            return
        self.unit, lasts = packet.time_base, packet.duration or 0
        is_early = packet.pts < 0 and packet.pts + max(lasts, 1) <= 0
        if packet.is_discard or is_early:
            self.is_early |= is_early and not packet.is_discard
            self.hidden += max(lasts, 1)
            self.is_broken |= bool(self.shown)
        else:
            self.lasts = max(self.lasts, lasts) if packet.pts < self.newest else lasts
            self.newest = max(self.newest, packet.pts)
            self.shown.append(packet.pts)
            self.octets += packet.size

    @property
    def start(self) -> float:
        """What lies before 0 is a part of a packet that is not heard."""
        return float(max(min(self.shown, default=0), 0) * self.unit)

    @property
    def end(self) -> float:
        return float((self.newest + self.lasts) * self.unit)

    @property
    def kilobits(self) -> int:
        """A second, on average; 0 for what lasts no time."""
        length = self.end - self.start
        return int(self.octets * 8 / length / 1000) if length > 0 else 0


@dataclass(frozen=True)
class Pace:
    """How many pictures a second, and whether that is so throughout."""

    fps: float
    steady: bool


def pace(times: Times) -> Pace:
    """The usual pace of the pictures; where it changes, that of the quickest passage."""
    shown = sorted(set(times.shown))
    if len(shown) < 2:
        length = times.end - times.start
        return Pace(1 / length if length > 0 else 0.0, steady=True)
    average = Fraction(shown[-1] - shown[0], len(shown) - 1)
    step = _usual_step(shown) or _quickest_passage(shown)
    fps = _usual_name(float(1 / (step * times.unit)))
    return Pace(fps, steady=average <= step * Fraction(1 + JITTER_SHARE))


def _usual_name(fps: float) -> float:
    """What a camera that says 59.99 or 60.01 means."""
    near = min(USUAL_FPS, key=lambda usual: abs(usual - fps))
    return near if abs(near - fps) <= near * INEXACT_SHARE else fps


def _usual_step(shown: list[int]) -> Fraction | None:
    """From one picture to the next, unless the steps differ too much to say."""
    steps = sorted(after - before for before, after in pairwise(shown))
    usual = steps[len(steps) // 2]
    slack = min(max(usual * JITTER_SHARE, 1), usual * COARSE_JITTER_SHARE)
    alike = [step for step in steps if abs(step - usual) <= slack]
    quicker = sum(step < usual - slack for step in steps)
    if len(alike) < MIN_ALIKE_SHARE * len(steps) or quicker > RARE_SHARE * len(steps):
        return None
    return Fraction(sum(alike), len(alike))


def _quickest_passage(shown: list[int]) -> Fraction:
    """The mean step of it; of what is no quicker than a coarse clock explains, of them all."""
    length = min(PASSAGE_STEPS, len(shown) - 1)
    spans = sorted(after - before for before, after in zip(shown, shown[length:], strict=False))
    quickest = Fraction(spans[int(RARE_SHARE * len(spans))], length)
    average = Fraction(shown[-1] - shown[0], len(shown) - 1)
    return average if average <= quickest * Fraction(1 + JITTER_SHARE) else quickest
