"""Steps 2 and 3: the caption, published as it is written, and the hashtags added to its own."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from bot.context import Actor
from bot.keyboards import Choice, fits
from bot.new_post.question import (
    Answers,
    Moment,
    NotUnderstoodError,
    Page,
    Prompt,
    Question,
    back_row,
)
from bot.new_post.time_step import TimeQuestion
from bot.texts import LANGUAGES, label, say
from bot.texts.parts import shortened, with_signs
from bot.texts.words import ADDING, AROUND_HASHTAGS, HASHTAGS_NAMED, heard, is_aside
from bot.weekly_times import sounds_weekly
from bot.when import Problem
from publisher.caption import (
    HASHTAG,
    SEPARATORS,
    CaptionError,
    check,
    compose,
    count_hashtags,
    find_hashtags,
    normalise_hashtags,
    utf16_length,
)
from storage.models import Draft

SHOWN_CHARACTERS = 80
"""Of what is too much that are shown."""
UNCLEAR_TIMES = frozenset(
    f"time_{problem}"
    for problem in (
        Problem.SEVERAL_WAYS,
        Problem.IN_THE_PAST,
        Problem.SKIPPED_BY_DST,
        Problem.AMBIGUOUS_DST,
    )
)
COPIED_UNITS = 600
"""UTF-16 units of a caption for which a card has room below the facts."""
HOUR = re.compile(r"\d:\d|[^\W\d_].*\d|\d.*[^\W\d_]")
"""Digits with a colon or with words: `6:30`, `at 6`; dates and numbers alone are captions."""


def refuse_doubtful(
    said: str, literal: str, question: Question, draft: Draft, actor: Actor, moment: Moment
) -> None:
    """Raise NotUnderstoodError for what sounds like an answer to another question.

    `literal` is what says the same beyond doubt: the label of a button, and to be typed.
    """
    if is_aside(said) or sounds_weekly(said) or _is_time(said, question, draft, actor, moment):
        offer: list[Choice] = (
            [(literal, literal)] if fits(question.name, draft.id or 0, literal) else []
        )
        values = {"said": said, "literal": literal}
        raise NotUnderstoodError(question.doubtful, values, offer)


def as_caption(said: str, language: str) -> str:
    """How to say that these words are meant as the caption."""
    return label(language, "caption_literal", said=said)


def meant_as_caption(said: str) -> str | None:
    """What was said to be the caption beyond doubt, in any language, if it needed to be."""
    for language in LANGUAGES:
        sign = as_caption("", language).strip()
        if said.casefold().startswith(sign.casefold()):
            rest = said[len(sign) :].strip()
            return rest or None
    return None


def _is_time(said: str, question: Question, draft: Draft, actor: Actor, moment: Moment) -> bool:
    by_day = question.doubts_a_day
    try:
        answers = TimeQuestion().understand(said, draft, actor, moment)
    except NotUnderstoodError as problem:
        names_day = by_day and problem.key == f"time_{Problem.TIME_MISSING}"
        return names_day or is_unclear_time(said, problem)
    if isinstance(answers, Page):  # one of its buttons, typed
        return True
    return answers.get("scheduled_time") is not None or (by_day and "chosen_days" in answers)


def is_unclear_time(said: str, problem: NotUnderstoodError) -> bool:
    """Whether words that the time question did not understand name a time all the same."""
    return problem.key in UNCLEAR_TIMES and HOUR.search(said) is not None


def refuse_over(caption: str, hashtags: Sequence[str], moment: Moment) -> None:
    """Raise NotUnderstoodError, with what to cut, for what Instagram does not take together."""
    try:
        check(compose(caption, hashtags), moment.rules)
    except CaptionError as error:
        raise in_words(error) from None


def in_words(error: CaptionError) -> NotUnderstoodError:
    """The sentence of a limit that is exceeded."""
    values = {
        name: value if isinstance(value, int) else shortened(str(value), SHOWN_CHARACTERS)
        for name, value in error.details.items()
    }
    return NotUnderstoodError(f"caption_{error.problem}", values)


class _TextQuestion(Question):
    """Applies where the chosen type has a place for it."""

    def applies(self, draft: Draft) -> bool:
        return draft.shows_text


class CaptionQuestion(_TextQuestion):
    name = "caption"
    doubtful = "caption_doubtful"

    def is_answered(self, draft: Draft) -> bool:
        return draft.caption is not None

    def ask(self, draft: Draft, actor: Actor, moment: Moment) -> Prompt:
        language = actor.language
        lines = [say(language, "ask_caption", limit=moment.rules.max_caption)]
        row = [(label(language, "button_no_caption"), "skip")]
        if not draft.is_guided:
            return Prompt(
                "\n\n".join([*lines, *_to_change(draft, language)]), [row, back_row(language)]
            )
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
        if not said:
            raise NotUnderstoodError("caption_missing")
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


def _to_change(draft: Draft, language: str) -> Iterator[str]:
    """The caption that there is, to be copied; a long one is changed where it was written."""
    if draft.caption and utf16_length(draft.caption) <= COPIED_UNITS:
        yield say(language, "caption_to_copy", caption=draft.caption)
    elif draft.caption and draft.caption_message_id is not None:
        yield say(language, "caption_to_edit")


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


def listed_hashtags(said: str, before: Sequence[str]) -> list[str] | None:
    """The hashtags, if the text is nothing but hashtags, with # or named as such; else None.

    'Add #sea' and 'More hashtags: sea' come to those `before`, and 'Hashtags: none' is none.
    """
    named = HASHTAGS_NAMED.match(said)
    rest = said[named.end() :] if named else said
    kept = before if ADDING.match(said) or (named and named["adds"]) else ()
    if named and "#" not in rest:
        with suppress(CaptionError):
            return [*kept] if heard(rest, ("skip",)) else _besides(kept, normalise_hashtags(rest))
    beside = {word.casefold().rstrip(":") for word in SEPARATORS.split(HASHTAG.sub(" ", rest))}
    return _besides(kept, find_hashtags(rest)) if beside - {""} <= AROUND_HASHTAGS else None


def _besides(kept: Sequence[str], tags: list[str]) -> list[str] | None:
    """All of them, each once; None if there are no more."""
    return find_hashtags(with_signs([*kept, *tags])) if kept and tags else tags or None


def _understood(said: str, draft: Draft, actor: Actor, moment: Moment) -> list[str]:
    word = heard(said, ("skip", "keep"))
    if word == "skip":
        return []
    if word == "keep" and (draft.hashtags or find_hashtags(draft.caption or "")):
        return draft.hashtags or []
    listed = listed_hashtags(said, draft.hashtags or [])
    if listed is not None:
        return listed
    try:
        hashtags = normalise_hashtags(said)
    except CaptionError as error:
        raise in_words(error) from None
    if not hashtags:
        raise NotUnderstoodError("hashtags_missing")
    if "#" not in said and "＃" not in said:
        refuse_doubtful(said, with_signs(hashtags), HashtagsQuestion(), draft, actor, moment)
    return hashtags
