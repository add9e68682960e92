"""The parameters of one call, however they came: query, form, JSON or multipart."""

import json
from typing import Any, NamedTuple

from tornado.httputil import HTTPServerRequest

from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.errors import ApiError, bad_request


class Upload(NamedTuple):
    """A file of a multipart request; its name is data, never a path."""

    file_name: str
    mime_type: str
    body: bytes


class Parameters:
    """Typed access; everything missing or empty reads as its default."""

    def __init__(self, values: Wire, uploads: dict[str, Upload]) -> None:
        self._values = values
        self._uploads = uploads

    def has(self, name: str) -> bool:
        return self._values.get(name) not in (None, "")

    def text(self, name: str) -> str:
        value = self._values.get(name)
        if value is None:
            return ""
        text = value if isinstance(value, str) else json.dumps(value)
        try:
            text.encode()
        except UnicodeEncodeError:
            raise bad_request("strings must be encoded in UTF-8") from None
        return text

    def integer(self, name: str, default: int = 0) -> int:
        try:
            return int(self.text(name) or default)
        except ValueError:
            return default

    def boolean(self, name: str) -> bool:
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def json(self, name: str) -> Any:
        """The value decoded; None when absent. Raises ApiError (400) when it is not JSON."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        return load_json(value, name) if value else None

    def upload(self, name: str) -> Upload | None:
        return self._uploads.get(name)

    def nested(self, values: Wire) -> "Parameters":
        """The parameters of a part, such as one InputMedia, with the same uploads."""
        return Parameters(values, self._uploads)


def load_json(text: str | bytes, name: str) -> Any:
    """Raises ApiError (400) for anything but JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise bad_request(f"can't parse {name} JSON object") from None


def read_parameters(request: HTTPServerRequest, max_upload_bytes: int) -> Parameters:
    """Query and body together.

    Raises ApiError: 400 for bodies that are not what they say, 413 for files that are too large
    together, as those of an album.
    """
    values = {name: _decoded(parts[-1]) for name, parts in request.arguments.items()}
    content_type = request.headers.get("Content-Type", "")
    if content_type.startswith("application/json") and request.body:
        body = load_json(request.body, "request body")
        if not isinstance(body, dict):
            raise bad_request("can't parse request body JSON object")
        values |= body
    uploads = {
        name: Upload(files[-1].filename, files[-1].content_type, files[-1].body)
        for name, files in request.files.items()
    }
    if sum(len(upload.body) for upload in uploads.values()) > max_upload_bytes:
        raise ApiError(413, "Request Entity Too Large")
    return Parameters(values, uploads)


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
