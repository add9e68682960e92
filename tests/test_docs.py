"""The documents name what there is: files, folders, and the ways of a post."""

import re
from pathlib import Path

import pytest

from bot.cli import SUBCOMMANDS
from bot.settings import Settings
from storage.lifecycle import TRANSITIONS
from tests.documents import DOCUMENTS, ROOT, SETTING, commands, settings

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


WALK = "test_who_types_what_the_documents_say_has_a_bot_its_backup_and_the_way_back"
RUN_BY_TESTS = {
    r"mkdir ~/.*|cd ~/.*": WALK,
    r"postbote (setup|run|backup|restore|rollback|export)\b.*|sha256sum .*|pg_restore .*": WALK,
    r"postbote check": "test_a_person_who_knows_nothing_gets_to_a_checked_env_file_and_a_login",
    r"postbote-publisher": "test_it_publishes_what_others_have_planned_and_stops_on_sigterm",
    r".*fsspec\.filesystem.*": "test_all_media_move_to_the_store_and_back_as_the_document_says",
    r"age -d .*": "test_what_we_write_is_read_by_another_implementation_and_by_us",
}
"""Commands of the documents -> the test that runs them."""
RUN_BY_US = (
    r"make (demo|test|chaos|bench|lock)|\.venv/bin/.*",
    r".*docker compose.*|.*openssl.*",
    r"python3 -m venv .*|/opt/postbote/bin/pip .*|adduser .*|install .*|cd /var/lib/postbote",
    r"runuser .*|systemctl .*|pipx install .*|telegram-bot-api .*",
)
"""What installs, needs a daemon or is the tests themselves: "Where this was tried" tells where."""


def test_every_command_in_the_documents_is_run() -> None:
    named = {
        command
        for document in DOCUMENTS
        for line in commands(str(document.relative_to(ROOT)))
        for command in ([line] if line.startswith("(") else line.split(" && "))
    }
    ways = [*RUN_BY_TESTS, *RUN_BY_US]
    assert {one for one in named if not any(re.fullmatch(way, one) for way in ways)} == set()
    assert [way for way in ways if not any(re.fullmatch(way, one) for one in named)] == []
    assert [test for test in RUN_BY_TESTS.values() if f"def {test}(" not in _tests()] == []


def test_the_settings_in_the_documents_exist() -> None:
    lines = [line for one in DOCUMENTS for line in settings(str(one.relative_to(ROOT)))]
    named = {match[1].lower() for line in lines if (match := SETTING.match(line))}
    assert len(named) >= 5 and named <= {*Settings.model_fields}


def test_the_tests_that_documents_name_exist() -> None:
    documents = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    named, tests = {*TEST.findall(documents)}, _tests()
    assert len(named) >= 5
    assert {name for name in named if f"def {name}(" not in tests} == set()


def _tests() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))


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
