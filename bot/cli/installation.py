"""What a subcommand needs that works on an installation and ends: its settings, and words."""

from collections.abc import Callable

from bot.cli.terminal import BROKEN_OFF, Terminal
from bot.settings import Settings, SettingsError, load_settings
from storage.sentences import Sentence, sentence_of


def tell_of_settings(terminal: Terminal, error: SettingsError) -> None:
    """Say what is wrong with the settings, and which command asks for what is missing."""
    terminal.complains(*error.args)
    if error.is_incomplete:
        terminal.complains(Sentence("“postbote setup” asks for what is missing."))


def on_installation(
    work: Callable[[Settings, Terminal], None], *, makes_database: bool = False
) -> int:
    """Do the work with the settings at hand; returns the exit code: 2 if a person must act, 1 if
    it may be enough to try again.

    Args:
        makes_database: whether the database need not exist yet.
    """
    from publisher.upkeep import check_for_database, set_up_tool
    from storage.archive import UnusableArchiveError
    from storage.backup import BackupError
    from storage.embedded import EmbeddedPostgresError
    from storage.postgres_tools import PostgresToolError
    from storage.restore import NotEmptyError
    from storage.trouble import DatabaseTroubleError

    terminal = Terminal()  # what follows forgets LANGUAGE
    try:
        settings = load_settings()
        if not makes_database:
            check_for_database(settings)
        set_up_tool(settings)
        work(settings, terminal)
    except (DatabaseTroubleError, EmbeddedPostgresError) as error:
        terminal.complains(*error.args)
        if not error.is_transient:
            return 2
        terminal.complains(Sentence("That may pass: try again in a moment."))
        return 1
    except (
        BackupError,
        NotEmptyError,
        PostgresToolError,
        UnusableArchiveError,
    ) as error:
        terminal.complains(*error.args)
        return 2
    except SettingsError as error:
        tell_of_settings(terminal, error)
        return 2
    except OSError as error:
        terminal.complains(sentence_of(error))
        return 2
    except KeyboardInterrupt:
        terminal.tells("cli_broken_off")
        return BROKEN_OFF
    return 0
