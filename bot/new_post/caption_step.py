"""Step 2: the caption."""

from bot.context import Speaker
from bot.new_post.question import Answers, Moment, NotUnderstoodError, Question, back_row
from bot.texts import label, say
from bot.texts.words import heard
from publisher.caption import CaptionError, checked_caption, split_caption
from publisher.media.rules import MAX_CAPTION
from storage.models import Post


def ask(draft: Post, speaker: Speaker, moment: Moment) -> Question:
    language = speaker.language
    offered = draft.caption or split_caption(draft.suggested_caption or "")[0]
    lines = [say(language, "ask_caption", limit=MAX_CAPTION)]
    row = [(label(language, "button_no_caption"), "skip")]
    if offered:
        lines.append(say(language, "caption_offered", caption=offered))
        row.insert(0, (label(language, "button_keep_caption"), "keep"))
    return Question("\n\n".join(lines), [row, back_row(language)])


def understand(said: str, draft: Post, speaker: Speaker, moment: Moment) -> Answers:
    word = heard(said, ("skip", "keep"))
    if word == "skip":
        return {"caption": ""}
    if word == "keep" and draft.caption:
        return {}
    if word == "keep" and draft.suggested_caption:
        said = draft.suggested_caption
    caption, hashtags = split_caption(said)
    try:
        checked_caption(said)
    except CaptionError as error:
        raise NotUnderstoodError(f"caption_{error.problem}", error.details) from None
    return {"caption": caption, **({"suggested_caption": said} if hashtags else {})}
