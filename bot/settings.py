"""All settings of the bot: read once from the environment and .env, and refused loudly."""

from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.exc import ArgumentError

from storage.database import normalised

TELEGRAM_API = "https://api.telegram.org"


class SettingsError(ValueError):
    """Every setting that is missing or wrong, one line each, with what to do."""


class Settings(BaseSettings):
    """One field per environment variable; its description says what to do when it is wrong."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

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
    database_url: SecretStr | None = Field(
        None, description="postgresql://user:password@host/name; leave it out for the embedded one."
    )
    data_dir: Path = Field(Path("data"), description="A folder that Postbote may write to.")
    instagram_username: str = Field(description="The Instagram account's name, without the @.")
    instagram_password: SecretStr = Field(description="The Instagram account's password.")
    instagram_totp_secret: SecretStr | None = Field(
        None, description="The seed that Instagram shows when an authenticator app is set up."
    )
    instagram_proxy: SecretStr | None = Field(
        None, description="http://user:password@host:port, one stable proxy for the account."
    )
    instagram_api_url: AnyHttpUrl | None = Field(
        None, description="Leave it out for the real Instagram."
    )
    secret_key: SecretStr | None = Field(
        None, description="Any long random text; leave it out and one is made in DATA_DIR."
    )
    timezone: str = Field("UTC", description="A name such as Europe/Berlin.")
    language: Literal["en", "de"] = Field(
        "en", description="en or de: for the admin chat, and people whose Telegram speaks neither."
    )
    sweep_interval_seconds: int = Field(
        120, ge=5, le=3600, description="Between 5 and 3600; 120 is right for nearly everybody."
    )
    media_quota_mb: int = Field(
        5000, ge=1, description="Megabytes that one person's posts may hold; 5000 is a good start."
    )
    min_free_disk_mb: int = Field(
        1000, ge=0, description="Megabytes of the disk that stay free; 1000 is a good start."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR."
    )
    log_file: Path | None = Field(None, description="A file that Postbote may write to.")

    @field_validator("allowed_user_ids", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [part for part in value.replace(",", " ").split() if part]
        return value

    @field_validator("instagram_username")
    @classmethod
    def _without_at(cls, value: str) -> str:
        return value.strip().removeprefix("@")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("there is no such time zone") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _postgres(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                given = normalised(value.get_secret_value())
            except (ArgumentError, ValueError):
                raise ValueError("this is no database URL") from None
            if not value.get_secret_value().startswith("postgres"):
                raise ValueError("Postbote needs Postgres")
            if not given.database:
                raise ValueError("the database's name is missing")
        return value

    @field_validator("telegram_bot_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        number, _, secret = value.get_secret_value().strip().partition(":")
        if not number.isdigit() or not secret:
            raise ValueError("a token looks like 123456:ABC-DEF")
        return SecretStr(f"{number}:{secret}")

    @property
    def secrets(self) -> list[str]:
        """Everything that must never stand in a log or a message."""
        values = [getattr(self, name) for name in type(self).model_fields]
        return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]


def load_settings(**overrides: Any) -> Settings:
    """Read the environment and .env. Raises SettingsError naming all that is wrong at once."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = [_explained(dict(problem)) for problem in error.errors(include_url=False)]
        raise SettingsError("\n".join(lines)) from None


def _explained(problem: dict[str, Any]) -> str:
    name = str(problem["loc"][0])
    advice = Settings.model_fields[name].description
    if problem["type"] == "missing":
        return f"{name.upper()} is missing. {advice}"
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"{name.upper()} is wrong ({message}). {advice}"
