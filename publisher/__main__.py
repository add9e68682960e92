"""python -m publisher: one more publisher, on any machine with the same Postgres and media.

Stops on SIGTERM or SIGINT: what is being published is finished, the rest is handed back.
"""

import argparse
import sys

from publisher import imports
from publisher.process import end_in_order, give_memory_back, keep_to_ourselves


def main() -> int:
    """Run until told to stop; returns the exit code: 2 if a person must act."""
    about = argparse.RawDescriptionHelpFormatter
    argparse.ArgumentParser(
        "postbote-publisher", description=__doc__, formatter_class=about
    ).parse_args()
    keep_to_ourselves()
    end_in_order()
    give_memory_back()
    imports.leave_docstrings_out()
    try:
        with imports.kept():
            from publisher import service  # with all that it takes to publish

        return service.run()
    except KeyboardInterrupt:  # before it was at work
        return 0


if __name__ == "__main__":
    sys.exit(main())
