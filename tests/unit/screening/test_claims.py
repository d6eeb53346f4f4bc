"""What a payer states beside a name clears nobody who bears the very name of a listed party."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.events import IdentifierKind, PartyType, Verdict
from streamer.screening import Query
from streamer.screening.corroboration import corroboration, real_birth_date
from streamer.watchlists.entity import BirthDate, Entity, EntityType, ListedIdentifier
from tests.unit.screening.builders import HOLD, NEAR_MISS, REVIEW, company, hits, listed

PERSON = PartyType.PERSON
INVENTED = (
    "0000",
    "1900-01-01",
    "2015-06-30",
    "9999-99-99",
    "1985-13-45",
    "2099-01-01",
    "1899-12-31",
    "1985-02-30",
    "1985-00-07",
    "",
    "x",
    "١٩٨٥",
)
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


RARE = listed("1", "KVACHADZE, Zurab Otarovich", births=("1970-02-05",))


@pytest.mark.parametrize("birth_date", ["1991-11-23", "1991-11", "1991", "1967", "1991-01-01", "1971-05-07"])
def test_another_birth_date_tells_a_resembling_name_apart(birth_date: str) -> None:
    for query in ("Zurab Otarovich Kvachadse", "Zurab Kvachadze", "Zurap Otarovich Kvachadze"):
        assert hits(Query(query, PERSON), RARE, score_min=REVIEW)
        [hit] = hits(Query(query, PERSON, birth_date), RARE)
        assert NEAR_MISS <= hit.score < REVIEW
        assert any(reason.startswith("birth date") for reason in hit.reasons)


@pytest.mark.parametrize(
    "birth_date", [*INVENTED, "1970-01-01", "1969", "1970-11", "1971-02-05", "2513", "1348", "1389", "1990"]
)
def test_a_near_impossible_or_foreign_date_tells_nobody_apart(birth_date: str) -> None:
    """1969 in Thailand, Iran and by the Hijra are 2512, 1348 and 1389; a year by another calendar is a doubt."""
    if birth_date != "1990":
        assert hits(Query("Zurab Otarovich Kvachadse", PERSON, birth_date), RARE, score_min=REVIEW)
    assert hits(Query("Zurab Otarovich Kvachadze", PERSON, birth_date), RARE, score_min=REVIEW)


def test_letters_glued_or_read_as_digits_stay_the_listed_name() -> None:
    for query in ("ZurabOtarovich Kvachadze", "Zurab 0tarovich Kvachadze"):
        assert hits(Query(query, PERSON, "1991-11-23"), RARE, score_min=REVIEW), query


def test_a_document_outweighs_another_birth_date() -> None:
    passport = ListedIdentifier(IdentifierKind.PASSPORT, "927220230")
    entity = listed("1", "KVACHADZE, Zurab Otarovich", births=("1970-02-05",), identifiers=(passport,))
    [hit] = hits(Query("Zurab Kvachadse", PERSON, "1991-11-23", (), ("927220230",)), entity)
    assert hit.score >= HOLD


@pytest.mark.parametrize(
    ("given_date", "birth", "feature"),
    [
        ("1970-02-05", BirthDate("1970-02-05"), "birth_date"),
        ("1970-05-02", BirthDate("1970-02-05"), "birth_swapped"),
        ("1970-02-15", BirthDate("1970-02-05"), "birth_slip"),
        ("1970-03-05", BirthDate("1970-02-05"), "birth_slip"),
        ("1972-02-05", BirthDate("1970-02-05"), "birth_slip"),
        ("1990-02-05", BirthDate("1970-02-05"), "birth_differs"),
        ("1970-09-19", BirthDate("1970-02-05"), "birth_close"),
        ("1972-09-19", BirthDate("1970-02-05"), "birth_differs"),
        ("1970-01-01", BirthDate("1970-02-05"), "birth_year"),
        ("1970-02-05", BirthDate("1970-01-01"), "birth_year"),
        ("1970-01-01", BirthDate("1970-01-01"), "birth_year"),
        ("1974-01-01", BirthDate("1970-01-01"), "birth_year_differs"),
        ("1972", BirthDate("1970-02-05"), "birth_year_close"),
        ("1973", BirthDate("1970-02-05"), "birth_year_differs"),
        ("1970-02-05", BirthDate("1970"), "birth_year"),
        ("1971-02-05", BirthDate("1970"), "birth_near"),
        ("1973-02-05", BirthDate("1970"), "birth_differs"),
        ("1973-02-05", BirthDate("1970", circa=True), "birth_near"),
        ("1974-02-05", BirthDate("1970", circa=True), "birth_year_close"),
        ("1972-02-05", BirthDate("1970"), "birth_year_close"),
        ("1970-07", BirthDate("1970-02-05"), "birth_year_close"),
        ("1976-02-05", BirthDate("1970", circa=True), "birth_differs"),
        ("1975-02-05", BirthDate("1970", "1978"), "birth_year"),
        ("1982-02-05", BirthDate("1970", "1978"), "birth_differs"),
        ("2513-02-05", BirthDate("1970-02-05"), "birth_calendar"),
        ("1348-11-16", BirthDate("1970-02-05"), "birth_calendar"),
        ("1389", BirthDate("1970-02-05"), "birth_calendar"),
        ("2533", BirthDate("1970-02-05"), "birth_other_calendar"),
    ],
)
def test_two_dates_say_one_thing(given_date: str, birth: BirthDate, feature: str) -> None:
    entity = replace(listed("1", "KVACHADZE, Zurab"), birth_dates=(birth,))
    [line] = corroboration(entity, given_date, (), ())
    assert line.feature == feature


@given(st.dates(date(1930, 1, 1), date(2008, 12, 31)), st.sampled_from([4, 7, 10]))
def test_a_birth_date_never_clears_a_rare_name_nor_lifts_by_contradiction(born: date, chars: int) -> None:
    given_date = born.isoformat()[:chars]
    assert hits(Query("Zurab Otarovich Kvachadze", PERSON, given_date), RARE, score_min=REVIEW)
    [alone] = hits(Query("Zurab Otarovich Kvachadse", PERSON), RARE)
    [hit] = hits(Query("Zurab Otarovich Kvachadse", PERSON, given_date), RARE, score_min=0.1)
    if abs(born.year - 1970) > 2:
        assert hit.score < REVIEW
    elif given_date in ("1970", "1970-02", "1970-02-05"):
        assert hit.score > alone.score


def test_the_listed_date_that_agrees_best_counts() -> None:
    entity = listed("1", "KVACHADZE, Zurab", births=("1950", "1970-02-05", "1961-01-01"))
    [line] = corroboration(entity, "1970-02-05", (), ())
    assert line.feature == "birth_date"


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
