"""The units of systemd that are shipped: it takes them, and finds them well locked up."""

import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = sorted((Path(__file__).parents[1] / "docs/systemd").glob("*.service"))
PROGRAMS = "/opt/postbote/bin/"
EXPOSURE = 20
"""Tenths, of 100: below is what systemd itself calls OK."""

pytestmark = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")


def _analyze(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["systemd-analyze", *words],  # noqa: S607 - wherever it is
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_systemd_takes_the_unit_and_finds_it_well_locked_up(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    (command,) = (line for line in text.splitlines() if line.startswith("ExecStart="))
    program = tmp_path / command.removeprefix(f"ExecStart={PROGRAMS}").split()[0]
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    (here := tmp_path / unit.name).write_text(text.replace(PROGRAMS, f"{tmp_path}/"))

    verified = _analyze("verify", here)
    locked = _analyze("security", "--offline=true", f"--threshold={EXPOSURE}", here)

    assert (verified.stderr, verified.returncode) == ("", 0)
    assert locked.returncode == 0, locked.stdout


def test_there_is_a_unit_for_the_bot_and_one_for_a_publisher() -> None:
    assert [unit.name for unit in UNITS] == ["postbote-publisher.service", "postbote.service"]
