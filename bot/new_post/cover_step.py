"""On demand: a video's cover, by itself, from its frames, or a photo of the person's own."""

from bot.context import Actor
from bot.keyboards import in_rows
from bot.new_post.question import Moment, NotUnderstoodError, Prompt, Question, UseCover, back_row
from bot.texts import label, say
from bot.texts.dates import clock
from bot.texts.words import heard
from publisher.media.choices import trim
from publisher.media.preview import cover_strip, strip_seconds
from storage.files import MediaFiles
from storage.lifecycle import MediaKind
from storage.models import Draft, MediaItem


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
            for number, second in enumerate(_seconds(draft), start=1)
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
        seconds, number = _seconds(draft), said.strip().strip(".#")
        if number.isascii() and number.isdigit() and 1 <= int(number) <= len(seconds):
            return UseCover(seconds[int(number) - 1])
        raise NotUnderstoodError("cover_not_understood", {"count": len(seconds)})


def _seconds(draft: Draft) -> list[float]:
    """Where the numbered frames lie in the prepared video."""
    video = video_of(draft)
    if video is None:
        return []
    part = trim(draft, video)
    return strip_seconds(part[1] if part else video.duration or 0.0)
