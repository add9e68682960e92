"""Step 2: the caption, published as it is written, hashtags in it included."""

from bot.context import Actor
from bot.new_post.doubtful import as_caption, meant_as_caption, refuse_doubtful
from bot.new_post.limits import refuse_over
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
from storage.models import Draft


class CaptionQuestion(Question):
    name = "caption"
    doubtful = "caption_doubtful"

    def applies(self, draft: Draft) -> bool:
        return shows_text(draft)

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
