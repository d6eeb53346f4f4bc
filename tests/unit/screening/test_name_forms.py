"""One given name in several languages, short forms, and one Chinese surname in several readings."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from streamer.events import PartyType
from streamer.screening import compare
from streamer.screening.name_forms import form_agreement, servants_turned, served
from streamer.screening.names import fold
from tests.unit.screening.builders import NEAR_MISS, REVIEW, company, hits, listed, score

PERSON = PartyType.PERSON
TABLES = tomllib.loads((files("streamer.data") / "name_forms.toml").read_text(encoding="utf-8"))


def test_every_form_is_written_as_names_are_compared() -> None:
    rows = [row for rows in TABLES["given"].values() for row in rows] + list(TABLES["surnames"].values())
    forms = [form for row in rows for form in row.split() if form not in ("/", "|")]
    assert [form for form in forms if fold(form) != form or len(form) < 2] == []


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("mamadou", "muhammad", "given_name"),
        ("mykola", "nikolay", "given_name"),
        ("youcef", "giuseppe", "given_name_translated"),
        ("juan", "ivan", "given_name_translated"),
        ("pepe", "jose", "nickname"),
        ("vova", "volodymyr", "nickname"),
        ("huynh", "huang", "surname_form"),
        ("goh", "wu", "surname_form"),
        ("abderrahmane", "abdurrahman", "given_name"),
        ("abdirahim", "abdelrahim", "given_name"),
        ("abdelkrim", "abdulrahman", None),
        ("solovyov", "soloviev", "cyrillic"),
        ("jemeljanova", "emelyanova", "cyrillic"),
        ("maximov", "maksimov", "cyrillic"),
        ("petrov", "petrova", None),
        ("thunayan", "sunayan", "arabic"),
        ("jaber", "jabir", "given_name"),
        ("makhluf", "makhlof", "arabic"),
        ("tan", "wong", None),
        ("ivan", "igor", None),
    ],
)
def test_forms_of_one_name_agree_in_both_directions(one: str, other: str, kind: str | None) -> None:
    assert (form_agreement(one, other), form_agreement(other, one)) == (kind, kind)


def test_a_row_leads_to_no_other_row() -> None:
    assert form_agreement("sasha", "alexander") == "nickname"
    assert form_agreement("sasha", "aleksandra") == "nickname"
    assert form_agreement("alexander", "aleksandra") is None


@pytest.mark.parametrize(
    ("token", "attribute"),
    [
        ("abdelkarim", "karim"),
        ("abderrezak", None),
        ("abdurrahim", "rahim"),
        ("abdirashid", "rashid"),
        ("abdomen", None),
    ],
)
def test_what_follows_abd_is_a_known_attribute(token: str, attribute: str | None) -> None:
    assert served(token) == attribute


def test_names_of_servants_are_turned_into_one_word_and_two() -> None:
    assert servants_turned(("abderrahmane", "saadi")) == ("abdul", "rahmane", "saadi")
    assert servants_turned(("saadi", "abd", "al", "karim")) == ("saadi", "abdulkarim")
    assert servants_turned(("abdul", "saadi", "omar")) is None


def test_a_known_name_says_more_than_one_in_another_language_and_that_more_than_a_short_form() -> None:
    party = listed("1", "DROZDETSKY, Aleksandr")
    same, translated, short = (
        score(f"{given} Drozdetsky", party, type=PERSON) for given in ("Oleksandr", "Alejandro", "Sasha")
    )
    assert 1.0 > score("Aleksandr Drozdetsky", party, type=PERSON) > same > translated > short >= REVIEW


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Youcef Benhaddadi", "BENHADDADI, Yusuf"),
        ("Tan Xiaobing", "CHEN, Xiaobing"),
        ("Pepe Villalobos Rentería", "VILLALOBOS RENTERIA, Jose"),
        ("Mykola Kvachadze", "KVACHADZE, Nikolay"),
    ],
)
def test_a_form_of_the_listed_name_is_met(query: str, name: str) -> None:
    assert [hit.matched.text for hit in hits(query, listed("1", name), type=PERSON, score_min=REVIEW)] == [name]


def test_only_names_of_people_have_forms() -> None:
    assert not hits("Alejandro Kvachadze Trading", company("1", "SASHA KVACHADZE TRADING"), score_min=REVIEW)
    assert hits("Mohammed Kvachadze Trading", company("1", "MOHAMED KVACHADZE TRADING"), score_min=REVIEW)


def test_a_surname_is_read_as_another_only_where_surnames_stand() -> None:
    assert score("Huang Tan", listed("1", "HUANG, Chen"), type=PERSON) < NEAR_MISS


def test_a_short_form_beside_a_mistyped_word_is_another_name() -> None:
    assert score("Mark Ebert", listed("1", "GEBERT, Markus"), type=PERSON) < REVIEW


def test_two_names_in_forms_of_two_languages_may_be_one_party() -> None:
    one, other = compare("Yousef Haddad", "Josef Haddad", PERSON), compare("Yousef Haddad", "Murad Haddad", PERSON)
    assert one.score > 0.5 > other.score
    assert one.score == compare("Josef Haddad", "Yousef Haddad", PERSON).score
