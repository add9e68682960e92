"""A start that loads what is needed, and spends no time on looking for garbage meanwhile."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


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
def without(name: str) -> Iterator[None]:
    """What is imported within, and looks whether this package is there, does not find it."""
    loaded = sys.modules.get(name)
    sys.modules[name] = None  # type: ignore[assignment] # so says Python's own import system
    try:
        yield
    finally:
        del sys.modules[name]
        if loaded is not None:
            sys.modules[name] = loaded
