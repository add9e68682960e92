"""How long a post waits whose publisher was killed, with the timings of production."""

import time
from datetime import UTC, datetime

from storage.lifecycle import Status
from tests.bench.deployment import BenchDeployment
from tests.chaos.waiting import until

PUBLISHER = "tests.chaos.publisher_process"
FOREVER = 600.0
TIMEOUT_SECONDS = 200.0
EACH = 3


def measure(deployment: BenchDeployment) -> tuple[list[float], list[float]]:
    """(killed before the commit point, killed after it): seconds until it is live, sorted."""
    names = [f"account{number}" for number in range(2 * EACH)]
    early, late = names[:EACH], names[EACH:]
    for name in early:
        deployment.world.instagram[name].script("rupload", "drop", seconds=FOREVER)
    for name in late:
        deployment.world.instagram[name].script("configure", "delay", when="after", seconds=FOREVER)
    numbers = {name: deployment.ledger.plan(name, ["In hand"])[0] for name in names}
    plan = deployment.plan(names, {"preflight": 0.0})
    with deployment.publisher(plan, PUBLISHER) as victim:
        held = {Status.CLAIMED: EACH, Status.SENDING: EACH}
        until(lambda: deployment.ledger.statuses() == held, what="the victim holds all")
        with deployment.publisher(plan, PUBLISHER):
            time.sleep(5)  # the heir is up and has nothing to do
            victim.kill()
            killed = datetime.now(UTC)
            for name in names:
                deployment.world.instagram[name].clear_faults()
            until(
                lambda: set(deployment.ledger.statuses()) == {Status.UPLOADED},
                seconds=TIMEOUT_SECONDS,
                every=0.5,
                what="all are live",
            )
    waited = [
        sorted(
            _seconds(deployment.ledger.post(numbers[name]).published_at, killed) for name in part
        )
        for part in (early, late)
    ]
    deployment.ledger.forget_posts()
    return waited[0], waited[1]


def _seconds(moment: datetime | None, since: datetime) -> float:
    assert moment is not None
    return (moment - since).total_seconds()
