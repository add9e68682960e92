"""Prometheus' metrics: what this process has done, and how the whole installation stands.

The names are documented in docs/health.md. No label holds a caption or what somebody is called.
"""

from collections.abc import Callable, Iterable
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from publisher.health.counts import LATENESS_BOUNDS
from publisher.health.health import LEADING, Health, own_version
from storage.facts import Facts
from storage.lifecycle import PLANNED


def renderer(health: Health) -> Callable[[], tuple[str, bytes]]:
    """What makes the page anew each time: its type, and its bytes."""
    registry = CollectorRegistry()
    registry.register(Postbote(health))
    ProcessCollector(registry=registry)
    return lambda: (CONTENT_TYPE_PLAIN_0_0_4, generate_latest(registry))


class Postbote(Collector):
    """Reads everything at the moment at which it is asked."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that Postgres is not asked before anybody wants to know."""
        return []

    def collect(self) -> Iterable[Metric]:
        yield from self._own()
        seen = self._health.seen()
        yield _gauge("postbote_database_up", "Whether Postgres answers", seen.trouble is None)
        if seen.facts is not None:
            yield _gauge("postbote_facts_age_seconds", "How old what follows is", seen.age)
            yield from _of_posts(seen.facts)
            yield from _of_ways(seen.facts)
            yield from _of_accounts(seen.facts)
            yield from _of_processes(seen.facts)

    def _own(self) -> Iterable[Metric]:
        health = self._health
        told = {"version": own_version(), "kind": health.kind}
        yield InfoMetricFamily("postbote_build", "What runs here", told)
        alive = health.liveness.alive()
        yield _gauge("postbote_alive", "Whether this process still turns", alive)
        leads = health.role == LEADING
        yield _gauge("postbote_leading", "Whether it talks with Telegram", leads)
        if (answers := health.telegram_answers) is not None:
            yield _gauge("postbote_telegram_up", "Whether Telegram answers", answers)
        if (swept := health.since_sweep()) is not None:
            since = "Since this process has looked at all that is due"
            yield _gauge("postbote_sweep_age_seconds", since, swept)
        counted = CounterMetricFamily(
            "postbote_posts", "What this process has made of posts", labels=["outcome"]
        )
        for outcome, count in sorted(health.counts.outcomes().items()):
            counted.add_metric([outcome], count)
        yield counted
        yield _lateness(health)


def _lateness(health: Health) -> Metric:
    buckets, seconds = health.counts.lateness()
    bounds = [*map(str, LATENESS_BOUNDS), "+Inf"]
    return HistogramMetricFamily(
        "postbote_lateness_seconds",
        "How long after their minute posts of this process were live",
        buckets=list(zip(bounds, map(float, accumulate(buckets)), strict=True)),
        sum_value=seconds,
    )


def _of_posts(facts: Facts) -> Iterable[Metric]:
    queue = GaugeMetricFamily(
        "postbote_queue_posts", "Posts that are not settled", labels=["status"]
    )
    for status in sorted(PLANNED):
        queue.add_metric([status], facts.queue.get(status, 0))
    yield queue
    yield _gauge("postbote_due_posts", "Posts whose minute has come", facts.due)
    yield _gauge("postbote_overdue_posts", "The same, more than a minute ago", facts.overdue)
    yield _gauge(
        "postbote_unexplained_posts",
        "The same, more than five minutes ago and nothing known holds them up (20 at the most)",
        len(facts.unexplained),
    )


def _of_ways(facts: Facts) -> Iterable[Metric]:
    yield _gauge("postbote_outbox_messages", "Messages that wait for Telegram", facts.outbox)
    age = "For how long the oldest of them has waited past its time"
    yield _gauge("postbote_outbox_age_seconds", age, facts.outbox_age)
    kept = "Messages that could not be delivered, and are kept"
    yield _gauge("postbote_outbox_parked_messages", kept, facts.parked)
    yield _gauge("postbote_inbox_updates", "Updates that wait to be handled", facts.inbox)
    age = "For how long the oldest of them has waited"
    yield _gauge("postbote_inbox_age_seconds", age, facts.inbox_age)


def _of_accounts(facts: Facts) -> Iterable[Metric]:
    states = {
        "active": len(facts.accounts),
        "paused": sum(one.is_paused for one in facts.accounts),
        "needs_login": sum(one.needs_login for one in facts.accounts),
        "asks_for_a_code": sum(one.is_asked for one in facts.accounts),
        "has_session": sum(one.has_session and not one.needs_login for one in facts.accounts),
    }
    accounts = GaugeMetricFamily(
        "postbote_accounts", "Accounts of which this is true", labels=["state"]
    )
    for state, count in states.items():
        accounts.add_metric([state], count)
    yield accounts


def _of_processes(facts: Facts) -> Iterable[Metric]:
    labels = ["kind", "host", "process"]
    seen = GaugeMetricFamily(
        "postbote_process_seen_age_seconds", "Since a process' last sign of life", labels=labels
    )
    swept = GaugeMetricFamily(
        "postbote_process_sweep_age_seconds",
        "Since it has looked at all that is due",
        labels=labels,
    )
    free = GaugeMetricFamily("postbote_disk_free_bytes", "Free where its data lie", labels=labels)
    for process in facts.processes:
        named = [process.kind, process.host, process.id[:8]]
        seen.add_metric(named, process.seen)
        free.add_metric(named, process.free_bytes)
        if process.swept is not None:
            swept.add_metric(named, process.swept)
    yield from (seen, swept, free)
    yield _gauge("postbote_alerts", "Alerts that last", len(facts.alerts))


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(name, documentation, value=float(value))
