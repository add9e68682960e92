"""getUpdates and the webhook's settings (nothing is delivered to a webhook here)."""

import re
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.sandbox.telegram.entities import Wire
from bot.sandbox.telegram.errors import bad_request
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.state import TelegramState

HTTPS = 443
WEBHOOK_PORTS = (443, 80, 88, 8443)
"""https://core.telegram.org/bots/api#setwebhook"""
MAX_LIMIT = 100
MAX_TIMEOUT_SECONDS = 50
SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]{0,256}")


async def get_updates(state: TelegramState, parameters: Parameters) -> list[Wire]:
    _remember_allowed(state, parameters)
    limit = parameters.integer("limit", MAX_LIMIT)
    timeout = parameters.integer("timeout")
    state.updates.begin_poll(parameters.integer("offset"))
    state.save_soon()
    return await state.updates.take(
        limit=min(max(limit, 1), MAX_LIMIT),
        seconds=min(max(timeout, 0), MAX_TIMEOUT_SECONDS),
    )


def _remember_allowed(state: TelegramState, parameters: Parameters) -> None:
    """Left out, the previous setting stays; an empty list is the default again."""
    allowed = parameters.json("allowed_updates")
    if isinstance(allowed, list):
        state.updates.allowed = [str(kind) for kind in allowed]


async def set_webhook(state: TelegramState, parameters: Parameters) -> bool:
    url, secret = parameters.text("url"), parameters.text("secret_token")
    if url and not state.local_mode:
        _check_webhook(url)
    if not SECRET_TOKEN.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    _change_webhook(state, {"url": url, "secret_token": secret} if url else {"url": ""})
    _remember_allowed(state, parameters)
    return _drop_if_asked(state, parameters)


async def delete_webhook(state: TelegramState, parameters: Parameters) -> bool:
    _change_webhook(state, {"url": ""})
    return _drop_if_asked(state, parameters)


def _check_webhook(url: str) -> None:
    """Raise ApiError (400) where Telegram would not deliver. Names are not resolved here.

    A Bot API server of one's own in local mode takes any address, as documented.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise bad_request("bad webhook: Can't parse URL") from None
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not host:
        raise bad_request("bad webhook: URL host is empty")
    if (HTTPS if port is None else port) not in WEBHOOK_PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    address = "127.0.0.1" if host == "localhost" else host
    with suppress(ValueError):
        if not ip_address(address).is_global:
            raise bad_request(f"bad webhook: IP address {address} is reserved")


def _change_webhook(state: TelegramState, webhook: Wire) -> None:
    """What is so already changes nothing. Raises ApiError (429) for a change too soon after one."""
    if webhook != state.updates.webhook:
        state.flood.change_webhook()
        state.updates.webhook = webhook


def _drop_if_asked(state: TelegramState, parameters: Parameters) -> bool:
    if parameters.boolean("drop_pending_updates"):
        state.updates.pending.clear()
    state.changed()
    return True


async def get_webhook_info(state: TelegramState, parameters: Parameters) -> Wire:
    info: Wire = {
        "url": state.updates.webhook["url"],
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates.pending),
    }
    if state.updates.allowed:
        info["allowed_updates"] = state.updates.allowed
    return info
