"""What `set_up_logging` changes of this very process, put back."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def logging_as_before() -> Iterator[None]:
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, level, raises = root.handlers[:], root.level, logging.raiseExceptions
    loggers = [
        each for each in root.manager.loggerDict.values() if isinstance(each, logging.Logger)
    ]
    levels = {each: each.level for each in loggers}
    try:
        yield
    finally:
        for handler in set(root.handlers) - set(handlers):
            handler.close()
        root.handlers[:], root.level, logging.raiseExceptions = handlers, level, raises
        sys.excepthook, threading.excepthook = hooks
        logging.captureWarnings(False)
        for each, its_level in levels.items():
            each.setLevel(its_level)
