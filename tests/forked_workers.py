"""pytest-xdist's workers as forks of one process, which has imported and collected all tests.

Each would take seconds for that, and compile what no other has compiled yet. To xdist they are
what it starts: this file, run in place of an interpreter. It hands its standard streams over to a
fork, and ends with it.
"""

import gc
import os
import select
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]


def started(door: Path, arguments: Sequence[str]) -> tuple[str, Callable[[], None]]:
    """What xdist is to start instead of Python, and what ends the process that it asks.

    That process collects what pytest's arguments name, and listens at `door`.
    """
    code = f"import sys; sys.path[0] = {str(ROOT)!r}; import tests.forked_workers as f; f.serve()"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(door))
        listening.listen()
        number = listening.fileno()
        server = subprocess.Popen(
            [sys.executable, "-c", code, str(number), *arguments],
            stdin=subprocess.PIPE,  # closed, it says that nobody needs workers any more
            stdout=subprocess.DEVNULL,
            pass_fds=[number],
        )

    def end() -> None:
        server.communicate()

    return shlex.join([sys.executable, "-IS", __file__, str(door)]), end


def serve() -> None:
    """Collect the tests, then be a worker of them for each who asks."""
    import pytest

    from tests.warmed import warm_up

    number, *arguments = sys.argv[1:]
    pytest.main([*arguments, "--collect-only", "--quiet"])
    warm_up("a test's key")
    gc.collect()
    gc.freeze()  # what is never touched is never copied
    sys.stdout.flush()  # else each fork would say it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(number)) as door:
        while sys.stdin not in select.select([sys.stdin, door], [], [])[0]:
            connection, _ = door.accept()
            with connection:
                if os.fork() == 0:
                    door.close()
                    _run(connection)


def _run(asked: socket.socket) -> None:
    """As `python -c` does, with the streams that are handed over; who asked waits for its end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    code, streams, _, _ = socket.recv_fds(asked, 2**16, 3)
    for stream, number in zip(streams, range(3), strict=True):
        os.dup2(stream, number)
        os.close(stream)
    sys.argv = ["-c"]
    exec(code, vars(sys.modules["__main__"]))  # noqa: S102 - xdist's own
    sys.exit()


def main() -> None:
    """Be what xdist has started: `python -u -c code`."""
    door, *_, code = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with the worker, which hears it too
    with socket.socket(socket.AF_UNIX) as worker:
        worker.connect(door)
        socket.send_fds(worker, [code.encode()], range(3))
        worker.recv(1)


if __name__ == "__main__":
    main()
