"""The page: a phone and a profile in one browser window, with the APIs that both live on."""

from pathlib import Path

from tornado.routing import Rule
from tornado.web import Application, StaticFileHandler, url

from bot.sandbox.instagram import profile
from bot.sandbox.instagram.state import InstagramState
from bot.sandbox.local_handler import LocalHandler
from bot.sandbox.telegram import phone
from bot.sandbox.telegram.state import TelegramState

PAGE = Path(__file__).parent / "page"
SAMPLES = Path(__file__).parent / "samples"
POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' blob:",  # blob: previews of what is about to be sent
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


def application(telegram: TelegramState, instagram: InstagramState) -> Application:
    """Everything that a browser may ask for; all of it for this machine only."""
    rules: list[Rule] = [*phone.routes(telegram)]
    rules += [url(*rule) for rule in profile.routes(instagram)]
    page = {"path": str(PAGE), "default_filename": "index.html"}
    rules.append(url(r"/((?:[\w-]+\.(?:html|css|js|svg))?)", PageFileHandler, page))
    rules.append(url(r"/samples/([\w-]+\.jpg)", PageFileHandler, {"path": str(SAMPLES)}))
    return Application(
        rules, default_handler_class=NothingHandler, log_function=lambda handler: None
    )


class PageFileHandler(LocalHandler, StaticFileHandler):
    """The page's own files, asked for anew each time: an update must show at once."""

    may_be_linked_to = True

    def set_extra_headers(self, path: str) -> None:
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Cache-Control", "no-cache")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("X-Content-Type-Options", "nosniff")


class NothingHandler(LocalHandler):
    """Any other address."""

    def prepare(self) -> None:
        super().prepare()
        self.send_error(404)
