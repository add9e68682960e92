"""Step 3: the hashtags."""

from bot.context import Speaker
from bot.new_post.question import Answers, Moment, NotUnderstoodError, Question, back_row
from bot.texts import label, say
from bot.texts.words import heard
from publisher.caption import CaptionError, compose, normalise_hashtags, split_caption
from publisher.media.rules import MAX_HASHTAGS
from storage.models import Post


def ask(draft: Post, speaker: Speaker, moment: Moment) -> Question:
    language = speaker.language
    offered = _offered(draft)
    lines = [say(language, "ask_hashtags", limit=MAX_HASHTAGS)]
    row = [(label(language, "button_no_hashtags"), "skip")]
    if offered:
        lines.append(say(language, "hashtags_offered", hashtags=with_signs(offered)))
        row.insert(0, (label(language, "button_keep_hashtags"), "keep"))
    return Question("\n\n".join(lines), [row, back_row(language)])


def understand(said: str, draft: Post, speaker: Speaker, moment: Moment) -> Answers:
    word = heard(said, ("skip", "keep"))
    try:
        if word == "skip":
            hashtags = []
        elif word == "keep" and _offered(draft):
            hashtags = _offered(draft)
        else:
            hashtags = normalise_hashtags(said)
        compose(draft.caption or "", hashtags)
    except CaptionError as error:
        raise NotUnderstoodError(f"hashtags_{error.problem}", error.details) from None
    return {"hashtags": hashtags}


def with_signs(hashtags: list[str]) -> str:
    """As they will stand under the post."""
    return " ".join(f"#{tag}" for tag in hashtags)


def _offered(draft: Post) -> list[str]:
    return draft.hashtags or split_caption(draft.suggested_caption or "")[1]
