"""python -m tests.bench.start: from `python -m bot` to the answer to a message that waited.

With the embedded Postgres, whose folder is there from a start before; against the sandbox's Bot API
server. Each start is a restart after an orderly end.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from tests.bench.memory import TIMEOUT_SECONDS, deployed, print_line, started

WANTED_SECONDS = 2.0


async def main(starts: int) -> None:
    with tempfile.TemporaryDirectory(prefix="pb-") as temporary:
        folder = Path(temporary)
        async with deployed(folder, None) as world:
            await world.anna.sends("/help")
            await world.anna.sees("/list", timeout_seconds=TIMEOUT_SECONDS)
            environment = world.environment
            world.process.terminate()
            world.process.wait()
            taken = []
            for _ in range(starts):
                await world.anna.sends("/help")
                began = time.perf_counter()
                with started(folder, environment, "bot"):
                    await world.anna.sees("/list", timeout_seconds=TIMEOUT_SECONDS)
                    taken.append(time.perf_counter() - began)
    median = statistics.median(taken)
    print_line(f"{starts} starts: median {median:.2f} s, slowest {max(taken):.2f} s")
    print_line(f"{median / WANTED_SECONDS:.2f} of what is wanted")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=5)
    asyncio.run(main(parser.parse_args().starts))
