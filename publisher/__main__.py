"""python -m publisher: one more publisher, on any machine with the same Postgres and media.

Stops on SIGTERM or SIGINT: what is being published is finished, the rest is handed back.
"""

import sys

from publisher import imports
from publisher.process import give_memory_back, keep_to_ourselves


def main() -> int:
    """Run until told to stop; returns the exit code: 2 if a person must act."""
    keep_to_ourselves()
    give_memory_back()
    imports.leave_docstrings_out()
    with imports.kept():
        from publisher import service  # with all that it takes to publish

    return service.run()


if __name__ == "__main__":
    sys.exit(main())
