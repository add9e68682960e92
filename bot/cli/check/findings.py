"""All that `postbote check` looks at, one after the other."""

from collections.abc import Iterator

from bot.cli.check.database import look_at_database
from bot.cli.check.finding import Finding, State, said
from bot.cli.check.machine import look_at_machine
from bot.cli.check.telegram import look_at_telegram
from bot.settings import Settings, SettingsError, load_settings
from publisher.logs import set_up_logging
from publisher.settings import ENV_FILE
from storage.private import is_open_to_others
from storage.sentences import sentence_of

__all__ = ["Finding", "State", "look"]


def look() -> Iterator[Finding]:
    """With settings that cannot be read, nothing else is looked at."""
    try:
        settings = load_settings()
    except SettingsError as error:
        yield from map(said, error.args)
        if error.is_incomplete:
            yield Finding(State.NOTE, "check_setup")
        return
    set_up_logging("CRITICAL", None, settings.secrets)  # what there is to say is said here
    yield Finding(State.GOOD, "check_settings")
    yield from _advice(settings)
    for look_at in (look_at_database, look_at_telegram, look_at_machine):
        try:
            yield from look_at(settings)
        except OSError as error:  # as of a folder that is root's
            yield said(sentence_of(error))


def _advice(settings: Settings) -> Iterator[Finding]:
    """What is allowed though seldom wise."""
    if is_open_to_others(ENV_FILE):
        yield Finding(State.NOTE, "check_readers", file=ENV_FILE)
    yield from (said(sentence, State.NOTE) for sentence in settings.warnings())
