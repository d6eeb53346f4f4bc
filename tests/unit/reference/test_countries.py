from __future__ import annotations

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.reference.countries import (
    _countries,
    _folded,
    countries_in,
    countries_named,
    country_code,
    country_codes,
    country_name,
    is_region,
)
from tests.shared import shared

NOT_COUNTRIES_IN_OFAC = {"", "-0-", "undetermined", "None Identified", "Region: Kafia Kingi"} | {
    "Region: Commonwealth of Independent States"
}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Korea, North", "KP"),
        ("Democratic People's Republic of Korea", "KP"),
        ("Democratic People’s Republic of Korea", "KP"),
        ("Korea, Dem. People's Rep. of", "KP"),
        ("DPRK", "KP"),
        ("PRK", "KP"),
        ("kp", "KP"),
        (" North Korea ", "KP"),
        ("북한", "KP"),
        ("Korea, South", "KR"),
        ("Korea (Republic of)", "KR"),
        ("Burma", "MM"),
        ("Iran (Islamic Republic of)", "IR"),
        ("Congo, Democratic Republic of the", "CD"),
        ("Congo, Republic of the", "CG"),
        ("Virgin Islands, British", "VG"),
        ("Man, Isle of", "IM"),
        ("St. Kitts & Nevis", "KN"),
        ("Cote d Ivoire", "CI"),
        ("The Gambia", "GM"),
        ("Türkiye", "TR"),
        ("U.K.", "GB"),
        ("EL", "GR"),
        ("AND", "AD"),
        ("Россия", "RU"),
        ("Palestinian", "PS"),
        ("Region: Crimea", "UA"),
        ("Region: Gaza", "PS"),
    ],
)
def test_a_country_is_read_however_it_is_written(written: str, code: str) -> None:
    assert country_code(written) == code


@pytest.mark.parametrize(
    "text",
    ["", " ", "of", "and the", "Korea", "Cuba Street", "Syria, VA", "saint", "XX", "possibly Palestinian", "na na"],
)
def test_what_names_no_single_country_has_no_code(text: str) -> None:
    assert country_code(text) is None


def test_a_region_is_told_from_its_country() -> None:
    assert is_region("Region: Crimea")
    assert is_region("Sevastopol")
    assert not is_region("Region: Russia")
    assert not is_region("Ukraine")
    assert not is_region("nowhere")


def test_every_code_has_a_name_that_leads_back_to_it() -> None:
    for code in country_codes():
        name = country_name(code)
        assert name is not None
        assert country_code(name) == code
        assert country_code(code) == code


@given(st.text(max_size=150))
def test_any_text_gives_a_known_code_or_none(text: str) -> None:
    assert country_code(text) in country_codes() | {None}


def test_every_country_of_the_real_lists_is_known() -> None:
    written = set(
        re.findall(
            "<(?:COUNTRY|COUNTRY_OF_BIRTH|COUNTRY_OF_ISSUE|ISSUING_COUNTRY)>([^<]*)",
            shared("data/un/consolidated.xml").read_text("utf-8"),
        )
    )
    for file, column in (("add.csv", 4), ("cons_add.csv", 4), ("sdn.csv", 9), ("cons_prim.csv", 9)):
        with shared(f"data/ofac/{file}").open(encoding="utf-8", newline="") as rows:
            written |= {row[column] for row in csv.reader(rows) if len(row) > column}
    assert {
        text for text in written if country_code(text) is None and text.strip() not in NOT_COUNTRIES_IN_OFAC
    } == set()


@pytest.mark.parametrize(
    "written",
    [
        "K\u0420",
        "\u041aP",
        "\u041a\u0420",
        "KP\u200b",
        "\u200fKP",
        "K P",
        "\uff2b\uff30",
        "Nor\u200bth K\u043erea",
        "DPR\u041a",
    ],
)
def test_a_disguised_country_is_the_country(written: str) -> None:
    assert country_code(written) == "KP"


@pytest.mark.parametrize(
    "written",
    [
        "K.P.",
        "k. p.",
        "K-P",
        "(KP)",
        "KP.",
        "\U0001f1f0\U0001f1f5",
        "\U0001f1f0\U0001f1f5 North Korea",
        "R.P.D.C.",
        "408",
        "KP-01",
        "North Korea (KP)",
        "KP - North Korea",
        "DPRK/North Korea",
        "К.Р.",
        "ⓀⓅ",
        "P.R.K.",
    ],
)
def test_a_code_is_read_with_whatever_stands_around_it(written: str) -> None:
    assert country_code(written) == "KP"
    assert countries_in(written) == ("KP",)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("Thai", "เกาหลีเหนือ"),
        ("Vietnamese", "Bắc Triều Tiên"),
        ("Vietnamese without accents", "Bac Trieu Tien"),
        ("Finnish", "Pohjois-Korea"),
        ("Hungarian", "Észak-Korea"),
        ("Greek", "Βόρεια Κορέα"),
        ("Hebrew", "קוריאה הצפונית"),
        ("Hindi", "उत्तर कोरिया"),
        ("Georgian", "ჩრდილოეთ კორეა"),
        ("Swahili", "Korea Kaskazini"),
        ("Khmer", "កូរ៉េខាងជើង"),
        ("Amharic", "ሰሜን ኮሪያ"),
    ],
)
def test_a_country_is_read_in_the_languages_of_the_world(language: str, written: str) -> None:
    assert country_code(written) == "KP", language


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("KR;KP", ("KR", "KP")),
        ("CN/KP", ("CN", "KP")),
        ("kr/kp", ("KR", "KP")),
        ("CN-KP", ("CN", "KP")),
        ("KP CN", ("KP", "CN")),
        ("RU, KP", ("RU", "KP")),
        ("China and North Korea", ("CN", "KP")),
        ("China und Nordkorea", ("CN", "KP")),
        ("Russia → Iran", ("RU", "IR")),
        ("US\nCU", ("US", "CU")),
        ("Trinidad & Tobago", ("TT",)),
        ("Guinea-Bissau", ("GW",)),
        ("ES-CU", ("ES",)),
        ("US-NY", ("US",)),
        ("Korea, North / China", ("KP", "CN")),
        ("RU-CR", ("UA",)),
        ("Republik Kuba", ("CU",)),
        ("Irán (República Islámica del)", ("IR",)),
        ("northkorea", ("KP",)),
        ("Cu ba", ("CU",)),
        ("北 朝 鮮", ("KP",)),
        ("Korea", ()),
        ("Stateless", ()),
    ],
)
def test_every_country_of_a_field_is_read(written: str, codes: tuple[str, ...]) -> None:
    assert countries_in(written) == countries_named(written) == codes


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("KP (by way of CN)", ("KP", "CN")),
        ("Iran?!x", ()),
        ("KP, Dandong", ("KP",)),
        ("Germany or so", ("DE",)),
        ("qwer", ()),
        ("xx", ()),
        ("ZZ", ()),
    ],
)
def test_a_field_that_says_more_than_countries_is_not_read_whole(written: str, codes: tuple[str, ...]) -> None:
    assert countries_in(written) is None
    assert countries_named(written) == codes


def test_the_names_in_other_languages_are_stored_as_they_are_compared() -> None:
    assert len(_countries().variants) > 12_000
    assert [name for name in _countries().variants if _folded(name) != name and not name.isdigit()] == []
