"""python -m tests.bench.media: a table of ratios, all measured side by side in this run.

Needs requirements-bench.txt (libvips). Each contender runs in turn, round after round, and its
quickest run counts: what else the machine does then disturbs all of them alike.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from publisher.media import ffmpeg
from tests.bench.media import photos, videos
from tests.bench.media.race import Result

WIDTHS = (24, 9, 28, 9, 6, 12, 6)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=10, help="of the clips")
    parser.add_argument("--only", choices=("photos", "videos"))
    options = parser.parse_args()
    ffmpeg.NICENESS = 0  # else it would give way to its own competitors
    results = []
    with tempfile.TemporaryDirectory(prefix="postbote-bench-") as name:
        folder = Path(name)
        _print(("what", "ours", "against", "theirs", "ratio", "wanted", ""))
        races: dict[str, Callable[[], Iterator[Result]]] = {
            "photos": lambda: photos.results(folder, options.rounds),
            "videos": lambda: videos.results(folder, options.rounds, options.seconds),
        }
        chosen = [races[options.only]] if options.only else races.values()
        for result in chain.from_iterable(start() for start in chosen):
            results.append(result)
            _print(result.row)
    return 0 if all(result.holds for result in results) else 1


def _print(cells: tuple[str, ...]) -> None:
    line = "  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
