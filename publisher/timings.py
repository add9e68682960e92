"""How long things may take, and how far ahead they begin. Tests and the chaos runs shorten them."""

from dataclasses import dataclass
from datetime import timedelta

from storage.lease import LEASE


@dataclass(frozen=True)
class Timings:
    """The engine's; pauses between retries stand in `consequences.py`."""

    lease: timedelta = LEASE
    """How long a silent publisher keeps its account."""
    deadline: timedelta = timedelta(minutes=10)
    """For all that is done under one lease; a way's requests may have limits of their own."""
    publish_photo: timedelta = timedelta(seconds=20)
    publish_video: timedelta = timedelta(seconds=75)
    """For the request that publishes, reply included: then the post is in doubt, and the account's
    next one goes. A platform looks longer at a video."""
    repeat_for: timedelta = timedelta(minutes=1)
    """How long that request is repeated while it provably never leaves."""
    read: timedelta = timedelta(minutes=1)
    """For one look at the platform."""
    login: timedelta = timedelta(minutes=3)
    """For one step of a login, none of which waits for a person."""
    housekeeping: timedelta = timedelta(seconds=15)
    """How often accounts are taken from silent publishers. With `lease` well below 120 s."""
    trust: timedelta = timedelta(minutes=3)
    """How long a sweep is relied upon: after a standstill, owners are asked before anything goes
    out."""
    sweep: timedelta = timedelta(minutes=1)
    """How often a publisher of its own process looks at all there is, if it is told of what others
    plan (see `storage.signals`); else as often as it does its housekeeping."""
    poll: timedelta = timedelta(seconds=1)
    """How often it looks for work that others have planned, if it is not told."""
    stage_ahead: timedelta = timedelta(minutes=3)
    """How early a post's bytes are sent, so that one request is left for its minute."""
    preflight: timedelta = timedelta(hours=1)
    """How early a post is checked; one that is planned later, as soon as it is planned."""
    reconcile_pause: timedelta = timedelta(minutes=3)
    """Before the first reading about a post in doubt that counts; the next are at 3 and 9 times
    that, since feeds may lag."""
    verify_after: timedelta | None = timedelta(minutes=2)
    """When to look whether a post that was accepted is to be seen; None: never."""
    ask_after: timedelta = timedelta(minutes=45)
    """How long a doubt may last before the owner is asked."""
    late_after: timedelta = timedelta(hours=2)
    """How late a pause or an outage may make a post before its owner is asked."""

    remind_after: timedelta = timedelta(days=1)
    """How long an owner may keep silent about a post that was handed over to them."""

    @property
    def heartbeat(self) -> timedelta:
        return self.lease / 4

    @property
    def margin(self) -> timedelta:
        """What must be left of the lease when a request leaves."""
        return self.lease / 3
