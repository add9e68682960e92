"""Addresses that people put into settings: how far they reach, and whether they can be meant."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from storage.sentences import Sentence

PRIVATE_ENDINGS = (".local", ".internal", ".lan", ".home.arpa", ".localdomain")
PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


def is_this_machine(host: str) -> bool:
    """Whether nothing that is sent there leaves this machine."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def is_near(host: str) -> bool:
    """This machine, or, by its looks, one of the same private network or a container's name."""
    name = host.strip("[]").rstrip(".").lower()
    try:
        return ip_address(name).is_private
    except ValueError:
        return "." not in name or name.endswith((*PRIVATE_ENDINGS, ".localhost"))


def check_server(scheme: str, host: str, credentials: str | None) -> None:
    """A server that is sent our secrets. Raises ValueError when nobody could mean the address."""
    if credentials:
        raise ValueError(
            Sentence("a name and a password in an address end up in logs: leave them out")
        )
    if scheme == "http" and not is_near(host):
        raise ValueError(
            Sentence("http would send the secrets unencrypted across the internet: use https")
        )


def check_proxy(url: str) -> None:
    """Raises ValueError, with a reason that does not repeat it, unless it is a proxy's address.

    A wrong one is ignored by some client libraries, which then connect from this machine's own
    address.
    """
    scheme, separator, _ = url.partition("://")
    if not separator or scheme.lower() not in PROXY_SCHEMES:
        raise ValueError(
            Sentence(
                "it has to begin with one of {schemes} and ://",
                schemes=", ".join(PROXY_SCHEMES),
            )
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(Sentence("its port is no number from 1 to 65535")) from None
    if not parts.hostname or any(sign.isspace() for sign in url):
        raise ValueError(Sentence("the proxy's name is missing or has a space in it"))
    if not port:
        raise ValueError(Sentence("the port is missing: each kind of proxy has another one"))
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(
            Sentence("nothing belongs behind the port; write / ? # in a password as %2F %3F %23")
        )
