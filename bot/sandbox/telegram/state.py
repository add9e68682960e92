"""The service's state with all that people can do at their phones. Plain calls, on the loop."""

import secrets
from collections.abc import Sequence
from itertools import groupby

from bot.sandbox.telegram.changes import MAX_CAPTION, MAX_TEXT, Changes, typed
from bot.sandbox.telegram.content import media_content
from bot.sandbox.telegram.detection import detected
from bot.sandbox.telegram.entities import FormattedText, utf16_length
from bot.sandbox.telegram.errors import Refused
from bot.sandbox.telegram.media import Media, as_sent_alone, from_phone
from bot.sandbox.telegram.messages import captioned, text_content
from bot.sandbox.telegram.others import other_content
from bot.sandbox.telegram.queries import Answer

CAPTION_TROUBLE = (
    f"A caption ends at {MAX_CAPTION} characters. Send the files without it, and the caption as a"
    " message of its own: there you can write up to 2200."
)
MAX_ALBUM = 10
ANSWER_SECONDS = 10


class TelegramState(Changes):
    """What a person does becomes a message and an update. Raises Refused with the reason."""

    def send_text(
        self,
        chat_id: int,
        text: str,
        *,
        sender: int | None = None,
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> int:
        """Send a text and return its number; the last one's, of a text cut at 4,096 characters."""
        formatted = typed(text)
        if not formatted.text:
            raise Refused("There is nothing to send.")
        message_id = 0
        for part in _pieces(formatted.text):
            content = text_content(detected(part))
            message_id = self._receive(
                chat_id, content, sender, reply_to=reply_to, topic=topic
            ).message_id
        return message_id

    def send_media(
        self,
        chat_id: int,
        files: Sequence[tuple[str, bytes]],
        *,
        as_file: bool = False,
        caption: str | None = None,
        sender: int | None = None,
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> list[int]:
        """Send (file name, bytes) pairs; decodes here and now, unlike `deliver_media`."""
        prepared = [from_phone(name, body, as_file=as_file) for name, body in files]
        return self.deliver_media(
            chat_id, prepared, caption=caption, sender=sender, reply_to=reply_to, topic=topic
        )

    def deliver_media(
        self,
        chat_id: int,
        prepared: Sequence[Media],
        *,
        caption: str | None = None,
        sender: int | None = None,
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> list[int]:
        """Albums of up to ten, documents apart from pictures, and animations each alone.

        The caption goes to the first.
        """
        text = typed(caption or "")
        if text.length > MAX_CAPTION:
            raise Refused(CAPTION_TROUBLE)
        self._writable(chat_id)
        ids = []
        sent = prepared if len(prepared) > 1 else [as_sent_alone(media) for media in prepared]
        for kind, alike in groupby(sent, key=_album_of):
            together, size = list(alike), 1 if kind == "animation" else MAX_ALBUM
            for start in range(0, len(together), size):
                album = together[start : start + size]
                ids += self._deliver_album(chat_id, album, text, sender, reply_to, topic)
                text = FormattedText("", [])
        return ids

    def _deliver_album(
        self,
        chat_id: int,
        album: Sequence[Media],
        text: FormattedText,
        sender: int | None,
        reply_to: int | None,
        topic: int | None,
    ) -> list[int]:
        group_id = str(secrets.randbits(53)) if len(album) > 1 else None
        ids = []
        for media in album:
            content = captioned(media_content(self.files, self.files.add(media)), text)
            message = self._receive(
                chat_id, content, sender, reply_to=reply_to, media_group_id=group_id, topic=topic
            )
            ids.append(message.message_id)
            text = FormattedText("", [])
        return ids

    def deliver_late(self, chat_id: int, picture: bytes, album: str, *, sender: int) -> None:
        """A photo of an album of which the others were delivered before."""
        media = from_phone("photo.jpg", picture, as_file=False)
        content = media_content(self.files, self.files.add(media))
        self._receive(chat_id, content, sender, media_group_id=album)

    def send_other(
        self, chat_id: int, kind: str, *, sender: int | None = None, topic: int | None = None
    ) -> int:
        """A voice note, sticker, contact, poll, location or video_note."""
        content = other_content(self.files, kind)
        return self._receive(chat_id, content, sender, topic=topic).message_id

    async def tap(
        self, chat_id: int, message_id: int, data: str, *, sender: int | None = None
    ) -> Answer | None:
        """Press a button that is there, and wait up to 10 s for the bot's answer."""
        message = self.all_messages.get(chat_id, message_id)
        if message is None or not message.has_button(data):
            raise Refused("That button is gone.")
        return await self.forge_tap(chat_id, message_id, data, sender=sender)

    async def forge_tap(
        self,
        chat_id: int,
        message_id: int,
        data: str,
        *,
        sender: int | None = None,
        seconds: float = ANSWER_SECONDS,
    ) -> Answer | None:
        """The same with any data, on a message that may be gone (then it is inaccessible)."""
        chat = self._writable(chat_id)
        person = self.chats.sender(chat, sender)
        message = self.all_messages.get(chat_id, message_id)
        inaccessible = {"chat": chat.wire(), "message_id": message_id, "date": 0}
        query_id = self.queries.open()
        query = {
            "id": query_id,
            "from": person.wire(),
            "message": self.message_wire(message) if message else inaccessible,
            "chat_instance": str(chat_id),
            "data": data,
        }
        self.push_raw_update({"callback_query": query})
        return await self.queries.wait_for_answer(query_id, seconds)


def _pieces(text: str) -> list[str]:
    """Long texts leave a phone as several messages."""
    pieces = []
    while utf16_length(text) > MAX_TEXT:
        end = MAX_TEXT
        while utf16_length(text[:end]) > MAX_TEXT:
            end -= 1
        pieces.append(text[:end])
        text = text[end:]
    return [*pieces, text]


def _album_of(media: Media) -> str:
    """Only what has the same goes into one album; photos and videos go together."""
    return media.kind if media.kind in ("document", "animation") else "picture"
