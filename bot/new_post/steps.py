"""The questions in order, and asking the one at which a draft stands."""

from dataclasses import replace

from bot.context import Actor, Context
from bot.keyboards import Choice
from bot.new_post import card_message, prompt
from bot.new_post.card_step import ADD, REPLACE, CardQuestion, MoreQuestion
from bot.new_post.confirm_step import ConfirmQuestion
from bot.new_post.facts import NO_NEWS, News
from bot.new_post.first_steps import AccountQuestion, TypeQuestion
from bot.new_post.inference import inferred
from bot.new_post.media_steps import CoverQuestion, FitQuestion, TrimQuestion
from bot.new_post.order_step import OrderQuestion
from bot.new_post.preparing import explain_failure, keep_up
from bot.new_post.question import (
    Answers,
    Decision,
    GoTo,
    Moment,
    NotUnderstoodError,
    Prompt,
    Question,
    Reply,
)
from bot.new_post.series_step import SeriesQuestion
from bot.new_post.text_steps import CaptionQuestion, HashtagsQuestion
from bot.new_post.time_step import TimeQuestion
from bot.store import in_thread
from bot.texts import LANGUAGES
from publisher.media.refused import MediaRefusedError
from publisher.wiring import rules_of
from storage.models import Draft

ACCOUNT, FIRST = AccountQuestion(), TypeQuestion()
FIT, TRIM, TIME, ORDER = FitQuestion(), TrimQuestion(), TimeQuestion(), OrderQuestion()
CHANGEABLE = (
    ACCOUNT,
    FIRST,
    FIT,
    TRIM,
    CoverQuestion(),
    ORDER,
    CaptionQuestion(),
    HashtagsQuestion(),
    TIME,
)
LAST = ConfirmQuestion(CHANGEABLE)
GUIDED: tuple[Question, ...] = (*CHANGEABLE, LAST)
"""In the order in which they are asked, and in which the last one offers to change the answers."""

CARD, MORE, SERIES = CardQuestion(), MoreQuestion(CHANGEABLE), SeriesQuestion()
QUESTIONS: dict[str, Question] = {
    question.name: question for question in (*GUIDED, CARD, MORE, ADD, REPLACE, SERIES)
}
"""Of a card, each of them may be open at any time but for the last look."""


def path(draft: Draft) -> list[Question]:
    """What this draft is asked, in order, in the guided way."""
    if FIRST.is_answered(draft):
        return [q for q in GUIDED if q.applies(draft) and not q.is_on_demand]
    return [FIRST]


def home(draft: Draft) -> Question:
    """Where everything about a draft is seen at once."""
    return LAST if draft.is_guided else CARD


def next_question(draft: Draft) -> Question:
    """The first that has no answer yet; on a card, of what cannot be inferred safely."""
    if not draft.is_guided:
        return _next_on_card(draft)
    return next(question for question in path(draft) if not question.is_answered(draft))


def _next_on_card(draft: Draft) -> Question:
    if draft.question == SERIES.name:
        return SERIES
    if not FIRST.is_answered(draft):
        return FIRST
    if open_question(draft) is FIT and FIT.applies(draft) and not FIT.is_answered(draft):
        return FIT  # only the crop was moved
    if TRIM.applies(draft) and not TRIM.is_answered(draft):
        return TRIM
    return TIME if draft.chosen_days else CARD


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
    own = open_question(draft).back(draft)
    if not draft.is_guided:
        return own if isinstance(own, dict) else GoTo(CARD.name)
    before = question_before(draft)
    if own is None or (own is Decision.REPLACE_MEDIA and before is LAST):
        return GoTo(before.name)
    return own


def open_question(draft: Draft) -> Question:
    """What the draft waits to have answered."""
    return QUESTIONS[draft.question]


def buttons_of(draft: Draft, actor: Actor, moment: Moment) -> list[Choice]:
    """All that can be tapped at the draft's open question, in every language."""
    open_ones = [open_question(draft), *([] if draft.is_guided else [CARD, MORE])]
    prompts = [
        question.ask(draft, replace(actor, language=language), moment)
        for language in LANGUAGES
        for question in dict.fromkeys(open_ones)
    ]
    return [choice for asked in prompts for row in asked.rows for choice in row]


async def ask(
    draft: Draft,
    actor: Actor,
    context: Context,
    *,
    news: News = NO_NEWS,
    problem: NotUnderstoodError | None = None,
    page: Prompt | None = None,
    is_new: bool = False,
) -> None:
    """Put the draft's open question, or show its card. Raises DraftGoneError.

    Args:
        is_new: nobody else can have changed it.
        news: what a card says besides.
        problem: what was wrong with the answer to a card's question.
        page: what a card shows instead of the question as it begins.
    """
    if draft.question == SERIES.name and draft.series_id != draft.id:
        draft.question = CARD.name  # it was on the card of another
        name = next_question(draft).name
        draft = await context.store.leave_series(draft.id, question=name)
    question = open_question(draft)
    if not draft.is_guided:
        await card_message.show(
            draft,
            open_question,
            actor,
            context,
            news=news,
            problem=problem,
            page=page,
            is_new=is_new,
        )
        return
    draft = await keep_up(draft, actor, context, is_settled=not question.shapes_media)
    try:
        draft = await question.introduce(draft, actor, context)
        picture = await in_thread(question.picture)(draft, context.services.files)
    except (MediaRefusedError, OSError) as trouble:
        sentence = await explain_failure(trouble, draft, context)
        await context.bot.send_message(draft.chat_id, sentence)
        await go_to(FIRST.name, draft, actor, context)
        return
    moment = await prompt.moment_of(draft, context, actor)
    await prompt.put(question.ask(draft, actor, moment), draft, context, picture=picture)


async def ask_below(draft: Draft, actor: Actor, context: Context, news: News = NO_NEWS) -> None:
    """Its card, or its question, comes anew at the end of the chat. Raises DraftGoneError."""
    before, draft.prompt_message_id = draft.prompt_message_id, None
    await context.store.remember_prompt(draft.id, None)
    await ask(draft, actor, context, news=news)
    if before is not None:
        await prompt.take_away(context, draft.chat_id, before)


async def go_to(question: str, draft: Draft, actor: Actor, context: Context) -> None:
    """Stand at another question and ask it. Raises DraftGoneError."""
    answers = {} if question == FIT.name else settled(draft, context)
    by = context.delivery.update_id
    stored = await context.store.answer(draft.id, question=question, by=by, **answers)
    await ask(stored, actor, context)


def settled(draft: Draft, context: Context) -> Answers:
    """On a card, answers to what can be inferred; in the guided way all is asked."""
    if draft.is_guided:
        return {}
    return inferred(draft, rules_of(draft.account, context.services.settings).types)
