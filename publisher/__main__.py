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
    return imports.run("publisher.service")


if __name__ == "__main__":
    sys.exit(main())
