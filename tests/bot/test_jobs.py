"""The JobQueue goes by the machine's clock; posts do not stand still when that is set."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram.ext import JobQueue

from bot import jobs


async def test_jobs_run_at_once_when_the_clock_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    real, set_back, ran = time.time, 0.0, asyncio.Event()
    monkeypatch.setattr(time, "time", lambda: real() - set_back)
    monkeypatch.setattr(jobs, "CLOCK_SECONDS", 0.02)

    async def job() -> None:
        ran.set()

    nights: list[float] = []

    async def nightly() -> None:
        nights.append(real())

    queue: JobQueue[Any] = JobQueue()
    hour = (datetime.fromtimestamp(real(), UTC) + timedelta(hours=6)).hour
    queue.scheduler.add_job(nightly, "cron", hour=hour, timezone=UTC)  # as `run_daily` does it
    queue.scheduler.add_job(job, "interval", hours=1)
    await queue.start()
    following = asyncio.create_task(jobs.follow_clock(queue))
    await asyncio.sleep(0.1)
    assert not ran.is_set()
    set_back = 3600.0
    await asyncio.wait_for(ran.wait(), 20)
    await asyncio.sleep(0.1)
    assert nights == [], "each wake of a laptop would push an older backup out"
    following.cancel()
    await queue.stop()
