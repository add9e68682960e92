"""After months of work, the daily cleaning leaves what somebody may still ask for."""

from datetime import timedelta

from sqlalchemy import func, select, text, update

from storage.accounts import Accounts
from storage.database import Database
from storage.lifecycle import Status
from storage.models import Draft, Notice, Post
from storage.outbox import NoticeKind
from storage.posts import Posts
from storage.retention import Retention
from tests.storage.worked import sizes, work

UPDATES, DAYS = 4000, 100
WEEK, YEAR = timedelta(days=7), timedelta(days=365)


def test_nothing_but_history_grows(database: Database, accounts: Accounts) -> None:
    accounts.configure("instagram", "creator")
    work(database, updates=UPDATES, days=DAYS)
    retention = Retention(database)
    files = retention.forget_media(WEEK)
    rows = retention.forget_talk()
    left = {name: count for name, (count, _) in sizes(database).items()}
    a_day, a_post = UPDATES // DAYS, UPDATES // 10
    assert left["inbox"] in range(3 * a_day - 1, 3 * a_day + 4)  # with three dead letters
    assert left["notices"] in range(30 * a_day // 5, 30 * a_day // 3)
    assert {left[name] for name in ("login_questions", "invitations", "alerts")} <= {29, 30}
    assert left["media_items"] in range(7 * a_day // 20, 7 * a_day // 10)
    assert len(files) == 2 * (a_post * 4 // 5 - left["media_items"])
    assert left["scheduled_posts"] == a_post
    assert rows > UPDATES and retention.forget_talk() == 0 and retention.forget_media(WEEK) == []


def test_history_is_forgotten_where_the_settings_say_so_and_nobody_is_at_it(
    database: Database, accounts: Accounts
) -> None:
    accounts.configure("instagram", "creator")
    work(database, updates=UPDATES, days=DAYS)
    with database.transaction() as session:
        oldest = session.scalars(select(Post.id).order_by(Post.id.desc()).limit(9)).all()
        waiting, checked, failed, edited, *_ = [number for number in oldest if number % 5]
        session.add(Notice(audience="owner", kind=NoticeKind.PUBLISHED, post_id=waiting))
        session.execute(update(Post).where(Post.id == checked).values(next_check_at=func.now()))
        whose = {"account_id": 1, "owner_id": 1, "chat_id": 1, "timezone": "UTC"}
        session.add(Draft(question="confirm", edits_post_id=edited, **whose))
        lost = {"status": Status.FAILED, "error_message": "x", "media_pk": None}
        session.execute(update(Post).where(Post.id == failed).values(published_at=None, **lost))
    retention = Retention(database)
    assert retention.forget_history(YEAR) == (0, [])
    count, files = retention.forget_history(timedelta(days=30))
    left = {name: number for name, (number, _) in sizes(database).items()}
    a_post = UPDATES // 10
    assert count == a_post - left["scheduled_posts"]
    assert left["scheduled_posts"] in range(30 * a_post // DAYS + 3, 30 * a_post // DAYS + 6)
    assert not {*files} & Posts(database).media_files() and len(files) > a_post
    with database.transaction() as session:
        assert {waiting, checked, failed, edited} <= {*session.scalars(select(Post.id))}
        orphans = text("SELECT count(*) FROM notices WHERE post_id < 0 OR post_id IS NULL")
        assert session.scalar(orphans) == UPDATES // 100


def test_what_tells_of_an_open_post_is_kept_however_old(
    database: Database, accounts: Accounts
) -> None:
    accounts.configure("instagram", "creator")
    work(database, updates=100, days=DAYS)
    with database.transaction() as session:
        last = {"published_at": None, "media_pk": None, "status": Status.PENDING}
        session.execute(update(Post).where(Post.id == 9).values(**last))
        empty = update(Notice).where(Notice.post_id == 8).values(kind=NoticeKind.QUEUE_IS_EMPTY)
        session.execute(empty)
    Retention(database).forget_talk()
    with database.transaction() as session:
        kept = session.scalars(
            select(Notice.post_id).where(Notice.post_id.in_((7, 8, 9))).order_by(Notice.post_id)
        ).all()
    assert kept == [8] * 3 + [9] * 3
