"""Instagram's limits of a caption, said as soon as they are exceeded."""

from collections.abc import Sequence

from bot.new_post.question import Moment, NotUnderstoodError
from publisher.caption import CaptionError, check, compose

SHOWN_CHARACTERS = 120
"""Of what is too much that are shown."""


def refuse_over(caption: str, hashtags: Sequence[str], moment: Moment) -> None:
    """Raise NotUnderstoodError, with what to cut, for what Instagram does not take together."""
    try:
        check(compose(caption, hashtags), moment.rules)
    except CaptionError as error:
        raise in_words(error) from None


def in_words(error: CaptionError) -> NotUnderstoodError:
    """The sentence of a limit that is exceeded."""
    values = {
        name: value if isinstance(value, int) else shortened(str(value))
        for name, value in error.details.items()
    }
    return NotUnderstoodError(f"caption_{error.problem}", values)


def shortened(text: str) -> str:
    """On one line, and cut where it is longer than anybody reads."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_CHARACTERS else line[: SHOWN_CHARACTERS - 1].rstrip() + "…"
