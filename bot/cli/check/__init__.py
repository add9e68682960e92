"""postbote check: whether all that a bot needs is there, line by line; changes nothing.

Exit code 0: all is well; 1: something cannot be reached just now; 2: a person has to act.
"""

import argparse
import os
import sys

from bot.cli.terminal import Terminal
from storage.sentences import sentence_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def run(arguments: argparse.Namespace) -> int:
    from bot.cli.check.findings import State, look  # with all that it looks at

    terminal, states = Terminal(), {State.GOOD}
    try:
        for finding in look():
            states.add(finding.state)
            terminal.states(finding.state.value, finding.key, **finding.values)
    except OSError as error:  # of standard output; Python would try once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # as by `postbote check | head`
            terminal.complains(sentence_of(error))
            return 2
    if State.WRONG in states:
        return 2
    return 1 if State.AWAY in states else 0
