"""The page that takes a password instead of the chat: behind a link of one use, no script."""

from base64 import b64encode
from hashlib import sha256

from markupsafe import Markup

from bot.texts import label

PATH = "account"
"""Behind the webhook's own path; the token follows."""

TOKEN = r"[A-Za-z0-9_-]{43}"  # noqa: S105 - how one looks

STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem}"
    "label{display:block;margin:1rem 0}"
    "input,button{font:inherit;width:100%;padding:.6rem;box-sizing:border-box}"
    "[role=alert]{color:#b00020}"
)

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
        f" style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
    ),
    "Content-Type": "text/html; charset=utf-8",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
"""Nothing of it is kept anywhere, framed, or sent to anybody but us."""

PAGE = Markup(
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title>'
    "<style>{style}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"
)
FORM = Markup(
    '{problem}<form method="post" autocomplete="off">'
    '<label>{password}<input type="password" name="password" required autofocus'
    ' autocomplete="off" maxlength="200"></label>'
    '<label>{seed}<input type="password" name="seed" autocomplete="off" maxlength="100"></label>'
    "<button>{send}</button></form>"
)


def address_of(token: str, webhook_url: str) -> str:
    """Where a form is found."""
    return f"{webhook_url.rstrip('/')}/{PATH}/{token}"


def form_page(language: str, account: str, problem: str) -> str:
    """What is to be filled in, and what was wrong with it the last time."""
    alert = Markup('<p role="alert">{}</p>').format(problem) if problem else ""
    body = FORM.format(
        problem=alert,
        password=label(language, "page_password"),
        seed=label(language, "page_seed"),
        send=label(language, "page_send"),
    )
    return _page(language, label(language, "page_title", account=account), body)


def message_page(language: str, key: str) -> str:
    """That it is done, or cannot be done any more."""
    said = Markup("<p>{}</p>").format(label(language, key))
    return _page(language, "Postbote", said)


def _page(language: str, title: str, body: Markup) -> str:
    return PAGE.format(language=language, title=title, style=Markup(STYLE), body=body)  # noqa: S704
