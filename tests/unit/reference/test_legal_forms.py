"""Legal forms: which names are those of companies."""

from __future__ import annotations

import pytest

from streamer.events import PartyType
from streamer.reference.legal_forms import form_follows, has_legal_form, without_forms
from streamer.screening.names import tokenise

COMPANIES = """
Artavil GmbH
Artavil AG
Artavil A.G.
ARTAVIL SA
Artavil S.A.
Artavil S.p.A.
Artavil OÜ
OÜ Artavil
AB Artavil
Artavil AB
Artavil Oy
Artavil Oyj
Artavil A/S
AS ARTAVIL
Artavil ApS
Artavil K.K.
Artavil Sdn Bhd
Artavil Sdn. Bhd.
PT Artavil
PT. Artavil Tbk
ТОО Артавил
ООО «Артавил»
Артавил ООО
Общество с ограниченной ответственностью Артавил
TOO Artavil
平壤贸易有限公司
아르타빌 주식회사
株式会社アルタヴィル
Artavil d.o.o.
SIS DOO
Artavil Sp. z o.o.
Artavil Sp.z.o.o.
Artavil s.r.o.
Artavil A.Ş.
Artavil Ltd. Şti.
Artavil B.V.
Artavil Pty Ltd
Artavil & Co. KG
Silver Star & Co
Artavil UG (haftungsbeschränkt)
LIMITED LIABILITY COMPANY TUBOR
GREEN SHIPPING LTD.
Artavil Limited Dubai
artavil ag
""".strip().splitlines()

NO_COMPANIES = """
Pedro Sa
Sa Li
SA LI
Co Van Nguyen
Se Un Kim
Kim Se
Anwar Rao
ANWAR RAO
Lee Sia
Zao Wou-Ki
paid as agreed
as agreed
Limited edition prints
Company outing in May
Too much paid
Jan Ou
Ao Li
Pat Brown
Sal Mineo
AG
GmbH
Anna Schmidt
Maria Paola Spalletti
A.S. Ivanov
Игорь Иванов
""".strip().splitlines()


@pytest.mark.parametrize("name", COMPANIES)
def test_a_company_is_known_by_its_legal_form(name: str) -> None:
    assert has_legal_form(name)


@pytest.mark.parametrize("name", NO_COMPANIES)
def test_words_and_names_of_people_are_not_legal_forms(name: str) -> None:
    assert not has_legal_form(name)


@pytest.mark.parametrize("name", COMPANIES)
def test_screening_and_pieces_know_the_same_forms(name: str) -> None:
    assert tokenise(name, PartyType.ENTITY).forms, name


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("Silver Star Co., Ltd. paid", True),
        ("Artavil, Inc. paid", True),
        ("Artavil, S.A.", True),
        ("Artavil, AG", True),
        ("paid, as agreed", False),
        ("PAID, AS AGREED", False),
        ("Kim, Se Un", False),
        ("Silver Star, too", False),
        ("Silver Star, Berlin", False),
    ],
)
def test_a_form_behind_a_comma(text: str, follows: bool) -> None:
    assert form_follows(text, text.index(",") + 1) is follows


def test_forms_are_taken_out_of_a_name() -> None:
    assert without_forms(["artavil", "gmbh", "and", "co", "kg"], PartyType.UNKNOWN) == (["artavil"], ["llc"])
    assert without_forms(["anwar", "rao"], PartyType.PERSON) == (["anwar", "rao"], [])
    assert without_forms(["limited", "liability", "company"], PartyType.ENTITY)[1] == []
