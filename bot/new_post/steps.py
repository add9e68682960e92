"""The questions in order, and asking the one at which a draft stands."""

from dataclasses import replace

from bot.context import Actor, Context
from bot.keyboards import Choice
from bot.new_post import prompt
from bot.new_post.confirm_step import ConfirmQuestion
from bot.new_post.first_steps import AccountQuestion, TypeQuestion
from bot.new_post.media_steps import CoverQuestion, FitQuestion, TrimQuestion
from bot.new_post.order_step import OrderQuestion
from bot.new_post.preparing import explain_failure, keep_up
from bot.new_post.question import Decision, GoTo, Moment, Question, Reply
from bot.new_post.text_steps import CaptionQuestion, HashtagsQuestion
from bot.new_post.time_step import TimeQuestion
from bot.store import in_thread
from bot.texts import LANGUAGES
from publisher.media.refused import MediaRefusedError
from storage.models import Draft

ACCOUNT, FIRST = AccountQuestion(), TypeQuestion()
CHANGEABLE = (
    ACCOUNT,
    FIRST,
    FitQuestion(),
    TrimQuestion(),
    CoverQuestion(),
    OrderQuestion(),
    CaptionQuestion(),
    HashtagsQuestion(),
    TimeQuestion(),
)
LAST = ConfirmQuestion(CHANGEABLE)
QUESTIONS: dict[str, Question] = {question.name: question for question in (*CHANGEABLE, LAST)}
"""In the order in which they are asked, and in which the last one offers to change the answers."""


def path(draft: Draft) -> list[Question]:
    """What this draft is asked, in order."""
    if FIRST.is_answered(draft):
        return [q for q in QUESTIONS.values() if q.applies(draft) and not q.is_on_demand]
    return [FIRST]


def next_question(draft: Draft) -> Question:
    """The first that has no answer yet."""
    return next(question for question in path(draft) if not question.is_answered(draft))


def question_before(draft: Draft) -> Question:
    """What 'back' leads to; from the first, to itself.

    What is asked again although all is answered was chosen at the last look: back to that.
    """
    here = open_question(draft)
    if here is not LAST and next_question(draft) is LAST:
        return LAST
    questions = path(draft)
    at = questions.index(here) if here in questions else 0
    return questions[max(at - 1, 0)]


def way_back(draft: Draft) -> Reply:
    """What 'back' means: never to throw away the media of what was chosen at the last look."""
    before = question_before(draft)
    own = open_question(draft).back(draft)
    if own is None or (own is Decision.REPLACE_MEDIA and before is LAST):
        return GoTo(before.name)
    return own


def open_question(draft: Draft) -> Question:
    """What the draft waits to have answered."""
    return QUESTIONS[draft.question]


def buttons_of(draft: Draft, actor: Actor, moment: Moment) -> list[Choice]:
    """All that can be tapped at the draft's open question, in every language."""
    question = open_question(draft)
    prompts = [
        question.ask(draft, replace(actor, language=language), moment) for language in LANGUAGES
    ]
    return [choice for asked in prompts for row in asked.rows for choice in row]


async def ask(draft: Draft, actor: Actor, context: Context) -> None:
    """Put the draft's open question. Raises DraftGoneError."""
    question = open_question(draft)
    draft = await keep_up(draft, actor, context, is_settled=not question.shapes_media)
    try:
        draft = await question.introduce(draft, actor, context)
        picture = await in_thread(question.picture)(draft, context.services.files)
    except (MediaRefusedError, OSError) as problem:
        sentence = await explain_failure(problem, draft, context)
        await context.bot.send_message(draft.chat_id, sentence)
        await go_to(FIRST.name, draft, actor, context)
        return
    moment = await prompt.moment_of(draft, context, actor)
    await prompt.put(question.ask(draft, actor, moment), draft, context, picture=picture)


async def go_to(question: str, draft: Draft, actor: Actor, context: Context) -> None:
    """Stand at another question and ask it. Raises DraftGoneError."""
    by = context.delivery.update_id
    await ask(await context.store.answer(draft.id, question=question, by=by), actor, context)
