"""Is it live? A post's trace among what Instagram shows, and what it proves if there is none.

Pure, and never "the newest". All times are seconds since 1970 by Instagram's clock.
"""

import unicodedata
from collections.abc import Callable, Collection, Mapping

from publisher.destination import Evidence, Json, Wanted
from publisher.instagram.feed import Reading, number, taken_at
from publisher.instagram.uploads import KINDS, ids_of
from storage.lifecycle import MediaKind, PostType

PHOTO, VIDEO, CAROUSEL = 1, 2, 8
"""Instagram's `media_type`."""

SMALL_PAGE_ITEMS = 12
"""So many media fill a page of the feed; where fewer end it, that is all."""
ID_DIGITS = 13
"""Of an upload id in milliseconds. Ten digits, as in recordings of 2024, are no id of anything."""
INACCURACY_SECONDS = 10.0
"""Seconds by which we may be wrong about Instagram's clock: what is further off cannot be it."""
PRECISION_SECONDS = 3.0
"""The same as a rule: its clock is told, and media are dated, in whole seconds."""


def look_for(wanted: Wanted, reading: Reading) -> Json | list[Json] | Evidence:
    """Its media; or several that look like it; or what it proves that there is no trace of it.

    Compared are the upload id first, whenever that was; else caption, kind, number of items, time.
    """
    bound = wanted.taken([str(item.get("pk")) for item in reading.all])
    free = [item for item in reading.all if str(item.get("pk")) not in bound]
    ids = ids_of(wanted.upload_id, len(wanted.kinds))
    for item in free:
        if _id(item) in ids:
            return item
    alike = [item for item in free if _may_be(item, wanted, reading, bound)]
    if not alike:
        over = wanted.doubted + INACCURACY_SECONDS
        return evidence(reading, wanted, lambda item: taken_at(item) > over)
    proven = len(alike) == 1 and _must_be(alike[0], wanted, reading)
    return alike[0] if proven else alike


def look_whether_shown(wanted: Wanted, reading: Reading) -> Json | Evidence:
    """The same of media whose number is known: those that follow it are newer."""
    for item in reading.all:
        if str(item.get("pk")) == wanted.media_pk:
            return item
    own = number({"pk": wanted.media_pk})
    return evidence(reading, wanted, lambda item: 0 < own < number(item))


def evidence(reading: Reading, wanted: Wanted, is_newer: Callable[[Json], bool]) -> Evidence:
    """What it proves that the wanted post is not shown.

    A reading is trusted only if it reaches from what was there before to what is known to be
    there by now: feeds lag, and replies have been empty or cut.

    Args:
        is_newer: whether some media appeared after it.
    """
    before = wanted.newest_before
    if not all(_reaches(reading, known) for known in (before, wanted.newest_of_ours) if known):
        return Evidence.NONE
    goes_back = any(
        number(item) <= (before or 0) or 0 < taken_at(item) < wanted.first_sent - INACCURACY_SECONDS
        for item in reading.media
    )
    may_be_cut = not goes_back and before != 0
    if may_be_cut and (before or len(reading.media) >= SMALL_PAGE_ITEMS):
        return Evidence.NONE
    is_newer_shown = not may_be_cut and any(is_newer(item) for item in reading.media)
    return Evidence.STRONG if is_newer_shown else Evidence.WEAK


def _reaches(reading: Reading, known: int) -> bool:
    """Whether this media is shown, or a newer one: it may be gone."""
    is_shown = any(number(item) == known for item in reading.pinned)
    return is_shown or any(number(item) >= known for item in reading.media)


def is_of_another(item: Json, upload_ids: Collection[str], caption: str, began: float) -> bool:
    """Whether media in the very reply to our request are somebody else's all the same.

    One thing that speaks for that is not enough: a second sending may be answered by what the
    first has made, and no form of an id is sure.

    Args:
        began: when the request was made.
    """
    if _id(item) in upload_ids:
        return False
    is_older = 0 < taken_at(item) < began - INACCURACY_SECONDS
    has_another_caption = _caption(item) != _plain(caption)
    return sum((_shows_another_upload(item, upload_ids), is_older, has_another_caption)) > 1


def _shows_another_upload(item: Json, ours: Collection[str]) -> bool:
    told = _id(item)
    return len(told) == ID_DIGITS and told.isdigit() and told not in ours


def _may_be(item: Json, wanted: Wanted, reading: Reading, bound: Mapping[str, str | None]) -> bool:
    """Media of another upload are not it, if that is what their number says."""
    if not _looks_like(item, wanted):
        return False
    return not _shows_another_upload(item, ids_of(wanted.upload_id, len(wanted.kinds))) or (
        not _ids_are_known_of(item, wanted.post_type, reading, bound)
        and wanted.could_appear(taken_at(item), PRECISION_SECONDS)
    )


def _ids_are_known_of(
    item: Json, post_type: PostType, reading: Reading, bound: Mapping[str, str | None]
) -> bool:
    """Whether media of this kind name the upload id that they were given.

    Of kinds of which that is not known a live one of ours has to show it.
    """
    if KINDS[post_type].ids_are_shown:
        return True
    kinds = ("media_type", "product_type")
    return any(
        upload_id == _id(each) and all(each.get(kind) == item.get(kind) for kind in kinds)
        for each in reading.all
        if (upload_id := bound.get(str(each.get("pk"))))
    )


def _looks_like(item: Json, wanted: Wanted) -> bool:
    """With another caption, too, if it appeared with our request: that may have been changed."""
    at = taken_at(item)
    return (
        number(item) > (wanted.newest_before or 0)
        and (not at or at >= wanted.first_sent - INACCURACY_SECONDS)
        and _kind_fits(item, wanted)
        and (_says_the_same(item, wanted) or wanted.could_appear(at, PRECISION_SECONDS))
    )


def _says_the_same(item: Json, wanted: Wanted) -> bool:
    return not wanted.post_type.shows_text or _caption(item) == _plain(wanted.caption)


def _must_be(item: Json, wanted: Wanted, reading: Reading) -> bool:
    """Whether the only one that looks like it can be nothing else: not a twin made by hand."""
    ids_come_back = any(len(_id(each)) == ID_DIGITS for each in reading.all)
    lacks_what_others_have = not _id(item) and any(map(_id, reading.all))
    return (
        not wanted.has_rivals
        and not ids_come_back
        and not lacks_what_others_have
        and wanted.post_type.shows_text
        and bool(_plain(wanted.caption))
        and _says_the_same(item, wanted)
        and wanted.could_appear(taken_at(item), PRECISION_SECONDS)
    )


def _id(item: Json) -> str:
    return str(item.get("device_timestamp") or "")


def _kind_fits(item: Json, wanted: Wanted) -> bool:
    kind = KINDS[wanted.post_type]
    if kind.has_children:
        children = item.get("carousel_media") or []
        return item.get("media_type") == CAROUSEL and len(children) == len(wanted.kinds)
    is_video = wanted.kinds[:1] == (MediaKind.VIDEO,)
    if kind.is_clip and item.get("product_type") != "clips":
        return False
    return item.get("media_type") == (VIDEO if is_video else PHOTO)


def _caption(item: Json) -> str:
    return _plain(str((item.get("caption") or {}).get("text") or ""))


def _plain(text: str) -> str:
    """Without what Instagram may change: forms of letters, and white space at line ends."""
    lines = [line.strip() for line in unicodedata.normalize("NFC", text).splitlines()]
    return "\n".join(lines).strip()
