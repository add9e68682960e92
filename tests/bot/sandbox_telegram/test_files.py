"""Media that the bot sends, file_ids, and downloads."""

import asyncio
import os
import random
from io import BytesIO
from pathlib import Path
from subprocess import run

import httpx
import pytest
from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image
from telegram import (
    Bot,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
)
from telegram.error import InvalidToken, NetworkError

from bot.sandbox.local_server import LocalServer
from bot.sandbox.telegram.state import TelegramState
from tests.bot.sandbox_telegram.conftest import ADA, TOKEN, Call, picture, refused

MEGABYTE = 1024 * 1024
AnyMedia = InputMediaAudio | InputMediaDocument | InputMediaPhoto | InputMediaVideo


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two seconds of 64x48."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    source = ["-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=2"]
    run([get_ffmpeg_exe(), *source, "-pix_fmt", "yuv420p", path], check=True, capture_output=True)
    return path.read_bytes()


async def downloaded(message: Message) -> bytes:
    attachment = message.photo[-1] if message.photo else message.document or message.video
    assert attachment
    return bytes(await (await attachment.get_file()).download_as_bytearray())


async def test_a_photo_comes_back_as_jpeg_in_its_sizes(bot: Bot) -> None:
    sent = await bot.send_photo(ADA, picture(2000, 1000, "PNG"), caption="x")
    assert [(size.width, size.height) for size in sent.photo] == [
        (90, 45),
        (320, 160),
        (800, 400),
        (1280, 640),
    ]
    image = Image.open(BytesIO(await downloaded(sent)))
    assert (image.format, image.size) == ("JPEG", (1280, 640))


async def test_a_portrait_arrives_smaller_than_it_was(bot: Bot) -> None:
    sent = await bot.send_photo(ADA, picture(1080, 1350))
    assert (sent.photo[-1].width, sent.photo[-1].height) == (1024, 1280)


async def test_a_photo_is_turned_upright_and_loses_its_metadata(bot: Bot) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "where I live"
    sent = await bot.send_photo(ADA, picture(60, 40, exif=exif))
    content = await downloaded(sent)
    image = Image.open(BytesIO(content))
    assert image.size == (40, 60)
    assert not image.getexif()
    assert b"where I live" not in content


async def test_a_caption_ends_at_1024_units_after_parsing(call: Call, bot: Bot) -> None:
    photo = (await bot.send_photo(ADA, picture())).photo[-1].file_id
    for caption, fits in (("&amp;" * 1024, True), ("😀" * 512, True), ("😀" * 512 + "x", False)):
        sent = await call("sendPhoto", chat_id=ADA, photo=photo, caption=caption, parse_mode="HTML")
        assert sent.body["ok"] is fits
    assert sent.error == "400 Bad Request: message caption is too long"


@pytest.mark.parametrize(
    "body", [b"<html>", b"\xff\xd8\xff\xe0", picture()[:300], b"%!PS-Adobe", picture(kind="GIF")]
)
async def test_a_photo_must_decode(bot: Bot, body: bytes) -> None:
    with refused("IMAGE_PROCESS_FAILED"):
        await bot.send_photo(ADA, body)


@pytest.mark.parametrize(
    ("width", "height", "fits"),
    [(1000, 50, True), (1001, 50, False), (50, 1001, False), (9400, 600, True), (9401, 600, False)],
)
async def test_a_photo_has_sides_of_10000_together_and_a_ratio_up_to_20(
    bot: Bot, width: int, height: int, fits: bool
) -> None:
    body = picture(width, height)
    if fits:
        assert await bot.send_photo(ADA, body)
    else:
        with refused("PHOTO_INVALID_DIMENSIONS"):
            await bot.send_photo(ADA, body)


async def test_a_photo_has_at_most_10_megabytes(bot: Bot) -> None:
    body = picture()
    assert await bot.send_photo(ADA, body.ljust(10 * MEGABYTE, b"\0"))
    with refused(
        "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes"
    ):
        await bot.send_photo(ADA, body.ljust(10 * MEGABYTE + 1, b"\0"))


async def test_a_requests_files_have_at_most_50_megabytes_together(bot: Bot) -> None:
    largest = bytes(50 * MEGABYTE)
    album = [InputMediaDocument(largest), InputMediaDocument(b"x")]
    with pytest.raises(NetworkError, match=r"(?i)Request Entity Too Large"):
        await bot.send_media_group(ADA, album)
    assert await bot.send_document(ADA, largest)


async def test_a_file_is_sent_again_by_its_file_id(bot: Bot) -> None:
    sent = await bot.send_photo(ADA, picture(500, 400))
    again = await bot.send_photo(ADA, sent.photo[-1].file_id)
    assert [size.file_unique_id for size in again.photo] == [
        size.file_unique_id for size in sent.photo
    ]
    assert await downloaded(again) == await downloaded(sent)


@pytest.mark.parametrize("file_id", ["nonsense", "AgACAgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
async def test_a_file_id_of_nothing_is_refused(bot: Bot, file_id: str) -> None:
    with refused("wrong file identifier/HTTP URL specified"):
        await bot.send_photo(ADA, file_id)
    with refused("invalid file_id"):
        await bot.get_file(file_id)


async def test_a_file_id_keeps_its_kind(bot: Bot) -> None:
    sent = await bot.send_photo(ADA, picture())
    with refused("can't use file of type photo as document"):
        await bot.send_document(ADA, sent.photo[-1].file_id)


async def test_missing_empty_and_remote_files_are_refused(call: Call, bot: Bot) -> None:
    missing = await call("sendPhoto", chat_id=ADA)
    assert missing.error == "400 Bad Request: there is no photo in the request"
    remote = await call("sendPhoto", chat_id=ADA, photo="https://example.org/x.jpg")
    assert remote.error == "400 Bad Request: failed to get HTTP URL content"
    with refused("file must be non-empty"):
        await bot.send_document(ADA, b"")


async def test_a_document_is_untouched_and_its_name_is_only_data(bot: Bot, tmp_path: Path) -> None:
    body = random.Random(1).randbytes(5000)
    sent = await bot.send_document(ADA, body, filename="../../../etc/evil.TAR")
    assert sent.document
    assert sent.document.file_name == "../../../etc/evil.TAR"
    file = await sent.document.get_file()
    assert file.file_path
    assert file.file_path.endswith("/documents/file_1.tar")
    assert await downloaded(sent) == body
    assert [name for _, _, names in os.walk(tmp_path) for name in names if "evil" in name] == []


async def test_a_video_has_its_size_and_duration_and_a_thumbnail(bot: Bot, clip: bytes) -> None:
    sent = await bot.send_video(ADA, clip, filename="clip.mp4")
    video = sent.video
    assert video
    assert (video.width, video.height, video.file_name) == (64, 48, "clip.mp4")
    assert getattr(video.duration, "seconds", video.duration) == 2
    assert video.thumbnail
    assert await downloaded(sent) == clip
    again = await bot.send_video(ADA, video.file_id)
    assert again.video == video


@pytest.mark.parametrize("body", [b"#EXTM3U\n", b"\0\0\0\x18ftypmp42" + bytes(99)])
async def test_a_video_that_does_not_decode_is_a_document(bot: Bot, body: bytes) -> None:
    sent = await bot.send_video(ADA, body, filename="x.mp4")
    assert sent.video is None
    assert sent.document


async def test_an_mp4_stays_a_document_only_if_told_to_or_in_an_album(
    bot: Bot, clip: bytes
) -> None:
    shown = await bot.send_document(ADA, clip, filename="clip.mp4")
    assert shown.video or shown.animation
    kept = await bot.send_document(
        ADA, clip, filename="clip.mp4", disable_content_type_detection=True
    )
    files = [InputMediaDocument(clip, filename=f"{n}.mp4") for n in range(2)]
    album = await bot.send_media_group(ADA, files)
    for message, name in zip((kept, *album), ("clip.mp4", "0.mp4", "1.mp4"), strict=True):
        assert message.document and message.document.file_name == name
        assert message.video is None and message.animation is None


async def test_an_album_of_documents_takes_no_buttons_and_short_captions(
    call: Call, bot: Bot
) -> None:
    document = (await bot.send_document(ADA, b"text", filename="a.txt")).document
    assert document
    item = {"type": "document", "media": document.file_id}
    buttons = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    sent = await call("sendMediaGroup", chat_id=ADA, media=[item, item], reply_markup=buttons)
    assert ["reply_markup" in message for message in sent.result] == [False, False]
    long = {**item, "caption": "x" * 1025}
    refused_ = await call("sendMediaGroup", chat_id=ADA, media=[item, long])
    assert refused_.error == "400 Bad Request: message caption is too long"


async def test_an_album_is_one_group_in_order(bot: Bot, clip: bytes) -> None:
    known = (await bot.send_photo(ADA, picture(77, 44))).photo[-1].file_id
    items: list[AnyMedia] = [
        InputMediaPhoto(picture(50, 40)),
        InputMediaPhoto(known),
        InputMediaVideo(clip),
    ]
    sent = await bot.send_media_group(ADA, items, caption="<b>x</b>", parse_mode="HTML")
    assert [message.photo[-1].width for message in sent[:2]] == [50, 77]
    assert sent[2].video
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.caption for message in sent] == ["x", None, None]
    first = sent[0].message_id
    assert [message.message_id for message in sent] == [first, first + 1, first + 2]


@pytest.mark.parametrize(("count", "fits"), [(1, False), (2, True), (10, True), (11, False)])
async def test_an_album_has_two_to_ten_items(call: Call, bot: Bot, count: int, fits: bool) -> None:
    known = (await bot.send_photo(ADA, picture())).photo[-1].file_id
    items = [{"type": "photo", "media": known}] * count
    assert (await call("sendMediaGroup", chat_id=ADA, media=items)).body["ok"] is fits


async def test_documents_and_pictures_do_not_mix_and_nothing_is_sent(
    bot: Bot, state: TelegramState
) -> None:
    mixed: list[AnyMedia] = [InputMediaPhoto(picture()), InputMediaDocument(b"text")]
    with refused("document can't be mixed with other media types"):
        await bot.send_media_group(ADA, mixed)
    with refused('type "audio" of InputMedia is unsupported'):
        await bot.send_media_group(ADA, [InputMediaAudio(b"x"), InputMediaAudio(b"y")])
    assert len(state.messages(ADA)) == 1


async def test_only_files_up_to_20_megabytes_are_handed_out(bot: Bot, state: TelegramState) -> None:
    state.send_media(ADA, [("a.bin", bytes(20 * MEGABYTE))], as_file=True)
    state.send_media(ADA, [("b.bin", bytes(20 * MEGABYTE + 1))], as_file=True)
    fits, too_big = (update.effective_message for update in await bot.get_updates())
    assert fits
    assert fits.document
    assert too_big
    assert too_big.document
    assert fits.document.file_size == len(await downloaded(fits))
    with refused("file is too big"):
        await too_big.document.get_file()


async def test_a_file_that_is_gone_looks_like_a_wrong_token_to_the_library(
    bot: Bot, server: LocalServer
) -> None:
    sent = await bot.send_document(ADA, b"text")
    assert sent.document
    file = await sent.document.get_file()
    file._unfreeze()
    file.file_path = f"{server.url}/file/bot{TOKEN}/documents/file_77.bin"
    with pytest.raises(InvalidToken):
        await file.download_as_bytearray()


async def test_many_pictures_at_once_all_arrive(bot: Bot, state: TelegramState) -> None:
    await asyncio.gather(*(bot.send_photo(ADA, picture()) for _ in range(4)))
    assert len(state.messages(ADA)) == 5


async def test_a_multipart_body_cut_short_is_no_message(
    server: LocalServer, state: TelegramState
) -> None:
    async with httpx.AsyncClient(base_url=server.url) as client:
        answer = await client.post(
            f"/bot{TOKEN}/sendPhoto",
            content=b"--b\r\nContent-Disposition: form-data; name=photo\r\n\r\n",
            headers={"Content-Type": "multipart/form-data; boundary=b"},
        )
    assert answer.status_code == 400
    assert len(state.messages(ADA)) == 1
