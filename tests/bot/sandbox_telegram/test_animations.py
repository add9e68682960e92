"""What Telegram's apps make of GIFs and of videos without sound."""

from telegram import Bot, Message

from bot.sandbox.telegram.state import TelegramState
from tests.bot.sandbox_telegram.conftest import ADA
from tests.films import Film, film
from tests.pictures import encoded, quarters

FRAMES = [quarters(90, 61), quarters(90, 61).rotate(90)]
GIF = encoded(FRAMES[0], "GIF", save_all=True, append_images=FRAMES[1:], duration=500)
SILENT = film(Film(90, 160, seconds=1, sound=None))


async def received(bot: Bot) -> list[Message]:
    return [
        update.effective_message for update in await bot.get_updates() if update.effective_message
    ]


async def test_a_gif_and_a_video_without_sound_arrive_as_an_animation_in_mp4(
    bot: Bot, state: TelegramState
) -> None:
    state.send_media(ADA, [("wave.gif", GIF)])
    state.send_media(ADA, [("wave.mp4", SILENT)])
    for message in await received(bot):
        animation, document = message.animation, message.document
        assert animation and document and message.video is None
        assert animation.file_id == document.file_id and animation.mime_type == "video/mp4"
        content = await (await animation.get_file()).download_as_bytearray()
        assert content[4:8] == b"ftyp"


async def test_a_gif_sent_as_a_file_and_a_video_with_sound_stay_what_they_are(
    bot: Bot, state: TelegramState
) -> None:
    state.send_media(ADA, [("wave.gif", GIF)], as_file=True)
    state.send_media(ADA, [("clip.mp4", film(Film(90, 160, seconds=1)))])
    file, video = await received(bot)
    assert file.animation is None
    assert file.document and file.document.mime_type == "image/gif"
    assert video.video and video.animation is None


async def test_in_an_album_a_video_without_sound_stays_a_video(
    bot: Bot, state: TelegramState
) -> None:
    state.send_media(ADA, [("a.mp4", SILENT), ("b.mp4", SILENT)])
    assert [message.animation for message in await received(bot)] == [None, None]
