"""A start that loads what is needed, and spends no time on looking for garbage meanwhile."""

import gc
import inspect
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from itertools import islice
from types import CodeType

LEFT_OUT = "(left out)"
"""Replaces a docstring. Not empty, or `dataclass` would spend time on writing one of its own."""

HAS_DOCSTRING = getattr(inspect, "CO_HAS_DOCSTRING", 0)
"""Since Python 3.14; before, a function without one has None in its place."""
NAMES_BEFORE = 4 if sys.version_info >= (3, 13) else 3
"""How many names a class sets by itself, before its docstring."""

_hiding = threading.RLock()
"""Held while packages are hidden: two threads would give back what the other has hidden."""


def run(service: str) -> int:
    """Load the module of this name and run it, until told to stop; returns its exit code."""
    leave_docstrings_out()
    try:
        with kept():
            module = import_module(service)
        return int(module.run())
    except KeyboardInterrupt:  # before it was at work
        return 0


@contextmanager
def kept() -> Iterator[None]:
    """What is imported within stays for good: it is not looked through, neither now nor later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def without(*names: str) -> Iterator[None]:
    """What is imported within, and looks whether these modules are there, does not find them."""
    with _hiding:
        loaded = {name: sys.modules[name] for name in names if name in sys.modules}
        sys.modules.update(dict.fromkeys(names))  # type: ignore[arg-type] # Python's own way to say so
        try:
            yield
        finally:
            for name in names:
                del sys.modules[name]
            sys.modules.update(loaded)


def leave_docstrings_out() -> None:
    """For all later imports: nobody reads docstrings in a running process, and they take 9 MB.

    Python's own `-OO` drops assertions as well, and libraries check replies with theirs.
    """
    loaders = (
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (_Undocumented, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )
    sys.path_hooks.insert(0, FileFinder.path_hook(*loaders))
    sys.path_importer_cache.clear()


class _Undocumented(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType | None:
        code = super().get_code(fullname)
        return code and undocumented(code)


def undocumented(code: CodeType) -> CodeType:
    """The same code without the docstrings of its functions and classes."""
    before, after = code.co_consts, None
    for place, one in enumerate(before):
        if type(one) is CodeType and (less := undocumented(one)) is not one:
            after = after or [*before]
            after[place] = less
    docstring = _of_function(code) if code.co_flags & inspect.CO_OPTIMIZED else _of_class(code)
    if docstring is not None:
        after = after or [*before]
        after[docstring] = LEFT_OUT
    return code.replace(co_consts=tuple(after)) if after else code


def _of_function(code: CodeType) -> int | None:
    """The docstring's index in the constants: the first, if there is one."""
    has_one = code.co_flags & HAS_DOCSTRING if HAS_DOCSTRING else code.co_name[0] != "<"
    return 0 if has_one and isinstance(code.co_consts[0], str) else None


def _of_class(code: CodeType) -> int | None:
    """Likewise: the second text, after the class's name, if it has several lines (no name has)."""
    if "__doc__" not in code.co_names[NAMES_BEFORE : NAMES_BEFORE + 1]:
        return None
    texts = (place for place, one in enumerate(code.co_consts) if isinstance(one, str))
    place = next(islice(texts, 1, None), None)
    return place if place is not None and "\n" in code.co_consts[place] else None
