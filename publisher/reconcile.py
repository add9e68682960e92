"""Is it live? A post's trace among what Instagram shows. Pure, and never "the newest"."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from publisher.reading import taken_at
from storage.lifecycle import MediaKind, PostType

Json = dict[str, Any]

PHOTO, VIDEO, CAROUSEL = 1, 2, 8
"""Instagram's `media_type`."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for. `since` in seconds since 1970, by Instagram's clock."""

    upload_id: str
    post_type: PostType
    caption: str
    kinds: tuple[MediaKind, ...]
    since: float


@dataclass(frozen=True)
class Found:
    """This media is it."""

    media: Json


class Absent:
    """There is no trace of it."""


class Ambiguous:
    """Something looks like it, and nothing proves it."""


def look_for(
    wanted: Wanted, media: Sequence[Json], *, bound: Collection[str], others: Collection[str]
) -> Found | Absent | Ambiguous:
    """Compare the upload id first, else caption, kind, number of items and time.

    Args:
        bound: numbers of media that belong to other posts of ours.
        others: upload ids of other posts of ours.
    """
    free = [item for item in media if str(item.get("pk")) not in bound]
    for item in free:
        if str(item.get("device_timestamp") or "") == wanted.upload_id:
            return Found(item)
    alike = [
        item
        for item in free
        if str(item.get("device_timestamp") or "") not in others and _is_alike(item, wanted)
    ]
    if not alike:
        return Absent()
    proven = wanted.post_type is not PostType.STORY and _plain(wanted.caption)
    return Found(alike[0]) if len(alike) == 1 and proven else Ambiguous()


def _is_alike(item: Json, wanted: Wanted) -> bool:
    return (
        taken_at(item) >= wanted.since
        and _kind_fits(item, wanted)
        and (wanted.post_type is PostType.STORY or _caption(item) == _plain(wanted.caption))
    )


def _kind_fits(item: Json, wanted: Wanted) -> bool:
    if wanted.post_type is PostType.CAROUSEL:
        children = item.get("carousel_media") or []
        return item.get("media_type") == CAROUSEL and len(children) == len(wanted.kinds)
    is_video = wanted.kinds[:1] == (MediaKind.VIDEO,)
    if wanted.post_type is PostType.VIDEO and item.get("product_type") == "clips":
        return item.get("media_type") == VIDEO  # Instagram shows feed videos as reels
    if wanted.post_type is PostType.REEL and item.get("product_type") != "clips":
        return False
    return item.get("media_type") == (VIDEO if is_video else PHOTO)


def _caption(item: Json) -> str:
    return _plain(str((item.get("caption") or {}).get("text") or ""))


def _plain(text: str) -> str:
    """Without what Instagram may change: forms of letters, and white space at line ends."""
    lines = [line.strip() for line in unicodedata.normalize("NFC", text).splitlines()]
    return "\n".join(lines).strip()
