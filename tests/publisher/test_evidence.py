"""What a reading proves of a post: by the media it shows, and by those it does not. The tables."""

from typing import Any

import pytest

from publisher.destination import Evidence, Json, Wanted
from publisher.instagram.feed import Reading
from publisher.instagram.matching import evidence, is_of_another, look_for
from storage.lifecycle import MediaKind, PostType

SENT, DOUBTED = 1000.0, 1005.0
NONE, WEAK, STRONG = Evidence.NONE, Evidence.WEAK, Evidence.STRONG


def shown(*times: int) -> list[Json]:
    """Media of these moments, which are their numbers as well."""
    return [{"pk": at, "taken_at": at} for at in sorted(times, reverse=True)]


@pytest.mark.parametrize(
    ("media", "before", "newest", "proves"),
    [
        (shown(), None, None, WEAK),  # a new account, as far as anybody knows
        (shown(), 0, None, WEAK),  # it was empty shortly before
        (shown(), 900, None, NONE),  # a neighbour is live
        (shown(), None, 1500, NONE),  # one of ours that came later
        (shown(900), 900, None, WEAK),
        (shown(800), 900, None, NONE),  # it lags behind the neighbour
        (shown(800, 950), 900, None, WEAK),  # the neighbour is gone, newer ones are there
        (shown(900, 1500), 900, None, STRONG),
        (shown(900, 1500), 900, 1600, NONE),  # it lags behind what came later
        (shown(900, 1500), None, None, STRONG),
        (shown(1500), 900, None, NONE),  # cut before the neighbour
        (shown(1500), None, None, WEAK),  # cut, or all there is
        (shown(1500), 0, None, STRONG),
        (shown(*range(1500, 1533)), None, None, NONE),  # a whole page, and nothing older
        (shown(900, 1010), 900, None, WEAK),  # while it was being sent
    ],
)
def test_a_reading_proves_as_much_as_it_reaches(
    media: list[Json], before: int | None, newest: int | None, proves: Evidence
) -> None:
    wanted = Wanted(
        OURS,
        PostType.PHOTO,
        caption="Lake",
        kinds=(MediaKind.PHOTO,),
        first_sent=SENT,
        doubted=DOUBTED,
        newest_before=before,
        newest_of_ours=newest,
    )
    reading = Reading(media, pinned=shown(10))
    found = evidence(reading, wanted, lambda item: item["taken_at"] > DOUBTED + 10)
    assert found is proves


@pytest.mark.parametrize(("proof", "reads"), [(NONE, None), (WEAK, 3), (STRONG, 2)])
def test_the_weaker_the_proof_the_more_of_it_is_needed(proof: Evidence, reads: int | None) -> None:
    enough = [count for count in range(1, 6) if proof.suffices_after(count)]
    assert enough[:1] == ([] if reads is None else [reads])


OURS, OTHER = "1712345678901", "1712345678999"


def photo(taken_at: float, told: str = "", **how: Any) -> Json:
    """A photo on the profile, with its caption."""
    shown = {"media_type": 1, "caption": {"text": "Lake"}, "taken_at": int(taken_at)}
    return {"pk": int(taken_at), "device_timestamp": told, **shown, **how}


def looked_for(*media: Json, bound: dict[str, str | None] | None = None, **how: Any) -> str:
    """What comes of it, by name; the request went out at 1000."""
    told: dict[str, Any] = {"doubted": DOUBTED, "post_type": PostType.PHOTO, **how}
    kind = MediaKind.PHOTO if told["post_type"] is PostType.PHOTO else MediaKind.VIDEO
    wanted = Wanted(
        OURS, caption="Lake", kinds=(kind,), first_sent=SENT, taken=lambda _: bound or {}, **told
    )
    match look_for(wanted, Reading(list(media), [])):
        case dict():
            return "Found"
        case list():
            return "Ambiguous"
        case Evidence():
            return "Absent"


HOUR = SENT + 3600


@pytest.mark.parametrize(
    ("taken_at", "how", "comes_to"),
    [
        (SENT + 1, {}, "Found"),
        (SENT + 5 + 2, {}, "Found"),  # clocks tell whole seconds
        (SENT + 5 + 6, {}, "Ambiguous"),  # after the request was over
        (SENT - 6, {}, "Ambiguous"),  # before it was made, if our idea of the time is right
        (SENT - 20, {}, "Absent"),
        (SENT + 1, {"has_rivals": True}, "Ambiguous"),
        (SENT + 1800, {"doubted": HOUR}, "Ambiguous"),  # between the first sending and the last
        (SENT + 1, {"doubted": HOUR}, "Ambiguous"),
        (HOUR - 4, {"doubted": HOUR}, "Found"),
        (HOUR - 4, {"doubted": HOUR, "was_interrupted": True}, "Ambiguous"),  # all were away
        (SENT + 50, {"doubted": SENT + 60, "was_interrupted": True}, "Found"),
    ],
)
def test_without_ids_only_what_appeared_while_a_request_was_under_way_is_ours(
    taken_at: float, how: dict[str, Any], comes_to: str
) -> None:
    assert looked_for(photo(taken_at), **how) == comes_to


def test_what_appeared_with_the_request_may_be_ours_whatever_it_says() -> None:
    """Instagram may change a caption, and so may a person."""
    changed: Json = {"caption": {"text": "Lake, edited"}}
    assert looked_for(photo(SENT + 1, **changed)) == "Ambiguous"
    assert looked_for(photo(SENT + 60, **changed)) == "Absent"
    assert looked_for(photo(SENT + 1, OTHER, **changed)) == "Absent"
    assert looked_for(photo(SENT + 1, **changed), bound={"1001": None}) == "Absent"
    assert looked_for(photo(SENT + 1) | {"taken_at": None}) == "Ambiguous"


def test_media_that_name_no_upload_are_not_ours_where_all_others_name_one() -> None:
    assert looked_for(photo(SENT + 1), photo(900, "1712000000")) == "Ambiguous"
    assert looked_for(photo(SENT + 1, "1712345679"), photo(900, "1712000000")) == "Found"


def test_another_upload_id_rules_media_out_only_where_ids_are_known_to_come_back() -> None:
    """Recordings show it of photos; a reel under a number of Instagram's own may be ours."""
    clip = {"media_type": 2, "product_type": "clips"}
    reel = photo(SENT + 1, OTHER, **clip)
    neighbour = photo(900, "1712000000000", **clip)
    assert looked_for(photo(SENT + 1, OTHER)) == "Absent"
    assert looked_for(reel, post_type=PostType.REEL) == "Ambiguous"
    for upload_id, comes_to in (("1712000000000", "Absent"), ("1712000000007", "Ambiguous")):
        bound: dict[str, str | None] = {"900": upload_id}
        assert looked_for(reel, neighbour, bound=bound, post_type=PostType.REEL) == comes_to
    assert looked_for(photo(SENT + 60, OTHER, **clip), post_type=PostType.REEL) == "Absent"


def test_media_in_the_very_reply_may_be_an_older_twin() -> None:
    """By hand, with the same caption; a second sending may be answered by what the first made."""
    for item, is_other in (
        (photo(SENT - 60, OTHER), True),
        (photo(SENT - 60), False),  # nothing speaks against it
        (photo(SENT - 60, OURS), False),
        (photo(SENT + 1, OTHER), False),
        (photo(SENT + 1), False),
    ):
        assert is_of_another(item, {OURS}, "Lake", SENT) is is_other
    for taken_at, told, is_other in (
        (SENT + 1, OTHER, True),
        (SENT - 60, "", True),
        (SENT + 1, "", False),  # Instagram may have changed the caption
        (SENT - 60, OURS, False),
    ):
        assert is_of_another(photo(taken_at, told), {OURS}, "Sea", SENT) is is_other
