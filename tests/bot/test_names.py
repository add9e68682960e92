"""Names on Instagram, which Telegram would take for its own."""

import pytest

from bot.sandbox.telegram.detection import with_detected
from bot.sandbox.telegram.html import parse_html
from bot.texts.parts import with_names


def linked(name: str) -> str:
    return f'<a href="https://www.instagram.com/{name}/">@{name}</a>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@postbote.demo", linked("postbote.demo")),
        ("With @anna_b,\n(@ben.)", f"With {linked('anna_b')},\n({linked('ben')}.)"),
        ("<b> & @ben", f"&lt;b&gt; &amp; {linked('ben')}"),
        ("a@example.org @ @@x no@name @müller", "a@example.org @ @@x no@name @müller"),
        ("@" + "a" * 31, "@" + "a" * 31),
        ("", ""),
    ],
)
def test_a_name_leads_to_instagram_and_everything_else_is_escaped(text: str, shown: str) -> None:
    assert str(with_names(text)) == shown


def test_telegram_finds_nobody_of_its_own_in_it() -> None:
    said = with_detected(parse_html(with_names("By @postbote.demo and @anna_b #sun")))
    assert [entity["type"] for entity in said.entities] == ["text_link", "text_link", "hashtag"]
