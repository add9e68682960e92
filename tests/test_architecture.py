"""Dependencies point one way: bot -> publisher -> storage, and the engine knows no platform."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from publisher.media.isolated import DECODERS

ROOT = Path(__file__).parents[1]

FORBIDDEN = {
    "storage": {"bot", "publisher", "telegram", "instagrapi", "tornado", "PIL", "moviepy"},
    "publisher": {"bot", "telegram", "tornado", "sqlalchemy", "psycopg2"},
    "bot": {"instagrapi", "sqlalchemy", "psycopg2"},
    "bot/sandbox": {"publisher", "storage", "telegram", "instagrapi"},
}
"""Folder -> top-level packages that nothing in it may import."""


@cache
def _nodes(path: Path) -> list[ast.stmt]:
    """Everything that imports, anywhere in the file."""
    found = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [node for node in found if isinstance(node, (ast.Import, ast.ImportFrom))]


def _imported(path: Path) -> Iterator[str]:
    """The full names of all modules that a file imports, anywhere in it."""
    for node in _nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the direction"
            yield node.module or ""


def _names(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports; from a package, those that it takes."""
    for node in _nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            taken = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if _is_module(name) else node.module for name in taken)


def _is_module(name: str) -> bool:
    place = ROOT / name.replace(".", "/")
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


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


WAYS = ("publisher/instagram/", "publisher/by_hand.py")
"""Where each way to publish lives."""
REGISTRY = "publisher/registry.py"
"""The only module that names them all."""


def _way_of(name: str) -> str | None:
    """The way to which a file or a module belongs; None: to the engine, or to another folder."""
    path = name if name.endswith(".py") else name.replace(".", "/") + ".py"
    package = path.removesuffix(".py") + "/"
    return next((way for way in WAYS if path.startswith(way) or package == way), None)


def test_the_engine_imports_no_way_to_publish_and_no_way_another() -> None:
    seen = set()
    for path in [*_files("publisher"), *_files("storage")]:
        name = path.relative_to(ROOT).as_posix()
        own = _way_of(name)
        seen.add(own)
        if name == REGISTRY:
            continue
        foreign = {module for module in _names(path) if _way_of(module) not in (None, own)}
        assert not foreign, name
    assert seen == {None, *WAYS}


def test_every_way_is_registered() -> None:
    assert {_way_of(module) for module in _names(ROOT / REGISTRY)} - {None} == set(WAYS)


def test_only_the_way_to_instagram_knows_instagrapi() -> None:
    users = {
        _way_of(path.relative_to(ROOT).as_posix())
        for folder in ("bot", "publisher", "storage")
        for path in _files(folder)
        if any(name.partition(".")[0] == "instagrapi" for name in _imported(path))
    }
    assert users == {"publisher/instagram/"}


@pytest.mark.parametrize(
    ("modules", "unneeded"),
    [
        (
            "publisher.failures, publisher.destination, publisher.dispatcher, publisher.by_hand",
            {"instagrapi"},
        ),
        (", ".join(DECODERS), {"sqlalchemy", "numpy"}),
    ],
    ids=["whoever speaks of failures", "the decoders' server"],
)
def test_what_is_not_needed_is_not_loaded(modules: str, unneeded: set[str]) -> None:
    code = f"import sys, {modules}; print({unneeded} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (told.stdout, told.stderr) == ("set()\n", "")


SELDOM = (
    *("alembic", "av", "click", "holidays", "instagrapi", "numpy", "pillow_heif", "requests"),
    "tornado",
)
"""Packages that take megabytes, and that a bot which only talks has no use for."""


def test_a_bot_that_talks_loads_none_of_what_only_others_need() -> None:
    code = f"""
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo
from publisher import imports
with imports.without("tornado", "click"):
    import telegram.ext, tenacity
import bot.app, bot.service, bot.supervisor, bot.when
bot.when.parse("Easter Monday 9:00", now=datetime.now(UTC), zone=ZoneInfo("UTC"), language="en")
print([name for name in {SELDOM} if name in sys.modules])
"""
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (told.stdout, told.stderr) == ("[]\n", "")


def test_no_module_imports_itself_by_way_of_others() -> None:
    modules = {_module(path): path for folder in FORBIDDEN for path in _files(folder)}
    graph = {name: set(_names(path)) & set(modules) - {name} for name, path in modules.items()}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_sql_lives_in_storage_alone() -> None:
    for folder in ("bot", "publisher"):
        for path in _files(folder):
            text = path.read_text(encoding="utf-8")
            assert not {word for word in ("SELECT ", "UPDATE ", ".engine.") if word in text}, path


def test_the_bot_leaves_its_loop_by_one_door_and_uses_no_private_part_of_its_library() -> None:
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in _files("bot")
        if "sandbox" not in path.parts
    }
    assert {name for name, text in texts.items() if "to_thread" in text} == {"bot/store.py"}
    private = ("._update_state", "._conversations")
    assert not {name for name, text in texts.items() if any(part in text for part in private)}
