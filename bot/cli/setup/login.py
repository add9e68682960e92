"""The first login to Instagram, made in the terminal: the bot goes on with its session.

It is the step that a publisher makes, under the account's lease: the password leaves once, a code
is asked for as in the admin chat, and whatever is left open here is asked there.
"""

import re
from contextlib import closing

from bot.accounts.words import in_words
from bot.cli.terminal import Terminal
from bot.settings import Settings, SettingsError, load_settings
from publisher.account_worker import AccountWorker
from publisher.logs import set_up_logging
from publisher.media_url import media_files
from publisher.upkeep import before_migration
from publisher.wiring import build_accounts, build_dispatcher, database_url
from storage.accounts import Accounts
from storage.database import Database
from storage.embedded import EmbeddedPostgresError
from storage.logins import Logins
from storage.models import Account, LoginQuestion
from storage.private import private_data_folder
from storage.sentences import sentence_of
from storage.trouble import DatabaseTroubleError, explain


def log_in(terminal: Terminal) -> int:
    """The exit code: 2 if a person has to change something."""
    try:
        settings = load_settings()
    except SettingsError as error:
        terminal.complains(*error.args)
        return 2
    set_up_logging("CRITICAL", None, settings.secrets)
    terminal.tells("setup_logging_in")
    try:
        private_data_folder(settings.data_dir)
        with database_url(settings) as url, closing(Database(url)) as database:
            return _log_in(settings, database, terminal)
    except (EmbeddedPostgresError, DatabaseTroubleError) as error:
        terminal.complains(*error.args)
        return 1 if error.is_transient else 2
    except OSError as error:
        terminal.complains(sentence_of(error))
        return 2
    except Exception as error:
        trouble = settings.database_url and explain(error, settings.database_url.get_secret_value())
        if not trouble:
            raise
        terminal.complains(*trouble.args)
        return 1 if trouble.is_transient else 2


def _log_in(settings: Settings, database: Database, terminal: Terminal) -> int:
    database.migrate(before_migration(settings, database))
    accounts = build_accounts(settings, database, removes_others=False)
    name = settings.instagram_username.lower()
    account = next(one for one in accounts.active() if one.name.lower() == name)
    files = media_files(settings)
    worker = build_dispatcher(settings, database, accounts, files).new_worker(account.id)
    return FirstLogin(terminal, accounts, Logins(database, accounts.box), worker).run(account)


class FirstLogin:
    def __init__(
        self, terminal: Terminal, accounts: Accounts, logins: Logins, worker: AccountWorker
    ) -> None:
        self._terminal, self._accounts = terminal, accounts
        self._logins, self._worker = logins, worker

    def run(self, account: Account) -> int:
        """The exit code."""
        name = account.name
        if account.session_at is not None and account.login_at is None:
            self._terminal.tells("setup_logged_in_already", account=name)
            return 0
        self._logins.want(account.id)
        self._worker.see_to_session()
        is_asked = False
        while (question := self._open_question(account.id)) and self._answered(question, account):
            is_asked = True
            self._worker.see_to_session()
        if self._is_logged_in(account.id):
            self._terminal.tells("setup_logged_in", account=name)
            return 0
        waits = is_asked or question is not None
        self._terminal.tells("setup_login_open" if waits else "setup_login_later", account=name)
        return 1

    def _open_question(self, account_id: int) -> LoginQuestion | None:
        question = self._logins.latest(account_id)
        return question if question is not None and question.settled_at is None else None

    def _answered(self, question: LoginQuestion, account: Account) -> bool:
        """Whether a code was typed, if one is wanted; nothing leaves it to the admin chat."""
        if question.state is None:
            self._terminal.writes(in_words(question.kind, account, self._terminal.language))
            return False
        if question.attempts:
            self._terminal.tells("reason_wrong_code")
        self._terminal.tells(f"reason_{question.kind}")
        code = re.sub(r"[\s-]", "", self._terminal.asks("setup_ask_code"))
        return bool(code) and self._logins.answer(question.id, code)

    def _is_logged_in(self, account_id: int) -> bool:
        found = next(one for one in self._accounts.active() if one.id == account_id)
        return found.session_at is not None and found.login_at is None
