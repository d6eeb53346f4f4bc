"""What a payer states beside a name clears nobody who bears the very name of a listed party."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.events import PartyType, Verdict
from streamer.screening import Query
from streamer.screening.corroboration import corroboration, real_birth_date
from streamer.watchlists.entity import Entity, EntityType
from tests.unit.screening.builders import HOLD, REVIEW, company, hits, listed

PERSON = PartyType.PERSON
INVENTED = ("0000", "9999-99-99", "1985-13-45", "2099-01-01", "1899-12-31", "1985-02-30", "1985-00-07", "", "x", "١٩٨٥")
LISTED: tuple[tuple[Entity, str], ...] = (
    (listed("1", "BIN LADEN, Sa'ad", births=("1979",), countries=("SA",)), "BIN LADEN, Sa'ad"),
    (listed("2", "KVACHADZE, Zurab Otarovich", births=("1970-02-05",), countries=("GE",)), "Zurab Otarovich Kvachadze"),
    (company("3", "TUBOR LLC"), "LIMITED LIABILITY COMPANY TUBOR"),
    (company("4", "Green Shipping Ltd."), "GREEN SHIPPING LTD."),
    (company("5", "Mahan Air"), "Mahan Air"),
    (listed("6", "AASI, Sheikh Yusuf"), "AASI, Sheikh Yusuf"),
    (listed("7", "AASI, Sheikh Yusuf"), "Sheikh Yusuf Aasi"),
    (listed("8", "GALAXY STAR", type=EntityType.VESSEL), "Galaxy Star"),
)


@pytest.mark.parametrize("type", PartyType)
@pytest.mark.parametrize("birth_date", [None, *INVENTED, "1991-11-23"])
@pytest.mark.parametrize(("entity", "name"), LISTED)
def test_no_claim_releases_the_very_name_of_a_listed_party(
    entity: Entity, name: str, birth_date: str | None, type: PartyType
) -> None:
    [hit] = hits(Query(name, type, birth_date, ("DE",)), entity, score_min=REVIEW)
    assert hit.is_same_name
    assert hit.ceiling is not Verdict.RELEASE


def test_a_person_with_a_legal_form_is_a_company() -> None:
    [hit] = hits(Query("GREEN SHIPPING LTD.", PERSON), company("1", "Green Shipping Ltd."), score_min=REVIEW)
    assert hit.score >= HOLD


def test_a_full_birth_date_tells_the_bearers_of_a_common_name_apart() -> None:
    entity = listed("1", "HASSAN, Ali", births=("1970-02-05",))
    assert hits(Query("Ali Hassan", PERSON), entity, score_min=REVIEW)
    assert not hits(Query("Ali Hassan", PERSON, "1991-11-23"), entity, score_min=REVIEW)
    for invented in (*INVENTED, "1991"):
        assert hits(Query("Ali Hassan", PERSON, invented), entity, score_min=REVIEW), invented


def test_a_weak_alias_stays_one() -> None:
    entity = listed("1", "KVACHADZE, Zurab", weak=("THE ENGINEER",))
    for hit in hits(Query("The Engineer"), entity):
        assert hit.ceiling is Verdict.RELEASE
        assert not hit.is_same_name


def test_another_name_is_not_the_same() -> None:
    for query in ("Zurab Kvachadze", "Zurab Otarovich Kvachadza", "Zurab Otarovich Kvachadze Petrov"):
        [hit] = hits(Query(query, PERSON), listed("1", "KVACHADZE, Zurab Otarovich"))
        assert not hit.is_same_name


@given(st.one_of(st.text(max_size=12), st.from_regex(r"\d{4}(-\d{2}(-\d{2})?)?", fullmatch=True)))
def test_any_text_is_taken_as_a_birth_date(text: str) -> None:
    entity = listed("1", "KVACHADZE, Zurab", births=("1970-02-05",))
    assert len(list(corroboration(entity, text, (), ()))) <= 1


@pytest.mark.parametrize(
    ("given_date", "real"),
    [
        ("1970-02-05", "1970-02-05"),
        ("1970-02", "1970-02"),
        ("1970", "1970"),
        ("1970-02-00", "1970-02"),
        ("1970-00-00", "1970"),
        *((invented, None) for invented in INVENTED),
    ],
)
def test_nobody_was_born_on_an_invented_date(given_date: str, real: str | None) -> None:
    assert real_birth_date(given_date) == real
