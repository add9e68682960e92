"""A start that loads what is needed, and spends no time on looking for garbage meanwhile."""

import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_hiding = threading.RLock()
"""Held while packages are hidden: two threads would give back what the other has hidden."""


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
