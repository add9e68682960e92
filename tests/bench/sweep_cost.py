"""What a sweep costs that finds nothing to do, with ever more posts behind it."""

import statistics
import time

from tests.bench.deployment import BenchDeployment
from tests.chaos.publisher_process import build

HISTORY = (1_000, 100_000, 1_000_000)
SWEEPS = 200
ACCOUNT = "account0"

GROW = """
    INSERT INTO scheduled_posts (account_id, owner_id, chat_id, status, post_type, caption,
        hashtags, scheduled_time, timezone, next_attempt_at, media_pk, published_at)
    SELECT :account, 11, 11, 'uploaded', 'photo', 'Long ago', '{}', moment, 'UTC', moment,
        'old ' || number, moment
    FROM (SELECT number, now() - number * interval '1 minute' AS moment
        FROM generate_series(CAST(:first AS bigint), :last) AS number) AS past
"""


def measure(deployment: BenchDeployment) -> dict[int, float]:
    """Posts in the table -> milliseconds per sweep, the median."""
    account = deployment.ledger.account(ACCOUNT)
    publisher, database = build(deployment.plan([ACCOUNT], {}))
    costs: dict[int, float] = {}
    grown = 0
    for rows in HISTORY:
        deployment.ledger.rows(GROW, account=account, first=grown + 1, last=rows)
        grown = rows
        with deployment.ledger.database.aside().connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        costs[rows] = statistics.median(_timed(publisher.sweep) for _ in range(SWEEPS))
    deployment.ledger.forget_posts()
    database.close()
    return costs


def _timed(sweep: object) -> float:
    assert callable(sweep)
    began = time.perf_counter()
    sweep()
    return (time.perf_counter() - began) * 1000
