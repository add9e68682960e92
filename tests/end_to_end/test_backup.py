"""A running bot is backed up; what comes of that on another folder publishes what was planned."""

import asyncio
import os
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, update

from publisher.upkeep import backup_of
from storage.files import MediaFiles
from storage.models import Account, Post
from storage.restore import restore, unpacking
from tests.end_to_end.chat import Person, until
from tests.end_to_end.conftest import World
from tests.end_to_end.test_posts import plan
from tests.spoken import spoken
from tests.storage.empty import empty_database

pytestmark = pytest.mark.usefixtures("on_cards")


def is_due(world: World, post_id: int) -> None:
    """Let its time come."""
    with world.services.database.transaction() as session:
        now = {"scheduled_time": func.now(), "next_attempt_at": func.now()}
        session.execute(update(Post).where(Post.id == post_id).values(**now))


async def run_job(world: World, name: str) -> None:
    """As when its hour has come."""
    queue = world.app.job_queue
    assert queue is not None
    (job,) = queue.get_jobs_by_name(name)
    await job.run(world.app)


async def test_each_night_there_is_a_backup_or_the_admin_hears_why_not(
    world: World, anna: Person, admin: Person, tmp_path: Path
) -> None:
    await plan(anna)
    await world.stop_bot()
    folder = tmp_path / "backups"
    nightly = {"backup_dir": folder, "backup_keep": 1}
    world.settings = world.settings.model_copy(update=nightly)
    await world.start_bot()
    await until(lambda: world.services.leader.is_ours)
    await run_job(world, "catch_up")
    await admin.sees(spoken("alert_backup_failed"))
    folder.mkdir()
    await run_job(world, "catch_up")
    assert [*folder.iterdir()] == [], "as the admin was told"
    await run_job(world, "back_up")
    (first,) = folder.iterdir()
    await run_job(world, "catch_up")
    assert [*folder.iterdir()] == [first], "last night's is there"
    first = first.rename(folder / "postbote-20200101-033000.tar")
    os.utime(first, (0, 0))
    await run_job(world, "catch_up")
    (second,) = folder.iterdir()
    assert second != first and second.stat().st_mode & 0o777 == 0o600
    await run_job(world, "clean")
    await run_job(world, "back_up")
    assert len([*folder.iterdir()]) == 1


async def test_a_folder_that_cannot_even_be_looked_at_is_told_like_one_that_is_not_there(
    world: World, admin: Person, tmp_path: Path
) -> None:
    await world.stop_bot()
    closed = tmp_path / ("too long a name" * 50)  # root, who runs some tests, may enter all others
    world.settings = world.settings.model_copy(update={"backup_dir": closed})
    await world.start_bot()
    await until(lambda: world.services.leader.is_ours)
    await run_job(world, "catch_up")
    await admin.sees(spoken("alert_backup_failed"), spoken("reason_backup_disk"))


async def test_a_restored_bot_publishes_what_is_to_come_and_asks_about_what_was_due(
    world: World, anna: Person, admin: Person, tmp_path: Path, owner: Connection, postgres_url: str
) -> None:
    with world.services.database.transaction() as session:
        session.execute(update(Account).values(min_gap_seconds=0))
    await plan(anna, "now")
    await anna.sees(spoken("result_published"))
    await plan(anna)
    await plan(anna)
    await admin.sends("/pause")
    await admin.sees(spoken("paused_by_you"))
    is_due(world, 2)
    archive = tmp_path / "backup.tar"
    backup = backup_of(world.settings, world.services.database)
    await asyncio.to_thread(backup.write, archive)
    await admin.sends("/resume")
    await anna.sees(spoken("result_published"))
    await world.stop_bot()

    world.settings = world.settings.model_copy(update={"data_dir": tmp_path / "other"})
    with empty_database(owner, postgres_url) as database:
        with unpacking(archive, world.settings.data_dir, None) as found:
            files = MediaFiles(world.settings.data_dir / "media")
            done = restore(database, files, found, world.settings.data_dir / "secret.key")
        assert (done.media > 0, done.asked) == (True, 1)
        world.database_url = database.url
        await world.start_bot()
        asked = await anna.sees(spoken("result_asked"))
        assert spoken("reason_restored") in asked and "Post 2" in asked
        await admin.sees("One post has been due since.")
        await admin.taps(spoken("button_pause_all"))
        await admin.sees(spoken("paused_by_you"))
        await admin.sends("/resume")
        is_due(world, 3)
        await anna.sees(spoken("result_published"))
        await until(lambda: len(world.instagram.posts) == 3)
        assert (world.instagram.logins, world.instagram.password_attempts) == (1, 1)
        await anna.taps(spoken("button_is_live"), asked)
        await anna.sees(spoken("state_uploaded"))
        await world.stop_bot()
