"""Folding and tokens."""

from __future__ import annotations

import pytest

from streamer.events import PartyType
from streamer.screening.names import abbreviated, bits, fold, skeleton, skeletons, syllables, tokenise


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("SIS d.o.o.", ("sis",)),
        ("ООО «БАЙ»", ("bay",)),
        ("Ch'oe Ryong-hae", ("choe", "ryong", "hae")),
        ("Int'l Trdg Co., Ltd.", ("intl", "trdg")),
        ("M/S ACME", ("acme",)),
        ("JOINTSTOCK COMPANY ACME", ("acme",)),
        ("KATINAD.O.O.", ("katina",)),
        ("LIMITED LIABILITY COMPANY", ("limited", "liability", "company")),
        ("ACME RESEARCH INSTITUTE", ("acme", "nii")),
        ("Müller-Lüdenscheidt", ("muller", "ludenscheidt")),
        ("习近平", ("xi", "jinping")),
    ],
)
def test_a_name_becomes_its_tokens(text: str, tokens: tuple[str, ...]) -> None:
    assert tokenise(text).tokens == tokens


def test_a_listed_person_is_turned_round() -> None:
    name = tokenise("KIM, Jong Un", PartyType.PERSON)
    assert (name.tokens, name.surnames) == (("jong", "un", "kim"), 1)


def test_lookalike_letters_are_latin_only_in_mixed_words() -> None:
    assert fold("R\u043edkin") == "rodkin"
    assert fold("\u0440\u043e\u0434\u043a\u0438\u043d") == "rodkin"


@pytest.mark.parametrize(
    ("a", "b"), [("yermakov", "ermakov"), ("mohammed", "muhammad"), ("husayn", "hussein"), ("nuristani", "nooristani")]
)
def test_romanisations_share_a_skeleton_or_nearly(a: str, b: str) -> None:
    left, right = skeleton(a), skeleton(b)
    assert left == right or abs(len(left) - len(right)) <= 1


@pytest.mark.parametrize(
    "variants",
    [
        ("choe", "choi"),
        ("jong", "chong", "jung"),
        ("ri", "lee", "yi"),
        ("pak", "park"),
        ("xi", "hsi"),
        ("qing", "ching"),
    ],
)
def test_east_asian_romanisations_share_their_syllables(variants: tuple[str, ...]) -> None:
    assert len({syllables(v) for v in variants}) == 1


def test_trade_abbreviations_are_read() -> None:
    assert "trading" in abbreviated("trdg")
    assert "communications" in abbreviated("comm")
    assert not abbreviated("coca")


def test_rare_tokens_say_more() -> None:
    assert bits("kvachadze") > bits("hassan") > bits("al")


def test_the_sounds_of_many_texts_are_those_of_each() -> None:
    texts = ["mohammed", "yermakov", "lloyd", "chch", "a", "ssang", "khalid", "ijj", "7seas"]
    assert skeletons(texts) == [skeleton(text) for text in texts]
    assert skeletons([]) == []
