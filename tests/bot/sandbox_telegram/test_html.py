"""The HTML parse mode, and what is found in plain text."""

import pytest

from bot.sandbox.telegram.detection import detected, with_detected
from bot.sandbox.telegram.entities import FormattedText, Wire, checked, trimmed, utf16_slice
from bot.sandbox.telegram.errors import ApiError
from bot.sandbox.telegram.html import parse_html


def mark(kind: str, offset: int, length: int, **more: str) -> Wire:
    return {"type": kind, "offset": offset, "length": length} | more


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a</b><STRONG>b</strong>", "ab", [mark("bold", 0, 1), mark("bold", 1, 1)]),
        ("<i>a</i><em>b</em>", "ab", [mark("italic", 0, 1), mark("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [mark("underline", 0, 1), mark("underline", 1, 1)]),
        (
            "<s>a</s><strike>b</strike><del>c</del>",
            "abc",
            [mark("strikethrough", at, 1) for at in range(3)],
        ),
        (
            '<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>',
            "ab",
            [mark("spoiler", 0, 1), mark("spoiler", 1, 1)],
        ),
        ("<b>a<i>b</i></b>", "ab", [mark("bold", 0, 2), mark("italic", 1, 1)]),
        ("😀<b>😀</b>é<i>x</i>", "😀😀éx", [mark("bold", 2, 2), mark("italic", 5, 1)]),
        ("<b></b>empty", "empty", []),
        ("<b>x</>", "x", [mark("bold", 0, 1)]),
        ("<blockquote>q</blockquote>", "q", [mark("blockquote", 0, 1)]),
        (
            "<blockquote expandable>q</blockquote>",
            "q",
            [mark("expandable_blockquote", 0, 1)],
        ),
        ("<code><b>x</b></code>", "x", [mark("code", 0, 1)]),
        (
            '<pre><code class="language-python">x</code></pre>',
            "x",
            [mark("pre", 0, 1, language="python")],
        ),
        (
            "<a href='https://example.org/?a=1&amp;b=2'>x</a>",
            "x",
            [mark("text_link", 0, 1, url="https://example.org/?a=1&b=2")],
        ),
        ("<a>example.org</a>", "example.org", [mark("text_link", 0, 11, url="example.org")]),
        ('<a href="javascript:alert(1)">x</a>', "x", []),
        ('<a href="http://localhost/a">x</a>', "x", []),
        ('<a href="tel:+4930">x</a>', "x", [mark("text_link", 0, 1, url="tel:+4930")]),
        ("&lt;b&gt; &amp; &quot;", '<b> & "', []),
        ("&#128512;&#x41;&#66", "😀AB", []),
        ("&nbsp; &apos; &lt & &#0; &#xD800;", "&nbsp; &apos; &lt & &#0; &#xD800;", []),
        (
            '<tg-emoji emoji-id="53">👍</tg-emoji>',
            "👍",
            [mark("custom_emoji", 0, 2, custom_emoji_id="53")],
        ),
    ],
)
def test_html_becomes_text_with_entities(source: str, text: str, entities: list[Wire]) -> None:
    assert parse_html(source) == FormattedText(text, entities)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<x>", 'Unsupported start tag "x" at byte offset 0'),
        ("é😀<script>", 'Unsupported start tag "script" at byte offset 6'),
        ("1 < 2 > 1", 'Unsupported start tag "" at byte offset 2'),
        ("<b>open", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</i>", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('ab<a href="x', "Unclosed start tag at byte offset 2"),
        ('<a href="x"', "Unclosed start tag at byte offset 0"),
        ("<a href", "Unclosed start tag at byte offset 0"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        (
            "<a href>y</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        (
            "<blockquote>a<b><blockquote expandable>b</blockquote></b></blockquote>",
            "Nested blockquote at byte offset 16",
        ),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_html(source)
    assert caught.value.description == f"Bad Request: can't parse entities: {complaint}"


def test_trimming_moves_entities_with_their_text() -> None:
    formatted = trimmed(parse_html(" \n<b> hi 😀 </b>\n"))
    assert formatted == FormattedText("hi 😀", [mark("bold", 0, 5)])
    assert trimmed(parse_html("<b> </b>")) == FormattedText("", [])


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("x", "no list"),
        ("x", [{"type": "sparkle", "offset": 0, "length": 1}]),
        ("x", [mark("bold", 0, 0)]),
        ("x", [mark("bold", -1, 1)]),
        ("x", [mark("bold", 0, 2)]),
        ("😀", [mark("bold", 0, 1)]),
        ("😀", [mark("bold", 1, 1)]),
    ],
)
def test_entities_that_do_not_fit_the_text_are_refused(text: str, entities: object) -> None:
    with pytest.raises(ApiError):
        checked(text, entities)


def test_telegram_finds_commands_links_mentions_and_hashtags_in_what_people_type() -> None:
    text = "/list 😀 #sun @someone https://a.example/#no x/y 1#z /help@the_bot"
    found = [(e["type"], e["offset"], e["length"]) for e in detected(text).entities]
    assert found == [
        ("bot_command", 0, 5),
        ("hashtag", 9, 4),
        ("mention", 14, 8),
        ("url", 23, 21),
        ("bot_command", 53, 13),
    ]


def words(formatted: FormattedText) -> list[tuple[str, str]]:
    """What was found, and of which kind."""
    return [
        (entity["type"], utf16_slice(formatted.text, at, at + entity["length"]))
        for entity in formatted.entities
        for at in (entity["offset"],)
    ]


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        (
            "mention",
            "@abcde @abc @xxxxx@yyyyy no@mention нет@mention",
            ["@abcde", "@xxxxx"],
        ),
        ("mention", "(@Some_one), @a" + "b" * 32, ["@Some_one"]),
        (
            "bot_command",
            "/abc /test/ x/y </b> /list@postbote_bot, /Help.",
            ["/abc", "/list@postbote_bot", "/Help"],
        ),
        ("hashtag", "# ## #a #я я#a #a# #123 #123a #te·st", ["#a", "#я", "#123a", "#te·st"]),
        (
            "hashtag",
            "#a#b #c #" + "1" * 255 + "a #" + "1" * 256 + "a",
            ["#c", "#" + "1" * 255 + "a"],
        ),
        (
            "cashtag",
            "$a $A $ABCDEFGH $ABCDEFGHJ $1INCH $$XYZ $ABC1 1$ABC",
            ["$A", "$ABCDEFGH", "$1INCH"],
        ),
        (
            "email",
            "a.b+c@example.org, <do-not-reply@telegram.org> @b.de x@y",
            ["a.b+c@example.org", "do-not-reply@telegram.org"],
        ),
        (
            "phone_number",
            "+49 30 123456-7, +1-212-555-0123; 030 1234567 a+4930123456",
            ["+49 30 123456-7", "+1-212-555-0123"],
        ),
        (
            "url",
            "See https://example.org/a?b=c#d. And (http://a.de/x_(y)), or example.com!",
            ["https://example.org/a?b=c#d", "http://a.de/x_(y)", "example.com"],
        ),
        (
            "url",
            "www.instagram.com/p/C43tBdMt7B1/ readme.md photo.jpg 1.5 z.B. 18.30 e.g. usw...so",
            ["www.instagram.com/p/C43tBdMt7B1/", "readme.md"],
        ),
        (
            "url",
            "http://localhost/ http://127.0.0.1:8321/ 10.11.2026 https://müller.de:8443",
            ["http://127.0.0.1:8321/", "https://müller.de:8443"],
        ),
    ],
)
def test_what_telegram_finds_it_finds_in_everybodys_text(
    kind: str, text: str, found: list[str]
) -> None:
    assert [said for one, said in words(detected(text)) if one == kind] == found


def test_nothing_is_found_in_code_or_in_a_link_and_bold_words_are_searched() -> None:
    source = (
        "<code>/list</code> <a href='https://a.example'>#sun</a> <b>#moon</b>"
        " <pre>@someone</pre> https://a.example/#no/@someone"
    )
    assert words(with_detected(parse_html(source))) == [
        ("code", "/list"),
        ("text_link", "#sun"),
        ("bold", "#moon"),
        ("hashtag", "#moon"),
        ("pre", "@someone"),
        ("url", "https://a.example/#no/@someone"),
    ]
