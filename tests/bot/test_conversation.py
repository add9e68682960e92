"""The conversation as a table: which state hears what. How it plays is tested end to end."""

from telegram.ext import CallbackQueryHandler

from bot.new_post.flow import COVER, ITEMS, NO_DRAFT, NO_MEDIA, WORDS, conversation
from bot.new_post.steps import QUESTIONS

STATES = conversation().states


def buttons_at(state: object) -> int:
    return sum(isinstance(handler, CallbackQueryHandler) for handler in STATES[state])


def test_each_question_is_a_state_and_so_is_the_time_before_there_is_one() -> None:
    assert {*STATES} == {NO_DRAFT, NO_MEDIA, *QUESTIONS}


def test_a_photo_is_one_more_item_except_where_a_cover_is_asked_for() -> None:
    assert {state for state in STATES if COVER in STATES[state]} == {"cover"}
    assert {state for state in STATES if ITEMS in STATES[state]} == {*STATES} - {"cover"}


def test_words_answer_once_there_is_a_draft() -> None:
    assert {state for state in STATES if WORDS in STATES[state]} == {*STATES} - {NO_DRAFT}


def test_buttons_answer_their_own_question_and_arrows_only_show_it_otherwise() -> None:
    assert [buttons_at(state) for state in (NO_DRAFT, NO_MEDIA)] == [0, 0]
    assert {name: buttons_at(name) for name in QUESTIONS} == {
        **dict.fromkeys(QUESTIONS, 1),
        **dict.fromkeys(("account", "fit", "time"), 2),
    }
