"""All settings of the bot: read once from the environment and .env, and refused loudly."""

import os
import re
from collections.abc import Iterator
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import AnyHttpUrl, Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from bot.texts import LANGUAGES
from publisher.addresses import is_this_machine
from publisher.setting_checks import at_least, checked_server, misspelt, over_http, short
from publisher.settings import ENCODING, ENV_FILE, PublisherSettings, SettingsError, load
from storage.sentences import Sentence

__all__ = ["Settings", "SettingsError", "load_settings"]

TELEGRAM_API = "https://api.telegram.org"

WEBHOOK_PORTS = (443, 80, 88, 8443)
"""All that Telegram connects to (core.telegram.org/bots/webhooks, read in 2026-11)."""

NOBODY = {
    777000: Sentence("Telegram itself"),
    136817688: Sentence("everybody who writes as a channel"),
    1087968824: Sentence("every group's anonymous admins"),
    11111111: Sentence("the example's"),
    22222222: Sentence("the example's"),
}
"""Numbers that a user can have and that stand for no person who could be meant."""


class Settings(PublisherSettings):
    """One field per environment variable; its description says what to do when it is wrong."""

    telegram_bot_token: SecretStr = Field(
        description="Ask @BotFather for /newbot and put the token here."
    )
    allowed_user_ids: Annotated[frozenset[int], NoDecode] = Field(
        description="Telegram IDs with commas between them; the bot tells everybody their own."
    )
    admin_chat_id: int = Field(
        description="The chat that hears of failures: your own ID, or a group's (negative)."
    )
    telegram_api_url: AnyHttpUrl = Field(
        AnyHttpUrl(TELEGRAM_API), description="Where the Bot API answers, such as " + TELEGRAM_API
    )
    telegram_local_mode: bool = Field(
        False, description="true when TELEGRAM_API_URL is a Bot API server run with --local."
    )
    webhook_url: AnyHttpUrl | None = Field(
        None, description="https://host/path, as Telegram reaches it; leave it out for polling."
    )
    webhook_secret: SecretStr | None = Field(
        None, description="1 to 256 of A-Z, a-z, 0-9, _ and -; leave it out and one is derived."
    )
    webhook_listen: str = Field("127.0.0.1", description="The address on which to listen.")
    webhook_port: int = Field(8443, ge=1, le=65535, description="The port on which to listen.")
    publish_in_bot: bool = Field(
        True, description="false when `python -m publisher` runs elsewhere and is to do it all."
    )
    timezone: str = Field("UTC", description="A name such as Europe/Berlin.")
    language: str = Field(
        "en",
        description=f"{' or '.join(LANGUAGES)}: for the admin chat, and people whose Telegram"
        " speaks another.",
    )
    sweep_interval_seconds: int = Field(
        120, ge=5, le=3600, description="Between 5 and 3600; 120 is right for nearly everybody."
    )
    media_quota_mb: int = Field(
        5000, ge=1, description="Megabytes that one person's posts may hold; 5000 is a good start."
    )
    max_drafts: int = Field(
        50, ge=1, description="Posts that one person may have begun; 50 is plenty."
    )
    max_planned_posts: int = Field(
        500, ge=1, description="Posts that one person may have planned; 500 is plenty."
    )
    backup_dir: Path | None = Field(
        None, description="A folder that is there, on another disk, for a backup each night."
    )
    backup_keep: int = Field(
        7, ge=1, le=3650, description="Backups that are kept in BACKUP_DIR; 7 is a week."
    )
    media_days: int = Field(
        7, ge=1, le=3650, description="Days for which the media of a published post are kept."
    )
    history_days: int | None = Field(
        None, ge=30, description="30 days or more; leave it out, and published posts stay listed."
    )
    min_free_disk_mb: int = Field(
        1000, ge=0, description="Megabytes of the disk that stay free; 1000 is a good start."
    )

    @field_validator("allowed_user_ids", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [part for part in value.replace(",", " ").split() if part]
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(Sentence("there is no such time zone")) from None
        return value

    @field_validator("language")
    @classmethod
    def _spoken(cls, value: str) -> str:
        if value not in LANGUAGES:
            raise ValueError(Sentence("the bot speaks {languages}", languages=", ".join(LANGUAGES)))
        return value

    @field_validator("webhook_url")
    @classmethod
    def _reached_by_telegram(cls, value: AnyHttpUrl | None) -> AnyHttpUrl | None:
        if value is not None and value.scheme != "https":
            raise ValueError(Sentence("Telegram takes https only"))
        if value is not None and value.port not in WEBHOOK_PORTS:
            raise ValueError(
                Sentence(
                    "Telegram knows the ports {ports} only",
                    ports=", ".join(map(str, WEBHOOK_PORTS)),
                )
            )
        if value is not None and is_this_machine(value.host or ""):
            raise ValueError(Sentence("Telegram cannot reach this machine under that name"))
        return value and checked_server(value)

    @field_validator("webhook_secret")
    @classmethod
    def _secret_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError(Sentence("Telegram does not take these characters"))
        return value and at_least(8, value)

    @field_validator("webhook_listen")
    @classmethod
    def _an_address(cls, value: str) -> str:
        host = value.strip().strip("[]")
        try:
            ip_address(host)
        except ValueError:
            if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", host):
                raise ValueError(
                    Sentence("it is an address alone, without https:// or a port")
                ) from None
        return host

    @field_validator("telegram_api_url")
    @classmethod
    def _sent_the_token(cls, value: AnyHttpUrl) -> AnyHttpUrl:
        return checked_server(value)

    @field_validator("allowed_user_ids")
    @classmethod
    def _people(cls, value: frozenset[int]) -> frozenset[int]:
        for number in sorted(value):
            if number <= 0:
                raise ValueError(
                    Sentence("{number} is no person's: people's IDs are positive", number=number)
                )
            if number in NOBODY:
                raise ValueError(
                    Sentence("{number} is {whose}", number=number, whose=NOBODY[number])
                )
        return value

    @field_validator("admin_chat_id")
    @classmethod
    def _a_chat(cls, value: int) -> int:
        if value == 0 or value in NOBODY:
            raise ValueError(Sentence("{value} is no chat of yours", value=value))
        return value

    @field_validator("telegram_bot_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        number, _, secret = value.get_secret_value().strip().partition(":")
        if not (number.isascii() and number.isdigit() and re.fullmatch(r"[\w-]{2,}", secret)):
            raise ValueError(Sentence("a token looks like 123456:ABC-DEF"))
        return SecretStr(f"{number}:{secret}")

    @model_validator(mode="after")
    def _fits_together(self) -> "Settings":
        if self.admin_chat_id == int(self.telegram_bot_token.get_secret_value().partition(":")[0]):
            raise ValueError(
                Sentence("ADMIN_CHAT_ID is wrong (it is the bot itself). Give it your ID.")
            )
        if self.telegram_local_mode and str(self.telegram_api_url).rstrip("/") == TELEGRAM_API:
            raise ValueError(
                Sentence(
                    "TELEGRAM_LOCAL_MODE is wrong (Telegram's own server is none of yours)."
                    " Give TELEGRAM_API_URL the address of yours, or leave both out."
                )
            )
        return self

    @property
    def webhook_token(self) -> str:
        """WEBHOOK_SECRET, or one that follows from the bot's token and does not tell it."""
        if self.webhook_secret is not None:
            return self.webhook_secret.get_secret_value()
        token = self.telegram_bot_token.get_secret_value()
        return sha256(f"postbote webhook {token}".encode()).hexdigest()

    @property
    def secrets(self) -> list[str]:
        """Everything that must never stand in a log or a message."""
        return [*super().secrets, *([self.webhook_token] if self.webhook_url else [])]

    def warnings(self) -> Iterator[str]:
        """What is allowed though seldom wise: a sentence each, of what would be right."""
        yield from super().warnings()
        in_file = dotenv_values(ENV_FILE, interpolate=False, encoding=ENCODING)
        yield from misspelt(dict.fromkeys((*in_file, *os.environ)), type(self).model_fields)
        yield from over_http("TELEGRAM_API_URL", self.telegram_api_url)
        yield from short("WEBHOOK_SECRET", self.webhook_secret, 16)
        if self.backup_dir is not None and self.backup_passphrase is None:
            yield (
                Sentence(
                    "Backups in BACKUP_DIR are not encrypted, and hold your accounts'"
                    " passwords: set BACKUP_PASSPHRASE."
                )
            )
        if self.webhook_url is not None and not is_this_machine(self.webhook_listen):
            yield (
                Sentence(
                    "WEBHOOK_LISTEN={webhook_listen} can be reached from other machines,"
                    " without encryption: use 127.0.0.1 behind a proxy here, or let a"
                    " firewall pass your proxy alone.",
                    webhook_listen=self.webhook_listen,
                )
            )
        if self.telegram_local_mode and not is_this_machine(self.telegram_api_url.host or ""):
            yield (
                Sentence(
                    "TELEGRAM_LOCAL_MODE lets the server at TELEGRAM_API_URL name files of"
                    " this machine for the bot to read: run that server on this machine."
                )
            )


def load_settings(**overrides: Any) -> Settings:
    """Read the environment and .env. Raises SettingsError naming all that is wrong at once."""
    return load(Settings, **overrides)
