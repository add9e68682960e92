"""What a reading proves in which a post has left no trace: the table."""

import pytest

from publisher.reading import Json, Reading
from publisher.reconcile import Evidence, evidence

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
    found = evidence(
        Reading(media, pinned=shown(10)),
        before=before,
        newest=newest,
        sent=SENT,
        is_newer=lambda item: item["taken_at"] > DOUBTED + 10,
    )
    assert found is proves


@pytest.mark.parametrize(("proof", "reads"), [(NONE, None), (WEAK, 3), (STRONG, 2)])
def test_the_weaker_the_proof_the_more_of_it_is_needed(proof: Evidence, reads: int | None) -> None:
    enough = [count for count in range(1, 6) if proof.suffices_after(count)]
    assert enough[:1] == ([] if reads is None else [reads])
