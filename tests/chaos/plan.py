"""What publisher_process is told, apart from it: to write it down, nobody need load a publisher."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

MODULE = "tests.chaos.publisher_process"
VARIABLE = "CHAOS_PUBLISHER"


@dataclass(frozen=True)
class Plan:
    """What such a publisher is to work on."""

    database_url: str
    media: str
    accounts: Mapping[str, str]
    """Account name -> the URL of its Instagram."""
    timings: Mapping[str, float]
    """Fields of Timings, in seconds."""

    def dump(self) -> str:
        return json.dumps(vars(self))
