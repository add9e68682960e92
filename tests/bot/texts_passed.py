"""Which values the code hands to which text, read from its source."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

KEY_STANDS_AT = {
    "say": 1,
    "label": 1,
    "_answer": 2,
    "NotUnderstoodError": 0,
    "SlotsError": 0,
    "UnfitError": 0,
    "tells": 0,
    "asks": 0,
    "asks_secretly": 0,
    "confirms": 0,
    "WrongAnswerError": 0,
    "UnsureError": 0,
    "Finding": 1,
}
"""Whoever takes a text's key -> as which argument."""
AS_A_MAPPING = ("NotUnderstoodError", "UnfitError")
"""Which take the values as one argument."""
REASON_OF = {"MediaRefusedError": "refused", "CaptionError": "caption"}
"""Errors whose reason makes the key, and whose keywords are the values."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Passed:
    """One place that has a text said."""

    by: str
    keys: str
    """A pattern: of a single text, or of several where the key is put together."""
    names: frozenset[str]

    @property
    def is_exact(self) -> bool:
        return self.keys.isidentifier()

    def concerns(self, key: str) -> bool:
        return re.fullmatch(self.keys, key) is not None


@cache
def all_passed() -> list[Passed]:
    """Every place in the bot and the publisher whose key and values stand in its function."""
    files = [path for folder in ("bot", "publisher") for path in (ROOT / folder).rglob("*.py")]
    return [
        place
        for path in files
        if "sandbox" not in path.parts
        for place in passed_in(path.read_text(encoding="utf-8"))
    ]


def passed_in(source: str) -> Iterator[Passed]:
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, Function):
            for node in ast.walk(function):
                if isinstance(node, ast.Call):
                    yield from _passed(node, function)


def _passed(call: ast.Call, function: Function) -> Iterator[Passed]:
    by = ast.unparse(call.func).rpartition(".")[2]
    if by in REASON_OF and call.args:
        keys = [f"{REASON_OF[by]}_{key}" for key in _keys(call.args[0], function)]
    elif by in KEY_STANDS_AT and len(call.args) > KEY_STANDS_AT[by]:
        keys = _keys(call.args[KEY_STANDS_AT[by]], function)
    else:
        return
    given = [_names(keyword, function) for keyword in call.keywords if by not in AS_A_MAPPING]
    if by in AS_A_MAPPING and len(call.args) > 1:
        given = [_names_in(call.args[1], function)]
    names = frozenset(name for group in given if group for name in group)
    if None not in given:
        yield from (Passed(by, key, names) for key in keys)


def _keys(node: ast.expr, function: Function) -> list[str]:
    """What a key may be, as patterns; none if that is decided elsewhere."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.Attribute(attr=constant) if constant.isupper():  # of a StrEnum
            return [constant.lower()]
        case ast.IfExp(body=one, orelse=other):
            return _keys(one, function) + _keys(other, function)
        case ast.JoinedStr(values=pieces):
            return ["".join(_piece(piece, function) for piece in pieces)]
        case ast.Name(id=name):
            return [key for value in _values_of(name, function) for key in _keys(value, function)]
    return []


def _piece(node: ast.expr, function: Function) -> str:
    value = node.value if isinstance(node, ast.FormattedValue) else node
    assert isinstance(value, ast.expr)
    found = _keys(value, function)
    return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})" if found else ".+"


def _names(keyword: ast.keyword, function: Function) -> set[str] | None:
    """Of one keyword, or of all that `**` unfolds; None if that is decided elsewhere."""
    return {keyword.arg} if keyword.arg else _names_in(keyword.value, function)


def _names_in(node: ast.expr, function: Function) -> set[str] | None:
    match node:
        case ast.Dict(keys=keys):
            return {str(key.value) for key in keys if isinstance(key, ast.Constant)}
        case ast.DictComp(generators=[ast.comprehension(iter=ast.Call(func=ast.Attribute(value)))]):
            return _names_in(value, function)
        case ast.Name(id=name):
            for value in _values_of(name, function):
                return _names_in(value, function)
    return None


def _values_of(name: str, function: Function) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=assigned)], value=value) if assigned == name:
                yield value
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                for target, value in zip(targets, values, strict=True):
                    if isinstance(target, ast.Name) and target.id == name:
                        yield value
