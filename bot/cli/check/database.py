"""The database, and what it says of the accounts and the media that posts wait for."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.accounts.words import in_words
from bot.cli.check.finding import Finding, State, said
from bot.cli.check.machine import may_write
from bot.cli.terminal import locale_language
from bot.settings import Settings
from bot.texts.dates import moment
from bot.texts.sentences import in_language
from publisher.media_url import media_files
from publisher.settings import BY_HAND, SettingsError
from publisher.wiring import database_url
from storage.account_facts import AccountFacts, AccountsAtAGlance
from storage.accounts import Accounts
from storage.causes import Cause
from storage.database import Database
from storage.embedded import EmbeddedPostgresError
from storage.encryption import SecretBox, UnreadableSecretError, key_in_file
from storage.files import MediaFiles
from storage.posts import Posts
from storage.sentences import sentence_of


def look_at_database(settings: Settings) -> Iterator[Finding]:
    """The embedded one is started for it, unless it runs; none is made."""
    folder = settings.data_dir / "postgres"
    if settings.database_url is None and not folder.exists():
        yield Finding(State.GOOD, "check_database_new", folder=folder)
        return
    try:
        with database_url(settings) as url, closing(Database(url)) as database:
            yield from _look_into(database, settings)
    except EmbeddedPostgresError as error:
        yield said(sentence_of(error), State.AWAY if error.is_transient else State.WRONG)


def _look_into(database: Database, settings: Settings) -> Iterator[Finding]:
    try:
        standing = database.standing()
    except Exception as error:
        trouble = database.explain(error)
        if trouble is None:
            raise
        yield said(sentence_of(trouble), State.AWAY if trouble.is_transient else State.WRONG)
        return
    if not standing.is_current:
        yield Finding(State.NOTE, "check_database_old", version=standing.version)
        return
    yield Finding(State.GOOD, "check_database", version=standing.version)
    yield Finding(State.GOOD if standing.is_led else State.NOTE, _RUNS[standing.is_led])
    yield from _accounts(database, settings)
    yield _media(database, settings)


_RUNS = {True: "check_runs", False: "check_runs_not"}


def _accounts(database: Database, settings: Settings) -> Iterator[Finding]:
    key, kept = settings.secret_key, settings.data_dir / "secret.key"
    if key is None and not kept.exists():
        return  # a first start makes it, and the account of the settings
    box = SecretBox(key.get_secret_value() if key else key_in_file(kept))
    accounts = Accounts(database, box)
    for facts in AccountsAtAGlance(database).facts():
        try:
            accounts.credentials(facts.account.id)
        except UnreadableSecretError:
            yield Finding(State.WRONG, "check_account_key", account=facts.account.name)
        else:
            yield _account(facts, ZoneInfo(settings.timezone))


def _account(facts: AccountFacts, zone: ZoneInfo) -> Finding:
    """By what is known: nobody logs in for this."""
    account, language = facts.account, locale_language()
    name, reason = account.name, account.paused_reason
    if facts.is_paused and reason == Cause.ON_REQUEST:
        return Finding(State.NOTE, "check_account_paused", account=name)
    if facts.is_paused or facts.is_asked:
        why = in_words(reason or "login_required", account, language)
        if account.paused_until is None:
            return Finding(State.WRONG, "check_account_waits", account=name, why=why)
        until = moment(language, account.paused_until, zone, datetime.now(UTC))
        return Finding(State.AWAY, "check_account_rests", account=name, why=why, until=until)
    if account.destination == BY_HAND:
        return Finding(State.GOOD, "check_account_by_hand", account=name)
    if account.session_at is None or account.login_at is not None:
        return Finding(State.NOTE, "check_account_not_yet", account=name)
    return Finding(State.GOOD, "check_account", account=name)


def _media(database: Database, settings: Settings) -> Finding:
    url, planned = settings.media_url, Posts(database).planned_media()
    if url is not None and settings.has_media_in_s3:
        return _media_in_s3(url, planned, settings)
    folder = settings.data_dir / "media" if url is None else Path(url)
    if not may_write(folder):
        return Finding(State.WRONG, "check_media_closed", folder=folder)
    if not (folder.is_dir() or planned):
        return Finding(State.GOOD, "check_media_new", folder=folder)
    if not folder.is_dir() or MediaFiles(folder).lacks_all(planned):
        return Finding(State.WRONG, "check_media_away", folder=folder, count=len(planned))
    return Finding(State.GOOD, "check_media", folder=folder)


def _media_in_s3(url: str, planned: set[str], settings: Settings) -> Finding:
    try:
        files = media_files(settings)
        is_away = files.lacks_all(planned)
    except (SettingsError, OSError) as error:
        why = in_language(sentence_of(error), locale_language())
        return Finding(State.WRONG, "check_media_store", why=why)
    if is_away:
        return Finding(State.WRONG, "check_media_away", folder=url, count=len(planned))
    return Finding(State.GOOD, "check_media", folder=url)
