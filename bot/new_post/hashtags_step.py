"""Step 3: the hashtags that are added to those in the caption."""

from bot.context import Actor
from bot.new_post.doubtful import refuse_doubtful
from bot.new_post.limits import in_words, refuse_over
from bot.new_post.question import (
    Answers,
    Moment,
    NotUnderstoodError,
    Prompt,
    Question,
    back_row,
    shows_text,
)
from bot.texts import label, say
from bot.texts.words import heard
from publisher.caption import CaptionError, count_hashtags, find_hashtags, normalise_hashtags
from storage.models import Draft


class HashtagsQuestion(Question):
    name = "hashtags"
    doubtful = "hashtags_doubtful"
    doubts_a_day = True

    def applies(self, draft: Draft) -> bool:
        return shows_text(draft)

    def is_answered(self, draft: Draft) -> bool:
        return draft.hashtags is not None

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language, caption = actor.language, draft.caption or ""
        left = max(moment.rules.max_hashtags - count_hashtags(caption), 0)
        lines = [say(language, "ask_hashtags" if left else "ask_hashtags_full", limit=left)]
        row = [(label(language, "button_no_hashtags"), "skip")]
        if in_caption := find_hashtags(caption):
            lines.append(say(language, "hashtags_in_caption", hashtags=with_signs(in_caption)))
        if draft.hashtags:
            lines.append(say(language, "hashtags_offered", hashtags=with_signs(draft.hashtags)))
            row.insert(0, (label(language, "button_keep_hashtags"), "keep"))
        return Prompt("\n\n".join(lines), [row, back_row(language)])

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers:
        hashtags = _understood(said, draft, actor, moment)
        refuse_over(draft.caption or "", hashtags, moment)
        return {"hashtags": hashtags}


def with_signs(hashtags: list[str]) -> str:
    """As they will stand under the post."""
    return " ".join(f"#{tag}" for tag in hashtags)


def _understood(said: str, draft: Draft, actor: Actor, moment: Moment) -> list[str]:
    word = heard(said, ("skip", "keep"))
    if word == "skip":
        return []
    if word == "keep" and (draft.hashtags or find_hashtags(draft.caption or "")):
        return draft.hashtags or []
    try:
        hashtags = normalise_hashtags(said)
    except CaptionError as error:
        raise in_words(error) from None
    if not hashtags:
        raise NotUnderstoodError("hashtags_missing")
    if "#" not in said and "＃" not in said:
        refuse_doubtful(said, with_signs(hashtags), HashtagsQuestion(), draft, actor, moment)
    return hashtags
