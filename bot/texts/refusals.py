"""Why media cannot be taken: from the publisher's reason to a sentence."""

from markupsafe import Markup

from bot.texts import say
from publisher.media.refused import MediaRefusedError


def refusal(language: str, problem: MediaRefusedError) -> Markup:
    """The sentence for a refusal, naming the limit and the way out."""
    sentence = say(language, f"refused_{problem.reason}", **problem.details)
    return Markup(sentence)  # noqa: S704 - escaped by `say` already
