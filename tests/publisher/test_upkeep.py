"""Before its tables are changed, a database is kept as it was; else it is not changed."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, text

from publisher.settings import PublisherSettings
from publisher.upkeep import before_migration
from storage.accounts import Accounts
from storage.backup import backups_in, revision_in
from storage.database import Database
from storage.files import MediaFiles
from storage.restore import restore, unpacking
from storage.trouble import DatabaseTroubleError
from tests.storage.empty import empty_database

FORMER = "0026"


@pytest.fixture
def settings(tmp_path: Path) -> PublisherSettings:
    return PublisherSettings(
        _env_file=None,
        instagram_username="creator",
        instagram_password=SecretStr("right"),
        data_dir=tmp_path / "data",
    )


def test_the_database_is_kept_as_it_was_and_can_be_restored(
    database: Database,
    accounts: Accounts,
    settings: PublisherSettings,
    owner: Connection,
    postgres_url: str,
) -> None:
    accounts.configure("instagram", "creator")
    keep, folder = before_migration(settings, database), settings.data_dir / "backups"
    database.migrate(keep)
    assert not folder.exists(), "nothing was to be done"
    for day in range(1, 5):
        database.downgrade(FORMER)
        database.migrate(keep)
        made = backups_in(folder, before_migration=True)
        made[-1].rename(folder / f"postbote-2020010{day}-033000-revision-{FORMER}.tar")
    made = backups_in(folder, before_migration=True)
    assert [revision_in(path) for path in made] == [FORMER] * 3
    with empty_database(owner, postgres_url) as other:
        other.migrate(keep)
        assert backups_in(folder, before_migration=True) == made, "a fresh one needs none"
    with empty_database(owner, postgres_url) as other:
        with unpacking(made[-1], settings.data_dir, None) as found:
            assert not found.about.has_media
            files = MediaFiles(settings.data_dir / "media")
            restore(other, files, found, settings.data_dir / "secret.key")
        with other.transaction() as session:
            assert session.scalar(text("SELECT name FROM accounts")) == "creator"


def test_what_cannot_be_kept_is_not_changed_unless_the_settings_say_so(
    database: Database, settings: PublisherSettings
) -> None:
    database.downgrade(FORMER)
    settings.data_dir.mkdir()
    (settings.data_dir / "backups").touch()  # a file, where a folder should be
    with pytest.raises(DatabaseTroubleError, match="BACKUP_BEFORE_MIGRATION=false") as refused:
        database.migrate(before_migration(settings, database))
    assert not refused.value.is_transient and not database.standing().is_current
    bold = settings.model_copy(update={"backup_before_migration": False})
    database.migrate(before_migration(bold, database))
    assert database.standing().is_current
