"""Texts as a person reads them: encodings, invisible characters, lookalikes and mixed scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.reference.text import (
    disguised,
    folded_words,
    latin_code,
    may_need_reading,
    mixes_scripts,
    plain,
    readable,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("VO&#76;ASYS", "VOLASYS"),
        ("VO&#x4C;ASYS", "VOLASYS"),
        ("AL-QA&apos;IDA", "AL-QA'IDA"),
        ("&amp;amp;#86;OLASYS", "VOLASYS"),
        ("VOL%41SYS%20STAR", "VOLASYS STAR"),
        (r"\u0056OLASYS", "VOLASYS"),
        (r"\x56OLASYS \u{56}", "VOLASYS V"),
        (r"\ud83d\ude00", "😀"),
        ("GarcÃ­a LÃ³pez", "García López"),
        ("РџСѓС‚РёРЅ", "Путин"),
        ("\u200bV\u200dO\u00adL", "VOL"),
        ("x" + " " * 400 + "SIM", "x  SIM"),
        ("a\x00b\x07c\td", "abc d"),
        (" a \r\n b\n\n\nc ", "a\nb\nc"),
        ("\u3164\u2800SIM", "SIM"),
    ],
)
def test_encodings_and_padding_are_read_through(written: str, read: str) -> None:
    assert readable(written) == read
    assert may_need_reading(["ordinary", written])


@pytest.mark.parametrize(
    "text",
    [
        "Müller & Söhne GmbH",
        "AT&T Inc",
        "R&D 100%",
        "50% discount",
        r"C:\users",
        "Ñandú SA",
        "José",
        "Đặng Thị Hà",
        "日本ガス",
    ],
)
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert readable(text) == text


def test_ascii_texts_without_escapes_need_no_reading() -> None:
    assert not may_need_reading(["Ada Brandt", "NOV-0042", "Invoice 4711 of 3 November 2026"])


@given(st.text(max_size=200))
def test_any_text_can_be_read_and_reading_it_again_changes_nothing_but_encodings(text: str) -> None:
    read = readable(text)
    assert "\x00" not in read
    assert "   " not in read
    assert read == read.strip()
    list(disguised(read))
    mixes_scripts(read)
    folded_words(read)


@given(st.lists(st.text(max_size=30), max_size=5))
def test_what_needs_no_reading_is_read_as_it_is(texts: list[str]) -> None:
    if not may_need_reading(texts):
        assert [readable(text) for text in texts] == texts


@pytest.mark.parametrize(
    "disguise",
    [
        "VՕLAՏYՏ ՏIԼVER",
        "ᏙᎾᏞᎪᏚYᏚ SILVER",
        "ꓦꓳꓡꓮꓢꓬꓢ ꓢꓲꓡꓦꓰꓣ",
        "VΟLΑSYS SILVΕR",
        "VОLАSYS SILVЕR",
        "ＶＯＬＡＳＹＳ ＳＩＬＶＥＲ",
        "𝐕𝐎𝐋𝐀𝐒𝐘𝐒 𝑆𝐼𝐿𝑉𝐸𝑅",
    ],
)
def test_lookalikes_of_every_script_are_read_as_what_they_look_like(disguise: str) -> None:
    assert folded_words(disguise) == ["volasys", "silver"]


def test_greek_nu_looks_like_a_v() -> None:
    assert plain("SILνER") == "SILvER"
    assert latin_code("ΑВ12") == "AB12"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("ЅІМ НҮОN ЅОР", "SIM HYON SOP"),
        ("VOL@SYS ST@R", "VOLaSYS STaR"),
        ("VOLA$YS", "VOLAsYS"),
        ("S.I.L.V.E.R S.T.A.R", "SILVER STAR"),
        ("V-O-L-A-S-Y-S", "VOLASYS"),
        ("VOL*ASYS", "VOLASYS"),
    ],
)
def test_a_disguise_has_another_reading(text: str, reading: str) -> None:
    assert reading in list(disguised(text))


@pytest.mark.parametrize(
    "text", ["Ada Brandt", "Smith-Jones", "ada.brandt@example.com", "J.R.R. Tolkien", "Иванов Пётр"]
)
def test_an_ordinary_text_has_none(text: str) -> None:
    assert not list(disguised(text))


@pytest.mark.parametrize("text", ["Иванoв", "VՕLAՏYՏ", "Ωmega", "Pаypal"])
def test_words_that_mix_scripts_are_told(text: str) -> None:
    assert mixes_scripts(text)


@pytest.mark.parametrize(
    "text",
    [
        "日本GAS株式会社",
        "삼성SDS",
        "Иванов and Smith",
        "5µm",
        "Café",
        "トヨタ自動車",
        "№5",
        "Ångström",
        "O’Neill",
        "中華ㄅ",
    ],
)
def test_words_of_ordinary_orthographies_are_not(text: str) -> None:
    assert not mixes_scripts(text)
