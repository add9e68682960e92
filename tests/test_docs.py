"""The documents name what there is: files, folders, and the ways of a post."""

import re
from pathlib import Path

import pytest

from bot.cli import SUBCOMMANDS
from storage.lifecycle import TRANSITIONS

ROOT = Path(__file__).parents[1]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")

LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
CODE = re.compile(r"`((?:bot|publisher|storage|tests|docs)/[\w./*]*)`")
TEST = re.compile(r"`(test_\w+)`")
COMMAND = re.compile(r"^ *(?:docker .*|runuser .*/bin/)?postbote (\w+)", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_files_that_a_document_names_exist(document: Path) -> None:
    text = FENCED.sub("", document.read_text(encoding="utf-8"))
    linked = {name for name in LINK.findall(text) if not (document.parent / name).exists()}
    named = {name for name in CODE.findall(text) if not any(ROOT.glob(name))}
    assert (linked, named) == (set(), set())


def test_the_commands_that_documents_name_exist() -> None:
    named = {
        (document.name, command)
        for document in DOCUMENTS
        for command in COMMAND.findall(document.read_text(encoding="utf-8"))
    }
    assert len(named) >= 5
    known = {command.name for command in SUBCOMMANDS}
    assert {pair for pair in named if pair[1] not in known} == set()


def test_the_tests_that_documents_name_exist() -> None:
    documents = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    named = {*TEST.findall(documents)}
    tests = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")
    )
    assert len(named) >= 5
    assert {name for name in named if f"def {name}(" not in tests} == set()


def test_the_tree_names_what_is_there() -> None:
    section = ARCHITECTURE.partition("## The tree")[2].partition("\n## ")[0]
    (tree,) = re.findall(r"^```\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    folder, seen = "", []
    for indent, names in re.findall(r"^( {0,2})(?! )(.+?)(?:  .*)?$", tree, re.MULTILINE):
        if not indent:
            folder = names
        seen += [folder + name for name in names.split(", ")] if indent else [folder]
    assert len(seen) > 50
    assert [name for name in seen if not any(ROOT.glob(name.rstrip("/")))] == []


def test_the_life_of_a_post_is_drawn_as_it_is() -> None:
    section = ARCHITECTURE.partition("stateDiagram")[2].partition("```")[0]
    drawn = set(re.findall(r"^ +(\w+) --> (\w+)", section, re.MULTILINE))
    assert drawn == {(old, new) for old, allowed in TRANSITIONS.items() for new in allowed}
