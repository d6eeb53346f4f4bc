"""What many people are called by custom: a short form is not held, too lenient an agreement is no near miss."""

from __future__ import annotations

from streamer.events import PartyType, Verdict
from streamer.screening import Query
from tests.unit.screening.builders import hits, listed

HOLD = 0.90


def test_a_short_form_is_reviewed_and_not_held() -> None:
    entity = listed("1", "QUISTOVAL BERRENDO, Tarquinio", births=("1971-03-04",))
    (short,) = hits("Tarquinio Quistoval", entity, type=PartyType.PERSON)
    (whole,) = hits("Tarquinio Quistoval Berrendo", entity, type=PartyType.PERSON)
    assert short.ceiling is not Verdict.RELEASE
    assert 0.80 <= short.score < HOLD <= whole.score
    assert "a short form of the listed name" in short.reasons
    (born,) = hits(Query("Tarquinio Quistoval", PartyType.PERSON, "1971-03-04"), entity)
    assert born.score >= HOLD


def test_a_name_in_another_language_that_does_not_suffice_is_no_near_miss() -> None:
    entity = listed("1", "LEE, Karl")
    found = hits("Charles Lee", entity, type=PartyType.PERSON, score_min=0.5)
    assert all(any(line.feature == "too_customary" for line in hit.lines) for hit in found)
    assert all(hit.score < 0.75 for hit in found)
