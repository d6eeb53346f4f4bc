"""Words of a person's name that people leave out, by the customs of naming."""

from __future__ import annotations

import pytest

from streamer.events import PartyType, Verdict
from streamer.screening.name_parts import part_of
from streamer.screening.names import tokenise
from tests.unit.screening.builders import REVIEW, hits, listed, score

PERSON = PartyType.PERSON


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("ARTEAGA VILLAGRAN, Eusebio", ["given", "paternal", "maternal"]),
        ("ARTEAGA VILLAGRAN, Eusebio Tadeo", ["given", "second_given", "paternal", "maternal"]),
        ("ARTEAGA DE LA HOZ, Eusebio", ["given", "paternal", "surname", "surname", "maternal"]),
        ("ARTEAGA, Eusebio Tadeo", ["given", "middle", "surname"]),
        ("KOVALCHUK JR., Eusebio", ["given", "surname", "listed_small"]),
        ("TALIB AL-GHURABI, Nadhim", ["given", "middle", "surname", "surname"]),
        ("ABU HAZMAN, Nadhim", ["given", "surname", "surname"]),
        ("ABDEL GHAFUR, Nadhim", ["given", "surname", "surname"]),
        ("Nadhim Talib Jasim Ghurabi", ["given", "between", "between", "part"]),
        ("Nadhim Ghurabi", ["given", "part"]),
    ],
)
def test_which_part_of_a_name_a_word_is(name: str, parts: list[str]) -> None:
    prepared = tokenise(name, PERSON, whole=True)
    found = [part_of(prepared, i) for i in range(len(prepared.tokens))]
    assert found == parts


SHORT = [
    ("Ricardo Salcedo", "SALCEDO ARTEAGA, Ricardo"),
    ("Рикардо Сальседо", "SALCEDO ARTEAGA, Ricardo"),
    ("Eusebio Villagran", "VILLAGRAN ARTEAGA, Eusebio"),
    ("Eusebio Villagran", "VILLAGRAN ARTEAGA, Eusebio Tadeo"),
    ("Eusebio Tadeo Villagran", "VILLAGRAN ARTEAGA, Eusebio Tadeo"),
    ("Tadeu Quaresma", "PITANGA QUARESMA, Tadeu"),
    ("Rozalia Szekfu", "SZEKFU DE VILLAGRAN, Rozalia"),
    ("Nadhim Ghurabi", "TALIB AL-GHURABI, Nadhim"),
    ("Nadhim Talib Ghurabi", "Nadhim Talib Jasim Ghurabi"),
    ("Odhran Kinsella", "KINSELLA JUNIOR, Odhran Phelim"),
]


@pytest.mark.parametrize(("query", "name"), SHORT)
def test_a_name_as_people_shorten_it_is_an_alert(query: str, name: str) -> None:
    assert score(query, listed("1", name), type=PERSON) >= REVIEW


OTHERS = [
    ("Ricardo Salcedo Montalvo", "SALCEDO ARTEAGA, Ricardo"),
    ("Ricardo Montalvo Salcedo", "SALCEDO ARTEAGA, Ricardo"),
    ("Eusebio Tadeo", "VILLAGRAN ARTEAGA, Eusebio Tadeo"),
    ("Ricardu Salcedo", "SALCEDO ARTEAGA, Ricardo"),
    ("Juan Garcia", "GARCIA ARTEAGA, Juan"),
    ("Jose Lopez", "LOPEZ ARTEAGA, Jose Tadeo"),
    ("Nadhim Abdel", "ABDEL GHAFUR, Nadhim"),
]


@pytest.mark.parametrize(("query", "name"), OTHERS)
def test_another_surname_or_a_common_short_name_is_no_alert(query: str, name: str) -> None:
    assert score(query, listed("1", name), type=PERSON) < REVIEW


def test_the_whole_name_says_more_than_the_short_one() -> None:
    entity = listed("1", "VILLAGRAN ARTEAGA, Eusebio Tadeo")
    whole, without_second, short = (
        score(query, entity, type=PERSON)
        for query in ("Eusebio Tadeo Villagran Arteaga", "Eusebio Tadeo Villagran", "Eusebio Villagran")
    )
    assert whole > without_second >= short >= REVIEW


AS_LISTED = ["AASI, Sheikh Yusuf", "MULLAH OMAR, Haji Dr. Karim", "HASSAN, Ali", "Eng. Adel"]


@pytest.mark.parametrize("name", AS_LISTED)
@pytest.mark.parametrize("type", PartyType)
def test_a_listed_name_as_it_is_written_is_an_alert_of_any_type(name: str, type: PartyType) -> None:
    entity = listed("1", name)
    for written in (name, name.upper(), name.lower(), name.replace(",", ""), name.replace(" ", "  ")):
        [hit, *_] = hits(written, entity, type=type)
        assert hit.score >= REVIEW, written
        assert hit.ceiling is not Verdict.RELEASE, written
