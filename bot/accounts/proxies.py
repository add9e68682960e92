"""Whether a proxy can be reached, and lets us through: tried once, before it is kept."""

import asyncio
from base64 import b64encode
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from bot.certificates import certificates

SECONDS = 8.0
"""For all of it; one that is slower would make every post late."""
INSTAGRAM = "i.instagram.com:443"
PROXY_AUTHENTICATION_REQUIRED = 407


class Verdict(StrEnum):
    FINE = "fine"
    UNREACHABLE = "unreachable"
    REFUSES = "refuses"
    """It does not know the name or the password."""
    BLOCKS = "blocks"
    """It answers, and does not lead to Instagram."""


async def tried(proxy: str, target: str = INSTAGRAM) -> Verdict:
    """Ask it for a way to the target. Of one that speaks SOCKS, only whether it listens."""
    try:
        async with asyncio.timeout(SECONDS):
            return await _asked(proxy, target)
    except (OSError, UnicodeError):  # UnicodeError: no name that could be looked up
        return Verdict.UNREACHABLE


async def _asked(proxy: str, target: str) -> Verdict:
    parts = urlsplit(proxy)
    scheme = parts.scheme.lower()
    tls = certificates() if scheme == "https" else None
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=tls)
    try:
        if scheme.startswith("socks"):
            return Verdict.FINE
        writer.write(_request(target, parts.username, parts.password))
        await writer.drain()
        line = await reader.readline()
    except ValueError:  # a line without an end: no proxy
        return Verdict.BLOCKS
    finally:
        writer.close()
    words = line.split()
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    if status == PROXY_AUTHENTICATION_REQUIRED:
        return Verdict.REFUSES
    return Verdict.FINE if 200 <= status < 300 else Verdict.BLOCKS


def _request(target: str, name: str | None, password: str | None) -> bytes:
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}"]
    if name:
        told = f"{unquote(name)}:{unquote(password or '')}"
        lines.append(f"Proxy-Authorization: Basic {b64encode(told.encode()).decode()}")
    return "\r\n".join([*lines, "", ""]).encode()
