"""What a publisher must know: read once from the environment and .env, and refused loudly.

The bot's settings extend these; see `bot/settings.py`.
"""

from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from storage.connection import check_url, password_in


class SettingsError(ValueError):
    """Every setting that is missing or wrong, one line each, with what to do."""


class PublisherSettings(BaseSettings):
    """One field per environment variable; its description says what to do when it is wrong."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
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
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR."
    )
    log_file: Path | None = Field(None, description="A file that Postbote may write to.")

    @field_validator("instagram_username")
    @classmethod
    def _without_at(cls, value: str) -> str:
        return value.strip().removeprefix("@")

    @field_validator("database_url")
    @classmethod
    def _postgres(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            check_url(value.get_secret_value())
        return value

    @property
    def secrets(self) -> list[str]:
        """Everything that must never stand in a log or a message."""
        fields = [getattr(self, name) for name in type(self).model_fields]
        values = [value.get_secret_value() for value in fields if isinstance(value, SecretStr)]
        password = password_in(self.database_url.get_secret_value()) if self.database_url else None
        return [*values, *([password] if password else [])]


S = TypeVar("S", bound=PublisherSettings)


def load(kind: type[S], **overrides: Any) -> S:
    """Read the environment and .env. Raises SettingsError naming all that is wrong at once."""
    try:
        return kind(**overrides)
    except ValidationError as error:
        lines = [_explained(kind, dict(found)) for found in error.errors(include_url=False)]
        raise SettingsError("\n".join(dict.fromkeys(lines))) from None


def _explained(kind: type[PublisherSettings], problem: dict[str, Any]) -> str:
    name = str(problem["loc"][0])
    advice = kind.model_fields[name].description
    if problem["type"] == "missing":
        return f"{name.upper()} is missing. {advice}"
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"{name.upper()} is wrong ({message}). {advice}"
