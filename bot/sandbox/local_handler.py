"""The guard of everything that the sandbox serves: this machine only, no other site's page.

A page that somebody has open in a browser can send requests to this machine, and, by a name of its
own that suddenly leads here (DNS rebinding), even read the answers.
"""

from collections.abc import Collection, Container
from urllib.parse import urlsplit

from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError, RequestHandler

LOCAL_NAMES = ("127.0.0.1", "localhost", "::1")

OWN_SITES = (None, "none", "same-origin")
"""Of Sec-Fetch-Site: programs, what a person types into the address bar, and the page itself.
Browsers send it with requests without an Origin, too (w3.org/TR/fetch-metadata)."""


class LocalHandler(RequestHandler):
    """Refuses other host names and requests that another site's page sends."""

    may_be_linked_to = False
    """Whether a link on another page may lead here: to the page itself, which has no effect."""

    def prepare(self) -> None:
        linked = self.may_be_linked_to and self.request.headers.get("Sec-Fetch-Mode") == "navigate"
        refuse_foreign(self.request, is_link=linked)


def refuse_foreign(
    request: HTTPServerRequest,
    *,
    hosts: Container[str | None] = LOCAL_NAMES,
    origins: Collection[str] = (),
    is_link: bool = False,
) -> None:
    """Raises HTTPError (403) for other hosts, and other origins than the request's own host."""
    origin = request.headers.get("Origin")
    try:
        name = urlsplit(f"//{request.host}").hostname
        site = origin and urlsplit(origin).netloc
    except ValueError:  # neither is an address
        raise HTTPError(403, reason="Only for this machine") from None
    if name not in hosts:
        raise HTTPError(403, reason="Only for this machine")
    if origin is not None and site not in (request.host, *origins):
        raise HTTPError(403, reason="Not from another site")
    if request.headers.get("Sec-Fetch-Site") not in OWN_SITES and not is_link:
        raise HTTPError(403, reason="Not from another site")
