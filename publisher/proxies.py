"""Proxies of accounts are tried before they count: whatever is wrong with one is not found out at a
post's minute."""

import logging
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import SplitResult, unquote, urlsplit

import certifi
import socks

from publisher.addresses import check_proxy
from publisher.failures import Reason
from publisher.setting_errors import SettingsError, wrong
from publisher.settings import PublisherSettings
from storage.accounts import Accounts
from storage.encryption import UnreadableSecretError
from storage.models import Account
from storage.sentences import Sentence, sentence_of

log = logging.getLogger(__name__)

AT_A_TIME = 16
SECONDS = 5.0
"""For connecting, and for each answer, as for every other connection of a publisher."""
LONGEST_LINE = 1000
"""Bytes of an answer's first line."""
INSTAGRAM = ("i.instagram.com", 443)


class Verdict(StrEnum):
    """What is wrong with a proxy."""

    UNREACHABLE = "unreachable"
    REFUSES = "refuses"
    """It does not know the name or the password."""
    BLOCKS = "blocks"
    """It answers, and does not lead to where it should."""


class ProxyError(ValueError):
    """Names no more of it than host and port."""

    def __init__(self, verdict: Verdict, reason: str) -> None:
        super().__init__(reason)
        self.verdict = verdict


def try_proxy(url: str, target: tuple[str, int] | None = None, seconds: float = SECONDS) -> None:
    """Connect to it once; with a target, a host and its port, ask it for a way there. Blocks.

    Raises ProxyError, and ValueError of what is no proxy's address.
    """
    check_proxy(url)
    parts = urlsplit(url)
    where = f"{parts.hostname}:{parts.port}"
    try:
        if target is None or not parts.scheme.lower().startswith("socks"):
            with socket.create_connection((str(parts.hostname), parts.port), seconds) as connection:
                if target is not None:
                    _ask_http(connection, parts, target)
        else:
            _ask_socks(parts, target, seconds)
    except (socket.gaierror, UnicodeError):  # the latter of what is no name at all
        reason = Sentence("there is no machine called {host}", host=parts.hostname)
        raise ProxyError(Verdict.UNREACHABLE, reason) from None
    except TimeoutError:
        reason = Sentence(
            "{where} does not answer within {seconds} seconds", where=where, seconds=round(seconds)
        )
        raise ProxyError(Verdict.UNREACHABLE, reason) from None
    except socks.ProxyError as error:
        raise _of_socks(error, where) from None
    except OSError as error:
        why = error.strerror or str(error)
        reason = Sentence("{where} takes no connection: {why}", where=where, why=why)
        raise ProxyError(Verdict.UNREACHABLE, reason) from None


def _of_socks(error: socks.ProxyError, where: str) -> ProxyError:
    """PySocks wraps what went wrong, its own errors as well, once it is connected."""
    cause = error.socket_err
    if isinstance(cause, socks.SOCKS5AuthError):
        return ProxyError(
            Verdict.REFUSES, Sentence("{where} rejects the name or password", where=where)
        )
    if isinstance(error, socks.ProxyConnectionError) or isinstance(cause, TimeoutError):
        return ProxyError(
            Verdict.UNREACHABLE,
            Sentence("{where} takes no connection, or does not answer", where=where),
        )
    return ProxyError(Verdict.BLOCKS, Sentence("{where} does not lead there", where=where))


def _ask_socks(parts: SplitResult, target: tuple[str, int], seconds: float) -> None:
    """Raises socks.ProxyError, UnicodeError."""
    with socks.socksocket() as connection:
        connection.set_proxy(
            socks.SOCKS5,
            parts.hostname,
            parts.port,
            rdns=parts.scheme.lower() == "socks5h",
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password or "") if parts.username else None,
        )
        connection.settimeout(seconds)
        connection.connect(target)


def _ask_http(connection: socket.socket, parts: SplitResult, target: tuple[str, int]) -> None:
    """Raises ProxyError, OSError."""
    request = _request(target, parts.username, parts.password)
    if parts.scheme.lower() == "https":
        context = ssl.create_default_context(cafile=certifi.where())
        with context.wrap_socket(connection, server_hostname=parts.hostname) as secured:
            status = _status(secured, request)
    else:
        status = _status(connection, request)
    where = f"{parts.hostname}:{parts.port}"
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        raise ProxyError(
            Verdict.REFUSES, Sentence("{where} rejects the name or password", where=where)
        )
    if not 200 <= status < 300:
        raise ProxyError(Verdict.BLOCKS, Sentence("{where} does not lead there", where=where))


def _status(connection: socket.socket, request: bytes) -> int:
    """0 for what is no answer in HTTP. Raises OSError."""
    connection.sendall(request)
    with connection.makefile("rb") as answer:
        words = answer.readline(LONGEST_LINE).split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def _request(target: tuple[str, int], name: str | None, password: str | None) -> bytes:
    address = f"{target[0]}:{target[1]}"
    lines = [f"CONNECT {address} HTTP/1.1", f"Host: {address}"]
    if name:
        told = f"{unquote(name)}:{unquote(password or '')}"
        lines.append(f"Proxy-Authorization: Basic {b64encode(told.encode()).decode()}")
    return "\r\n".join([*lines, "", ""]).encode()


def check_proxy_of_settings(settings: PublisherSettings) -> None:
    """Raises SettingsError unless something listens there. Blocks for five seconds at the most."""
    if settings.instagram_proxy is None:
        return
    try:
        try_proxy(settings.instagram_proxy.get_secret_value())
    except ValueError as error:
        advice = type(settings).model_fields["instagram_proxy"].description
        raise SettingsError(wrong("INSTAGRAM_PROXY", sentence_of(error), advice)) from None


def pause_without_proxy(accounts: Accounts) -> None:
    """Accounts whose proxy cannot be reached pause until a person has seen to it. Blocks."""
    active = [account for account in accounts.active() if account.credentials is not None]
    with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="proxy") as pool:
        found: Iterable[str | None] = pool.map(lambda one: _trouble(one, accounts), active)
        for account, trouble in zip(active, found, strict=True):
            if trouble is not None:
                log.error("the proxy of %s is wrong: %s", account.name, trouble)
                accounts.pause(account.id, reason=Reason.PROXY_UNREACHABLE, span=None)


def _trouble(account: Account, accounts: Accounts) -> str | None:
    try:
        proxy = accounts.credentials(account.id).get("proxy")
        if proxy:
            try_proxy(proxy)
    except UnreadableSecretError:  # which is told where it is connected
        return None
    except ValueError as error:
        return str(error)
    return None
