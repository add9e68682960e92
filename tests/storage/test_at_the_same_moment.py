"""What two do at the same moment has the effect of the one after the other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from storage.accounts import Accounts
from storage.database import Database
from storage.drafts import Drafts
from storage.edits import Edits
from storage.items import DraftItems
from storage.lifecycle import PostType
from storage.media import LOCK
from storage.models import Draft, Post
from storage.outcomes import lease_of
from storage.preparations import Preparations
from storage.queue import Queue
from tests.scopes import ALL
from tests.storage.conftest import picture, until_it_waits
from tests.storage.test_edits import EDITOR, TEXT, tomorrow

Planned = Callable[..., Post]


@pytest.fixture
def edits(database: Database) -> Edits:
    return Edits(database)


@pytest.mark.parametrize("is_moved", [False, True])
def test_a_post_changed_at_the_moment_of_its_claim_goes_out_as_it_is_by_then(
    database: Database,
    edits: Edits,
    drafts: Drafts,
    items: DraftItems,
    accounts: Accounts,
    queue: Queue,
    planned: Planned,
    is_moved: bool,
) -> None:
    """Its new caption with its new photo, and by the account to which it belongs now."""
    post = planned()
    elsewhere = {"account_id": accounts.configure("instagram", "other").id} if is_moved else {}
    draft = edits.open(post.id, ALL, **EDITOR)
    items.remove_all(draft.id)
    items.add(draft.id, [picture(5)])
    drafts.answer(draft.id, question="confirm", caption="Better", **elsewhere)
    with ThreadPoolExecutor(2) as pool, database.transaction() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(:media)"), {"media": LOCK})
        applying = pool.submit(edits.apply, draft.id, ALL)
        until_it_waits(session, applying)
        claiming = pool.submit(queue.claim_next)
        until_it_waits(session, claiming, others=1)
        session.commit()
        changed, _ = applying.result()
        claimed = claiming.result()
    assert claimed is not None and claimed.caption == "Better"
    assert [item.original for item in claimed.media] == [picture(5).original]
    assert claimed.account_id == claimed.account.id == changed.account_id
    queue.heartbeat(lease_of(claimed))


@pytest.mark.parametrize("change", ["applied", "planned"])
def test_files_that_are_ready_at_the_moment_of_planning_are_the_posts(
    database: Database,
    edits: Edits,
    drafts: Drafts,
    new_draft: Callable[..., Draft],
    planned: Planned,
    change: str,
) -> None:
    is_applied = change == "applied"
    draft = edits.open(planned().id, ALL, **EDITOR) if is_applied else new_draft()
    answers = {"post_type": PostType.PHOTO, **TEXT, **tomorrow()}
    drafts.answer(draft.id, question="confirm", **answers)
    Preparations(database).ask(draft.id)
    with ThreadPoolExecutor(1) as pool, database.transaction() as session:
        session.execute(text("UPDATE drafts SET preparation = 'done'"))
        session.execute(text("UPDATE media_items SET prepared = 'made.jpg' WHERE draft_id > 0"))
        if is_applied:
            planning = pool.submit(lambda: edits.apply(draft.id, ALL)[0])
        else:
            planning = pool.submit(drafts.schedule, draft.id)
        until_it_waits(session, planning)
        session.commit()
        post = planning.result()
    assert [item.prepared for item in post.media] == ["made.jpg"]
