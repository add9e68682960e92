"""pg_dump and pg_restore are found for each server, and told a password so that nobody sees it."""

import os
from pathlib import Path

import pytest

from storage.postgres_tools import PostgresToolError, dump, program

URL = "postgresql://anna:its%20secret@db.example:6543/postbote?sslmode=require"
RECORDER = """#!/bin/sh
env >> $RECORDED/environment
test "$1" = --version && { echo "pg_dump (PostgreSQL) 99.1"; exit; }
echo "$@" > $RECORDED/arguments
cp -p "$PGSERVICEFILE" $RECORDED/service
echo "pg_dump: error: connection failed for its secret" >&2; exit 1
""".replace("$RECORDED", "{folder}")


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pg_dump of a version to come on the PATH, which writes down what it is told."""
    there = tmp_path / "pg_dump"
    there.write_text(RECORDER.replace("{folder}", str(tmp_path)))
    there.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("KEY_OF_ANOTHER_PROGRAM", "its secret")
    return tmp_path


def test_those_of_the_nearest_version_are_taken() -> None:
    assert "pginstall18" in program("pg_restore", 18).parts
    assert "pginstall18" not in program("pg_dump", 15).parts, "it writes what an old server lacks"
    with pytest.raises(PostgresToolError, match="install PostgreSQL's client programs"):
        program("pg_dump", 99)


def test_a_password_stands_in_a_file_of_ours_alone(recorder: Path, tmp_path: Path) -> None:
    with pytest.raises(PostgresToolError, match=r"has failed: connection failed for \*\*\*"):
        dump(URL, 99, tmp_path / "dump", "public", "1-1")
    told = (recorder / "arguments").read_text()
    assert "--dbname=service=postbote --no-password" in told
    assert "secret" not in told + (recorder / "environment").read_text()
    service = recorder / "service"
    assert service.stat().st_mode & 0o777 == 0o600
    lines = service.read_text().splitlines()
    assert lines[0] == "[postbote]"
    assert {"host=db.example", "port=6543", "password=its secret", "sslmode=require"} <= {*lines}
    left = (recorder / "environment").read_text().split("PGSERVICEFILE=")[1].splitlines()[0]
    assert not Path(left).exists()
