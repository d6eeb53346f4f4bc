"""Branches, offices and places behind the names of firms."""

from __future__ import annotations

import pytest

from streamer.events import PartyType
from streamer.screening.writings import readings
from tests.unit.screening.builders import REVIEW, company, hits

ENTITY, UNKNOWN = PartyType.ENTITY, PartyType.UNKNOWN


def _read(text: str, type: PartyType = ENTITY) -> set[tuple[str, ...]]:
    return {name.tokens for name in readings(text, type)}


@pytest.mark.parametrize(
    "text",
    [
        "Artavil Trading LLC Moscow Branch",
        "Artavil Trading (Dubai)",
        "Artavil Trading LLC (Kampala Branch)",
        "Artavil Trading Representative Office in Vietnam",
        "Branch of Artavil Trading LLC in Kigali",
        "Moscow Branch of Artavil Trading",
        "Artavil Trading Ltd, Zweigniederlassung Wien",
        "Artavil Trading succursale de Guangzhou",
        "Artavil Trading sucursal Angola",
        "Artavil Trading Ltd oddział w Krakowie",
        "Artavil Trading İstanbul şubesi",
        "Artavil Trading филиал в г. Казань",
        "Artavil Trading Ltd Ho Chi Minh City Rep. Office",
        "Artavil Trading, Mersin, Turkey",
        "Artavil Trading Moscow Office",
        "Artavil Trading Ltd Kazincbarcika Branch",
        "Artavil Trading LLC Kenya",
    ],
)
def test_a_firm_is_read_without_its_branch_and_place(text: str) -> None:
    assert ("artavil", "trading") in _read(text)
    assert hits(text, company("1", "ARTAVIL TRADING LLC"), type=ENTITY, score_min=REVIEW)


def test_a_branch_in_cyrillic_or_han_is_no_part_of_the_name() -> None:
    assert ("romashka",) in _read("Филиал ООО Ромашка в г. Казань")
    assert ("zhongguoshiyou",) in _read("中国石油上海分公司") or ("zhong", "guoshiyou") in _read("中国石油上海分公司")


@pytest.mark.parametrize(
    "text",
    [
        "Qatar National Bank",
        "Global Trading Dubai",
        "Bank of China",
        "Office 39",
        "Post Office Ltd",
        "Dubai Branch",
        "Artavil Bank A",
    ],
)
def test_a_place_that_belongs_to_the_name_stays(text: str) -> None:
    assert len(_read(text)) == 1


def test_a_person_called_branch_is_no_branch() -> None:
    assert _read("Michelle Branch", UNKNOWN) == {("michelle", "branch")}
    assert _read("Michelle Branch", PartyType.PERSON) == {("michelle", "branch")}


def test_the_words_of_branches_say_little() -> None:
    listed = company("1", "N.I.T.C. REPRESENTATIVE OFFICE")
    assert not hits("Artavil Representative Office in Vietnam", listed, type=ENTITY, score_min=REVIEW)
