"""A folder with posts as CSV, for spreadsheets, as JSON, for programs, and their media."""

import csv
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from errno import EEXIST
from pathlib import Path
from zoneinfo import ZoneInfo

from storage.export import Owned
from storage.files import MediaFiles, naming
from storage.models import MediaItem, Post
from storage.sentences import Sentence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is run by spreadsheets (owasp.org, CSV Injection, read in 2026-11)."""


@dataclass(frozen=True)
class Exported:
    """A post as it stands in both files; times are ISO 8601, in the post's own zone."""

    id: int
    account: str
    owner_id: int
    owner: str | None
    status: str
    type: str | None
    caption: str | None
    hashtags: list[str]
    planned_for: str | None
    timezone: str
    published_at: str | None
    link: str | None
    created_at: str | None
    error: str | None
    media: list[str]
    """Files in `media/`, in order."""
    media_kept: bool
    """False: files of it are gone, as some time after its publication."""


@dataclass
class Written:
    """How much it has become."""

    posts: int = 0
    media: int = 0
    incomplete: int = 0
    """Posts of which media are not kept any more."""


def export(posts: Iterable[Owned], files: MediaFiles, folder: Path) -> Written:
    """Write them into a folder that is not there yet; it is whole, or not there.

    Raises OSError: FileExistsError if it is there.
    """
    if folder.exists():
        raise FileExistsError(EEXIST, Sentence("it is there already"), str(folder))
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        (unfinished / "media").mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from None
    written = Written()
    try:
        with naming(folder), ExitStack() as stack:
            rows = stack.enter_context(_csv(unfinished / "posts.csv"))
            items = stack.enter_context(_json(unfinished / "posts.json"))
            for owned in posts:
                exported = _exported(owned, files, unfinished / "media")
                rows(exported)
                items(exported)
                written.posts += 1
                written.media += len(exported.media)
                written.incomplete += not exported.media_kept
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return written


def _exported(owned: Owned, files: MediaFiles, folder: Path) -> Exported:
    post = owned.post
    copied = [_copied(post, n, item, files, folder) for n, item in enumerate(post.media, start=1)]
    return Exported(
        id=post.id,
        account=post.account.name,
        owner_id=post.owner_id,
        owner=owned.owner,
        status=post.status.value,
        type=post.post_type and post.post_type.value,
        caption=post.caption,
        hashtags=[f"#{tag}" for tag in post.hashtags or []],
        planned_for=_iso(post.scheduled_time, post),
        timezone=post.timezone,
        published_at=_iso(post.published_at, post),
        link=post.link,
        created_at=_iso(post.created_at, post),
        error=post.error_class,
        media=[name for name in copied if name],
        media_kept=post.media_removed_at is None and None not in copied,
    )


def _copied(
    post: Post, number: int, item: MediaItem, files: MediaFiles, folder: Path
) -> str | None:
    """The file as it came, under a name that says whose it is; None if it is not kept any more."""
    day = (_iso(post.scheduled_time, post) or "undated").partition("T")[0]
    name = f"post-{post.id}-{day}-{number}{Path(item.original).suffix}"
    if not files.has(item.original):
        return None
    with files.reading(item.original) as source, (folder / name).open("xb") as target:
        shutil.copyfileobj(source, target)
    return name


def _iso(moment: datetime | None, post: Post) -> str | None:
    """In the zone in which the post was planned."""
    if moment is None:
        return None
    return moment.astimezone(ZoneInfo(post.timezone)).isoformat(timespec="seconds")


Write = Callable[[Exported], None]


@contextmanager
def _csv(path: Path) -> Iterator[Write]:
    """With a mark at its beginning by which spreadsheets know that it is UTF-8."""
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        names = [field.name for field in fields(Exported)]
        rows = csv.DictWriter(file, names, quoting=csv.QUOTE_ALL)
        rows.writeheader()
        yield lambda post: rows.writerow({key: _cell(value) for key, value in vars(post).items()})


@contextmanager
def _json(path: Path) -> Iterator[Write]:
    """An array, one post in each line."""
    with path.open("x", encoding="utf-8") as file:
        before = "[\n"

        def write(post: Exported) -> None:
            nonlocal before
            file.write(before + json.dumps(asdict(post), ensure_ascii=False))
            before = ",\n"

        yield write
        file.write("\n]\n" if before == ",\n" else "[]\n")


def _cell(value: object) -> str:
    """As a spreadsheet shows it and nothing more: what would be a formula is text, by a '."""
    text = " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
