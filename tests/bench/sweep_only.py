"""python -m tests.bench.sweep_only: what most bots do: every two minutes, all that has become due.

The same publisher, but nobody wakes it for the next post, and nothing is sent ahead.
"""

import json
import os
import time

from tests.chaos.publisher_process import VARIABLE, Plan, build

SWEEP_SECONDS = 120

if __name__ == "__main__":
    publisher, _ = build(Plan(**json.loads(os.environ[VARIABLE])))
    while True:
        publisher.sweep()
        time.sleep(SWEEP_SECONDS)
