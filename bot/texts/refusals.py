"""Why media cannot be taken: from the publisher's reason to a sentence."""

from bot.texts import say
from publisher.media.refused import MediaRefusedError


def refusal(language: str, problem: MediaRefusedError) -> str:
    """The sentence for a refusal, naming the limit and the way out."""
    return say(language, f"refused_{problem.reason}", **problem.details)
