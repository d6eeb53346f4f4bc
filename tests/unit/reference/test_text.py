"""Texts as a person reads them: encodings, invisible characters, lookalikes and mixed scripts."""

from __future__ import annotations

import time

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
    why_unread,
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
        ("&#x56&#x4fLASYS", "VOLASYS"),
        ("&#0000000086;OLASYS", "VOLASYS"),
        ("&#x0000000056;OLASYS", "VOLASYS"),
        ("%u0056OLASYS", "VOLASYS"),
        (r"\126\117\114ASYS", "VOLASYS"),
        (r"\303\226\132gur", "ÖZgur"),
        (r"\N{LATIN CAPITAL LETTER V}OLASYS", "VOLASYS"),
        ("=56=4F=4CASYS", "VOLASYS"),
        ("=?utf-8?Q?=56OLASYS_STAR?=", "VOLASYS STAR"),
        ("=?UTF-8?B?VsOWTEFTWVM=?= =?utf-8?q?_STAR?=", "VÖLASYS STAR"),
        ("=?iso-8859-1?Q?M=FCller?= GmbH", "Müller GmbH"),
        ("%252525252525252556OLASYS", "VOLASYS"),
        ("GarcÃ\x83Â\xada", "García"),
        ("Путин".encode().decode("koi8-r"), "Путин"),
        ("Путин".encode().decode("cp866"), "Путин"),
        ("Путин".encode().decode("cp850"), "Путин"),
        ("Лавров".encode().decode("gbk"), "Лавров"),
        ("VO\x1b[1;31mLASYS\x1b[0m", "VOLASYS"),
        ("VOLASYS\u2420STAR", "VOLASYS STAR"),
        ("V\u20ddO\u0489LASYS", "VOLASYS"),
        ("V\U000e0100OLASYS", "VOLASYS"),
        ("🅥🅞🅛🅰🅂🅈🅂", "VOLASYS"),
        ("⒱⒪⒧🄐🄢🄨🄢", "volASYS"),
        ("\u202e\u0627\u0644\u202c", "\u0627\u0644"),
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
        "a=10 b=20 c=30",
        r"C:\101\new",
        "=?unknown-set?Q?x?=",
        "=?utf-8?B?%%%?=",
        "=?utf-8?B?Sim Hyon Sop?=",
        "=?iso-8859-1?B?SIMHYONSOP==?=",
        "联通通信有限公司",
        "таблетки",
        "Żółć",
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


@pytest.mark.parametrize(
    "unit", [" ", "∀", "<", "<!--", "%25", "&amp;", "\u202eA", "A😀", r"\N{", "=?utf-8?Q?", "п╣", "様"]
)
def test_long_texts_are_read_in_linear_time(unit: str) -> None:
    text = "A" + unit * (40_000 // len(unit)) + "!"
    started = time.perf_counter()
    read = readable(text)
    disguised(read)
    mixes_scripts(read)
    why_unread(read)
    assert time.perf_counter() - started < 3  # quadratic ones take ten times as long


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
        ("VOL/**/ASYS", "VOLASYS"),
        ("VO<b>L</b>ASYS", "VOLASYS"),
        ("VO<!-- x -->LASYS", "VOLASYS"),
        ("VOLASYS<br/>STAR", "VOLASYS STAR"),
        ("VOL=41SYS", "VOLASYS"),
        ("VO😀LASYS", "VOLASYS"),
        ("VO♥LA★SYS", "VOLASYS"),
        ("VOLASYS😀STAR", "VOLASYS STAR"),
        ("VOL∀SYS ST∀R ∅'N∃IL", "VOLaSYS STaR o'NeIL"),
        ("VOLASYS中STAR", "VOLASYS STAR"),
        ("🇻🇴🇱🇦🇸🇾🇸", "VOLASYS"),
        ("VOLASYS STAR様", "VOLASYS STAR "),
        ("VOLASYS귀하", "VOLASYS "),
    ],
)
def test_a_disguise_has_another_reading(text: str, reading: str) -> None:
    assert reading in list(disguised(text))


@pytest.mark.parametrize(
    "text", ["Ada Brandt", "Smith-Jones", "ada.brandt@example.com", "J.R.R. Tolkien", "Иванов Пётр"]
)
def test_an_ordinary_text_has_none(text: str) -> None:
    assert not list(disguised(text))


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("\u202eRATS SYSALOV\u202c", "VOLASYS STAR"),
        ("\u202eSYSALOV\u202c \u202eRATS\u202c", "VOLASYS STAR"),
        ("to \u202eSYSALOV", "to VOLASYS"),
        ("&#x202e;SYSALOV", "VOLASYS"),
    ],
)
def test_overridden_letters_are_read_as_they_are_shown_and_reviewed(text: str, reading: str) -> None:
    read = readable(text)
    assert readable(read) == read
    assert reading in disguised(read)
    assert why_unread(read) == "overrides the direction in which its letters are read"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("%" + "25" * 40 + "56OLASYS", "is encoded more than 16 times over"),
        ("M\ufffdller", "has lost letters inside a word"),
        ("\ufffd Müller", None),
        ("Müller & Söhne 100%", None),
        ("Ada Brandt", None),
        ("%FF", None),
    ],
)
def test_what_nobody_can_read_says_why(text: str, why: str | None) -> None:
    assert why_unread(readable(text)) == why
    assert why is None or may_need_reading([readable(text)])


@pytest.mark.parametrize(
    "text", ["V\u0e50LASYS", "VOL\u0966SYS", "Arty\u3147m", "Leo几idovich", "Z卂尺q卂", "VOLASYS中STAR"]
)
def test_foreign_signs_among_latin_letters_are_told(text: str) -> None:
    assert mixes_scripts(text)


@pytest.mark.parametrize("text", ["A股B股", "Apple和Google", "삼성SDS와LG전자", "SK이노베이션IT", "B\u0663", "第2期A"])
def test_latin_letters_in_texts_of_east_asia_are_not(text: str) -> None:
    assert not mixes_scripts(text)


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


@pytest.mark.parametrize("name", ["Úštěk", "Praha Úšovice", "ŽURAVLJOV-MALÕŠEV", "Öšlin", "Šárka Němcová"])
def test_two_accented_letters_are_no_letter_of_another_script(name: str) -> None:
    assert readable(name) == name
