"""Dependencies point one way: bot -> publisher -> storage. The sandbox stands apart."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

FORBIDDEN = {
    "storage": {"bot", "publisher", "telegram", "instagrapi", "tornado", "PIL", "moviepy"},
    "publisher": {"bot", "telegram", "tornado", "sqlalchemy"},
    "bot": {"instagrapi", "sqlalchemy", "psycopg2"},
    "bot/sandbox": {"publisher", "storage", "telegram", "instagrapi"},
}
"""Folder -> top-level packages that nothing in it may import."""


def _imported(path: Path) -> Iterator[str]:
    """The full names of all modules that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the direction"
            yield node.module or ""


def _files(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts]


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_a_folder_imports_nothing_from_where_it_must_not(folder: str) -> None:
    files = _files(folder)
    assert files
    for path in files:
        name = path.relative_to(ROOT).as_posix()
        found = {module.partition(".")[0] for module in _imported(path)}
        assert not found & FORBIDDEN[folder], name


def test_the_sandbox_and_the_bot_do_not_know_each_other() -> None:
    for path in _files("bot"):
        inside = "sandbox" in path.relative_to(ROOT).parts
        modules = {name for name in _imported(path) if name.partition(".")[0] == "bot"}
        strangers = {name for name in modules if name.startswith("bot.sandbox") != inside}
        if path.name == "__main__.py" and not inside:
            strangers -= {"bot.sandbox"}
        assert not strangers, path


def test_only_the_publisher_knows_instagrapi() -> None:
    users = {
        path.relative_to(ROOT).parts[0]
        for folder in ("bot", "publisher", "storage")
        for path in _files(folder)
        if any(name.partition(".")[0] == "instagrapi" for name in _imported(path))
    }
    assert users == {"publisher"}


def test_sql_lives_in_storage_alone() -> None:
    for folder in ("bot", "publisher"):
        for path in _files(folder):
            text = path.read_text(encoding="utf-8")
            assert "SELECT " not in text and "UPDATE " not in text, path
