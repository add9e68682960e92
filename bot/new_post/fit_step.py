"""Step 1a, when the shape does not fit: crop it, or put it on a background."""

from bot.context import Actor
from bot.keyboards import Choice, in_rows
from bot.new_post.question import Answers, Moment, NotUnderstoodError, Prompt, Question, back_row
from bot.texts import label, say
from bot.texts.words import heard
from publisher.media.choices import needs_framing, target_ratio
from publisher.media.framing import Fit, same_ratio
from publisher.media.preview import VARIANTS, framing_preview
from storage.files import MediaFiles
from storage.models import Draft

SHIFTS = {"left": -0.5, "up": -0.5, "right": 0.5, "down": 0.5}
"""Word -> how far the window of the crop moves, of the 1 that lies on each side of the centre."""


class FitQuestion(Question):
    name = "fit"
    shapes_media = True
    arrows = frozenset(SHIFTS)

    def applies(self, draft: Draft) -> bool:
        return needs_framing(draft)

    def is_answered(self, draft: Draft) -> bool:
        return draft.fit is not None

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language = actor.language
        fits = [(_lettered(letter, fit, language), fit.value) for letter, fit in VARIANTS.items()]
        text = say(language, "ask_fit", type=label(language, f"type_{draft.post_type}"))
        return Prompt(text, [*in_rows(fits, 2), _shifts(draft, language), back_row(language)])

    def picture(self, draft: Draft, files: MediaFiles) -> bytes:
        """What each answer leads to, side by side. Blocks."""
        return framing_preview(draft, files)

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers:
        word = VARIANTS.get(said.strip().upper()) or heard(said, (*Fit, *SHIFTS))
        if word is None:
            raise NotUnderstoodError("fit_not_understood")
        if word in SHIFTS:
            shift = min(max(draft.fit_shift + SHIFTS[word], -1.0), 1.0)
            return {"fit": None, "fit_shift": shift}
        return {"fit": Fit(word).value}


def _lettered(letter: str, fit: Fit, language: str) -> str:
    """A button's label, with the letter that the picture has for it."""
    name = label(language, f"button_fit_{fit}")
    return f"{letter} · {name}"


def _shifts(draft: Draft, language: str) -> list[Choice]:
    """The buttons that move the crop along the side of which something is cut off."""
    ways = ("left", "right") if _is_too_wide(draft) else ("up", "down")
    return [(label(language, f"button_shift_{way}"), way) for way in ways]


def _is_too_wide(draft: Draft) -> bool:
    for item in draft.media:
        ratio, target = item.width / item.height, target_ratio(draft, item)
        if not same_ratio(ratio, target):
            return ratio > target
    return True
