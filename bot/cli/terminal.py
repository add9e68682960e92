"""What a subcommand says and asks in the terminal, in its language; secrets are not echoed."""

import os
import sys
from getpass import getpass

from bot.texts import LANGUAGES, label, language_of
from bot.texts.sentences import in_language

BROKEN_OFF = 130
"""The exit code after Ctrl-C, as shells have it."""


def locale_language() -> str:
    """The terminal's, as its environment says in the order of gettext; else English."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return language_of(value.split(":")[0].replace("_", "-").split(".")[0], "en")
    return "en"


def words(key: str) -> str:
    """A text of ours in the terminal's language, as `--help` shows it."""
    return label(locale_language(), key).replace("%", "%%")


class Terminal:
    """Standard input and output; input may be a pipe, a line for each answer."""

    def __init__(self, language: str | None = None) -> None:
        self.language = language or locale_language()

    def tells(self, key: str, **values: object) -> None:
        """A text of ours."""
        self.writes(label(self.language, key, **values))

    def complains(self, *sentences: str) -> None:
        """To standard error: what errors say, a line each."""
        encoding = sys.stderr.encoding or "ascii"
        for said in sentences:
            line = f"postbote: {in_language(said, self.language)}\n"
            sys.stderr.write(line.encode(encoding, "replace").decode(encoding))

    def states(self, sign: str, key: str, **values: object) -> None:
        """A text of ours with a sign before it."""
        self.writes(f"{sign} {label(self.language, key, **values)}")

    def writes(self, line: str) -> None:
        """A line as it is, in what the terminal can show of it."""
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")
        sys.stdout.flush()

    def asks(self, key: str, **values: object) -> str:
        """What is typed after this text. Raises EOFError, KeyboardInterrupt."""
        return self._line(f"{label(self.language, key, **values)} ").strip()

    def asks_secretly(self, key: str, **values: object) -> str:
        """The same without an echo, and as it was typed, spaces and all."""
        prompt = f"{label(self.language, key, **values)} "
        return getpass(prompt) if sys.stdin.isatty() else self._line(prompt)

    def confirms(self, key: str, *, otherwise: bool = False, **values: object) -> bool:
        """Whether the answer is yes; `otherwise` is what nothing means."""
        yes = {word for each in LANGUAGES for word in label(each, "cli_yes").split(", ")}
        answer = self.asks(key, **values).casefold()
        return answer in yes if answer else otherwise

    @staticmethod
    def _line(prompt: str) -> str:
        sys.stdout.write(prompt)
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.rstrip("\r\n")
