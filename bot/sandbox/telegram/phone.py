"""The phone's HTTP API for the page: read chats, write, send media, tap buttons."""

import asyncio
from http.client import responses
from typing import Any

from tornado.escape import json_decode
from tornado.routing import Rule
from tornado.web import HTTPError, StaticFileHandler, url

from bot.sandbox.local_handler import LocalHandler
from bot.sandbox.telegram.errors import Refused
from bot.sandbox.telegram.media import from_phone
from bot.sandbox.telegram.phone_view import chat_view, chats_view
from bot.sandbox.telegram.queries import answer_wire
from bot.sandbox.telegram.state import MAX_ALBUM, TelegramState

WAIT_SECONDS = 25
INLINE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4")
"""Types that the browser may show; all others are saved, never opened in the page's origin."""


def routes(state: TelegramState) -> list[Rule]:
    """Everything under /phone, for the page's application."""
    chat = r"/phone/chats/(-?\d+)"
    handlers = {
        r"/phone/chats": ChatsHandler,
        r"/phone/language": LanguageHandler,
        chat: ChatHandler,
        f"{chat}/text": TextHandler,
        f"{chat}/media": MediaHandler,
        f"{chat}/edit": EditHandler,
        f"{chat}/delete": DeleteHandler,
        f"{chat}/forward": ForwardHandler,
        f"{chat}/other": OtherHandler,
        f"{chat}/tap": TapHandler,
        r"/phone/files/([\w-]+)": FileHandler,
    }
    return [url(pattern, handler, {"state": state}) for pattern, handler in handlers.items()]


class PhoneHandler(LocalHandler):
    """JSON in and out; what goes wrong is told in a sentence."""

    state: TelegramState

    def initialize(self, state: TelegramState) -> None:
        self.state = state

    def prepare(self) -> None:
        super().prepare()
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")

    def body(self) -> dict[str, Any]:
        try:
            body = json_decode(self.request.body)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise Refused("The request is not a JSON object.")
        return body

    def required(self, name: str, kind: type) -> Any:
        return self._checked(name, self.body().get(name), kind)

    def optional(self, name: str, kind: type) -> Any:
        value = self.body().get(name)
        return None if value is None else self._checked(name, value, kind)

    def _checked(self, name: str, value: object, kind: type) -> object:
        if not isinstance(value, kind) or isinstance(value, bool):
            raise Refused(f"The request needs {name}.")
        return value

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None))[1]
        if isinstance(error, Refused):
            status_code = 400
            self.set_status(400)
        reason = str(error) if isinstance(error, Refused) else responses[status_code]
        if isinstance(error, HTTPError) and error.reason:
            reason = error.reason
        self.finish({"error": reason})

    def log_exception(self, *error: Any) -> None:
        """A refusal is no fault of the program."""
        if not isinstance(error[1], Refused):
            super().log_exception(*error)


class ChatsHandler(PhoneHandler):
    def get(self) -> None:
        self.finish(chats_view(self.state))


class LanguageHandler(PhoneHandler):
    def post(self) -> None:
        """Of whoever sits at the page: the one named, else the first person."""
        people = list(self.state.chats.people)
        if not people:
            raise HTTPError(404, reason="There is nobody")
        person = self.optional("from", int) or people[0]
        if person not in people:
            raise Refused("There is no such person.")
        self.state.set_language(person, self.required("language", str))
        self.finish({})


class ChatHandler(PhoneHandler):
    _waiting: asyncio.Task[None] | None = None

    async def get(self, chat_id: str) -> None:
        """At once when ?version= is not the current one, else at a change or ?timeout= seconds."""
        chat = self.state.chats.chats.get(int(chat_id))
        if chat is None:
            raise HTTPError(404, reason="There is no such chat")
        try:
            version = int(self.get_argument("version", "0"))
            seconds = min(float(self.get_argument("timeout", str(WAIT_SECONDS))), WAIT_SECONDS)
        except ValueError:
            raise Refused("version and timeout are numbers.") from None
        self._waiting = asyncio.create_task(self.state.wait_for_change(version, seconds))
        try:
            await self._waiting
        except asyncio.CancelledError:
            return
        self.finish(chat_view(self.state, chat))

    def on_connection_close(self) -> None:
        """The page has gone: nobody waits any more."""
        if self._waiting:
            self._waiting.cancel()


class TextHandler(PhoneHandler):
    def post(self, chat_id: str) -> None:
        message_id = self.state.send_text(
            int(chat_id),
            self.required("text", str),
            sender=self.optional("from", int),
            reply_to=self.optional("reply_to", int),
            topic=self.optional("topic", int),
        )
        self.finish({"message_id": message_id})


class MediaHandler(PhoneHandler):
    async def post(self, chat_id: str) -> None:
        files = self.request.files.get("files", [])
        if not 1 <= len(files) <= MAX_ALBUM:
            raise Refused(f"Send 1 to {MAX_ALBUM} files at a time.")
        if not all(file.body for file in files):
            raise Refused("That file is empty.")
        as_file = self.get_body_argument("as", "media") == "file"
        sender = self.get_body_argument("from", "")
        reply_to = self.get_body_argument("reply_to", "")
        topic = self.get_body_argument("topic", "")
        prepared = [
            await asyncio.to_thread(from_phone, file.filename, file.body, as_file=as_file)
            for file in files
        ]
        message_ids = self.state.deliver_media(
            int(chat_id),
            prepared,
            caption=self.get_body_argument("caption", None),
            sender=int(sender) if sender.isdigit() else None,
            reply_to=int(reply_to) if reply_to.isdigit() else None,
            topic=int(topic) if topic.isdigit() else None,
        )
        self.finish({"message_ids": message_ids})


class EditHandler(PhoneHandler):
    def post(self, chat_id: str) -> None:
        self.state.edit_text(
            int(chat_id),
            self.required("message_id", int),
            self.required("text", str),
            sender=self.optional("from", int),
        )
        self.finish({})


class DeleteHandler(PhoneHandler):
    def post(self, chat_id: str) -> None:
        self.state.delete_message(
            int(chat_id), self.required("message_id", int), sender=self.optional("from", int)
        )
        self.finish({})


class ForwardHandler(PhoneHandler):
    def post(self, chat_id: str) -> None:
        ids = self.required("message_ids", list)
        if not ids or not all(isinstance(one, int) for one in ids):
            raise Refused("The request needs message_ids.")
        sender, topic = self.optional("from", int), self.optional("topic", int)
        sent = self.state.forward(int(chat_id), ids, sender=sender, topic=topic)
        self.finish({"message_ids": sent})


class OtherHandler(PhoneHandler):
    def post(self, chat_id: str) -> None:
        message_id = self.state.send_other(
            int(chat_id),
            self.required("kind", str),
            sender=self.optional("from", int),
            topic=self.optional("topic", int),
        )
        self.finish({"message_id": message_id})


class TapHandler(PhoneHandler):
    async def post(self, chat_id: str) -> None:
        answer = await self.state.tap(
            int(chat_id),
            self.required("message_id", int),
            self.required("data", str),
            sender=self.optional("from", int),
        )
        self.finish({"answer": answer_wire(answer)})


class FileHandler(PhoneHandler, StaticFileHandler):
    """By unique id, in ranges too: some browsers play no video without them."""

    def initialize(self, state: TelegramState) -> None:  # type: ignore[override]
        PhoneHandler.initialize(self, state)
        StaticFileHandler.initialize(self, str(state.files.folder.resolve()))

    async def get(self, unique_id: str, include_body: bool = True) -> None:
        stored = self.state.files.by_unique_id(unique_id)
        if stored is None:
            raise HTTPError(404, reason="There is no such file")
        self.stored = stored
        await StaticFileHandler.get(self, stored.path, include_body)

    def get_content_type(self) -> str:
        is_safe = self.stored.mime_type in INLINE_TYPES
        return self.stored.mime_type if is_safe else "application/octet-stream"

    def set_extra_headers(self, path: str) -> None:
        """An id always names the same bytes, so that a page may keep them."""
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        if self.stored.mime_type not in INLINE_TYPES:
            self.set_header("Content-Disposition", "attachment")
