"""What one setting may be, and what is allowed though seldom wise."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path

from dotenv.parser import parse_stream
from pydantic import AnyHttpUrl, SecretStr

from publisher.addresses import check_server, is_near, is_this_machine
from storage.connection import is_meant_to_be_open, open_hosts
from storage.sentences import Sentence

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[\w.-]+)*/?", re.ASCII)
"""Its name (docs.aws.amazon.com/AmazonS3, "Bucket naming rules", 2026-11), and a folder's."""

OTHERS = ("TELEGRAM_API_ID", "TELEGRAM_API_HASH")
"""Names in the same files that resemble ours but are right."""
NEARLY = 0.85
"""How alike two names are (difflib): TIMZONE counts as TIMEZONE, MEDIA_DIR not as MEDIA_URL."""


def at_least(length: int, value: SecretStr) -> SecretStr:
    """Raises ValueError for a secret that everybody would guess."""
    if len(value.get_secret_value().strip()) < length:
        raise ValueError(Sentence("it has fewer than {length} characters", length=length))
    return value


def checked_server(value: AnyHttpUrl) -> AnyHttpUrl:
    """Raises ValueError for a server that secrets must not be sent to."""
    check_server(value.scheme, value.host or "", value.username or value.password)
    return value


def checked_media_url(value: str) -> str:
    """A folder's path, or s3://bucket/folder. Raises ValueError."""
    scheme, separator, rest = value.partition("://")
    if not separator:
        return value
    if scheme == "file":
        return rest
    if scheme != "s3":
        raise ValueError(Sentence("it is a folder, or begins with s3://"))
    if not BUCKET.fullmatch(rest):
        raise ValueError(
            Sentence("it is s3:// with a bucket, and a folder in it if you like, alone")
        )
    return value


def unreadable(file: Path, encoding: str) -> Iterator[str]:
    """A sentence for each line of the file that cannot be read and is skipped."""
    if not file.is_file():
        return
    with file.open(encoding=encoding) as opened:
        for binding in parse_stream(opened):
            if binding.error:
                yield Sentence(
                    "Line {line} of {file} is not understood: write NAME=value, and end each"
                    " quotation.",
                    line=binding.original.line,
                    file=file,
                )


def misspelt(named: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    """A warning for each name that nearly matches a setting, and so has no effect."""
    settings = [name.upper() for name in known]
    for name in named:
        near = get_close_matches(name.upper(), settings, n=1, cutoff=NEARLY)
        if near and name.upper() not in (*settings, *OTHERS):
            yield Sentence(
                "There is no setting {name}: did you mean {near}?", name=name, near=near[0]
            )


def short(name: str, value: SecretStr | None, length: int) -> Iterator[str]:
    """A warning, if it is one that a program guesses in no time."""
    if value is not None and len(value.get_secret_value()) < length:
        yield Sentence(
            "{name} has fewer than {length} characters: choose a longer one.",
            name=name,
            length=length,
        )


def over_http(name: str, url: AnyHttpUrl | None) -> Iterator[str]:
    """A warning, if secrets leave this machine unencrypted."""
    if url is not None and url.scheme == "http" and not is_this_machine(url.host or ""):
        yield (
            Sentence(
                "{name} leads to another machine ({host}) over http, and secrets travel"
                " unencrypted: use https, unless that network is yours alone.",
                name=name,
                host=url.host,
            )
        )


def without_tls(url: str) -> Iterator[str]:
    """A warning, if what the database is sent and tells leaves this machine unencrypted.

    None, if it stays near, and the URL says that this is meant.
    """
    hosts = [host for host in open_hosts(url) if not is_this_machine(host)]
    are_near = all(map(is_near, hosts))
    if hosts and not (are_near and is_meant_to_be_open(url)):
        near = Sentence(", or disable if that network is yours alone") if are_near else ""
        yield (
            Sentence(
                "DATABASE_URL leads to another machine ({hosts}), and passwords and"
                " captions may travel unencrypted: add ?sslmode=verify-full, or"
                " require{near}.",
                hosts=", ".join(hosts),
                near=near,
            )
        )
