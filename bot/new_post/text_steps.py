"""Steps 2 and 3: the caption, published as it is written, and the hashtags added to its own."""

from collections.abc import Sequence

from bot.context import Actor
from bot.new_post.doubtful import as_caption, meant_as_caption, refuse_doubtful
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
from publisher.caption import (
    CaptionError,
    check,
    compose,
    count_hashtags,
    find_hashtags,
    normalise_hashtags,
)
from storage.models import Draft

SHOWN_CHARACTERS = 120
"""Of what is too much that are shown."""


def refuse_over(caption: str, hashtags: Sequence[str], moment: Moment) -> None:
    """Raise NotUnderstoodError, with what to cut, for what Instagram does not take together."""
    try:
        check(compose(caption, hashtags), moment.rules)
    except CaptionError as error:
        raise in_words(error) from None


def in_words(error: CaptionError) -> NotUnderstoodError:
    """The sentence of a limit that is exceeded."""
    values = {
        name: value if isinstance(value, int) else shortened(str(value))
        for name, value in error.details.items()
    }
    return NotUnderstoodError(f"caption_{error.problem}", values)


def shortened(text: str) -> str:
    """On one line, and cut where it is longer than anybody reads."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_CHARACTERS else line[: SHOWN_CHARACTERS - 1].rstrip() + "…"


class _TextQuestion(Question):
    """Applies where the chosen type has a place for it."""

    def applies(self, draft: Draft) -> bool:
        return shows_text(draft)


class CaptionQuestion(_TextQuestion):
    name = "caption"
    doubtful = "caption_doubtful"

    def is_answered(self, draft: Draft) -> bool:
        return draft.caption is not None

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language = actor.language
        lines = [say(language, "ask_caption", limit=moment.rules.max_caption)]
        row = [(label(language, "button_no_caption"), "skip")]
        offered = draft.caption or draft.suggested_caption
        try:
            if offered:
                refuse_over(offered, [], moment)
                lines.append(say(language, "caption_offered", caption=offered))
                row.insert(0, (label(language, "button_keep_caption"), "keep"))
        except NotUnderstoodError as problem:
            over = say(language, "caption_came_over_limit")
            lines.append(f"{over} {problem.sentence(language)}")
        return Prompt("\n\n".join(lines), [row, back_row(language)])

    def understand(self, said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers:
        word = heard(said, ("skip", "keep"))
        if word == "skip":
            return {"caption": ""}
        offered = draft.caption or draft.suggested_caption
        literal = meant_as_caption(said)
        if word == "keep" and offered:
            said = offered
        elif literal is not None and _is_doubtful(literal, draft, actor, moment):
            said = literal
        else:
            _refuse_unclear(said, draft, actor, moment)
        refuse_over(said, draft.hashtags or [], moment)
        return {"caption": said}


def _refuse_unclear(said: str, draft: Draft, actor: Actor, moment: Moment) -> None:
    """Raises NotUnderstoodError."""
    literal = as_caption(said, actor.language)
    refuse_doubtful(said, literal, CaptionQuestion(), draft, actor, moment)


def _is_doubtful(said: str, draft: Draft, actor: Actor, moment: Moment) -> bool:
    """Else 'Caption: ...' was no sign to us, but the way in which a caption begins."""
    try:
        _refuse_unclear(said, draft, actor, moment)
    except NotUnderstoodError:
        return True
    return False


class HashtagsQuestion(_TextQuestion):
    name = "hashtags"
    doubtful = "hashtags_doubtful"
    doubts_a_day = True

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
