"""Titles and initials beside the names of people."""

from __future__ import annotations

import pytest

from streamer.events import PartyType
from streamer.screening import Query, Screener
from streamer.screening.names import tokenise
from streamer.screening.writings import readings
from tests.unit.screening.builders import REVIEW, company, hits, listed

PERSON, UNKNOWN = PartyType.PERSON, PartyType.UNKNOWN


def _read(text: str, type: PartyType = PERSON) -> set[tuple[str, ...]]:
    return {name.tokens for name in readings(text, type)}


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Smirnov V.V.", ("smirnov", "v", "v")),
        ("V.V.Smirnov", ("v", "v", "smirnov")),
        ("В.В. Смирнов", ("v", "v", "smirnov")),
        ("Смирнов Ю.А.", ("smirnov", "y", "a")),
        ("A.Q.Khan", ("a", "q", "khan")),
        ("Prof. Dr. Ahmed Hassan", ("ahmed", "hassan")),
        ("Lt. Col. John Smith, Ph.D.", ("john", "smith")),
        ("Ivanov, Prof. Ivan Petrovich", ("ivan", "petrovich", "ivanov")),
        ("H.E. Viktor Petrov", ("viktor", "petrov")),
        ("H.E. Petrov", ("h", "e", "petrov")),
        ("John Smith, M.D.", ("john", "smith")),
        ("SMITH, John, Ph.D.", ("john", "smith")),
        ("Md. Abdul Karim", ("md", "abdul", "karim")),
        ("PROFESSOR", ("professor",)),
    ],
)
def test_a_person_is_named_without_titles_and_with_initials_apart(text: str, tokens: tuple[str, ...]) -> None:
    assert tokenise(text, PERSON).tokens == tokens


def test_a_title_in_the_surname_field_is_not_counted_as_a_surname() -> None:
    assert tokenise("SMITH MBA, John Paul", PERSON).surnames == 1


@pytest.mark.parametrize("text", ["Artavil S.A.", "Artavil S.A.R.L.", "Artavil G.m.b.H.", "Artavil d.o.o."])
def test_a_legal_form_in_dots_stays_a_form(text: str) -> None:
    assert tokenise(text).tokens == ("artavil",)
    assert ("artavil",) in _read(text, UNKNOWN)


def test_dotted_letters_are_read_both_ways_where_the_type_is_unknown() -> None:
    assert {("ivanov",), ("s", "a", "ivanov")} <= _read("S.A. Ivanov", UNKNOWN)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Haji Ahmed Hassan", ("ahmed", "hassan")),
        ("Ahmed Hassan Bey", ("ahmed", "hassan")),
        ("Ahmed Hassan Jr.", ("ahmed", "hassan")),
        ("VV SMIRNOV", ("v", "v", "smirnov")),
        ("Smirnov VV", ("v", "v", "smirnov")),
        ("vv smirnov", ("v", "v", "smirnov")),
    ],
)
def test_what_may_be_a_title_or_initials_is_read_both_ways(text: str, without: tuple[str, ...]) -> None:
    assert _read(text) == {tokenise(text, PERSON).tokens, without}


@pytest.mark.parametrize("text", ["King Stephen", "Bey Ahmed", "LI WEIDONG", "Wu Weidong", "KIM SMIRNOV"])
def test_a_name_of_two_words_is_not_taken_apart(text: str) -> None:
    assert len(_read(text)) == 1


def test_a_title_that_may_be_a_name_loses_no_exact_match() -> None:
    screener = Screener([listed("1", "KHALILOV, Haji Anvar"), listed("2", "BEYLIKOV, Anvar")])
    for name, id in (("Haji Anvar Khalilov", "1"), ("Anvar Khalilov", "1"), ("General Anvar Beylikov", "2")):
        found = screener.screen(Query(name, PERSON), score_min=REVIEW)
        assert [hit.entity.native_id for hit in found] == [id]


def test_the_initial_of_a_surname_says_less() -> None:
    entity = listed("1", "RODIONOVSKY PETRENKO, Sergio")
    given, surname = hits("S. Rodionovsky", entity, type=PERSON), hits("S. P. Rodionovsky", entity, type=PERSON)
    assert surname[0].score > given[0].score if given else surname
    assert any(line.feature == "initial_of_surname" for line in surname[0].lines)


def test_a_firm_keeps_its_titles() -> None:
    assert tokenise("Professor Brewing", PartyType.ENTITY).tokens == ("professor", "brewing")
    assert not hits("Brewing Artavilov", company("1", "PROFESSOR ARTAVILOV"), score_min=REVIEW)
