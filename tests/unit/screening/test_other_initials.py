"""Initials stand in the order of the given names: another order, or another letter, is another person's."""

from __future__ import annotations

import pytest

from streamer.events import PartyType
from streamer.screening import Query, Screener
from tests.unit.screening.builders import listed

SCREENER = Screener([listed("1", "QUISTOV, Viktor Ivanovich"), listed("2", "BELYARIN, Alexey")])
REVIEW = 0.80


@pytest.mark.parametrize("name", ["Quistov V.I.", "V.I.Quistov", "V. Quistov", "Belyarin A.", "Belyarin A.E."])
def test_initials_of_the_listed_name_are_met(name: str) -> None:
    assert SCREENER.screen(Query(name, PartyType.PERSON), score_min=REVIEW)


@pytest.mark.parametrize("name", ["Quistov I.V.", "Quistov V.V.", "S.V. Quistov", "Belyarin E.A."])
def test_initials_of_somebody_else_are_not(name: str) -> None:
    assert not SCREENER.screen(Query(name, PartyType.PERSON), score_min=REVIEW)
