"""Numbers in names, however they are written."""

from __future__ import annotations

import pytest

from streamer.events import PartyType
from streamer.screening import Screener
from streamer.screening.names import script_of, tokenise
from streamer.screening.numerals import in_figures, same_number, value
from tests.unit.screening.builders import REVIEW, company, hits, listed

ENTITY = PartyType.ENTITY


@pytest.mark.parametrize(
    ("words", "figures"),
    [
        ("office thirty nine", "office 39"),
        ("one hundred and eighty", "180"),
        ("bureau one two one", "bureau 121"),
        ("unit one eighty", "unit 180"),
        ("treinta y nueve", "39"),
        ("trente neuf", "39"),
        ("neun und dreissig", "39"),
        ("tridtsat devyatyy zavod", "39 zavod"),
        ("tisa wa thalathun", "39"),
        ("office no 39", "office 39"),
        ("39 th office", "39 office"),
        ("two and three trading", "two and three trading"),
        ("first second", "first second"),
        ("dos santos", "dos santos"),
        ("kim no", "kim no"),
    ],
)
def test_numbers_of_several_words_are_put_into_figures(words: str, figures: str) -> None:
    assert in_figures(words.split()) == figures.split()


@pytest.mark.parametrize(
    ("token", "number"),
    [("39", 39), ("39th", 39), ("1er", 1), ("xiv", 14), ("thirtynine", 39), ("neununddreissig", 39),
     ("trentanove", 39), ("third", 3), ("office", None), ("3d", None), ("mc", None)],
)  # fmt: skip
def test_a_token_stands_for_its_number(token: str, number: int | None) -> None:
    assert value(token) == number


def test_words_of_two_languages_are_not_compared() -> None:
    assert same_number("second", "2")
    assert same_number("ii", "2nd")
    assert not same_number("second", "zweite")
    assert not same_number("12", "13")


@pytest.mark.parametrize(
    "query",
    ["OFFICE THIRTY-NINE", "39th Office", "Office XXXIX", "Office No. 39", "Office ٣٩", "OFFICE TRIDTSAT DEVYAT"],
)
def test_a_number_is_met_in_any_writing(query: str) -> None:
    assert hits(query, company("1", "OFFICE 39"), type=ENTITY, score_min=REVIEW)


@pytest.mark.parametrize("query", ["BRIGADE TWELVE", "12th Brigade", "Brigade 31", "Brigade XII"])
def test_another_number_is_another_thing(query: str) -> None:
    assert not hits(query, company("1", "BRIGADE 13"), type=ENTITY, score_min=REVIEW)


def test_another_number_counts_against_a_long_name() -> None:
    entity = company("1", "419 AIRCRAFT REPAIR PLANT")
    assert hits("419 AIRCRAFT REPAIR PLANT", entity, type=ENTITY, score_min=REVIEW)
    assert not hits("420 AIRCRAFT REPAIR PLANT", entity, type=ENTITY, score_min=REVIEW)


def test_figures_of_arabic_are_no_arabic_name() -> None:
    assert script_of("Office ٣٩") == "Latn"
    assert tokenise("Office ٣٩", ENTITY).tokens == ("office", "39")


@pytest.mark.parametrize(("query", "name"), [("QX13", "QX-13"), ("QX 13", "QX13"), ("Zafirun2", "ZAFIRUN 2")])
def test_figures_stand_beside_letters_with_a_space_or_without(query: str, name: str) -> None:
    assert hits(query, company("1", name), type=ENTITY, score_min=REVIEW)


def test_a_text_names_parties_as_the_list_writes_them() -> None:
    screener = Screener([company("1", "ZAFIRUN PLANT NO. 39"), listed("2", "QUIRPASHVILI, Fahad H.A.")])
    for text, id in (
        ("invoice of Zafirun Plant No. 39 in May", "1"),
        ("invoice of Zafirun Plant 39 in May", "1"),
        ("gift for Fahad H.A. Quirpashvili", "2"),
    ):
        assert [hit.entity.native_id for hit in screener.screen_text(text, score_min=REVIEW)] == [id]
