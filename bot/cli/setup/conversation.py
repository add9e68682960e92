"""The questions of `postbote setup`, one after the other, and at the end the first login."""

import os
from contextlib import suppress
from pathlib import Path

from tzlocal import get_localzone_name

from bot.cli.setup.answers import questions
from bot.cli.setup.env_file import EnvFile
from bot.cli.setup.login import log_in
from bot.cli.setup.question import Question, UnsureError, WrongAnswerError
from bot.cli.terminal import Terminal
from bot.settings import Settings
from publisher.settings import is_refused


class Setup:
    def __init__(self, terminal: Terminal, path: Path) -> None:
        self._terminal, self._file = terminal, EnvFile(path)
        self._questions = questions(terminal, self._file)

    def run(self) -> int:
        """Each right answer is written at once, so that one may break off at any moment."""
        self._terminal.tells("setup_welcome")
        if self._file.exists and not self._may_change():
            self._terminal.tells("setup_file_left", file=self._file.path)
            return 1
        for number, question in enumerate(self._questions, start=1):
            self._terminal.writes("")
            self._terminal.tells(
                f"setup_ask_{question.name.lower()}", number=number, count=len(self._questions)
            )
            self._write(question.name, self._answered(question))
        self._terminal.writes("")
        self._terminal.tells("setup_written", file=self._file.path)
        with suppress(LookupError):  # the machine names two zones
            self._take_over("TIMEZONE", (get_localzone_name() or "UTC").removeprefix("Etc/"))
        self._take_over("LANGUAGE", self._terminal.language)
        return self._log_in()

    def _write(self, name: str, value: str) -> None:
        self._file.set(name, value)
        if (os.environ.get(name) or value) != value:  # as from the .env beside compose.yaml
            self._terminal.tells("setup_environment_counts", name=name)

    def _take_over(self, name: str, here: str) -> None:
        """Set what needs no question, unless it is set already or equals the default."""
        is_set = self._file.get(name) or os.environ.get(name)
        is_default = here == Settings.model_fields[name.lower()].default
        if not (is_set or is_default or is_refused(Settings, name, here)):
            self._file.set(name, here)
            self._terminal.tells("setup_taken_over", name=name, value=here)

    def _may_change(self) -> bool:
        """What was broken off goes on with Enter; what is complete, only with a yes."""
        is_complete = all(self._file.get(question.name) for question in self._questions)
        key = "setup_file_exists" if is_complete else "setup_file_unfinished"
        return self._terminal.confirms(key, otherwise=not is_complete, file=self._file.path)

    def _answered(self, question: Question) -> str:
        """Asks until an answer is right, or nobody could say so and the person takes it."""
        while True:
            present = self._file.get(question.name) or question.offers()
            answer = self._asked(question, present) or present
            try:
                if not answer.strip():
                    raise WrongAnswerError("setup_needed")
                return question.check(answer)
            except UnsureError as error:
                self._terminal.tells(error.key, **error.values)
                if self._terminal.confirms("setup_take_unchecked"):
                    return answer.strip()
            except WrongAnswerError as error:
                self._terminal.tells(error.key, **error.values)

    def _asked(self, question: Question, present: str) -> str:
        name = question.name
        if question.is_secret:
            key = "setup_prompt_keep" if present else "setup_prompt"
            return self._terminal.asks_secretly(key, name=name)
        if present:
            return self._terminal.asks("setup_prompt_or", name=name, present=present)
        return self._terminal.asks("setup_prompt", name=name)

    def _log_in(self) -> int:
        self._terminal.writes("")
        self._terminal.tells("setup_about_login")
        code = log_in(self._terminal) if self._terminal.confirms("setup_log_in_now") else 0
        self._terminal.writes("")
        self._terminal.tells("setup_done")
        return code
