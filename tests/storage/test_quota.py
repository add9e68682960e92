"""Room for media: a share for each person, and a floor that the disk keeps."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from storage.database import Database
from storage.models import Draft, Post
from storage.quota import Quota, QuotaExceededError, Share, Wanted
from storage.users import Users
from tests.storage.conftest import OWNER, picture


def check(space: Quota, *wanted: int) -> None:
    (problem,) = space.check(Wanted(*wanted))
    if problem is not None:
        raise problem


def test_a_person_may_fill_their_share_and_no_more(
    database: Database, tmp_path: Path, new_draft: Callable[..., Post]
) -> None:
    new_draft()
    space = Quota(database, tmp_path, quota=picture().size_bytes + 100, floor=0)
    check(space, OWNER, 100)
    with pytest.raises(QuotaExceededError) as exceeded:
        check(space, OWNER, 101)
    assert exceeded.value.held == picture().size_bytes
    check(space, OWNER + 1, 101)
    with pytest.raises(QuotaExceededError) as exceeded:
        check(space, OWNER, 100, 1)
    assert exceeded.value.held == picture().size_bytes + 1


def test_a_person_may_begin_and_plan_so_many_posts_a_series_being_one(
    database: Database,
    tmp_path: Path,
    new_draft: Callable[..., Draft],
    planned: Callable[..., Post],
) -> None:
    space = Quota(database, tmp_path, quota=10**9, floor=0, drafts=2, planned=1)
    first, second = new_draft(), new_draft()
    with database.transaction() as session:
        session.execute(update(Draft).values(series_id=first.id))
    check(space, OWNER, 0)
    assert second.id != new_draft().id
    with pytest.raises(QuotaExceededError) as exceeded:
        check(space, OWNER, 0)
    assert (exceeded.value.of, exceeded.value.held) == (Share.DRAFTS, 2)
    planned(owner_id=8)
    with pytest.raises(QuotaExceededError) as exceeded:
        check(space, 8, 0)
    assert (exceeded.value.of, exceeded.value.held) == (Share.POSTS, 1)
    check(space, 9, 0)


def test_the_disk_keeps_its_floor(database: Database, tmp_path: Path) -> None:
    space = Quota(database, tmp_path, quota=10**18, floor=0)
    with pytest.raises(OSError, match="MIN_FREE_DISK_MB") as full:
        check(space, OWNER, 10**17)
    assert full.value.errno == errno.ENOSPC
    space.check_floor(1)
    with pytest.raises(OSError, match="MIN_FREE_DISK_MB"):
        space.check_floor(10**17)


def test_people_learn_of_files_once(database: Database) -> None:
    people = Users(database)
    people.choose_timezone(2, "Asia/Tokyo")
    assert [people.learns_of_files(1), people.learns_of_files(1)] == [True, False]
    assert [people.learns_of_files(2), people.learns_of_files(2)] == [True, False]
    assert [people.learns_of_edits(2), people.learns_of_edits(2)] == [True, False]
    assert people.circumstances(2)[0].knows_of_edits
    zones = [known.timezone for known in people.circumstances(1, 2)]
    assert zones == [None, "Asia/Tokyo"]
