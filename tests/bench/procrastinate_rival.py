"""procrastinate doing the same work: take a job, do nothing, end it; one at a time per lock."""

import asyncio
from multiprocessing.synchronize import Barrier

from procrastinate import App, PsycopgConnector
from sqlalchemy import make_url


async def nothing() -> None:
    """The job."""


def app_on(url: str) -> App:
    """An app on this database."""
    given = make_url(url).set(drivername="postgresql")
    app = App(connector=PsycopgConnector(conninfo=given.render_as_string(hide_password=False)))
    app.task(name="nothing")(nothing)
    return app


async def prepare(url: str, jobs: int, accounts: int) -> None:
    """The schema, and so many jobs with one lock per account: one at a time for each."""
    app = app_on(url)
    async with app.open_async():
        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        for account in range(accounts):
            task = app.configure_task("nothing", lock=f"account {account}")
            await task.batch_defer_async(*[{}] * (jobs // accounts))


def work(url: str, concurrency: int, gate: Barrier) -> None:
    """One worker process: until nothing is left to do."""
    asyncio.run(_work(url, concurrency, gate))


async def _work(url: str, concurrency: int, gate: Barrier) -> None:
    app = app_on(url)
    async with app.open_async():
        await _left(app)
        gate.wait()
        while await _left(app):
            await app.run_worker_async(
                concurrency=concurrency,
                wait=False,
                listen_notify=False,
                install_signal_handlers=False,
            )
        gate.wait()


async def _left(app: App) -> bool:
    found = await app.connector.execute_query_one_async(
        "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'todo') AS found"
    )
    return bool(found["found"])
