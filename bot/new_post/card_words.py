"""Words that are typed about a draft on a card become an answer, whatever is open there."""

from collections.abc import Sequence

from bot.context import Actor
from bot.keyboards import Choice
from bot.new_post import meanings
from bot.new_post.card_step import REPLACE, best_times
from bot.new_post.facts import NO_NEWS, News
from bot.new_post.question import (
    AS_CAPTION,
    Answers,
    Decision,
    GoTo,
    MeantFor,
    Moment,
    NotUnderstoodError,
    Reply,
)
from bot.new_post.series_step import all_of
from bot.new_post.steps import CARD, FIRST, MORE, SERIES, open_question, way_back
from bot.new_post.text_steps import refuse_over
from bot.new_post.time_step import other_half
from bot.new_post.type_and_time import answer_to
from bot.new_post.understanding import takes_text, understand
from bot.texts import dates, label, say
from bot.texts.parts import shortened
from bot.texts.words import DAILY, labels_called
from storage.models import Draft

HEARS_TEXT = ("caption", "hashtags")
"""Questions that take any words for their answer."""
TAKES_NO_TEXT = ("account", "type", "fit", "trim", "cover", "order", "time")
"""Questions to which a caption is no answer: it waits for a tap."""
OPEN_TO_ALL = ("card", "more", "add", "replace")
"""Where nothing in particular is asked."""
OLD_CAPTION, OTHER_DRAFTS = "button_old_caption", "button_other_drafts"
SHOWN_CHARACTERS = 40
"""Of words that may be the caption."""


def meant_on_card(
    said: str,
    draft: Draft,
    actor: Actor,
    moment: Moment,
    buttons: Sequence[Choice],
    *,
    is_reply: bool,
) -> Reply:
    """The answer to what is open, if it is one; else whatever it is. Raises NotUnderstoodError."""
    if draft.suggested_caption and OLD_CAPTION in labels_called(said):
        return CARD.understand(AS_CAPTION, draft, actor, moment)
    if draft.has_siblings and OTHER_DRAFTS in labels_called(said):
        return MeantFor(None)
    question = open_question(draft)
    hears_text = question.name in HEARS_TEXT
    meaning = understand(
        said, draft=draft, actor=actor, moment=moment, buttons=buttons, is_reply=is_reply
    )
    if isinstance(meaning, meanings.Time) and meaning.is_now and not hears_text:
        raise NotUnderstoodError("tap_now", kept={"chosen_days": None})
    if question.name in OPEN_TO_ALL or isinstance(meaning, meanings.Back | meanings.Cancel):
        return _reply(meaning, draft, actor, moment)
    try:
        return answer_to(question, said, draft, actor, moment)
    except NotUnderstoodError as problem:
        is_daily = question is SERIES and DAILY.search(said) is not None
        if question is SERIES and isinstance(meaning, meanings.Caption) and not is_daily:
            raise _either(meanings.Aside(), meaning.text, draft, actor, moment) from None
        if isinstance(meaning, meanings.Caption) and question.name in TAKES_NO_TEXT:
            raise _or_caption(problem, meaning, draft, actor.language) from None
        if hears_text or is_daily or isinstance(meaning, meanings.Caption):
            raise
        if question is SERIES:
            _refuse_for_one(meaning, draft, actor, moment)
        return _reply(meaning, draft, actor, moment)


def _refuse_for_one(meaning: meanings.Meaning, draft: Draft, actor: Actor, moment: Moment) -> None:
    """A type or hashtags would be the first post's alone, and nobody could see it on the card.

    Raises NotUnderstoodError.
    """
    match meaning:
        case meanings.Type() | meanings.Hashtags():
            raise NotUnderstoodError("series_one_by_one", {"count": len(all_of(draft))})
        case meanings.Either(meanings.Type(), caption):
            raise _either(meanings.Aside(), caption.text, draft, actor, moment)


def _or_caption(
    problem: NotUnderstoodError, meant: meanings.Caption, draft: Draft, language: str
) -> NotUnderstoodError:
    """What is wrong with the answer, and a button for the caption that it may be."""
    if not meant.text or not takes_text(draft):
        return problem
    kept = (problem.kept or Answers()) | Answers(suggested_caption=meant.text)
    offers = [*problem.choices, as_caption_choice(meant.text, language)]
    return NotUnderstoodError(problem.key, problem.values, offers, kept)


def as_caption_choice(text: str, language: str) -> Choice:
    """The button that makes these words the caption, once they are kept as `suggested_caption`."""
    shown = shortened(text, SHOWN_CHARACTERS)
    return label(language, "as_caption", said=shown), AS_CAPTION


def _reply(meaning: meanings.Meaning, draft: Draft, actor: Actor, moment: Moment) -> Reply:
    """Raises NotUnderstoodError."""
    match meaning:
        case meanings.Time(answers):
            return answers
        case meanings.Day(day):
            return {"chosen_days": [day]}
        case meanings.Hashtags(hashtags):
            refuse_over(draft.caption or "", hashtags, moment)
            return {"hashtags": [*hashtags]}
        case meanings.Type(post_type):
            return FIRST.understand(post_type, draft, actor, moment)
        case meanings.Label(value):
            return _button(value, draft, actor, moment)
        case meanings.Back():
            return way_back(draft)
        case meanings.Cancel():
            return Decision.DISCARD
        case meanings.Caption(text):
            refuse_over(text, draft.hashtags or [], moment)
            return {"caption": text}
        case meanings.Problem(error):
            raise error
        case meanings.Weekly(said):
            raise _weekly(said, draft, moment)
        case meanings.Note():
            raise NotUnderstoodError("card_is_note")
        case meanings.Aside():
            raise NotUnderstoodError("card_not_understood")
        case meanings.Either(first, caption):
            raise _either(first, caption.text, draft, actor, moment)


def _button(value: str, draft: Draft, actor: Actor, moment: Moment) -> Reply:
    if value == "media":
        return GoTo(REPLACE.name)
    for question in (open_question(draft), CARD, MORE):
        rows = question.ask(draft, actor, moment).rows
        if any(value == of_button for row in rows for _, of_button in row):
            return question.understand(value, draft, actor, moment)
    return GoTo(value)


def _either(
    first: meanings.Unsure, text: str, draft: Draft, actor: Actor, moment: Moment
) -> NotUnderstoodError:
    """Asks, with a button for each; the words are kept for the second."""
    language, kept = actor.language, Answers(suggested_caption=text)
    shown = shortened(text, SHOWN_CHARACTERS)
    caption = as_caption_choice(text, language)
    match first:
        case meanings.Problem(error):
            if time := (error.kept or {}).get("suggested_time"):
                kept["suggested_time"] = time  # a plain "yes" takes it
            offers = [*(error.choices or best_times(draft, language, moment)), caption]
            return NotUnderstoodError(error.key, error.values, offers, kept)
        case meanings.Aside():
            times = best_times(draft, language, moment)
            return NotUnderstoodError("card_is_caption", {"said": shown}, [*times, caption], kept)
        case meanings.Note():
            times = best_times(draft, language, moment)
            return NotUnderstoodError("card_is_note", choices=[*times, caption], kept=kept)
        case meanings.Weekly():
            return _weekly(text, draft, moment, [caption], kept)
    other = other_half(text, draft, actor, moment) if isinstance(first, meanings.Time) else None
    offers = [_offer(first, language, moment), *([other] if other else []), caption]
    return NotUnderstoodError("card_which", {"said": shown}, offers, kept)


def _weekly(
    said: str,
    draft: Draft,
    moment: Moment,
    choices: Sequence[Choice] = (),
    kept: Answers | None = None,
) -> NotUnderstoodError:
    """Says what sets these words as the slots of the draft's account."""
    name = f"{draft.account.name}: " if len(moment.accounts) > 1 else ""
    command = f"/slots {name}{' '.join(said.split())}"
    return NotUnderstoodError("card_is_weekly", {"command": command}, choices, kept)


def _offer(
    meaning: meanings.Time | meanings.Day | meanings.Type,
    language: str,
    moment: Moment,
) -> Choice:
    match meaning:
        case meanings.Time(answers):
            return _time(answers, language, moment)
        case meanings.Day(day):
            today = moment.now.astimezone(moment.zone).date()
            return dates.day(language, day, today), day.isoformat()
        case meanings.Type(post_type):
            return label(language, f"type_{post_type}"), post_type


def _time(answers: Answers, language: str, moment: Moment) -> Choice:
    if answers.get("wall_time") is None:
        return label(language, "button_now"), "now"
    when = answers["scheduled_time"]
    shown = dates.short(language, when, moment.zone, moment.now)
    value = when.astimezone(moment.zone).isoformat(timespec="seconds")
    return label(language, "plan_at", time=shown), value


def replaced(answers: Answers, draft: Draft, language: str) -> News:
    """That a caption takes the place of another; that one is kept, and has a button.

    Nothing where the old one is taken back: the same words heard twice are not to swap them again.
    """
    old = draft.caption
    if not old or answers.get("caption") in (old, draft.suggested_caption):
        return NO_NEWS
    answers["suggested_caption"] = old
    note = say(language, "card_caption_replaced", old=shortened(old, SHOWN_CHARACTERS))
    return News(note, buttons={"caption": (label(language, OLD_CAPTION), AS_CAPTION)})
