"""Firms that agree in what they do and where, and differ in what they are called."""

from __future__ import annotations

import pytest

from streamer.events import PartyType
from streamer.screening.names import BITS, bits, is_word, tokenise
from tests.unit.screening.builders import REVIEW, company, score

ENTITY = PartyType.ENTITY


@pytest.mark.parametrize(
    ("query", "name"),
    [
        # Another firm of the same line, in the languages of several countries.
        ("Karagol Gayrimenkul Yatirim Ortakligi A.S.", "PELDANKO GAYRIMENKUL YATIRIM ORTAKLIGI A.S."),
        ("Denbor Gida Sanayi ve Ticaret A.S.", "KARVEL GIDA SANAYI VE TICARET LIMITED SIRKETI"),
        ("Belmira Empreendimentos e Participacoes S.A.", "GRUPO TARSOLAN EMPREENDIMENTOS E PARTICIPACOES LTDA"),
        ("Jiangsu Hengborui New Material Co., Ltd.", "JIANGSU WANDELIA NEW MATERIAL CO., LTD."),
        ("Inner Mongolia Tessun Coal Co., Ltd.", "INNER MONGOLIA GARDUN MACHINERY GROUP CO., LTD."),
        ("Orvest Supply Chain Management Co.", "TALDARI SUPPLY CHAIN MANAGEMENT CO."),
        # The word that names the listed one is missing.
        ("Quality Duty Free Shops Inc.", "TARMAK DUTY FREE SHOPS LTD"),
        # Nothing but trade and place agree, and they are not the same.
        ("Royal Money Bank AS", "ROYAL MONEY EXCHANGE"),
        ("China National Nuclear Power Co., Ltd.", "CHINA GENERAL NUCLEAR POWER CORPORATION"),
        # A word is no abbreviation of whatever has its letters, and one of two letters is not a form in disguise.
        ("Mtl Inc.", "METALLURGY OPEN JOINT STOCK COMPANY"),
        ("Lgs Group Ltd.", "LOGISTICS GROUP LTD."),
        ("S4 Marketing plc", "MARKETING S.A.L."),
        # An ordinary word with another form.
        ("United Corporations Limited", "UNITED COMPANY OJSC"),
    ],
)
def test_firms_of_one_line_of_business_are_two(query: str, name: str) -> None:
    assert score(query, company("1", name), type=ENTITY) < REVIEW


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Peldanko Gayrimenkul Yatirim Ortakligi", "PELDANKO GAYRIMENKUL YATIRIM ORTAKLIGI A.S."),
        # One of the words is misspelt beyond two letters, or cut short.
        ("Pheldahnko Gayrimenkul Yatirim Ortakligi A.S.", "PELDANKO GAYRIMENKUL YATIRIM ORTAKLIGI A.S."),
        # The name itself agrees, whatever else each says.
        ("Karvelundo Gida Sanayi Istanbul", "KARVELUNDO GIDA VE TARIM LIMITED SIRKETI"),
        ("United Company OJSC", "UNITED COMPANY OJSC"),
        ("Mtl Inc.", "MTL INC."),
        ("BRM TRD LTD.", "BRM TRADING LTD."),
    ],
)
def test_a_firm_is_met_by_its_own_word(query: str, name: str) -> None:
    assert score(query, company("1", name), type=ENTITY) >= REVIEW


def test_words_of_many_languages_are_no_names() -> None:
    assert all(map(is_word, ("gayrimenkul", "ortakligi", "participacoes", "jiangsu", "supply", "beratung")))
    assert not any(map(is_word, ("peldanko", "rosoboronexport", "karvelundo")))


def test_a_word_of_a_language_says_less_than_an_unknown_one() -> None:
    assert "ortakligi" not in BITS
    assert bits("ortakligi") < bits("ortaklugu")


def test_a_disguised_form_of_two_letters_does_not_stand_first() -> None:
    assert tokenise("S4 Karvel plc", ENTITY).tokens == ("s4", "karvel")
    assert tokenise("Karvel 5A", ENTITY).tokens == ("karvel",)
