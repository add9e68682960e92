"""What a subcommand needs that works on an installation and ends: its settings, and words."""

import sys
from collections.abc import Callable

from bot.settings import Settings, SettingsError, load_settings


def say(sentence: str) -> None:
    """To whoever has typed the command."""
    print(sentence)  # noqa: T201 - it is what they wait for


def on_installation(work: Callable[[Settings], None]) -> int:
    """Do it with the settings at hand; returns the exit code: 2 if a person must act."""
    from publisher.upkeep import set_up_tool
    from storage.archive import UnusableArchiveError
    from storage.backup import BackupError
    from storage.embedded import EmbeddedPostgresError
    from storage.object_store import StoreTroubleError
    from storage.postgres_tools import PostgresToolError
    from storage.restore import NotEmptyError
    from storage.trouble import DatabaseTroubleError

    try:
        settings = load_settings()
        set_up_tool(settings)
        work(settings)
    except (
        BackupError,
        DatabaseTroubleError,
        EmbeddedPostgresError,
        NotEmptyError,
        PostgresToolError,
        SettingsError,
        UnusableArchiveError,
    ) as error:
        print(f"postbote: {error}", file=sys.stderr)  # noqa: T201 - the same
        return 2
    except StoreTroubleError as error:
        print(f"postbote: {error.strerror}.", file=sys.stderr)  # noqa: T201
        return 2
    except OSError as error:
        where = error.filename or "the disk"
        print(f"postbote: {where} cannot be used: {error.strerror}.", file=sys.stderr)  # noqa: T201
        return 2
    return 0
