"""Parties listed in Arabic or Persian letters alone, asked in Latin ones."""

from __future__ import annotations

import pytest

from streamer.screening import scoring
from streamer.screening.names import tokenise
from streamer.screening.unvowelled import Unvowelled, unvowelled, unvowelled_agreement
from tests.unit.screening.builders import REVIEW, hits, listed


def score(query: str, name: str) -> float:
    return max((hit.score for hit in hits(query, listed("1", name))), default=0.0)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("Hassan Qasim Jabbari", "حسن قاسم جباري"),
        ("Hasan Qassem al-Jabbari", "حسن قاسم الجباري"),
        ("Marwan Shukri Barghouti", "مروان شكري برغوثي"),
        ("Abdulrahman Tamimi", "عبد الرحمن التميمي"),
        ("Abd al-Rahman al-Tamimi", "عبد الرحمن التميمي"),
        ("Abderrahmane Tamimi", "عبد الرحمن التميمي"),
        ("Salahuddin Khorshidi", "صلاح الدين خورشيدي"),
        ("Salah al-Din Khorshidi", "صلاح الدين خورشيدي"),
        ("Gholamreza Pourmohammadi", "غلامرضا پورمحمدی"),
        ("Gulbuddin Zadran Mangal", "گلب الدین زدران منگل"),
        ("Fayçal Bouzerda Lamrani", "فيصل بوزردة لمراني"),
    ],
)
def test_a_name_listed_in_arabic_letters_is_met_in_latin_ones(query: str, name: str) -> None:
    assert score(query, name) >= REVIEW


@pytest.mark.parametrize(
    ("query", "name"),
    [
        # The same consonants with another long vowel, or another name beside the same one.
        ("Hassan Qasim Jabbari", "حسين قاسم جبوري"),
        ("Mahmoud Shukri Barghouti", "محمد فارس برغوثي"),
        # Short frames say little.
        ("Ali Hassan", "علي حسن"),
        ("Umar Abdulilah", "امير عبد الله"),
        ("Ubaydullah Amir", "امير عبد الله"),
        ("Simon Karam", "سمين كرم"),
    ],
)
def test_other_names_of_like_consonants_are_not_reported(query: str, name: str) -> None:
    assert score(query, name) < REVIEW


def test_the_writing_is_named_as_a_reason() -> None:
    (hit,) = hits("Hassan Qasim Jabbari", listed("1", "حسن قاسم جباري"))
    assert "HASSAN = HSN (same consonants)" in hit.reasons
    assert "listed in ARABIC writing, which leaves several readings" in hit.reasons
    assert not hit.is_same_name


def test_a_name_in_latin_letters_is_listed_once() -> None:
    assert not list(unvowelled(tokenise("Hassan Qasim")))


@pytest.mark.parametrize("query", ["hassan", "husain", "abdulrahman", "qasem", "gasim", "faycal", "x", "7", "mohammed"])
def test_look_ups_find_what_two_tokens_agree_in(query: str) -> None:
    tokens = {
        token
        for name in ("حسن قاسم", "حسين فيصل", "عبد الرحمن محمد", "صلاح الدين 7")
        for one in unvowelled(tokenise(name))
        for token in one.tokens
        if token.isupper()
    }
    filed = Unvowelled()
    for token in tokens:
        filed.file(token)
    pairwise = {token: kind for token in tokens if (kind := unvowelled_agreement(query, token)) is not None}
    assert filed.kinds(query) == pairwise == {t: k for t in tokens if (k := scoring.agreement(query, t)) is not None}
