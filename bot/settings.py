"""All settings of the bot: read once from the environment and .env, and refused loudly."""

import re
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AnyHttpUrl, Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from publisher.settings import PublisherSettings, SettingsError, load

__all__ = ["Settings", "SettingsError", "load_settings"]

TELEGRAM_API = "https://api.telegram.org"


class Settings(PublisherSettings):
    """One field per environment variable; its description says what to do when it is wrong."""

    telegram_bot_token: SecretStr = Field(
        description="Ask @BotFather for /newbot and put the token here."
    )
    allowed_user_ids: Annotated[frozenset[int], NoDecode] = Field(
        description="Numbers with commas between them; the bot tells everybody their own."
    )
    admin_chat_id: int = Field(
        description="The chat that hears of failures: your own number, or a group's (negative)."
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
    language: Literal["en", "de"] = Field(
        "en", description="en or de: for the admin chat, and people whose Telegram speaks neither."
    )
    sweep_interval_seconds: int = Field(
        120, ge=5, le=3600, description="Between 5 and 3600; 120 is right for nearly everybody."
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
            raise ValueError("there is no such time zone") from None
        return value

    @field_validator("webhook_url")
    @classmethod
    def _encrypted(cls, value: AnyHttpUrl | None) -> AnyHttpUrl | None:
        if value is not None and value.scheme != "https":
            raise ValueError("Telegram takes https only")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("Telegram does not take these characters")
        return value

    @field_validator("telegram_bot_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        number, _, secret = value.get_secret_value().strip().partition(":")
        if not number.isdigit() or not secret:
            raise ValueError("a token looks like 123456:ABC-DEF")
        return SecretStr(f"{number}:{secret}")


def load_settings(**overrides: Any) -> Settings:
    """Read the environment and .env. Raises SettingsError naming all that is wrong at once."""
    return load(Settings, **overrides)
