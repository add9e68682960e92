"""What the bot says, for tests that wait for it: by the text's key, so that it can be reworded."""

from fluent.syntax import ast
from fluent.syntax.visitor import Visitor

from bot.sandbox.telegram.html import parse_html
from bot.texts import LANGUAGES, say

COUNTS = (1, 0, 2, 5, 1000)
PLURALS = {"zero", "one", "two", "few", "many", "other"}
A_VALUE = "\ue000"


class Values(Visitor):
    """The values of a message: those it shows, and those that only choose its words."""

    def __init__(self, language: str, key: str) -> None:
        self.shown: set[str] = set()
        self.chosen_by: dict[str, list[object]] = {}
        """With all that makes a difference, of counts the singular first."""
        self.visit(LANGUAGES[language][key])

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.shown.add(node.id.name)

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802
        assert isinstance(node.selector, ast.VariableReference)
        choices = [getattr(variant.key, "name", "") for variant in node.variants]
        counts: list[object] = [*COUNTS]
        self.chosen_by[node.selector.id.name] = counts if {*choices} <= PLURALS else [*choices]
        for variant in node.variants:
            self.visit(variant)


def spoken(key: str, language: str = "en", **values: object) -> str:
    """The longest part of a text that is the same whatever the values are that are not given."""
    named = Values(language, key)
    unknown: dict[str, object] = dict.fromkeys(named.shown, A_VALUE)
    firsts = {name: choices[0] for name, choices in named.chosen_by.items()}
    plain = parse_html(say(language, key, **unknown | firsts | values)).text
    return max(plain.split(A_VALUE), key=len).strip(" .:;,\n")
