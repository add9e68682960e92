# mypy: ignore-errors
"""What a process of the former release does, whose code lies in a folder; run by itself.

    python former_release_at_work.py URL FOLDER

Everything is read once, and a post goes from its draft to its publication, changed on the way.
"""

import sys
from datetime import UTC, datetime, timedelta

sys.path.insert(0, sys.argv[2])

from sqlalchemy import select

import storage.models as models
from storage.accounts import Accounts
from storage.database import Database
from storage.drafts import Drafts, NewMedia
from storage.due import DueWork
from storage.edits import Edits
from storage.encryption import SecretBox
from storage.held import HeldPosts, LetIn
from storage.inbox import Inbox, NewIncoming
from storage.invitations import Invitations
from storage.leader import LeaderLock
from storage.lifecycle import MediaKind, PostType, Status
from storage.logins import Logins
from storage.members import Members
from storage.notes import Notes
from storage.outbox import Outbox
from storage.overdue import Overdue
from storage.pace import NO_PACES
from storage.posts import Posts
from storage.preflight import Preflight
from storage.queue import Queue
from storage.reconciliation import Reconciliation
from storage.scope import Scope
from storage.slots import Slots
from storage.trouble import DatabaseTroubleError
from storage.undo import Undo
from storage.users import Users

OWNER, CHAT, ADMIN_CHAT = 7, 70, -100
HOUR = timedelta(hours=1)


def main(url: str) -> None:
    assert models.__file__.startswith(sys.argv[2])
    database = Database(url)
    lock = LeaderLock(database)
    assert lock.take()
    accounts = Accounts(database, SecretBox("a key"))
    account = accounts.configure("instagram", "former", {"password": "right"})
    accounts.save_session(account.id, {"device": "d"})
    scope = Scope.of_everybody(frozenset({account.id}))
    talk(database)
    published = publish(database, account.id, scope)
    doubt(database, account.id)
    change(database, account.id, scope)
    team(database, account.id, scope, published)
    look_after(database, accounts, account.id)
    read_everything(database)
    refuses_to_start(database)
    lock.drop()
    database.close()


def read_everything(database: Database) -> None:
    for mapper in models.Base.registry.mappers:
        with database.transaction() as session:
            session.scalars(select(mapper.class_)).unique().all()


def talk(database: Database) -> None:
    inbox, users = Inbox(database), Users(database)
    came = NewIncoming(1, "a", CHAT, None, {"update_id": 1}, 5, OWNER, datetime.now(UTC), 3, "x")
    inbox.keep([came, NewIncoming(2, "b", CHAT, None, {"update_id": 2})])
    rows = inbox.next_of(CHAT)
    inbox.begin(rows)
    rest = inbox.finish(rows)
    inbox.dead_letter([row.id for row in rest], "KeyError", told=False)
    users.keep(OWNER, "Anna", "de")
    users.choose_timezone(OWNER, "Europe/Berlin")
    assert users.circumstances(OWNER).timezone == "Europe/Berlin"


def plan(database: Database, account_id: int, due_in: timedelta):
    drafts, when = Drafts(database), datetime.now(UTC) + due_in
    whose = {"owner_id": OWNER, "chat_id": CHAT, "account_id": account_id}
    draft = drafts.open(language="en", timezone="UTC", question="type", **whose)
    name = f"{draft.id:032x}.jpg"
    picture = NewMedia(1, MediaKind.PHOTO, name, "jpeg", 1080, 1350, None, None, 1000)
    drafts.add_media(draft.id, [picture])
    drafts.answer(
        draft.id,
        question="confirm",
        post_type=PostType.PHOTO,
        caption="Hello",
        hashtags=["one"],
        scheduled_time=when,
        wall_time=when.replace(tzinfo=None).isoformat(),
    )
    return drafts.schedule(draft.id)


def publish(database: Database, account_id: int, scope: Scope) -> int:
    post, queue = plan(database, account_id, -HOUR), Queue(database)
    due = DueWork(database, ("instagram",), NO_PACES)
    due.seconds_left(HOUR)
    claimed = queue.claim_next([account_id])
    assert claimed.id == post.id
    queue.outcomes.mark_sending(claimed)
    queue.outcomes.mark_uploaded(claimed, media_pk="11", link="https://example.org/p/1")
    outbox = Outbox(database)
    notice = outbox.next_of(CHAT, ADMIN_CHAT)
    outbox.begin(notice.id)
    outbox.mark_sent(notice.id)
    assert Posts(database).get(post.id, scope).status is Status.UPLOADED
    return post.id


def doubt(database: Database, account_id: int) -> None:
    plan(database, account_id, -HOUR)
    queue = Queue(database)
    claimed = queue.claim_next([account_id])
    queue.outcomes.mark_sending(claimed)
    queue.outcomes.mark_unconfirmed(claimed, error_class="network", error_message="lost")
    doubts = Reconciliation(database, queue)
    held = doubts.hold_next([account_id])
    if held is not None:
        doubts.found(*held, media_pk="12", link=None)
        queue.release(held[0])


def change(database: Database, account_id: int, scope: Scope) -> None:
    post, undo, edits = plan(database, account_id, HOUR), Undo(database), Edits(database)
    when = datetime.now(UTC) + 2 * HOUR
    wall = when.replace(tzinfo=None).isoformat()
    edits.reschedule(post.id, scope, scheduled_time=when, wall_time=wall, timezone="UTC")
    edits.rewrite(post.id, scope, caption="Another", hashtags=[])
    undo.delete(post.id, scope)
    undo.undo(post.id, scope, question="time")
    posts, post = Posts(database), plan(database, account_id, HOUR)
    posts.page(scope, [Status.PENDING], limit=6)
    posts.held_by(OWNER)
    posts.delete(post.id, scope)
    posts.forget_media(timedelta(0))
    Drafts(database).discard_abandoned(timedelta(0))


def team(database: Database, account_id: int, scope: Scope, post_id: int) -> None:
    members, invitations = Members(database), Invitations(database)
    _, token = invitations.create(
        models.MemberRole.AUTHOR, frozenset({account_id}), created_by=1, valid_for=HOUR
    )
    invitations.accept(token, OWNER, "Anna")
    members.set_role(OWNER, models.MemberRole.EDITOR)
    Notes(database).add(post_id, scope, "nice", author_id=OWNER, author_name="Anna")
    held = HeldPosts(database)
    let_in = LetIn(frozenset(), ADMIN_CHAT, frozenset())
    held.hold(let_in)
    held.release(let_in)
    members.remove(OWNER)


def look_after(database: Database, accounts: Accounts, account_id: int) -> None:
    overdue = Overdue(database)
    overdue.tell_waiting(HOUR)
    overdue.ask_about_late(HOUR)
    overdue.remind_of_hand_overs(HOUR)
    Preflight(database, Queue(database))
    Slots(database, NO_PACES).tell_of_empty_queues()
    Logins(database, accounts.box).open_codes()
    accounts.check_soon(HOUR, random=lambda: 0.5)
    Inbox(database).forget(timedelta(0), timedelta(0))


def refuses_to_start(database: Database) -> None:
    told = "nothing: it would work on tables that it does not know"
    try:
        database.migrate()
    except DatabaseTroubleError as error:
        told = str(error)
    assert "newer version" in told, told


if __name__ == "__main__":
    main(sys.argv[1])
