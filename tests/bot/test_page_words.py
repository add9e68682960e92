"""Every word of the sandbox's page stands in German, too."""

import re
from html.parser import HTMLParser
from pathlib import Path

PAGE = Path(__file__).parents[2] / "bot" / "sandbox" / "page"
STRING = r'"((?:[^"\\]|\\.)*)"'
THE_SAME = {
    "Postbote",
    "Sandbox",
    "Postbote · Sandbox",
    "Chat",
    "Chats",
    "This page needs JavaScript.",
}
"""In both languages, or never seen where a script translates."""


def known() -> set[str]:
    """The English words that words.js has in German."""
    table = (PAGE / "words.js").read_text().partition("};")[0]
    return {
        quoted or plain for quoted, plain in re.findall(rf"^  (?:{STRING}|(\w+)):", table, re.M)
    }


class Words(HTMLParser):
    """All that a page shows or says, as translatePage finds it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_data(self, data: str) -> None:
        self.found.add(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = ("aria-label", "title", "placeholder")
        self.found |= {value for name, value in attrs if name in said and value}


def test_what_scripts_say_stands_in_german() -> None:
    called = [
        call
        for path in PAGE.glob("*.js")
        if path.name != "words.js"
        for call in re.findall(r"\bt\(([^;]*)", path.read_text())
    ]
    assert len(called) > 50
    said = {words for call in called for words in re.findall(rf"^{STRING}", call)}
    assert said - known() == set()


def test_nothing_is_translated_that_nobody_says() -> None:
    sources = [path for path in PAGE.glob("*.[jh]*") if path.name != "words.js"]
    page = " ".join(" ".join(path.read_text().split()) for path in sources)
    services = {"That button is gone.", "That is too long.", "That message is gone."}
    services |= {"Postbote alerts"}
    assert {words for words in known() - services if words not in page} == set()


def test_what_stands_in_the_page_stands_in_german() -> None:
    words = Words()
    words.feed((PAGE / "index.html").read_text())
    assert words.found - known() - THE_SAME - {""} == set()
