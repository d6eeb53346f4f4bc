"""The generators of tests/bench/others.py: what they write is what people who write so would write."""

from __future__ import annotations

import random

import pytest

from streamer.watchlists.entity import Entity, EntityType, ListedName
from tests.bench import others_arabic, others_forms, others_russian, others_scripts


def written(group: str, family: str, name: str, country: str = "", type_: EntityType = EntityType.PERSON) -> set[str]:
    """All that a family makes of a name in fifty draws."""
    entity = Entity("test", "1", type_, (ListedName(name),), nationalities=(country,) if country else ())
    made = others_forms.GROUPS[group][family]
    return {query for seed in range(50) if (query := made(name, entity, random.Random(seed)))}


@pytest.mark.parametrize(
    ("language", "name", "expected"),
    [
        ("German", "SECHIN, Igor", "Igor Setschin"),
        ("French", "PRIGOZHIN, Yevgeniy", "Evgueni Prigojine"),
        ("Lithuanian", "PUTIN, Vladimir", "Vladimiras Putinas"),
        ("Latvian", "LAVROV, Sergey", "Sergejs Lavrovs"),
        ("Hungarian", "MEDVEDEV, Dmitry", "Dmitrij Medvegyev"),
        ("Turkish", "MISHUSTIN, Mikhail", "Mihail Mişustin"),
        ("Polish", "VASILYEV, Sergei", "Siergiej Wasiljew"),
    ],
)
def test_a_russian_name_in_another_language(language: str, name: str, expected: str) -> None:
    assert expected in written("Russian names as written in", language, name)


def test_a_name_that_is_not_russian_is_left_alone() -> None:
    assert others_russian.cyrillic("MADURO MOROS, Nicolas") is None


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("Hangul", "블라디미르 푸틴"),
        ("Greek", "Βλαντίμιρ Πούτιν"),
        ("Arabic", "فلاديمير بوتين"),
        ("Han", "弗拉基米尔·普京"),
        ("Thai", "วลาดีมีร์ ปูติน"),
    ],
)
def test_a_russian_name_in_a_far_script(script: str, expected: str) -> None:
    ways = {others_scripts.written("PUTIN, Vladimir", "Russian", script, random.Random(seed)) for seed in range(50)}
    assert expected in ways


def test_arabic_names_by_turks() -> None:
    assert "Beşar Esad" in {others_arabic.written("ASAD, Bashar", "Turkish", random.Random(n)) for n in range(50)} | {
        others_arabic.written("AL-ASSAD, Bashar", "Turkish", random.Random(n)) for n in range(50)
    }


def test_initials_stand_without_a_blank() -> None:
    found = written("initials without a blank", "Latin", "SMIRNOV, Viktor Vasilyevich", "RU")
    assert {"Smirnov V.V.", "V.V.Smirnov"} <= found


def test_the_first_of_two_surnames_is_kept() -> None:
    assert written("surname or given name left out", "second surname", "MADURO MOROS, Nicolas", "VE") == {
        "Nicolas Maduro"
    }
    assert not written("surname or given name left out", "second surname", "VARELA, Wilber", "CO")


@pytest.mark.parametrize(
    ("family", "name", "expected"),
    [
        ("words and digits", "OFFICE 39", "OFFICE THIRTY-NINE"),
        ("ordinals", "2ND ACADEMY", "SECOND ACADEMY"),
        ("hyphen", "MS-13", "MS13"),
        ("Roman", "NORD STREAM 2 AG", "NORD STREAM II AG"),
    ],
)
def test_numbers(family: str, name: str, expected: str) -> None:
    assert expected in written("numbers", family, name, type_=EntityType.ENTITY)


def test_a_chinese_surname_in_hokkien() -> None:
    assert "Tan Guoping" in written("Chinese surnames", "Hokkien", "CHEN, Guoping", "CN")
