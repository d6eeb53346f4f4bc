"""Names that another script has borrowed, by their sounds; spellings as newspapers and encyclopedias print them."""

from __future__ import annotations

import pytest

from streamer.events import PartyType
from streamer.screening import Query, Screener
from streamer.screening.loan_scripts import loan_tokens
from streamer.screening.loans import LOANS, classes, classes_written, loan_agreement, phones
from streamer.screening.names import script_of
from streamer.watchlists.entity import Entity, EntityType, ListedName

REVIEW = 0.80
LISTED = (
    "PUTIN, Vladimir Vladimirovich", "LUKASHENKO, Alexander", "HANIYEH, Ismail", "GORBACHEV, Mikhail",
    "AL-ASSAD, Bashar", "CHAVEZ, Hugo", "KADYROV, Ramzan",
)  # fmt: skip


@pytest.fixture(scope="module")
def screener() -> Screener:
    return Screener(
        Entity(list="test", native_id=text, type=EntityType.PERSON, names=(ListedName(text),)) for text in LISTED
    )


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("블라디미르 푸틴", "PUTIN, Vladimir Vladimirovich"),
        ("ウラジーミル・プーチン", "PUTIN, Vladimir Vladimirovich"),
        ("弗拉基米尔·普京", "PUTIN, Vladimir Vladimirovich"),
        ("普京 弗拉基米尔", "PUTIN, Vladimir Vladimirovich"),
        ("Βλαντίμιρ Πούτιν", "PUTIN, Vladimir Vladimirovich"),
        ("فلاديمير بوتين", "PUTIN, Vladimir Vladimirovich"),
        ("ولادیمیر پوتین", "PUTIN, Vladimir Vladimirovich"),
        ("אלכסנדר לוקשנקו", "LUKASHENKO, Alexander"),
        ("วลาดีมีร์ ปูติน", "PUTIN, Vladimir Vladimirovich"),
        ("व्लादिमीर पुतिन", "PUTIN, Vladimir Vladimirovich"),
        ("ვლადიმერ პუტინი", "PUTIN, Vladimir Vladimirovich"),
        ("Վլադիմիր Պուտին", "PUTIN, Vladimir Vladimirovich"),
        ("ວລາດີເມຍ ປູຕິນ", "PUTIN, Vladimir Vladimirovich"),
        ("ဟူဂို ချာဗက်ဇ်", "CHAVEZ, Hugo"),
        ("알렉산드르 루카셴코", "LUKASHENKO, Alexander"),
        ("亚历山大·卢卡申科", "LUKASHENKO, Alexander"),
        ("Αλεξάντερ Λουκασένκο", "LUKASHENKO, Alexander"),
        ("미하일 고르바초프", "GORBACHEV, Mikhail"),
        ("ミハイル・ゴルバチョフ", "GORBACHEV, Mikhail"),
        ("바샤르 알아사드", "AL-ASSAD, Bashar"),
        ("Ούγο Τσάβες", "CHAVEZ, Hugo"),
        ("람잔 카디로프", "KADYROV, Ramzan"),
    ],
)
def test_a_borrowed_name_meets_the_listed_one(screener: Screener, query: str, listed: str) -> None:
    assert [hit.matched.text for hit in screener.screen(Query(query, PartyType.PERSON), score_min=REVIEW)] == [listed]


@pytest.mark.parametrize(
    "query",
    [
        "조 바이든",  # Biden, not Putin: plosives are told apart
        "ミハイル・フリードマン",
        "弗拉基米尔·科托夫",
        "Βασίλης Παππάς",
        "فلاديمير كوتين",
        "วลาดีมีร์ กูดีมอฟ",
    ],
)
def test_another_name_in_that_script_is_released(screener: Screener, query: str) -> None:
    assert screener.screen(Query(query, PartyType.PERSON), score_min=REVIEW) == []


@pytest.mark.parametrize("text", ["김정은", "김 정은", "정은 김", "习近平", "习 近平", "王小明"])
def test_names_of_the_language_itself_are_not_read_as_borrowed(text: str) -> None:
    assert loan_tokens(text, script_of(text)) is None


def test_the_same_sounds_are_filed_under_one_key() -> None:
    tokens = {"블라디미르": "vladimir", "セーチン": "sechin", "谢尔盖": "sergei", "Μπόρις": "boris", "شويغو": "shoigu"}
    for written, listed in tokens.items():
        script, (token, *_) = loan_tokens(f"{written} {written}", script_of(written)) or ("", ("",))
        assert not classes_written(token, script).isdisjoint(classes(listed)), written
        assert loan_agreement(token, listed, script) == "loan", written


def test_a_token_without_vowels_is_met_more_strictly() -> None:
    assert loan_agreement("sln", "salina", "loan:Arab") is None
    assert loan_agreement("slynV", "selena", "loan:Arab") == "loan"


def test_letters_that_several_languages_read_otherwise_stay_open() -> None:
    assert phones("george") == "GeorGe"
    assert phones("joaquin") == "joakin"
    assert phones("erdogan") == "erdoQan"


def test_every_script_of_phones_has_a_name() -> None:
    assert all(script.startswith("loan:") and name for script, name in LOANS.items())
