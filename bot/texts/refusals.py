"""Why media cannot be taken: from the publisher's reason to a sentence."""

from markupsafe import Markup

from bot.texts import say
from publisher.media.refused import MediaRefusedError

CODECS = {"dvvideo": "DV", "mpeg2video": "MPEG-2", "mpeg1video": "MPEG-1", "cfhd": "CineForm"}
"""As people call them, where libav does otherwise."""


def refusal(language: str, problem: MediaRefusedError) -> Markup:
    """The sentence for a refusal, naming the limit and the way out."""
    details = dict(problem.details)
    if "codec" in details:
        details["codec"] = CODECS.get(str(details["codec"]), details["codec"])
    sentence = say(language, f"refused_{problem.reason}", **details)
    return Markup(sentence)  # noqa: S704 - escaped by `say` already
