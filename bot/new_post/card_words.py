"""Words that are typed while nothing is asked on a card."""

from bot.context import Actor
from bot.new_post.question import Moment, NotUnderstoodError, Question, Reply
from bot.new_post.text_steps import CaptionQuestion, HashtagsQuestion, meant_as_caption
from bot.new_post.time_step import TimeQuestion
from publisher.caption import HASHTAG
from storage.models import Draft


def meant_on_card(
    said: str, question: Question, draft: Draft, actor: Actor, moment: Moment
) -> Reply:
    """A button, a time, hashtags alone, or else the caption. Raises NotUnderstoodError."""
    if literal := meant_as_caption(said):
        return CaptionQuestion().understand(literal, draft, actor, moment)
    rows = question.ask(draft, actor, moment).rows
    if said in {value for row in rows for _, value in row}:
        return question.understand(said, draft, actor, moment)
    try:
        return TimeQuestion().understand(said, draft, actor, moment)
    except NotUnderstoodError:
        if not HASHTAG.sub("", said).strip():
            return HashtagsQuestion().understand(said, draft, actor, moment)
    return CaptionQuestion().understand(said, draft, actor, moment)
