"""On their way from Telegram: limits, stops, a server of one's own, quotas and a full disk."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.new_post.download import ATTEMPTS
from publisher.media.isolated import start_server
from storage.lifecycle import Status
from storage.originals import MAX_REFUSALS
from storage.server_processes import arguments
from tests.end_to_end.chat import Person, text_of, until
from tests.end_to_end.conftest import World
from tests.end_to_end.media import published
from tests.end_to_end.test_conversation import STEPS, stand_at
from tests.end_to_end.test_posts import plan
from tests.end_to_end.test_publishing import answer
from tests.s3 import KEY, SECRET, S3Server
from tests.samples import clip, jpeg
from tests.scopes import own
from tests.spoken import spoken
from tests.stored import stored_in

HINT = "Telegram compresses photos"


async def change(world: World, **settings: object) -> None:
    """The bot goes on with other settings."""
    await world.stop_bot()
    world.settings = world.settings.model_copy(update=settings)
    await world.start_bot()


def in_s3(s3: S3Server, bucket: str) -> dict[str, object]:
    """Settings by which media are kept there."""
    return {
        "media_url": f"s3://{bucket}/postbote",
        "aws_access_key_id": SecretStr(KEY),
        "aws_secret_access_key": SecretStr(SECRET),
        "aws_default_region": "us-east-1",
        "aws_endpoint_url": s3.url,
    }


def kept(world: World) -> list[str]:
    """All files in the media folder."""
    media = world.settings.data_dir / "media"
    return [path.name for path in stored_in(media)]


def padded_clip(megabytes: int) -> bytes:
    """An MP4 of this size: a clip with a box of nothing at its end."""
    whole = clip(640, 640)
    rest = megabytes * 10**6 - len(whole)
    return whole + rest.to_bytes(4, "big") + b"free" + bytes(rest - 8)


async def test_how_photos_keep_their_quality_is_said_once(world: World, anna: Person) -> None:
    """And not to somebody who sends files already."""
    other = world.person(12)
    await other.sends_files([("a.jpg", jpeg())], as_file=True)
    await other.sees(spoken("ask_type"))
    assert not any(HINT in told for told in other.told())
    await anna.sends_photo()
    await anna.sees(HINT)
    await anna.sees(spoken("ask_type"))
    await anna.sends("/cancel")
    await anna.sees(spoken("cancelled"))
    await world.stop_bot()
    await world.start_bot()
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    assert sum(HINT in text_of(message) for message in anna.messages()) == 1


async def test_a_slow_download_shows_its_progress_and_disappears_when_done(
    world: World, anna: Person
) -> None:
    world.telegram.fail("downloadFile", delay=3)
    world.telegram.fail("sendMessage", delay=4, after_effect=True)  # it is over before the reply
    await anna.sends_files([("clip.mp4", padded_clip(3))], as_file=True)
    await anna.sees(spoken("downloading"), "3 MB")
    await anna.sees_button("Stop downloading")
    await anna.sees("1 video")
    await until(
        lambda: not any(spoken("downloading") in text_of(message) for message in anna.messages())
    )


async def test_a_download_is_stopped_by_its_button_or_a_word(world: World, anna: Person) -> None:
    """The very first without further ado."""
    world.telegram.fail("downloadFile", delay=60)
    await anna.sends_files([("clip.mp4", clip())], as_file=True)
    await anna.sees(spoken("downloading"))
    await anna.taps("Stop downloading")
    await anna.sees(spoken("download_stopped"))
    await answer(anna, ("Hello?", "Send me a photo"))
    await until(lambda: len(anna.told()) == 2)
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("photo", spoken("ask_caption")), ("Kept", "Which hashtags?"))
    world.telegram.fail("downloadFile", delay=60, times=2)
    await anna.sends_files([("clip.mp4", clip())], as_file=True)
    await anna.sees(spoken("downloading"))
    await anna.taps("Stop downloading")
    await anna.sees(spoken("download_stopped"))
    await anna.sends_files([("clip.mp4", clip())], as_file=True)
    await anna.sees(spoken("downloading"))
    await answer(
        anna, ("Herunterladen anhalten", spoken("download_stopped")), ("none", spoken("ask_time"))
    )
    await answer(anna, ("now", "Kept"))
    await until(lambda: len(kept(world)) == 2)


async def test_a_word_stops_what_is_here_already_and_only_being_looked_at(
    world: World, anna: Person
) -> None:
    picture, downloads = jpeg(), world.services.downloads
    with decoders_stand_still():
        await anna.sends_files([("a.jpg", picture)], as_file=True)
        await until(lambda: any(one.fetched == len(picture) for one in [*downloads.values()]))
        await anna.sends("cancel")
        await until(lambda: not world.telegram.updates.pending)
    await anna.sees(spoken("download_stopped"))
    await until(lambda: kept(world) == [])


@contextmanager
def decoders_stand_still() -> Iterator[None]:
    """What is to be looked at waits for the end of the block."""
    start_server()
    family = psutil.Process().children()
    (server,) = [one for one in family if "forkserver" in " ".join(arguments(one))]
    server.suspend()
    try:
        yield
    finally:
        server.resume()


async def test_what_is_said_during_a_download_is_heard_after_it_and_cancel_at_once(
    world: World, anna: Person
) -> None:
    """The draft is thrown away in one sentence."""
    world.telegram.fail("downloadFile", delay=60)
    await anna.sends_photo()
    await until(lambda: not world.telegram.faults._pending)
    await anna.sends("photo")
    world.telegram.faults.let_go()
    await anna.sees(spoken("ask_caption"))
    world.telegram.fail("downloadFile", delay=60)
    await anna.sends_photo()
    await until(lambda: not world.telegram.faults._pending)
    await anna.sends("/cancel")
    await anna.sees(spoken("cancelled"))
    assert not any(spoken("download_stopped") in told for told in anna.told())


async def test_a_download_that_breaks_off_is_repeated_and_in_the_end_asked_for_again(
    world: World, anna: Person
) -> None:
    """One over the limit is not begun; both ways out are named."""
    await anna.sends_files([("big.mp4", padded_clip(25))], as_file=True)
    await anna.sees("25 MB", "20 MB", "shorter", "local Bot API server")
    assert kept(world) == []
    world.telegram.fail("downloadFile", drop=True, after_effect=True, times=ATTEMPTS)
    await anna.sends_files([("clip.mp4", clip())], as_file=True)
    await anna.sees(spoken("download_failed"))
    world.telegram.fail("downloadFile", drop=True, after_effect=True)
    page = "<html>Sign in to this network" + " " * 1_000_000
    world.telegram.fail("downloadFile", status=200, description=page)
    await anna.sends_files([("clip.mp4", clip())], as_file=True)
    await anna.sees("1 video")
    await until(lambda: len(kept(world)) == 1)


async def test_a_bot_api_server_of_ones_own_lifts_the_limit(world: World, anna: Person) -> None:
    world.telegram.local_mode = True
    await change(world, telegram_local_mode=True)
    await anna.sends_files([("big.mp4", padded_clip(25))], as_file=True)
    await anna.sees("1 video")
    (name,) = kept(world)
    path = world.services.files.path(name)
    assert path.stat().st_nlink == 2
    await answer(
        anna,
        ("video", spoken("ask_caption")),
        ("none", "Which hashtags?"),
        ("none", spoken("ask_time")),
    )
    await answer(anna, ("now", spoken("ask_confirm")), ("yes", "Post 1"))
    await anna.sees(spoken("result_published"))
    (post,) = world.instagram.posts
    assert "h264" in published(world, post.items[0]).info


async def test_a_person_who_fills_their_share_is_told_how_to_make_room(
    world: World, anna: Person, ben: Person
) -> None:
    """The second file of an album finds the share filled by the first."""
    await change(world, media_quota_mb=4, max_drafts=1)
    album = [(name, padded_clip(3)) for name in ("one.mp4", "two.mp4")]
    await anna.sends_files(album, as_file=True)
    told = await anna.sees("of the 4 MB that one person may use")
    assert "/list" in told and "take up 3 of the 4 MB" in told
    await anna.sees("1 video")
    await ben.sends_photo()
    await ben.sees(spoken("ask_type", "de"))
    await ben.sends_photo()
    await ben.sees(spoken("too_many_drafts", "de"))


async def test_a_disk_below_its_floor_takes_nothing_and_the_admin_hears(
    world: World, anna: Person, admin: Person
) -> None:
    """Nor does one that gets there by what others send, while something is on its way."""
    world.telegram.fail("downloadFile", delay=60)
    await anna.sends_photo()
    await until(lambda: not world.telegram.faults._pending)
    world.services.quota._floor = 10**18
    world.telegram.faults.let_go()
    await anna.sees(spoken("storing_failed"))
    await admin.sees("MIN_FREE_DISK_MB")
    assert not [*(world.settings.data_dir / "media" / "incoming").iterdir()]
    await change(world, min_free_disk_mb=10**9)
    await anna.sends_photo()
    await until(lambda: [spoken("storing_failed") in told for told in anna.told()].count(True) == 2)


async def test_a_disk_that_fails_loses_nothing_that_was_entered(
    world: World, anna: Person, admin: Person
) -> None:
    await anna.sends_photo()
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("photo", spoken("ask_caption")), ("Kept", "Which hashtags?"))
    incoming = world.settings.data_dir / "media" / "incoming"
    shutil.rmtree(incoming)
    await anna.sends_files([("clip.mp4", clip())], as_file=True)
    await anna.sees(spoken("storing_failed"))
    await admin.sees(spoken("alert_disk_trouble"))
    incoming.mkdir()
    await answer(anna, ("none", spoken("ask_time")), ("now", "Kept"))
    await until(lambda: len(kept(world)) == 2)


async def test_a_post_whose_files_are_all_gone_is_published_all_the_same(
    world: World, anna: Person
) -> None:
    """At the moment they are needed: they come from Telegram, and are prepared anew."""
    await anna.sends_photo(jpeg(800, 320))
    await answer(anna, ("photo", spoken("ask_fit")), ("black", spoken("ask_caption")))
    await answer(anna, ("Lost", "Which hashtags?"), ("none", spoken("ask_time")))
    await answer(anna, ("in 2 hours", spoken("ask_confirm")), ("yes", "Post 1"))
    (item,) = world.services.posts.get(1, own(anna.id)).media
    assert item.prepared not in (None, item.original)
    for path in stored_in(world.settings.data_dir / "media"):
        path.unlink()
    now_due(world)
    await run_job(world, "sweep")
    await anna.sees(spoken("result_published"))
    assert [post.caption for post in world.instagram.posts] == ["Lost"]
    post = world.services.posts.get(1, own(anna.id))
    assert (post.status, post.retry_count) == (Status.UPLOADED, 0)


@pytest.mark.usefixtures("on_cards")
async def test_a_bot_that_keeps_media_in_s3_takes_plans_and_publishes_them(
    world: World, anna: Person, s3: S3Server
) -> None:
    bucket = s3.bucket()
    await change(world, **in_s3(s3, bucket))
    await plan(anna, "in 2 hours")
    assert kept(world) == []
    shutil.rmtree(world.settings.data_dir / "media-cache")
    (item,) = world.services.posts.get(1, own(anna.id)).media
    s3.store(bucket).remove(item.files)  # now Telegram alone has it
    now_due(world)
    await run_job(world, "sweep")
    await anna.sees(spoken("result_published"))
    await anna.sends_photo()
    await anna.sees_button("Now")
    await anna.sends("/cancel")
    await anna.sees(spoken("cancelled"))
    needed = world.services.posts.media_files()
    assert item.original in needed
    await until(lambda: s3.store(bucket).all().keys() == {".postbote", *needed})


async def test_what_telegram_has_no_more_is_sent_again_in_reply_to_the_card(
    world: World, anna: Person
) -> None:
    await stand_at(anna, len(STEPS))
    await answer(anna, ("yes", "Post 1"))
    folder = world.settings.data_dir / "media"
    (item,) = world.services.posts.get(1, own(anna.id)).media
    before = (folder / item.original).read_bytes()
    for path in stored_in(folder):
        path.unlink()
    await run_job(world, "look_for_lost")
    assert (folder / item.original).read_bytes() == before

    (folder / item.original).write_bytes(b"")
    gone = "Bad Request: wrong file_id or the file is temporarily unavailable"
    world.telegram.fail("getFile", status=400, description=gone, times=MAX_REFUSALS)
    for _ in range(MAX_REFUSALS):
        assert anna.told()[-1] != spoken("reason_media_missing")
        await run_job(world, "look_for_lost")
        await run_job(world, "look_for_lost")  # not at once again
        execute(world, "UPDATE lost_files SET next_try_at = now() WHERE next_try_at IS NOT NULL")
    await anna.sees(spoken("reason_media_missing"))
    assert sum(spoken("reason_media_missing") in told for told in anna.told()) == 1

    now_due(world)
    await run_job(world, "sweep")
    await anna.sees(spoken("result_failed"))
    await anna.sees_button(spoken("button_change_post"))  # on its card again
    await anna.replies_with_photo(spoken("result_failed"), jpeg())
    await anna.sees(spoken("ask_confirm"))
    await answer(anna, ("yes", "Please type another one"))
    await answer(anna, ("now", spoken("ask_confirm")), ("yes", spoken("result_published")))
    assert len(world.instagram.posts) == 1


def now_due(world: World) -> None:
    execute(world, "UPDATE scheduled_posts SET next_attempt_at = now(), scheduled_time = now()")


def execute(world: World, statement: str) -> None:
    with world.services.database.transaction() as session:
        session.execute(text(statement))


async def run_job(world: World, name: str) -> None:
    (job,) = world.app.job_queue.get_jobs_by_name(name)  # type: ignore[union-attr]
    await job.run(world.app)
