"""Requests to Telegram, of which only Telegram's own answers count."""

import asyncio
import json
from typing import Any

import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import HTTPXRequest

from bot.certificates import certificates

LONGEST_SECONDS = 300.0
"""Beyond the wait for an answer's next byte, which may come one by one."""


class TelegramRequest(HTTPXRequest):
    """Treats a proxy's answer in Telegram's place, and one that was cut, as trouble that passes.

    By its status it would count as Telegram's: 403 for a chat closed to us, 404 for a wrong token.
    The Bot API answers each POST with a JSON object in which `ok` stands, and the `result` if so
    (core.telegram.org/bots/api#making-requests, 2026-11).
    """

    def __init__(self, connections: int = 1, **timeouts: Any) -> None:
        """Timeouts in seconds, as HTTPXRequest names them."""
        super().__init__(connections, httpx_kwargs={"verify": certificates()}, **timeouts)

    async def do_request(
        self, url: str, method: str, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """Raises NetworkError."""
        usual, wanted = self.read_timeout or 0.0, kwargs.get("read_timeout")
        limit = LONGEST_SECONDS + (wanted if isinstance(wanted, (int, float)) else usual)
        try:
            async with asyncio.timeout(limit):
                status, body = await super().do_request(url, method, *args, **kwargs)
        except TimeoutError:
            raise TimedOut from httpx.ReadTimeout("the answer does not end")
        if method == "POST" and not httpx.codes.is_success(status) and _parsed(body) is None:
            raise NetworkError(f"something on the way to Telegram answers with status {status}")
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Raises NetworkError: what was asked for may have been done."""
        if (said := _parsed(payload)) is None:
            cut = httpx.RemoteProtocolError("no answer of Telegram's")
            raise NetworkError("something on the way to Telegram answers") from cut
        return said


def _parsed(payload: bytes) -> dict[str, Any] | None:
    """None if it is no answer of Telegram's."""
    try:
        said = json.loads(payload.decode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    is_its_own = isinstance(said, dict) and (said.get("ok") is False or "result" in said)
    return said if is_its_own else None
