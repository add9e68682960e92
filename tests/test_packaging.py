"""The locks hold what requirements*.txt ask for; test_image.py installs by them."""

from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "asked_for", sorted(ROOT.glob("requirements*.txt")), ids=lambda at: at.stem
)
def test_the_lock_pins_with_hashes_what_the_requirements_ask_for(asked_for: Path) -> None:
    locked = _locked(asked_for.with_suffix(".lock"))
    asked = _asked(asked_for)
    assert asked
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
            found.append(Requirement(line.partition("  #")[0]))
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
