"""One request as the endpoints see it, and one reply as they give it."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tornado.httputil import HTTPHeaders

Json = dict[str, Any]


@dataclass
class Reply:
    """A reply of the service: a JSON object, or text for the few that are none."""

    body: Json | str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """The body as it goes over the wire."""
        return self.body if isinstance(self.body, str) else json.dumps(self.body)


class RefusedError(Exception):
    """An endpoint says no; carries the reply that says so."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text())
        self.reply = reply


@dataclass(frozen=True)
class Call:
    """One request to the private API, with the parts that its route found in the path."""

    method: str
    path: str
    query: dict[str, str]
    headers: HTTPHeaders
    body: bytes
    parts: dict[str, str]
    session: str | None
    media_root: str
    """Where media files are served, without a slash at the end."""

    def form(self) -> dict[str, str]:
        """The fields of a form body."""
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))

    def signed(self) -> Json:
        """The JSON in `signed_body=SIGNATURE.<json>`; raises RefusedError when there is none."""
        return json_object(self.form().get("signed_body", "").removeprefix("SIGNATURE."))

    def bloks(self, group: str) -> Json:
        """One group of a Bloks request's parameters: client_input_params or server_params."""
        found = json_object(self.form().get("params", "")).get(group)
        return found if isinstance(found, dict) else {}


def json_object(text: str) -> Json:
    """A JSON object from a request; raises RefusedError when it is none."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise RefusedError(fail("Invalid request."))
    return found


def fail(message: str, status: int = 400, **more: object) -> Reply:
    """The shape of nearly every refusal of the private API."""
    return Reply({"message": message, **more, "status": "fail"}, status)


def ok(**fields: object) -> Reply:
    """The shape of every success."""
    return Reply({**fields, "status": "ok"})
