"""What a person types as a time, in English or German: an aware UTC time, or why not.

Own grammar rather than the `dateparser` library: that guesses wherever it can (`3/4`, a lone `9`,
a word it does not know), while a post that goes out at the wrong time is worse than a question.

`text.py` takes away what carries no meaning, `grammar.py` reads phrase after phrase into the
fields of `said.py`, `resolving.py` finds the moments on the calendar, and `parsing.py` returns the
one there is or asks. Words are data: `languages/` has one file for each, which `words.py` reads.
"""

from bot.when.moments import (
    FARTHEST,
    Problem,
    When,
    WhenError,
    coming_at,
    hours_of,
    quarters_of,
    quick_choices,
)
from bot.when.parsing import parse

__all__ = [
    "FARTHEST",
    "Problem",
    "When",
    "WhenError",
    "coming_at",
    "hours_of",
    "parse",
    "quarters_of",
    "quick_choices",
]
