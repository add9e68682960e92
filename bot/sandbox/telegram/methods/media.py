"""Photos, videos and documents that the bot sends: uploaded, attached, or known by file_id."""

import asyncio
from collections.abc import Callable

from bot.sandbox.telegram import media
from bot.sandbox.telegram.content import media_content
from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.files import StoredFile
from bot.sandbox.telegram.media import Media, NotDecodable
from bot.sandbox.telegram.parameters import Parameters, Upload
from bot.sandbox.telegram.state import TelegramState

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_PHOTO_SIDES = 10_000
MAX_PHOTO_RATIO = 20
"""https://core.telegram.org/bots/api#sendphoto"""


async def read_media(state: TelegramState, kind: str, parameters: Parameters, field: str) -> Wire:
    """The content for the file in `field`, ready for a message. Raises ApiError."""
    stored = await _stored(state, kind, parameters, field)
    return media_content(state.files, stored)


async def _stored(
    state: TelegramState, kind: str, parameters: Parameters, field: str
) -> StoredFile:
    upload = parameters.upload(field)
    reference = parameters.text(field)
    if upload is None and reference.startswith("attach://"):
        upload = parameters.upload(reference.removeprefix("attach://"))
    if upload is not None:
        media = await _prepared(kind, upload)
        if kind == field == "document" and not parameters.boolean("disable_content_type_detection"):
            media = await asyncio.to_thread(_detected, upload)
        return state.files.add(media)
    if not reference:
        raise bad_request(f"there is no {kind} in the request")
    if reference.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    return _known(state, kind, reference)


def _known(state: TelegramState, kind: str, file_id: str) -> StoredFile:
    stored = state.files.find(file_id)
    if stored is None or not state.files.location(stored).exists():
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
    return stored


async def _prepared(kind: str, upload: Upload) -> Media:
    if not upload.body:
        raise bad_request("file must be non-empty")
    return await asyncio.to_thread(PREPARE[kind], upload)


def _photo(upload: Upload) -> Media:
    size = len(upload.body)
    if size > MAX_PHOTO_BYTES:
        raise bad_request(
            f"file of size {size} bytes is too big for a photo; "
            f"the maximum size is {MAX_PHOTO_BYTES} bytes"
        )
    try:
        width, height = media.image_size(upload.body)
        if width + height > MAX_PHOTO_SIDES or max(width, height) > MAX_PHOTO_RATIO * min(
            width, height
        ):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return media.photo(upload.body)
    except NotDecodable:
        raise bad_request("IMAGE_PROCESS_FAILED") from None


def _video(upload: Upload) -> Media:
    """What cannot be decoded goes out as a document, as Telegram does."""
    try:
        return media.video(upload.body, upload.file_name)
    except NotDecodable:
        return _document(upload)


def _detected(upload: Upload) -> Media:
    """What Telegram makes of a document by its content: an MP4 is shown as the video that it is.

    In an album it never looks (https://core.telegram.org/bots/api#senddocument, 2026-11).
    """
    try:
        return media.as_sent_alone(media.video(upload.body, upload.file_name))
    except NotDecodable:
        return _document(upload)


def _document(upload: Upload) -> Media:
    return media.document(upload.body, upload.file_name, upload.mime_type)


PREPARE: dict[str, Callable[[Upload], Media]] = {
    "photo": _photo,
    "video": _video,
    "document": _document,
}
