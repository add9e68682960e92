"""Why media cannot be taken: from the publisher's reason to a sentence."""

from markupsafe import Markup

from bot.texts import is_known, label, say
from bot.texts.dates import length
from publisher.media.refused import MediaRefusedError, Refusal

LASTING = frozenset({Refusal.TOO_LONG, Refusal.TOO_SHORT, Refusal.TOO_HEAVY})
"""Whose values are seconds."""

CODECS = {"dvvideo": "DV", "mpeg2video": "MPEG-2", "mpeg1video": "MPEG-1", "cfhd": "CineForm"}
"""As people call them, where libav does otherwise."""


NO_MEDIA = {
    **dict.fromkeys(("PDF", "Word/Excel/PowerPoint", "text", "HTML"), "document"),
    **dict.fromkeys(("ZIP", "RAR", "7Z", "GZIP"), "archive"),
    "playlist": "playlist",
    **dict.fromkeys(("MP3", "OGG", "AAC", "FLAC", "AMR", "CAF", "AIFF", "MIDI"), "sound"),
}
"""Formats of what no conversion makes a picture or video of."""


def refusal(language: str, problem: MediaRefusedError, *, sent: str = "file") -> Markup:
    """The sentence for a refusal, naming the limit and the way out.

    Args:
        sent: "photo" if Telegram has made the picture smaller, so that a file may help.
    """
    values = dict(problem.details)
    form = str(values.get("format"))
    if problem.reason in LASTING:
        values = {name: length(language, float(str(value))) for name, value in values.items()}
    if problem.reason is Refusal.UNKNOWN_FORMAT:
        values["format"] = _look(language, form)
        if kind := NO_MEDIA.get(form):
            sentence = say(language, "refused_no_media", format=values["format"], kind=kind)
            return Markup(sentence)  # noqa: S704 - escaped by `say` already
    if "codec" in values:
        values["codec"] = CODECS.get(str(values["codec"]), values["codec"])
    key = f"refused_{problem.reason}"
    if problem.reason is Refusal.WRONG_MEDIA:
        key = f"refused_for_{values.pop('type')}"
    sentence = say(language, key, sent=sent, **values)
    return Markup(sentence)  # noqa: S704 - escaped by `say` already


def _look(language: str, form: str) -> str:
    """What a file seems to be: a name such as PDF, or words."""
    key = f"looks_{'unknown' if form == '?' else form}"
    return label(language, key) if is_known(key) else label(language, "looks_like_file", name=form)
