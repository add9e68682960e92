"""Step 2: the caption, published as it is written, hashtags in it included."""

from bot.context import Actor
from bot.new_post.aside import as_caption, meant_as_caption, refuse_aside
from bot.new_post.limits import refuse_over
from bot.new_post.question import Answers, Moment, NotUnderstoodError, Question, back_row
from bot.texts import label, say
from bot.texts.words import heard
from publisher.media.rules import MAX_CAPTION
from storage.lifecycle import Step
from storage.models import Draft


def ask(draft: Draft, actor: Actor, moment: Moment) -> Question:
    language = actor.language
    lines = [say(language, "ask_caption", limit=MAX_CAPTION)]
    row = [(label(language, "button_no_caption"), "skip")]
    offered = draft.caption or draft.suggested_caption
    try:
        if offered:
            refuse_over(offered, [], moment)
            lines.append(say(language, "caption_offered", caption=offered))
            row.insert(0, (label(language, "button_keep_caption"), "keep"))
    except NotUnderstoodError as problem:
        lines.append(say(language, "caption_came_over_limit") + " " + problem.sentence(language))
    return Question("\n\n".join(lines), [row, back_row(language)])


def understand(said: str, draft: Draft, actor: Actor, moment: Moment) -> Answers:
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
        _refuse_doubtful(said, draft, actor, moment)
    refuse_over(said, draft.hashtags or [], moment)
    return {"caption": said}


def _refuse_doubtful(said: str, draft: Draft, actor: Actor, moment: Moment) -> None:
    """Raises NotUnderstoodError."""
    refuse_aside(said, as_caption(said, actor.language), draft, Step.CAPTION, actor, moment)


def _is_doubtful(said: str, draft: Draft, actor: Actor, moment: Moment) -> bool:
    """Else 'Caption: ...' was no sign to us, but the way in which a caption begins."""
    try:
        _refuse_doubtful(said, draft, actor, moment)
    except NotUnderstoodError:
        return True
    return False
