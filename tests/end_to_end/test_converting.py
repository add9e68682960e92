"""Videos that have to be converted: beside the chat, visible, stoppable, and safe from restarts."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.preparation_worker import CORES
from publisher.media.prepare import prepare
from storage.database import Database
from storage.files import MediaFiles
from storage.lifecycle import PreparationState
from storage.preparations import Preparations
from tests.end_to_end.chat import CONVERTING, Person, text_of, until
from tests.end_to_end.conftest import ANNA, World
from tests.end_to_end.ffmpeg import Gate, converters
from tests.end_to_end.media import lose, published, seconds_of, video
from tests.end_to_end.test_card import draft_of
from tests.end_to_end.test_publishing import answer
from tests.samples import jpeg
from tests.spoken import spoken
from tests.stored import stored_in

WHEN = [("none", spoken("ask_time")), ("now", "")]


def small_clip() -> bytes:
    """Converted to a reel in no time."""
    return video("320x180", 3.2, source="color=teal")


def minute() -> bytes:
    """The same for long enough to be in the middle of it, where ffmpeg is slow."""
    return video("320x180", 60, source="color=teal", sound=False)


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    """Looks after the world has ended, as it is made before it."""
    yield
    assert converters() == []


async def begin(world: World, person: Person, clip: bytes | None = None) -> None:
    """A conversion is under way, and the caption is asked for."""
    await person.sends_files([("clip.mp4", clip or small_clip())])
    await person.sees(spoken("ask_type"))
    await answer(person, ("reel", spoken("ask_fit")), ("blurred", spoken("ask_caption")))
    await until(lambda: draft_of(world, person).preparation is PreparationState.RUNNING)
    await until(lambda: bool(converters()))


@pytest.mark.usefixtures("slow_ffmpeg")
async def test_progress_is_one_message_with_a_bar_that_grows(world: World, anna: Person) -> None:
    await begin(world, anna, video("320x180", 6, source="color=teal"))
    bars: list[str] = []

    def is_done() -> bool:
        texts = [text_of(message) for message in anna.messages()]
        bars.extend(text for text in texts if "%" in text and text not in bars)
        assert sum("onvert" in text for text in texts) == 1
        return any("Converted." in text for text in texts)

    await until(is_done, CONVERTING)
    assert len(bars) >= 2
    assert bars == sorted(bars, key=lambda text: int(text.split()[-2]))
    assert "Stop converting" not in anna.labels()


async def test_the_chat_answers_while_a_video_is_converted(
    world: World, anna: Person, ben: Person, gate: Gate
) -> None:
    await begin(world, anna)
    await answer(anna, ("/list", spoken("list_empty")), ("Hello", "Which hashtags?"))
    await ben.sends_photo()
    await ben.sees(spoken("ask_type", "de"))
    await answer(ben, ("Foto", spoken("ask_caption", "de")))
    await answer(anna, *WHEN)
    await anna.sees("still being converted", "still being converted")
    await answer(anna, ("yes", "still being converted"), ("cover", "still being converted"))
    assert text_of(anna.messages()[-1]).count("still being converted") == 1
    assert draft_of(world, anna).preparation is PreparationState.RUNNING
    gate.open()
    await anna.sees(spoken("ask_confirm"), timeout_seconds=CONVERTING)
    await answer(anna, ("yes", "Post 1"))
    await anna.sees(spoken("result_published"))
    (post,) = world.instagram.posts
    seen = published(world, post.items[0])
    assert seen.height / seen.width == pytest.approx(16 / 9, abs=0.05)
    assert seconds_of(seen.info) == pytest.approx(3.2, abs=0.3)


@pytest.mark.usefixtures("slow_ffmpeg")
async def test_a_conversion_ends_with_its_draft_or_is_stopped_and_the_draft_goes_on(
    world: World, anna: Person
) -> None:
    await begin(world, anna, minute())
    media = world.settings.data_dir / "media"
    await until(lambda: bool(files_in(media / "incoming")))
    await anna.sends("/cancel")
    await anna.sees(spoken("cancelled"))
    await until(lambda: not converters())
    await until(lambda: not files_in(media))
    await until(lambda: anna.labels() == [])
    await begin(world, anna, minute())
    assert len(draft_of(world, anna).media) == 1
    await answer(anna, ("Hello", "Which hashtags?"))
    await answer(anna, ("stop converting!", spoken("ask_type")))
    await until(lambda: not converters())
    await answer(anna, ("reel", "Which hashtags?"))
    await anna.sees_button("Stop converting")
    await anna.taps("Stop converting")
    await anna.sees(spoken("ask_type"))
    await until(lambda: not converters())
    assert draft_of(world, anna).preparation is None
    await until(lambda: "Stop converting" not in anna.labels())
    await answer(anna, ("video", "Which hashtags?"), *WHEN)
    await anna.sees(spoken("ask_confirm"), "Hello", timeout_seconds=CONVERTING)


def files_in(folder: Path) -> list[Path]:
    return stored_in(folder)


async def test_a_large_album_is_prepared_beside_the_chat_as_well(
    world: World, anna: Person
) -> None:
    photo = jpeg(5800, 3500)
    await anna.sends_files([(f"{number}.jpg", photo) for number in range(3)], as_file=True)
    await anna.sees("3 photos")
    await answer(anna, ("carousel", spoken("ask_caption")), ("skip", "Which hashtags?"), *WHEN)
    await anna.sees(spoken("ask_confirm"), timeout_seconds=CONVERTING)
    await until(lambda: any("Converted." in told for told in anna.told()))
    await answer(anna, ("yes", "Post 1"))
    await anna.sees(spoken("result_published"))
    (post,) = world.instagram.posts
    assert len(post.items) == 3


@pytest.mark.usefixtures("slow_ffmpeg")
async def test_a_progress_that_telegram_did_not_take_is_not_told_again_and_again(
    world: World, anna: Person
) -> None:
    await anna.sends_files([("clip.mp4", small_clip())])
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("reel", spoken("ask_fit")))
    world.telegram.fail("sendMessage", drop=True)
    await answer(anna, ("blurred", spoken("ask_caption")), ("skip", "Which hashtags?"), *WHEN)
    await anna.sees(spoken("ask_confirm"), timeout_seconds=CONVERTING)
    assert not any("%" in text_of(message) for message in anna.messages())


async def test_the_result_is_shown_although_telegram_was_away_for_a_moment(
    world: World, anna: Person, gate: Gate
) -> None:
    await begin(world, anna)
    await answer(anna, ("Hello", "Which hashtags?"), *WHEN)
    await anna.sees("still being converted")
    for method in ("sendPhoto", "editMessageReplyMarkup"):
        world.telegram.fail(method, drop=True)
    gate.open()
    await anna.sees(spoken("ask_confirm"), "Hello", timeout_seconds=CONVERTING)
    await until(lambda: not world.telegram.faults._pending)


async def test_another_choice_meanwhile_is_what_gets_published(
    world: World, anna: Person, gate: Gate
) -> None:
    await begin(world, anna)
    (unwanted,) = converters()
    await answer(anna, ("back", spoken("ask_fit")), ("black", spoken("ask_caption")))
    await until(lambda: not unwanted.is_running())
    gate.open()
    await answer(anna, ("skip", "Which hashtags?"), *WHEN)
    await anna.sees(spoken("ask_confirm"), timeout_seconds=CONVERTING)
    await answer(anna, ("yes", "Post 1"))
    await anna.sees(spoken("result_published"))
    (post,) = world.instagram.posts
    assert max(published(world, post.items[0]).edge) < 20


async def test_a_restart_in_the_middle_begins_the_conversion_anew(
    world: World, anna: Person, gate: Gate
) -> None:
    """Of one who has answered everything by then, and of one who has not."""
    other, caption = world.person(12), ("Kept", "Which hashtags?")
    await begin(world, anna)
    await answer(anna, caption, *WHEN)
    await begin(world, other)
    await world.stop_bot()
    assert converters() == []
    await world.start_bot()
    await until(lambda: bool(converters()))
    gate.open()
    await answer(other, caption, *WHEN)
    for person in (anna, other):
        await person.sees(spoken("ask_confirm"), "Kept", timeout_seconds=CONVERTING)
    await answer(other, ("yes", "Post 1"))
    await other.sees(spoken("result_published"))
    assert len(world.instagram.posts) == 1


async def test_what_became_ready_just_before_a_restart_is_shown_after_it(
    world: World, anna: Person, gate: Gate
) -> None:
    await begin(world, anna)
    await answer(anna, ("Hello", "Which hashtags?"), *WHEN)
    await anna.sees("still being converted")
    await world.stop_bot()
    gate.open()
    database = Database(world.database_url)
    preparations = Preparations(database)
    preparations.begin_anew()
    draft = preparations.take()
    assert draft is not None
    ready = await asyncio.to_thread(prepare, draft, MediaFiles(world.settings.data_dir / "media"))
    preparations.finish(draft, ready.items, ready.notes)
    database.close()
    await world.start_bot()
    await anna.sees(spoken("ask_confirm"), "Hello")


async def test_several_people_are_served_and_no_core_converts_twice(
    world: World, anna: Person, gate: Gate
) -> None:
    world.settings = world.settings.model_copy(
        update={"allowed_user_ids": frozenset({ANNA, 12, 13})}
    )
    await world.stop_bot()
    await world.start_bot()
    people = [anna, *(world.person(number) for number in (12, 13))]
    for person in people:
        await person.sends_files([("clip.mp4", small_clip())])
        await person.sees(spoken("ask_type"))
        await answer(person, ("reel", spoken("ask_fit")), ("blurred", spoken("ask_caption")))
        await answer(person, ("skip", "Which hashtags?"), *WHEN)
        await person.sees("still being converted")
    await until(lambda: len(converters()) == min(CORES, len(people)))

    def all_confirm() -> bool:
        states = [draft_of(world, person).preparation for person in people]
        assert states.count(PreparationState.RUNNING) <= CORES
        return all(state is PreparationState.DONE for state in states)

    assert not all_confirm()
    gate.open()
    await until(all_confirm, CONVERTING)
    for person in people:
        await person.sees(spoken("ask_confirm"))


async def test_a_conversion_that_the_disk_fails_is_told_to_both_and_everything_stays(
    world: World, anna: Person, admin: Person
) -> None:
    await anna.sends_files([("clip.mp4", small_clip())])
    await anna.sees(spoken("ask_type"))
    await answer(anna, ("video", spoken("ask_caption")), ("Hello", "Which hashtags?"))
    await answer(anna, ("back", spoken("ask_caption")), ("back", spoken("ask_type")))
    await answer(anna, ("story", spoken("ask_fit")))
    (item,) = draft_of(world, anna).media
    lose(world, item.original)
    await answer(anna, ("black", spoken("preparing_not_stored")))
    await anna.sees(spoken("ask_type"))
    await admin.sees(spoken("alert_disk_trouble"))
    assert (draft_of(world, anna).question, draft_of(world, anna).caption) == ("type", "Hello")
