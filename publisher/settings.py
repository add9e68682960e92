"""What a publisher must know: read once from the environment and .env, and refused loudly.

The bot's settings extend these; see `bot/settings.py`.
"""

import base64
import binascii
import logging
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AnyHttpUrl,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from publisher.addresses import check_proxy, is_this_machine
from publisher.media.rules import MAX_HASHTAGS
from publisher.setting_checks import (
    at_least,
    checked_media_url,
    checked_server,
    over_http,
    short,
    unreadable,
    without_tls,
)
from publisher.setting_errors import SettingsError as SettingsError
from publisher.setting_errors import explained
from storage.connection import check_url, passwords_in
from storage.sentences import Sentence

INSTAGRAM, BY_HAND = "instagram", "by_hand"
"""The ways to publish, by the names that accounts give them."""

ENV_FILE, ENCODING = Path(".env"), "utf-8-sig"
"""Windows editors put a byte order mark before the first name."""

logging.getLogger("dotenv.main").setLevel(logging.ERROR)  # we say ourselves what is not understood


class PublisherSettings(BaseSettings):
    """One field per environment variable; its description says what to do when it is wrong."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_file_encoding=ENCODING,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: SecretStr | None = Field(
        None, description="postgresql://user:password@host/name; leave it out for the embedded one."
    )
    data_dir: Path = Field(Path("data"), description="A folder that Postbote may write to.")
    media_url: str | None = Field(
        None, description="A folder, or s3://bucket/folder; leave it out for media in DATA_DIR."
    )
    media_cache_mb: int = Field(
        2000, ge=100, description="Megabytes of copies that a machine holds of media in S3."
    )
    aws_access_key_id: SecretStr | None = Field(
        None, description="The key with which the media in S3 are reached."
    )
    aws_secret_access_key: SecretStr | None = Field(
        None, description="The secret that belongs to AWS_ACCESS_KEY_ID."
    )
    aws_session_token: SecretStr | None = Field(
        None, description="What temporary credentials have beside key and secret."
    )
    aws_profile: str | None = Field(
        None, description="A profile in ~/.aws, instead of key and secret."
    )
    aws_default_region: str | None = Field(
        None, description="The bucket's region, such as eu-central-1."
    )
    aws_endpoint_url: AnyHttpUrl | None = Field(
        None,
        description="Where S3 answers if it is not Amazon's, such as https://minio.example.org",
    )
    instagram_username: str = Field(description="The Instagram account's name, without the @.")
    instagram_password: SecretStr = Field(description="The Instagram account's password.")
    instagram_totp_secret: SecretStr | None = Field(
        None, description="The key that Instagram shows when an authenticator app is set up."
    )
    instagram_proxy: SecretStr | None = Field(
        None, description="http://user:password@host:port, one stable proxy for the account."
    )
    instagram_api_url: AnyHttpUrl | None = Field(
        None, description="Leave it out for the real Instagram."
    )
    by_hand_accounts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Names with commas, of accounts whose posts you publish by hand."
    )
    max_hashtags: int = Field(
        MAX_HASHTAGS, ge=0, le=30, description="Between 0 and 30: what Instagram takes in a post."
    )
    secret_key: SecretStr | None = Field(
        None, description="Any long random text; leave it out and one is made in DATA_DIR."
    )
    secret_key_old: SecretStr | None = Field(
        None, description="The key before SECRET_KEY was changed; needed at one start only."
    )
    health_address: Annotated[tuple[str, int] | None, NoDecode] = Field(
        None, description="A port, such as 9464, or an address with one: 127.0.0.1:9464."
    )
    backup_passphrase: SecretStr | None = Field(
        None, description="A long text, with which backups are encrypted; keep it elsewhere, too."
    )
    backup_before_migration: bool = Field(
        True, description="false to update without keeping the database as it was, in DATA_DIR."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR."
    )
    log_format: Literal["text", "json"] = Field("text", description="text or json.")
    log_file: Path | None = Field(None, description="A file that Postbote may write to.")

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _in_any_case(cls, value: Any, field: ValidationInfo) -> Any:
        if not isinstance(value, str):
            return value
        return value.upper() if field.field_name == "log_level" else value.lower()

    @field_validator("instagram_username")
    @classmethod
    def _without_at(cls, value: str) -> str:
        return value.strip().removeprefix("@")

    @field_validator("by_hand_accounts", mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        if isinstance(value, str):
            names = (name.strip().removeprefix("@") for name in value.split(","))
            return tuple(dict.fromkeys(name for name in names if name))
        return value

    @field_validator("database_url")
    @classmethod
    def _postgres(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            check_url(value.get_secret_value())
        return value

    @field_validator("media_url")
    @classmethod
    def _a_folder_or_s3(cls, value: str | None) -> str | None:
        return value and checked_media_url(value)

    @field_validator("health_address", mode="before")
    @classmethod
    def _host_and_port(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        host, _, port = value.strip().rpartition(":")
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise ValueError(Sentence("its port is no number from 1 to 65535"))
        host = host.strip("[]") or "127.0.0.1"
        if not re.fullmatch(r"[A-Za-z0-9.:-]+", host):
            raise ValueError(
                Sentence("it is an address and a port alone, without http:// or a path")
            )
        return host, int(port)

    @field_validator("data_dir")
    @classmethod
    def _a_folder_of_its_own(cls, value: Path) -> Path:
        folder, home = Path(os.path.abspath(value)), os.path.expanduser("~")  # noqa: PTH100, PTH111
        shared = os.path.isdir(folder) and folder.stat().st_mode & stat.S_ISVTX  # noqa: PTH112
        if shared or str(folder) in ("/", home, tempfile.gettempdir()):
            raise ValueError(
                Sentence("others use this folder as well: name one for Postbote alone")
            )
        return value

    @field_validator("instagram_password")
    @classmethod
    def _no_mere_letter(cls, value: SecretStr) -> SecretStr:
        return at_least(4, value)

    @field_validator("secret_key", "backup_passphrase")
    @classmethod
    def _no_guessable_key(cls, value: SecretStr | None) -> SecretStr | None:
        return value and at_least(8, value)

    @field_validator("instagram_totp_secret")
    @classmethod
    def _a_seed(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        seed = value.get_secret_value().replace(" ", "").replace("-", "").upper()
        try:
            base64.b32decode(seed + "=" * (-len(seed) % 8))
        except binascii.Error:
            raise ValueError(
                Sentence("such a key has only the letters A to Z and the digits 2 to 7")
            ) from None
        return at_least(8, value)

    @field_validator("instagram_proxy")
    @classmethod
    def _a_proxy(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            check_proxy(value.get_secret_value())
        return value

    @field_validator("instagram_api_url", "aws_endpoint_url")
    @classmethod
    def _sent_the_password(cls, value: AnyHttpUrl | None) -> AnyHttpUrl | None:
        return value and checked_server(value)

    def accounts(self) -> Iterator[tuple[str, str, dict[str, str] | None]]:
        """Each account's way, name and credentials."""
        secrets = {
            "password": self.instagram_password,
            "totp_secret": self.instagram_totp_secret,
            "proxy": self.instagram_proxy,
        }
        told = {name: secret.get_secret_value() for name, secret in secrets.items() if secret}
        if self.instagram_api_url is not None:
            told["api_url"] = str(self.instagram_api_url).rstrip("/")
        yield INSTAGRAM, self.instagram_username, told
        yield from ((BY_HAND, name, None) for name in self.by_hand_accounts)

    @property
    def secrets(self) -> list[str]:
        """Everything that must never stand in a log or a message."""
        fields = [getattr(self, name) for name in type(self).model_fields]
        values = [value.get_secret_value() for value in fields if isinstance(value, SecretStr)]
        url = self.database_url
        return [*values, *(passwords_in(url.get_secret_value()) if url else [])]

    @property
    def has_media_in_s3(self) -> bool:
        return self.media_url is not None and self.media_url.startswith("s3://")

    @property
    def media_key_ends(self) -> bool:
        """Whether media are reached by a key that is good for hours or days alone."""
        return self.has_media_in_s3 and self.aws_session_token is not None

    def warnings(self) -> Iterator[str]:
        """What is allowed though seldom wise: a sentence each, of what would be right."""
        yield from unreadable(ENV_FILE, ENCODING)
        yield from over_http("INSTAGRAM_API_URL", self.instagram_api_url)
        yield from over_http("AWS_ENDPOINT_URL", self.aws_endpoint_url)
        if self.database_url is not None:
            yield from without_tls(self.database_url.get_secret_value())
        if self.health_address is not None and not is_this_machine(self.health_address[0]):
            yield (
                Sentence(
                    "HEALTH_ADDRESS {host} can be reached from other machines, and asks"
                    " for no password: let a firewall pass your monitoring alone.",
                    host=self.health_address[0],
                )
            )
        yield from short("INSTAGRAM_PASSWORD", self.instagram_password, 6)
        yield from short("SECRET_KEY", self.secret_key, 16)
        yield from short("BACKUP_PASSPHRASE", self.backup_passphrase, 16)
        if self.media_key_ends:
            yield (
                Sentence(
                    "AWS_SESSION_TOKEN belongs to a key that ends, at Amazon's after 36"
                    " hours at the most, and media cannot be reached then: use a key that"
                    " stays, or a role."
                )
            )
        if self.secret_key and self.secret_key == self.instagram_password:
            yield Sentence("SECRET_KEY is the Instagram password: give each its own.")


S = TypeVar("S", bound=PublisherSettings)


def load(kind: type[S], **overrides: Any) -> S:
    """Read the environment and .env. Raises SettingsError naming all that is wrong at once."""
    try:
        return kind(**overrides)
    except ValidationError as error:
        problems = [dict(found) for found in error.errors(include_url=False)]
        told = dict.fromkeys(explained(one, kind.model_fields) for one in problems)
        is_incomplete = any(one["type"] == "missing" for one in problems)
        refused = SettingsError(*told, *(_about_file() if is_incomplete else ()))
        refused.is_incomplete = is_incomplete
        raise refused from None
    except UnicodeDecodeError:
        raise SettingsError(
            Sentence("The file .env is not in UTF-8: save it so in your editor.")
        ) from None
    except OSError as error:
        raise SettingsError(
            Sentence(
                "{file} cannot be read: let the user who runs Postbote read it.",
                file=error.filename,
            )
        ) from None


def _about_file() -> Iterator[str]:
    """Why settings may be missing: most often, a command was typed in another folder."""
    if not ENV_FILE.is_file():
        yield Sentence(
            "There is no .env in {folder}: go to the folder where yours is.", folder=Path.cwd()
        )
    yield from unreadable(ENV_FILE, ENCODING)


def is_refused(kind: type[PublisherSettings], name: str, value: str) -> bool:
    """Whether this one setting cannot be so, whatever the others are."""
    this: dict[str, Any] = {name.lower(): value}
    try:
        kind(_env_file=None, **this)
    except ValidationError as error:
        return any(found["loc"][:1] == (name.lower(),) for found in error.errors())
    return False
