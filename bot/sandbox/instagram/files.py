"""Stored media over HTTP, in ranges too, for the client and for the page."""

import functools
import io

from PIL import Image
from tornado.web import RequestHandler, StaticFileHandler

FILE_NAME = r"[0-9a-f]{32}\.(?:jpg|mp4)"
"""The only shape a stored file's name has: nothing else can be asked for."""


class FileHandler(StaticFileHandler):
    """A photo, a cover or a video by the name that we gave it."""

    def set_extra_headers(self, path: str) -> None:
        """Names are never used twice, so what came once may be kept."""
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")


class AvatarHandler(RequestHandler):
    """The account's picture: a plain square, nobody has a face here."""

    async def get(self) -> None:
        """The same for everybody."""
        self.set_header("Content-Type", "image/png")
        await self.finish(_square())


@functools.cache
def _square() -> bytes:
    png = io.BytesIO()
    Image.new("RGB", (150, 150), (199, 199, 204)).save(png, "PNG")
    return png.getvalue()
