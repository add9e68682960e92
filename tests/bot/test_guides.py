"""The user guides name what there is: times that are understood, buttons as they are called."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.commands import COMMANDS
from bot.when import parse

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = {
    "en": (DOCS / "user-guide.md").read_text(encoding="utf-8"),
    "de": (DOCS / "user-guide.de.md").read_text(encoding="utf-8"),
}
TEXTS = Path(__file__).parents[2] / "bot/texts"
ZONE = ZoneInfo("Europe/Vienna")
NOON = datetime(2026, 11, 26, 12, tzinfo=ZONE)
A_BUTTON = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")


@pytest.mark.parametrize("language", GUIDES)
def test_each_time_that_the_guide_names_is_understood(language: str) -> None:
    _, _, rest = GUIDES[language].partition("### Times" if language == "en" else "### Zeiten")
    named = re.findall(r"`([^`]+)`", rest.partition("\n\n")[2].partition("\n\n")[0])
    assert len(named) >= 10
    for said in named:
        assert parse(said, now=NOON, zone=ZONE, language=language).utc >= NOON, said


@pytest.mark.parametrize("language", GUIDES)
def test_each_button_that_the_guide_names_is_called_so(language: str) -> None:
    texts = (TEXTS / f"{language}.ftl").read_text(encoding="utf-8")
    named = {re.sub(r"\s+", " ", name) for name in A_BUTTON.findall(GUIDES[language])}
    assert len(named) >= 20
    assert [name for name in named if name.removesuffix(" …") not in texts] == []


@pytest.mark.parametrize("language", GUIDES)
def test_the_guide_names_every_command_and_no_other(language: str) -> None:
    named = set(re.findall(r"`/([a-z]+)", GUIDES[language]))
    assert named == {command.name for command in COMMANDS} - {"start"}
