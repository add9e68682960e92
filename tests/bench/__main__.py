"""python -m tests.bench [MEASURE ...] [--full]: the project's tables, each figure with its ratio.

Ratios are between things that are measured side by side in the same run, so that they say the same
on any machine; what they are to is said in each line.
"""

import argparse
import subprocess
import sys
import time

from tests.bench import reliability
from tests.chaos.processes import ROOT

PROGRAMS = {
    "memory": ["memory"],
    "start": ["start"],
    "idle": ["idle"],
    "growth": ["growth"],
    "costs": ["costs"],
    "crowd": ["crowd"],
    "album": ["album"],
    "abuse": ["abuse"],
    "media": ["media", "--rounds", "2", "--seconds", "4"],
}
"""Those that run for themselves."""
MEASURES = [*reliability.MEASURES, *PROGRAMS]


def main() -> int:
    """Measure what is named, or everything; the number of measures that have failed."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, epilog=f"in turn: {', '.join(MEASURES)}"
    )
    parser.add_argument("what", nargs="*", choices=[[], *MEASURES], default=[], metavar="MEASURE")
    parser.add_argument("--full", action="store_true", help="in full size; takes long")
    given = parser.parse_args()
    return sum(not measured(name, in_full=given.full) for name in given.what or MEASURES)


def measured(name: str, *, in_full: bool) -> bool:
    """Print its table."""
    say(f"== {name}")
    began = time.monotonic()
    if name in PROGRAMS:
        module, *arguments = PROGRAMS[name]
        command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
        done = subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    else:
        for line in reliability.lines_of(name, in_full=in_full):
            say(line)
        done = True
    say(f"({time.monotonic() - began:.0f} s)")
    return done


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
