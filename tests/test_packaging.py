"""`pip install .` gives the whole program; the locks hold what requirements*.txt ask for."""

import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "publisher", "storage")
BESIDE = ("pyproject.toml", "requirements.txt", "requirements-s3.txt", "README.md", "LICENSE")
NO_CACHES = shutil.ignore_patterns("__pycache__")


@pytest.fixture
def wheel(tmp_path: Path) -> ZipFile:
    """What pip would install, built from a copy: building leaves folders behind."""
    source = tmp_path / "source"
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=NO_CACHES)
    for name in BESIDE:
        shutil.copy(ROOT / name, source)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", tmp_path, source], check=True)
    (path,) = tmp_path.glob("*.whl")
    return ZipFile(path)


def test_the_wheel_holds_every_file_of_the_program_and_its_commands(wheel: ZipFile) -> None:
    names = set(wheel.namelist())
    files = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert len(files) > 150
    assert files - names == set()
    (entry_points,) = [name for name in names if name.endswith("entry_points.txt")]
    commands = ConfigParser()
    commands.read_string(wheel.read(entry_points).decode())
    assert commands["console_scripts"]["postbote"] == "bot.__main__:main"


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-bench"])
def test_the_lock_pins_with_hashes_what_the_requirements_ask_for(name: str) -> None:
    locked = _locked(ROOT / f"{name}.lock")
    asked = _asked(ROOT / f"{name}.txt")
    assert len(asked) >= 15
    for requirement in asked:
        assert str(requirement.specifier) in locked[canonicalize_name(requirement.name)], (
            "make lock"
        )


def _asked(path: Path) -> list[Requirement]:
    found: list[Requirement] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            found += _asked(path.with_name(line.removeprefix("-r ")))
        elif line and not line.startswith("#"):
            found.append(Requirement(line))
    return found


def _locked(path: Path) -> dict[str, set[str]]:
    """Package -> its locked versions, as '==1.2.3', each of which must have hashes."""
    found: dict[str, set[str]] = {}
    entries = path.read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    for entry in entries:
        pinned, *hashes = entry.split(" --hash=sha256:")
        requirement = Requirement(pinned)
        assert hashes, entry
        found.setdefault(canonicalize_name(requirement.name), set()).add(str(requirement.specifier))
    return found
