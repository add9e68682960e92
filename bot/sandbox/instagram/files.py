"""Stored media over HTTP, for the client and for the page."""

import asyncio
import functools
import io

import tornado.web
from PIL import Image

from bot.sandbox.instagram.state import InstagramState

CONTENT_TYPES = {".jpg": "image/jpeg", ".mp4": "video/mp4"}


class FileHandler(tornado.web.RequestHandler):
    """One file by the name that we gave it."""

    def initialize(self, state: InstagramState) -> None:
        """Tornado hands the rule's arguments over."""
        self.state = state

    async def get(self, name: str) -> None:
        """The bytes of a photo, a cover or a video."""
        self.set_header("X-Content-Type-Options", "nosniff")
        if name == "avatar.png":
            self.set_header("Content-Type", "image/png")
            await self.finish(_avatar())
            return
        path = self.state.file_path(name)
        if not path:
            raise tornado.web.HTTPError(404)
        self.set_header("Content-Type", CONTENT_TYPES[path.suffix])
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        await self.finish(await asyncio.to_thread(path.read_bytes))


@functools.cache
def _avatar() -> bytes:
    """A plain square: nobody has a picture here."""
    png = io.BytesIO()
    Image.new("RGB", (150, 150), (199, 199, 204)).save(png, "PNG")
    return png.getvalue()
