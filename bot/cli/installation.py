"""What a subcommand needs that works on an installation and ends: its settings, and words."""

import signal
from collections.abc import Callable

from bot.cli.terminal import Terminal
from bot.settings import Settings, SettingsError, load_settings
from storage.sentences import Sentence

BROKEN_OFF = 130
"""The code of what Ctrl-C has ended, as shells have it."""


def on_installation(work: Callable[[Settings, Terminal], None]) -> int:
    """Do it with the settings at hand; returns the exit code: 2 if a person must act."""
    from publisher.upkeep import set_up_tool
    from storage.archive import UnusableArchiveError
    from storage.backup import BackupError
    from storage.embedded import EmbeddedPostgresError
    from storage.object_store import StoreTroubleError
    from storage.postgres_tools import PostgresToolError
    from storage.restore import NotEmptyError
    from storage.trouble import DatabaseTroubleError

    terminal = Terminal()  # what follows forgets LANGUAGE
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        settings = load_settings()
        set_up_tool(settings)
        work(settings, terminal)
    except (
        BackupError,
        DatabaseTroubleError,
        EmbeddedPostgresError,
        NotEmptyError,
        PostgresToolError,
        SettingsError,
        UnusableArchiveError,
    ) as error:
        terminal.complains(*error.args)
        return 2
    except StoreTroubleError as error:
        terminal.complains(error.strerror or str(error))
        return 2
    except OSError as error:
        where = error.filename or Sentence("the disk")
        reason = error.strerror or type(error).__name__
        terminal.complains(
            Sentence("{where} cannot be used: {reason}.", where=where, reason=reason)
        )
        return 2
    except KeyboardInterrupt:
        terminal.tells("cli_broken_off")
        return BROKEN_OFF
    return 0
