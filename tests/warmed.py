"""What a process works out once: done before it forks, it is done for all its forks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import configure_mappers

from bot.texts import LANGUAGES
from bot.texts.words import labels_called
from bot.when import parse
from bot.zones import zones_named
from storage.encryption import SecretBox


def warm_up(*secret_keys: str) -> None:
    now = datetime.now(UTC)
    configure_mappers()
    for key in secret_keys:
        SecretBox(key)
    for language in LANGUAGES:
        parse("24.12. 18:30", now=now, zone=ZoneInfo("UTC"), language=language)
    labels_called("")
    zones_named("", now)
