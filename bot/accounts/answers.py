"""What people type about an account: understood, or refused with a sentence that says why."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence

from bot.keyboards import is_number
from publisher.addresses import check_proxy

MAX_NAME_CHARACTERS = 60
"""Of an account that is published by hand: its name is ours alone."""

INSTAGRAM_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.]{0,28}[a-z0-9_])?", re.IGNORECASE | re.ASCII)
"""Letters, digits, underscores, and dots within, 30 at the most (help.instagram.com, 2026-11)."""

SESSION = re.compile(r"(?:sessionid\s*[=:]\s*)?[\"']?(\d{3,20}(?:%3A|:)[^\s;\"']{10,400})[\"';]*")
"""A browser's cookie, with or without its name: the account's number, then what is secret."""

MIN_SEED_CHARACTERS = 8
MAX_CAP = 100
"""Posts within 24 hours, twice what Instagram's own API takes: more is a slip of the finger."""
MAX_GAP_SECONDS = 24 * 60 * 60
GAP = re.compile(r"(\d{1,5}(?:[.,]\d{1,2})?)\s*(\w*)\.?")
SECONDS = {"m": 60, "h": 3600, "s": 3600}
"""By the first letter of minutes, hours and Stunden; a number alone is minutes."""


class UnfitError(ValueError):
    """It cannot be that; carries the text that says why, its values, and zones that were meant."""

    def __init__(
        self,
        key: str,
        values: Mapping[str, object] | None = None,
        zones: Sequence[str] = (),
    ) -> None:
        super().__init__(key)
        self.key, self.values, self.zones = key, values or {}, zones


def name_by_hand(said: str) -> str:
    """Raises UnfitError."""
    name = " ".join(said.split()).removeprefix("@")
    if not name or len(name) > MAX_NAME_CHARACTERS or not name.isprintable():
        raise UnfitError("account_name_unfit", {"limit": MAX_NAME_CHARACTERS})
    return name


def name_on_instagram(said: str) -> str:
    """Also out of the profile's address. Raises UnfitError."""
    name = said.strip().rstrip("/").rpartition("/")[2].removeprefix("@")
    if not INSTAGRAM_NAME.fullmatch(name):
        raise UnfitError("account_name_not_on_instagram")
    return name.lower()


def password(said: str) -> str:
    """Raises UnfitError."""
    if not said.strip():
        raise UnfitError("account_password_empty")
    return said


def seed(said: str) -> str:
    """Raises UnfitError."""
    letters = re.sub(r"[\s-]", "", said).upper()
    try:
        base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError):
        raise UnfitError("account_seed_unfit") from None
    if len(letters) < MIN_SEED_CHARACTERS:
        raise UnfitError("account_seed_unfit")
    return letters


def session(said: str) -> str:
    """Raises UnfitError."""
    found = SESSION.fullmatch(said.strip())
    if found is None:
        raise UnfitError("account_session_unfit")
    return found[1]


def cap(said: str) -> int:
    """Posts within 24 hours. Raises UnfitError."""
    number = said.strip()
    if not (is_number(number) and 1 <= int(number) <= MAX_CAP):
        raise UnfitError("account_cap_unfit", {"limit": MAX_CAP})
    return int(number)


def gap(said: str) -> int:
    """Seconds. Raises UnfitError."""
    found = GAP.fullmatch(said.strip().lower())
    factor = SECONDS.get(found[2][:1] or "m") if found else None
    if found is None or factor is None:
        raise UnfitError("account_gap_unfit")
    seconds = round(float(found[1].replace(",", ".")) * factor)
    if seconds > MAX_GAP_SECONDS:
        raise UnfitError("account_gap_unfit")
    return seconds


def proxy(said: str) -> str:
    """Raises UnfitError."""
    try:
        check_proxy(said.strip())
    except ValueError:
        raise UnfitError("account_proxy_unfit") from None
    return said.strip()
