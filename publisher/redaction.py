"""Striking secrets out of text: those we know, in every form, and whatever looks like one."""

import html
import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote, urlsplit

MASK = "***"

MIN_SECRET_CHARACTERS = 4
"""Characters; less would strike out syllables of ordinary words."""
MIN_PART_CHARACTERS = 8
"""The same for a part that nobody has chosen as a secret, such as the end of a token."""

NAMES = (
    r"(?:[\w-]{0,40}[_-])?(?:session_?id|(?:csrf|access|auth)_?token|token|secret|password|passwd|pwd"
    r"|totp_seed|verification_code|two_factor_identifier|api_?key|api_?hash|secret_?key)"
)
SIGN = r"(?:=|:(?!\s+[a-z]+,? [a-z]))"
"""Not the colon of a sentence that goes on: "check the password: it may have changed"."""
VALUE = r"(?:\\+\"[^\"\\]*\\+\"|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s\"',;&)}\]\\]+)"

AFTER_DETAIL = (
    r"(?:\s*(?:HINT|DETAIL|CONTEXT|LINE \d+):|\[SQL|\(Background on"
    r"|Traceback \(|The above exception|During handling)"
)
"""How a line begins that is none of the quoted row's any more."""

LOOKS: tuple[tuple[re.Pattern[str], str], ...] = (
    # a header, whatever its scheme
    (
        re.compile(
            r"((?:proxy-)?authorization[\\\"']*\s*[:=]\s*[\\\"']*)(?:(\w+)\s+)?[^\s\"',;}\\]+", re.I
        ),
        rf"\1{MASK}",
    ),
    # what S3 is sent: the key's name, and what is made with it
    (
        re.compile(r"\b((?:X-Amz-)?(?:Credential|Signature|Security-Token)=)[^\s,&\"']+", re.I),
        rf"\1{MASK}",
    ),
    # a scheme with a token, but not "bearer of bad news"
    (re.compile(r"\b(bearer|basic)\s+(?=\S*[\d:_=+/])[\w.:~+/=-]{6,}", re.I), rf"\1 {MASK}"),
    # name=value, in forms, cookies, JSON and Python's own writing; not "the password you entered"
    (re.compile(rf"\b({NAMES})([\\\"']*\s*{SIGN}\s*){VALUE}", re.I), rf"\1\2{MASK}"),
    # Instagram's tokens and session ids: 123%3Aabc...%3A12
    (re.compile(r"\bIGT:\d:[\w=+/-]+"), MASK),
    (re.compile(r"\b\d+(?:%3A|:)\w{10,}(?:%3A|:)\d+(?:(?:%3A|:)[\w-]+)?", re.I), MASK),
    # Telegram's: 123456:35 characters
    (re.compile(r"\b\d{6,12}(?:%3A|:)[\w-]{30,}", re.I), MASK),
    # name and password in an address
    (re.compile(r"(\w://)[^\s/@\"']+@"), rf"\1{MASK}@"),
    # what Postgres quotes of a row or a statement: captions, and whose they are
    (re.compile(rf"^(\s*(?:DETAIL|CONTEXT):).*(?:\n(?!{AFTER_DETAIL}).*)*", re.M), r"\1 …"),
    (
        re.compile(rf"(\binvalid input \w+ for [^:\n]+: )\"(?:.|\n)*?\"(?=\n{AFTER_DETAIL}|\n?\Z)"),
        rf'\1"{MASK}"',
    ),
    (re.compile(r"^(\s*LINE \d+:).*", re.M), r"\1 …"),
)
"""(what gives it away, what is left of it)"""


class Redactor:
    """Call it with a text: what it returns may be written down."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets for part in _parts(secret) for form in _forms(part)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first)) or "(?!)", re.I)

    def __call__(self, text: str) -> str:
        text = self._known.sub(MASK, text)
        for pattern, rest in LOOKS:
            text = pattern.sub(rest, text)
        return text


class Redacting:
    """What writes lines, and learns secrets while it does."""

    _secrets: frozenset[str] = frozenset()
    redacted = Redactor()

    def keep_out(self, secrets: Iterable[str]) -> None:
        """Strike these out as well from now on."""
        if fresh := {*secrets} - self._secrets:
            self._secrets |= fresh
            self.redacted = Redactor(self._secrets)


def _parts(secret: str) -> Iterator[str]:
    """The secret, and what it is made of: an address's password, a token without its number."""
    if len(secret.strip()) >= MIN_SECRET_CHARACTERS:
        yield secret.strip()
    for together in ("".join(secret.split()), re.sub(r"[\s-]", "", secret)):
        if len(together) >= MIN_SECRET_CHARACTERS:
            yield together  # a seed, typed in groups of four
    if "://" in secret:
        yield from _credentials(secret)
    elif len(token := secret.strip().partition(":")[2]) >= MIN_PART_CHARACTERS:
        yield token


def _credentials(url: str) -> Iterator[str]:
    """As they stand in it, decoded, and as a proxy is sent them."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    name, password = parts.username or "", parts.password or ""
    for secret in (password, unquote(password)):
        if len(secret) >= MIN_SECRET_CHARACTERS:
            yield secret
            yield b64encode(f"{unquote(name)}:{secret}".encode()).decode()


def _forms(secret: str) -> Iterator[str]:
    """How it may be written: in an address, a form, JSON, HTML, and by repr(), in bytes as well."""
    yield secret
    yield quote(secret, safe="")
    yield quote(secret)
    yield quote_plus(secret)
    yield quote(quote(secret, safe=""), safe="")
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield html.escape(secret)
    yield repr(secret)[1:-1]
    yield ascii(secret)[1:-1]
    yield repr(secret.encode())[2:-1]
