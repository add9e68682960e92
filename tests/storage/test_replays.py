"""An update that comes again finds the post that it has changed."""

from collections.abc import Callable
from datetime import UTC, datetime

from storage.drafts import Drafts
from storage.lifecycle import PostType, Status, Step
from storage.models import Post
from storage.posts import Posts

NewDraft = Callable[..., Post]


def changed(drafts: Drafts, update_id: int) -> Post | None:
    return drafts.changed_by(update_id)


def test_an_answer_names_its_update_and_leaves_the_next_question_to_be_asked(
    drafts: Drafts, new_draft: NewDraft
) -> None:
    draft = new_draft()
    drafts.remember_prompt(draft.id, 5)
    answered = drafts.answer(draft.id, next_step=Step.CAPTION, by=42)
    assert answered.prompt_message_id is None
    found = changed(drafts, 42)
    assert found is not None and found.step is Step.CAPTION
    assert changed(drafts, 41) is None


def test_a_discarded_draft_names_the_update_that_discarded_it(
    drafts: Drafts, new_draft: NewDraft
) -> None:
    drafts.discard(new_draft().id, by=43)
    found = changed(drafts, 43)
    assert found is not None and found.status is Status.DELETED


def test_a_planned_post_names_the_update_that_planned_it(
    drafts: Drafts, new_draft: NewDraft
) -> None:
    draft = new_draft()
    drafts.answer(
        draft.id,
        next_step=Step.CONFIRM,
        by=43,
        post_type=PostType.PHOTO,
        caption="Hello",
        hashtags=[],
        scheduled_time=datetime.now(UTC),
    )
    drafts.schedule(draft.id, by=44)
    found = changed(drafts, 44)
    assert found is not None and found.status is Status.PENDING
    assert changed(drafts, 43) is None


def test_a_deleted_post_names_the_update_that_deleted_it(
    drafts: Drafts, posts: Posts, planned: Callable[..., Post]
) -> None:
    posts.delete(planned().id, None, by=45)
    found = changed(drafts, 45)
    assert found is not None and found.status is Status.DELETED
