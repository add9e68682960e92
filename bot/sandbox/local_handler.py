"""The guard of everything that the page may call: this machine only, this page only."""

from urllib.parse import urlsplit

from tornado.web import HTTPError, RequestHandler

LOCAL_NAMES = ("127.0.0.1", "localhost", "::1")


class LocalHandler(RequestHandler):
    """Refuses other host names (DNS rebinding) and requests that another site's page sends."""

    def prepare(self) -> None:
        if urlsplit(f"//{self.request.host}").hostname not in LOCAL_NAMES:
            raise HTTPError(403, reason="Only for this machine")
        origin = self.request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != self.request.host:
            raise HTTPError(403, reason="Not from another site")
