"""A name among other things in its field is screened as the name it is."""

from __future__ import annotations

import pytest

from streamer.events import PartyType, Verdict
from streamer.screening.name_fields import parts, reads_whole
from tests.unit.screening.builders import REVIEW, company, hits, listed, score

PERSON, ENTITY, ANY = PartyType.PERSON, PartyType.ENTITY, PartyType.UNKNOWN

FIELDS = [
    ("Odhran Kinsella Odhran Kinsella", ["Odhran Kinsella"]),
    ("KINSELLA, Odhran KINSELLA, Odhran", ["KINSELLA, Odhran"]),
    ("Odhran Kinsella - Kinsella Odhran", ["Odhran Kinsella"]),
    ("Odhran Kinsella, verstorben", ["Odhran Kinsella"]),
    ("Odhran Kinsella / member of the board", ["Odhran Kinsella"]),
    ("Geschäftsführer: Odhran Kinsella", ["Odhran Kinsella"]),
    ("Одран Кинселла, сотрудник", ["Одран Кинселла"]),
    ("Odhran Kinsella 77310025", ["Odhran Kinsella"]),
    ("KINSELLA, Odhran pasaporte AX 7731002", ["KINSELLA, Odhran"]),
    ("Odhran 'The Ox' Kinsella", ["Odhran Kinsella"]),
    ("Odhran Kinsella (Одран Кинселла)", ["Odhran Kinsella", "Одран Кинселла"]),
    ("刘星 (Liu Xing)", ["刘星", "Liu Xing"]),
    ("刘星 Liu Xing", ["刘星", "Liu Xing"]),
    ("Odhran Kinsella a.k.a. Ron Tully", ["Odhran Kinsella", "Ron Tully"]),
    ("Odhran Kinsella genannt Tully", ["Odhran Kinsella", "Odhran Tully"]),
    ("Одран Кинселла, известный как Рон Тулли", ["Одран Кинселла", "Рон Тулли"]),
    ("Odhran and Maeve Kinsella", ["Odhran Kinsella", "Maeve Kinsella"]),
    ("Kinsella Odhran & Maeve", ["Kinsella Odhran", "Kinsella Maeve"]),
    ("Odhran Kinsella et Maeve Tully", ["Odhran Kinsella", "Maeve Tully"]),
]


@pytest.mark.parametrize(("field", "names"), FIELDS)
def test_each_name_of_a_field_is_read(field: str, names: list[str]) -> None:
    found = [part.name for part in parts(field, PERSON)]
    assert set(names) <= set(found), found


@pytest.mark.parametrize(
    ("field", "type"),
    [
        ("Odhran Kinsella", PERSON),
        ("KINSELLA, Odhran Phelim", PERSON),
        ("José Ortega y Gasset", PERSON),
        ("Ali Ali", PERSON),
        ("'Abd al-Basir Haji 'Umar", PERSON),
        ("R\u043edk\u0456n Andr\u0435i", PERSON),
        ("Joh. Mourik & Co. Holding", ANY),
        ("Brigade 121", ENTITY),
    ],
)
def test_a_name_alone_is_read_once(field: str, type: PartyType) -> None:
    assert parts(field, type) == []
    assert reads_whole(field, type)


@pytest.mark.parametrize(
    "field",
    [
        "Zurab Kvachadze Zurab Kvachadze",
        "Zurab Kvachadze, contractor",
        "Zurab Kvachadze passport 88123456",
        "Zurab 'Zuka' Kvachadze",
        "Zurab Kvachadze alias Old Zuka",
        "Zurab and Nino Kvachadze",
        "KVACHADZE, Zurab / account holder",
    ],
)
def test_what_stands_beside_a_name_costs_nothing(field: str) -> None:
    target = listed("1", "KVACHADZE, Zurab")
    assert score(field, target, type=PERSON) >= score("Zurab Kvachadze", target, type=PERSON) >= REVIEW


def test_a_word_in_brackets_names_nobody() -> None:
    assert not hits("Hyundai Motors (Sonata)", company("1", "SONATA"), type=ENTITY, score_min=REVIEW)


def test_birth_date_and_country_belong_to_the_first_of_joint_holders() -> None:
    first, second = parts("Odhran Kinsella / Maeve Tully", PERSON)
    assert (first.is_first, second.is_first) == (True, False)


def test_a_weak_alias_does_not_hide_a_strong_name() -> None:
    entity = company("1", "POWER PLANT EQUIPMENT", weak=("POWERPLANT EQUIPMENT",))
    [hit] = hits("POWER PLANT EQUIPMENT", entity)
    assert hit.ceiling is not Verdict.RELEASE
