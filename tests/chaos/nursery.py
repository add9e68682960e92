"""python -m tests.chaos.nursery: bears publishers by fork, so that a thousand can be killed.

Importing everything takes a second; a fork of a process that has done so takes milliseconds, and
is as real a process as any. Signals pass through here as well: only a parent knows that a number
still belongs to its child, since nobody else gets it before the parent has buried it.

One line in, one out: "bear LOG" gives a pid; "SIGKILL PID", "SIGSTOP PID" and "SIGCONT PID" say
"done" or, for a child that had ended by itself, "ended". All children end with this process.
"""

import json
import os
import signal
import sys
from pathlib import Path

from tests.chaos.publisher_process import VARIABLE, Plan, run

children: set[int] = set()


def main() -> None:
    """Until standard input closes."""
    plan = Plan(**json.loads(os.environ[VARIABLE]))
    for line in sys.stdin:
        order, _, argument = line.strip().partition(" ")
        answer = _born(plan, Path(argument)) if order == "bear" else _sent(order, int(argument))
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    for pid in list(children):
        _sent("SIGKILL", pid)


def _born(plan: Plan, log: Path) -> int:
    pid = os.fork()
    if pid == 0:
        _live(plan, log)
    children.add(pid)
    return pid


def _sent(name: str, pid: int) -> str:
    """Signal a child; one that is dead, or dies of it, is buried."""
    if pid not in children:
        return "ended"
    if os.waitpid(pid, os.WNOHANG)[0]:
        children.remove(pid)
        return "ended"
    os.kill(pid, signal.Signals[name])
    if name == "SIGKILL":
        os.waitpid(pid, 0)
        children.remove(pid)
    return "done"


def _live(plan: Plan, log: Path) -> None:
    """The child's whole life."""
    code = 1
    try:
        os.setsid()
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
