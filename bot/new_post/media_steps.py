"""Steps 1a and 1b, and on demand: how a picture is framed, what is cut off a video, its cover."""

import re

from bot.context import Actor
from bot.keyboards import Choice, in_rows, is_number
from bot.new_post.question import (
    Answers,
    Moment,
    NotUnderstoodError,
    Prompt,
    Question,
    UseCover,
    back_row,
)
from bot.texts import label, say
from bot.texts.dates import clock
from bot.texts.words import SECONDS, heard
from publisher.media.choices import needs_framing, needs_trim, target_ratio, trim
from publisher.media.framing import Fit, same_ratio
from publisher.media.preview import cover_strip, framing_preview, strip_seconds
from publisher.media.shown import VARIANTS
from storage.files import MediaFiles
from storage.lifecycle import MediaKind
from storage.models import Draft, MediaItem

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
        fits = [  # with the letter that the picture has for each
            (f"{letter} · " + label(language, f"button_fit_{fit}"), fit.value)
            for letter, fit in VARIANTS.items()
        ]
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


START = re.compile(
    rf"(?:(\d{{1,3}}):)?(\d{{1,4}}(?:[.,]\d{{1,2}})?) ?(?:{'|'.join(map(re.escape, SECONDS))})?\.?"
)
"""Such as 12, 1:05 or 12.5 s."""

ENDS = ("first", "last")


class TrimQuestion(Question):
    name = "trim"
    shapes_media = True

    def applies(self, draft: Draft) -> bool:
        return needs_trim(draft) is not None

    def is_answered(self, draft: Draft) -> bool:
        return draft.trim_agreed

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language, (length, limit) = actor.language, _measures(draft)
        text = say(
            language,
            "ask_trim",
            type=label(language, f"type_{draft.post_type}"),
            length=clock(length),
            limit=clock(limit),
            latest=clock(length - limit),
        )
        ends = [(label(language, f"button_trim_{end}", limit=clock(limit)), end) for end in ENDS]
        return Prompt(text, [ends, back_row(language)])

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers:
        length, limit = _measures(draft)
        word = heard(said, ENDS)
        start = {"first": 0.0, "last": length - limit}.get(word or "") if word else _seconds(said)
        values = {"limit": clock(limit), "latest": clock(length - limit)}
        if start is None:
            raise NotUnderstoodError("trim_not_understood", values)
        if start > length - limit:
            raise NotUnderstoodError("trim_too_late", values)
        return {"trim_start": start, "trim_agreed": True}


def _measures(draft: Draft) -> tuple[float, float]:
    """(length of the longest video, longest that is taken), in seconds."""
    length = max(item.duration or 0.0 for item in draft.media)
    return length, needs_trim(draft) or length


def _seconds(said: str) -> float | None:
    found = START.fullmatch(said.strip().casefold())
    if found is None:
        return None
    return int(found[1] or 0) * 60 + float(found[2].replace(",", "."))


def video_of(draft: Draft) -> MediaItem | None:
    """The video whose cover can be chosen: the first one."""
    if draft.post_type is None or not draft.post_type.has_cover:
        return None
    return next((item for item in draft.media if item.kind is MediaKind.VIDEO), None)


class CoverQuestion(Question):
    name = "cover"
    is_on_demand = True
    shapes_media = True
    hears_cover = True

    def applies(self, draft: Draft) -> bool:
        return video_of(draft) is not None

    def is_answered(self, draft: Draft) -> bool:
        return True  # by itself, until somebody chooses another

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language = actor.language
        frames = [
            (f"{number} · {clock(second)}", str(number))
            for number, second in enumerate(_frames(draft), start=1)
        ]
        automatic = (label(language, "button_cover_automatic"), "automatic")
        rows = [*in_rows(frames, 3), [automatic], back_row(language)]
        return Prompt(say(language, "ask_cover", count=len(frames)), rows)

    def picture(self, draft: Draft, files: MediaFiles) -> bytes:
        """The numbered frames. Blocks."""
        video = video_of(draft)
        assert video is not None
        return cover_strip(video, files)[0]

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> UseCover:
        if heard(said, ("automatic",)):
            return UseCover(None)
        seconds, number = _frames(draft), said.strip().strip(".#")
        if is_number(number) and 1 <= int(number) <= len(seconds):
            return UseCover(seconds[int(number) - 1])
        raise NotUnderstoodError("cover_not_understood", {"count": len(seconds)})


def _frames(draft: Draft) -> list[float]:
    """Where the numbered frames lie in the prepared video."""
    video = video_of(draft)
    if video is None:
        return []
    part = trim(draft, video)
    return strip_seconds(part[1] if part else video.duration or 0.0)
