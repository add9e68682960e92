"""Work on strangers' pictures in a process of its own: bounded in time and memory, and disposable.

The decoders of half a dozen formats run here. One that hangs, crashes or eats memory takes its own
process with it and nothing else, and the bot's memory and its interpreter stay free for the chat.
One that a picture has taken over may answer what it likes: of that, only plain values are read.
Processes are forked off a small server that has all of it loaded, at some 6 ms of CPU each.
"""

import contextlib
import io
import multiprocessing
import os
import pickle
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, is_dataclass
from enum import Enum
from importlib.machinery import ModuleSpec
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection
from typing import Any, ClassVar, ParamSpec, TypeVar

from publisher.media.parent_death import end_with_parent
from publisher.media.refused import MediaRefusedError, PreparationCancelledError, Refusal

POLL_SECONDS = 0.2
MAX_ANSWER_BYTES = 64 * 1024**2
"""A thousand times the largest real answer, a picture for the chat."""

P = ParamSpec("P")
T = TypeVar("T")

FORKS = multiprocessing.get_context("forkserver")
DECODERS = ["publisher.media.libav", "publisher.media.sheets", "publisher.media.work", __name__]
"""What the server has loaded, and all that these import: else each process would do so itself."""
FORKS.set_forkserver_preload(DECODERS)
LARGE_PAGES = "glibc.malloc.hugetlb=1"
"""For the server alone; elsewhere than in glibc since 2.35 it means nothing."""


@dataclass(frozen=True)
class Limits:
    """What one piece of work may use."""

    wall_seconds: int = 120
    cpu_seconds: int = 45
    memory_bytes: int = 2 * 1024**3
    output_bytes: int = 64 * 1024**2
    niceness: int = 5
    """The chat goes first."""


def never() -> bool:
    """Nobody cancels."""
    return False


def isolated(
    function: Callable[P, T],
    *,
    limits: Limits | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Callable[P, T]:
    """`function` (of a module), to be called with what can be pickled, in a process of its own.

    The call raises what the function raises, MediaRefusedError when it exceeds its limits or
    dies, and PreparationCancelledError. `progress` hears what the function says to `tell`.
    What is killed far from its limits is tried once more: by a kernel that is short of memory.
    """
    allowed = limits or Limits()

    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        began = time.monotonic()
        with contextlib.suppress(_KilledError):
            return once(*args, **kwargs)
        if time.monotonic() - began < allowed.cpu_seconds:
            began = time.monotonic()
            with contextlib.suppress(_KilledError):
                return once(*args, **kwargs)
        if time.monotonic() - began < allowed.cpu_seconds:
            raise MediaRefusedError(Refusal.TOO_MUCH)
        raise MediaRefusedError(Refusal.TOO_HEAVY, limit=allowed.cpu_seconds)

    def once(*args: P.args, **kwargs: P.kwargs) -> T:
        ours, theirs = FORKS.Pipe()
        work = (theirs, allowed, function, args, kwargs)
        process = FORKS.Process(target=_work, args=work, daemon=True)
        try:
            with _as_servers_start():
                process.start()
        except (ConnectionError, EOFError):  # the server is dying at this very moment
            time.sleep(POLL_SECONDS)
            raise _KilledError from None
        finally:
            theirs.close()
        late = threading.Timer(allowed.wall_seconds + POLL_SECONDS, _hang_up, (ours,))
        late.daemon = True
        late.start()
        try:
            succeeded, result = _outcome(ours, allowed, progress, cancelled)
        except EOFError:
            process.join(POLL_SECONDS)
            if process.exitcode == -signal.SIGKILL:
                raise _KilledError from None
            raise MediaRefusedError(Refusal.TOO_MUCH) from None
        finally:
            late.cancel()
            late.join()  # it may be at it: then the number of our end must not be another's yet
            ours.close()
            _end(process)
        if succeeded:
            return result  # type: ignore[no-any-return]
        raise result

    return call


class _KilledError(Exception):
    """Not by us: at its limit, or for want of memory."""


def start_server() -> None:
    """Done ahead, or by work that finds none: it is ready half a second later, and ends with us."""
    with _as_servers_start():
        forkserver.ensure_running()


@contextlib.contextmanager
def _as_servers_start() -> Iterator[None]:
    """Around whatever may start one.

    Pictures take many pages of memory, and large pages spare them a seventh of their time.
    """
    main = sys.modules["__main__"]
    if main.__spec__ is None:  # a script, which each process would import anew, and so all of us
        main.__spec__ = ModuleSpec("postbote.__main__", None)
    before = os.environ.setdefault("GLIBC_TUNABLES", LARGE_PAGES)
    resource_tracker.ensure_running()  # which would unblock what is blocked below
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # Ctrl-C is ours to handle
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if before == LARGE_PAGES:
            os.environ.pop("GLIBC_TUNABLES", None)


def tell(share: float) -> None:
    """From within isolated work: how far it has come, 0 to 1."""
    if _told is not None:
        _told.send(share)


_told: "Connection[Any, Any] | None" = None
"""Where to, in a process that does isolated work."""


def _outcome(
    answer: "Connection[Any, Any]",
    limits: Limits,
    progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool],
) -> tuple[bool, Any]:
    """(whether it succeeded, result or error). Raises EOFError if the process has died."""
    deadline = time.monotonic() + limits.wall_seconds
    while True:
        if answer.poll(POLL_SECONDS):
            said = _read(answer)
            if isinstance(said, tuple):
                return said
            if progress:
                progress(said)
        if cancelled():
            raise PreparationCancelledError
        if time.monotonic() > deadline:
            raise MediaRefusedError(Refusal.TOO_HEAVY, limit=limits.wall_seconds)


def _hang_up(answer: "Connection[Any, Any]") -> None:
    """For whoever waits for the rest of an answer that was begun."""
    with contextlib.suppress(OSError), socket.socket(fileno=os.dup(answer.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def _read(answer: "Connection[Any, Any]") -> Any:
    """Raises EOFError, also for an answer that our code cannot have sent."""
    try:
        return _Answer(io.BytesIO(answer.recv_bytes(MAX_ANSWER_BYTES))).load()
    except Exception as error:  # what unpickling raises is not limited to its own
        raise EOFError from error


def _build(answer: Any) -> None:
    """Give what was made its attributes. Raises pickle.UnpicklingError for what was here before."""
    if isinstance(answer.stack[-2], (type, Enum)):
        raise pickle.UnpicklingError("an answer changes what is ours")
    pickle._Unpickler.dispatch[pickle.BUILD[0]](answer)


class _Answer(pickle._Unpickler):
    """Builds only our own value types and Python's built-in errors, and calls nothing else.

    What was here before stays as it is: C's own unpickler would set attributes of classes, and of
    an enumeration's members, which all of us share.
    """

    dispatch: ClassVar = {**pickle._Unpickler.dispatch, pickle.BUILD[0]: _build}

    def find_class(self, module: str, name: str) -> Any:
        """Raises pickle.UnpicklingError."""
        if "." not in name and (module == "builtins" or module.startswith("publisher.media.")):
            found = super().find_class(module, name)
            if found is MediaRefusedError or _is_value(found) or _is_builtin_error(found):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no answer")


def _is_value(kind: object) -> bool:
    return isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, Enum))


def _is_builtin_error(kind: object) -> bool:
    """But not the end of an iteration: asyncio hands that to nobody, who would wait for ever."""
    if not isinstance(kind, type) or not issubclass(kind, Exception):
        return False
    return kind.__module__ == "builtins" and kind is not StopIteration


def _end(process: Any) -> None:
    """With whatever it has started itself."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()
    process.close()


def _work(
    answer: "Connection[Any, Any]",
    limits: Limits,
    function: Callable[..., Any],
    args: Any,
    kwargs: Any,
) -> None:
    """In the new process: take on the limits, then work, then answer."""
    global _told
    _told = answer
    os.setpgrp()
    end_with_parent()
    os.nice(limits.niceness)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.output_bytes, limits.output_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        outcome = (True, function(*args, **kwargs))
    except MemoryError:
        outcome = (False, MediaRefusedError(Refusal.TOO_MUCH))
    except Exception as error:
        outcome = (False, _as_ours(error))
    answer.send(outcome)


def _as_ours(error: Exception) -> Exception:
    """An error that `_Answer` can read: a library's own becomes a built-in one of its kind."""
    if isinstance(error, MediaRefusedError) or _is_builtin_error(type(error)):
        return error
    kind = OSError if isinstance(error, OSError) else RuntimeError
    return kind(f"{type(error).__name__}: {error}")
