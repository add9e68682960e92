"""Requests to Telegram, of which only Telegram's own answers count."""

from typing import Any

from telegram.error import NetworkError
from telegram.request import HTTPXRequest

from bot.certificates import certificates


class TelegramRequest(HTTPXRequest):
    """Treats a proxy's answer in Telegram's place, and one that was cut, as trouble that passes.

    By its status it would count as Telegram's: 403 for a chat closed to us, 404 for a wrong token.
    The Bot API answers each POST with a JSON object (core.telegram.org/bots/api#making-requests,
    2026-11).
    """

    def __init__(self, connections: int = 1, **timeouts: Any) -> None:
        """Timeouts in seconds, as HTTPXRequest names them."""
        super().__init__(connections, httpx_kwargs={"verify": certificates()}, **timeouts)

    async def do_request(
        self, url: str, method: str, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """Raises NetworkError."""
        status, body = await super().do_request(url, method, *args, **kwargs)
        text = body.strip()
        if method == "POST" and not (text.startswith(b"{") and text.endswith(b"}")):
            raise NetworkError(f"something on the way to Telegram answers with status {status}")
        return status, body
