"""docs/reliability.md numbers the faults; each has a test that names its row."""

import ast
import re
from pathlib import Path

ROWS = range(1, 21)
NAMED = re.compile(r"\brows? (\d+)(?: and (\d+))?", re.I)


def test_every_fault_has_a_test() -> None:
    named: set[int] = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for row in NAMED.findall(ast.get_docstring(node) or ""):
                    named |= {int(number) for number in row if number}
    assert named >= set(ROWS), set(ROWS) - named
