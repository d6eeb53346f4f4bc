"""Articles added to a name or left out."""

from __future__ import annotations

import pytest

from streamer.events import PartyType
from tests.unit.screening.builders import REVIEW, company, hits, listed


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("The Zafirun", "ZAFIRUN"),
        ("Zafirun", "THE ZAFIRUN"),
        ("Zafirun Front", "AL-ZAFIRUN FRONT"),
        ("Los Quirpas", "QUIRPAS"),
        ("Die Zafirun", "ZAFIRUN"),
        ("L'Alvorada", "ALVORADA"),
        ("Alvorada", "L'ALVORADA"),
    ],
)
def test_an_organisation_is_met_with_its_article_or_without(query: str, name: str) -> None:
    assert hits(query, company("1", name), type=PartyType.ENTITY, score_min=REVIEW)


def test_a_common_word_with_an_article_is_not_whoever_bears_the_word() -> None:
    assert not hits("House", company("1", "THE HOUSE"), type=PartyType.ENTITY, score_min=REVIEW)


def test_a_persons_article_counts() -> None:
    assert not hits("Ahmed Ali", listed("1", "AL-ALI, Ahmed"), type=PartyType.PERSON, score_min=REVIEW)


def test_an_article_within_a_name_is_a_word() -> None:
    assert not hits("Casa Quirpa", company("1", "CASA LOS"), type=PartyType.ENTITY, score_min=REVIEW)
