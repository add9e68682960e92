"""What the owner of a post gets to publish it by hand: its files as they are, its caption to copy.

Several messages, so not the exactly-once of the other notices: each part that Telegram has
confirmed is written down and not sent again; one whose confirmation was lost comes twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup
from telegram import InputMediaDocument, ReplyParameters
from telegram.constants import FileSizeLimit, MediaGroupLimit
from telegram.error import BadRequest, NetworkError

from bot.context import AnyApp, Services
from bot.store import in_thread
from bot.texts import say
from bot.texts.parts import megabytes
from bot.transient import closes_chat
from publisher.content import caption_of, items_of
from storage.files import NO_ROOM, MediaFiles
from storage.models import Notice, Post
from storage.object_store import StoreTroubleError

UPLOAD_TIMEOUT: dict[str, Any] = {"read_timeout": 120}
"""Seconds. The server confirms only once it has passed the files on."""
MAX_ATTEMPTS = 20
"""Of a notice, before a file that cannot be sent is left out; seconds apart."""


@dataclass(frozen=True)
class Attachment:
    """A file under the name that people see."""

    name: str
    path: Path
    size: int
    """Bytes; 0 if there is no such file."""


Part = Sequence[Attachment] | str
"""One request: files, as an album if there are several, or a text."""


async def give(notice: Notice, post: Post, reply: ReplyParameters | None, app: AnyApp) -> None:
    """Send what has not been taken yet, in order, the first in reply. Raises TelegramError."""
    services: Services = app.bot_data
    try:
        parts = await in_thread(parts_of)(post, services.files, upload_limit(services))
    except OSError as error:
        raise NetworkError(str(error.strerror)) from error  # to be tried again
    for number in range(notice.detail.get("given", 0), len(parts)):
        part, answered = parts[number], reply if number == 0 else None
        if isinstance(part, str):
            await app.bot.send_message(post.chat_id, part, reply_parameters=answered)
        else:
            await _send_files(part, post, answered, app, notice.attempts)
        await services.store.note_given(notice.id, number + 1)


def upload_limit(services: Services) -> int:
    """Bytes of one file that the configured Bot API server takes."""
    local = services.settings.telegram_local_mode
    return FileSizeLimit.FILESIZE_UPLOAD_LOCAL_MODE if local else FileSizeLimit.FILESIZE_UPLOAD


def parts_of(post: Post, files: MediaFiles, limit: int) -> list[Part]:
    """The files in order, what is to be said of those that cannot be sent, and the caption.

    Raises OSError while the store does not answer, or this disk is full.
    """
    attachments = list(_attachments(post, files))
    parts: list[Part] = [*_albums([one for one in attachments if 0 < one.size <= limit])]
    parts += [_instead_of(one, post, limit) for one in attachments if not 0 < one.size <= limit]
    if caption := caption_of(post):
        parts.append(Markup("<pre>{}</pre>").format(caption))
    return parts


def _attachments(post: Post, files: MediaFiles) -> Iterator[Attachment]:
    """Every file as it is to appear; a cover that was chosen follows its video."""
    items = items_of(post, files)
    for number, (item, kept) in enumerate(zip(items, post.media, strict=False), start=1):
        name = f"post-{post.id}" + (f"-{number}" if len(items) > 1 else "")
        yield _attachment(name, item.path, files)
        if item.cover and (kept.own_cover or kept.cover_at is not None):
            yield _attachment(f"{name}-cover", item.cover, files)


def _attachment(name: str, path: Path, files: MediaFiles) -> Attachment:
    try:
        files.local(path.name)
        size = path.stat().st_size
    except OSError as error:
        if isinstance(error, StoreTroubleError) or error.errno in NO_ROOM:
            raise
        size = 0  # gone, or damaged
    return Attachment(name + path.suffix, path, size)


def _albums(attachments: Sequence[Attachment]) -> list[list[Attachment]]:
    """Together as many as an album and one request take (core.telegram.org/bots/api, 2026-11)."""
    albums: list[list[Attachment]] = []
    for one in attachments:
        together = sum(other.size for other in albums[-1]) + one.size if albums else 0
        has_room = albums and len(albums[-1]) < MediaGroupLimit.MAX_MEDIA_LENGTH
        if has_room and together <= FileSizeLimit.FILESIZE_UPLOAD:
            albums[-1].append(one)
        else:
            albums.append([one])
    return albums


async def _send_files(
    album: Sequence[Attachment],
    post: Post,
    reply: ReplyParameters | None,
    app: AnyApp,
    attempts: int,
) -> None:
    """As documents, which Telegram leaves as they are; if it refuses them, that is said instead."""
    try:
        await _upload(album, post.chat_id, reply, app)
    except (NetworkError, OSError) as error:
        if isinstance(error, NetworkError) and not refuses_files(error, attempts):
            raise
        key = "hand_over_missing" if isinstance(error, OSError) else "hand_over_refused"
        sentence = say(post.language, key, name=", ".join(one.name for one in album))
        await app.bot.send_message(post.chat_id, sentence, reply_parameters=reply)


async def _upload(
    album: Sequence[Attachment], chat_id: int, reply: ReplyParameters | None, app: AnyApp
) -> None:
    """Raises TelegramError, or OSError for files that have gone."""
    contents = [await in_thread(one.path.read_bytes)() for one in album]
    how: dict[str, Any] = {"reply_parameters": reply, **UPLOAD_TIMEOUT}
    if len(album) == 1:
        how["disable_content_type_detection"] = True  # else an MP4 becomes a video
        await app.bot.send_document(chat_id, contents[0], filename=album[0].name, **how)
        return
    media = [
        InputMediaDocument(content, filename=one.name)
        for one, content in zip(album, contents, strict=True)
    ]
    await app.bot.send_media_group(chat_id, media, **how)


def refuses_files(error: NetworkError, attempts: int) -> bool:
    """Whether it takes just these not, rather than nothing at the moment or from us at all.

    What has failed for so long holds up the chat: whether it takes a text then, will be seen.
    """
    if isinstance(error, BadRequest):
        return not closes_chat(error)
    return attempts >= MAX_ATTEMPTS or "entity too large" in error.message.lower()


def _instead_of(one: Attachment, post: Post, limit: int) -> str:
    if not one.size:
        return say(post.language, "hand_over_missing", name=one.name)
    return say(
        post.language,
        "hand_over_too_large",
        name=one.name,
        size=megabytes(one.size),
        limit=megabytes(limit),
    )
