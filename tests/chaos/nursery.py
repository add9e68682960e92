"""python -m tests.chaos.nursery: bears publishers by fork, so that a thousand can be killed.

Importing everything takes a second; a fork of a process that has done so takes milliseconds, and
is as real a process as any. One line in with the log's path, one line out with the pid.
"""

import json
import os
import signal
import sys
from pathlib import Path

from tests.chaos.publisher_process import VARIABLE, Plan, run


def main() -> None:
    """Until standard input closes; the children then end, too."""
    plan = Plan(**json.loads(os.environ[VARIABLE]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries them
    children = []
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _live(plan, Path(line.strip()))
        children.append(pid)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for pid in children:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _live(plan: Plan, log: Path) -> None:
    """The child's whole life."""
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        run(plan)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
