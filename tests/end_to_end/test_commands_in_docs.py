"""Somebody types, line by line, what the documents say, at a real shell."""

import os
import re
import shutil
import subprocess
import sys
from asyncio import create_subprocess_exec
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from bot.store import in_thread
from storage.postmaster import program
from tests.documents import ROOT, commands, settings
from tests.end_to_end.chat import Person
from tests.end_to_end.without_bot import ANNA, PASSWORD, TOKEN, Services
from tests.service_manager import listening
from tests.spoken import spoken
from tests.storage.empty import empty_database

TIMEOUT_SECONDS = 120
NO_LOGIN, YES = "n", "y"
BEFORE = "0027"
BEFORE_AN_UPDATE = f"postbote-20260101-033000-revision-{BEFORE}.tar"
"""As if there had been one: nothing but its name and its age is looked at."""


class Reader:
    """Goes by one document; where it says /backups, that is a folder of this test's own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.backups, self.home = folder / "backups", folder / "home"
        (bin_ := folder / "bin").mkdir()
        for place in (self.backups, self.home):
            place.mkdir(mode=0o700)
        (postbote := bin_ / "postbote").write_text(
            f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n'
        )
        postbote.chmod(0o700)
        tools = program("pg_restore").parent
        path = f"{bin_}:{tools}:{os.environ['PATH']}"
        ours = {"PATH": path, "HOME": str(self.home), "PYTHONPATH": str(ROOT)}
        self.environment = ours | environment
        self._folder, self._where = self.home, folder / "where"

    @in_thread
    def types(self, line: str, *answers: str) -> str:
        """Returns what is told; the line has to succeed, and leaves its reader in its folder."""
        done = subprocess.run(
            ["sh", "-c", f"{self._meant(line)} && pwd > {self._where}"],  # noqa: S607 - wherever
            cwd=self._folder,
            env=self.environment,
            input="".join(f"{answer}\n" for answer in answers),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        self._folder = Path(self._where.read_text().strip())
        return done.stdout

    def _meant(self, line: str) -> str:
        for named in ("/mnt/backups", "/backups"):
            line = re.sub(rf"(?<!\w){named}", str(self.backups), line)
        return line

    @asynccontextmanager
    async def leaves_running(self, line: str) -> AsyncIterator[None]:
        """From the moment at which it is ready until the block ends, as it has to, in order."""
        name, *words = line.split()
        path = shutil.which(name, path=self.environment["PATH"])
        with TemporaryDirectory(prefix="pb-") as near, listening(Path(near)) as manager:
            environment = self.environment | manager.environment
            running = await create_subprocess_exec(
                str(path), *words, cwd=self._folder, env=environment
            )
            try:
                await in_thread(manager.hears)("READY=1")
                yield
                running.terminate()
                assert await running.wait() == 0
            finally:
                if running.returncode is None:
                    running.kill()
                    await running.wait()


async def test_who_types_what_the_documents_say_has_a_bot_its_backup_and_the_way_back(
    services: Services, tmp_path: Path, owner: Connection, postgres_url: str
) -> None:
    reader = Reader(tmp_path, services.environment)
    anna = Person(services.telegram, ANNA)
    await anna.sends("/start")
    start = commands("docs/getting-started.md")
    mkdir, cd, setup, _, run = start[start.index("pipx install .") + 1 :][:5]
    await reader.types(mkdir)
    await reader.types(cd)
    await reader.types(setup, TOKEN, "", "", "creator", PASSWORD, NO_LOGIN)
    async with reader.leaves_running(run):
        await anna.sees(spoken("start", name="Anna"))

    backup, _, sums, listing, restore, *_, rollback, export = commands("docs/backup.md")
    await reader.types(export)
    await reader.types(backup)
    await reader.types("mkdir ~/unpacked && cd ~/unpacked && tar xf /backups/postbote.tar")
    assert "database.dump: OK" in await reader.types(sums)
    assert "TABLE DATA" in await reader.types(listing)
    await reader.types(cd)
    for line in settings("docs/backup.md"):
        await reader.types(f"echo '{line}' >> .env")
    await reader.types(f"{backup}.age")
    await reader.types("mkdir ~/elsewhere && cp .env ~/elsewhere && cd ~/elsewhere")
    with empty_database(owner, postgres_url) as database:
        reader.environment["DATABASE_URL"] = database.url
        await reader.types(restore)
        assert database.standing().is_current
        await reader.types(f"mkdir -p data/backups && touch data/backups/{BEFORE_AN_UPDATE}")
        await reader.types(rollback, YES)
        assert database.revision() == BEFORE
