"""Pairs of names: judgements of kinds, not of rows."""

from __future__ import annotations

import pytest

from streamer.events import PartyType
from streamer.screening import compare
from tests.bench.pair_kinds import OTHER as ORGANISATIONS_OTHER
from tests.bench.pair_kinds import SAME as ORGANISATIONS_SAME
from tests.bench.pair_kinds import kinds

MATCH = 0.50
"""`match` of the shipped policy."""
PERSON, ENTITY = PartyType.PERSON, PartyType.ENTITY

SAME = [
    ("Dmitri Shostakovich", "Shostakovich, Dmitry", PERSON),
    ("Dmitri Dmitrievich Shostakovich", "Dmitri Shostakovich", PERSON),
    ("DmitriShostakovich", "Dmitri Shostakovich", PERSON),
    ("Mr. Dmitri Shostakovich", "Дмитрий Шостакович", PERSON),
    ("D. Shostakovich", "Dmitri Shostakovich", PERSON),
    ("Shostakovihc Dmitri", "Dmitri Shostakovich", PERSON),
    ("Nordwind Schiffahrt Aktiengesellschaft", "Nordwind Schiffahrt AG", ENTITY),
    ("Nordwind Shipping Intl", "Nordwind Shipping International Ltd", ENTITY),
    ("The Nordwind Company", "Nordwind Co.", ENTITY),
    ("N.W.S. Holdings", "NWS Holdings", ENTITY),
    ("Nordwind Western Shipping Front", "NWSF", ENTITY),
    ("Nordwind Shipping Fund", "Nordwind Shipping Fund I", ENTITY),
    ("Nordwind National Oil Company", "NNOC", ENTITY),
    ("Nordwind Thirteen Trading", "Nordwind 13 Trading", ENTITY),
    ("Anatoli Nordwindenko", "Anatoli Nordwindenka", PERSON),
    ("Nordwind Bank", "Nordwint Bank", ENTITY),
    ("김하준", "김 하준", PERSON),
    ("Hassan Darwish", "حسن درويش", PERSON),
    ("Alexandre Nordwind", "Alexander Nordwind", PERSON),
    ("Ahmad bin Hasan Nordwind", "Nordwind Ahmad bin Hasan", PERSON),
]
OTHER = [
    ("Dmitri Shostakovich", "Dmitri Kabalevsky", PERSON),
    ("Maxim Shostakovich", "Dmitri Shostakovich", PERSON),
    ("Nordwind Bank of Norway", "Nordwind Bank of Iceland", ENTITY),
    ("BELLETECH CORP", "11420 CORP.", ENTITY),
    ("emma daniels", "EMMA LLC", PartyType.UNKNOWN),
    ("A-B-C Company", "Zenith Company", ENTITY),
    ("George Bush", "George HABBASH", PERSON),
    # Few letters differ, but no slip makes one of the other:
    ("Bank of the South", "Bank of the North", ENTITY),
    ("Nordwind Eastern Railways", "Nordwind Western Railways", ENTITY),
    ("Sexto Banco Nordwind", "Quinto Banco Nordwind", ENTITY),
    ("First Nordwind Bank", "Third Nordwind Bank", ENTITY),
    ("Railways of Iran", "Railways of Iraq", ENTITY),
    ("NWS Company", "SWN Company", ENTITY),
    ("NW plc", "NV plc", ENTITY),
    ("NWD Holdings", "NDW Holdings", ENTITY),
    ("Nordwind 313 Trading", "Nordwind 424 Trading", ENTITY),
    ("Nordwind Shipping Fund", "Nordwind Shipping Fund II", ENTITY),
    ("Nordwind Imports", "Nordwind Exports", ENTITY),
    ("Nordwind AG", "Nordwind GmbH", ENTITY),
    ("Shostakovich, Dmitri A.", "Dmitri K Shostakovich", PERSON),
    ("Angelo Shostakovich", "Angela Shostakovich", PERSON),
    ("Viktor Ivanov", "Viktor Ivanova", PERSON),
    ("Juan Nordwind", "Juana Nordwind", PERSON),
    ("Giuseppe Nordwind", "Joseph Nordwind", PERSON),
    ("Hafez al-Nordwind", "Bashar al-Nordwind", PERSON),
    ("김하준", "김하진", PERSON),
    ("김종은", "김정은", PERSON),
    ("Ahmad bin Hasan Nordwind", "Hasan bin Ahmad Nordwind", PERSON),
]


@pytest.mark.parametrize(("a", "b", "type"), SAME)
def test_spellings_of_one_name_match(a: str, b: str, type: PartyType) -> None:
    assert compare(a, b, type).score >= MATCH, compare(a, b, type)


@pytest.mark.parametrize(("a", "b", "type"), OTHER)
def test_names_of_two_parties_do_not_match(a: str, b: str, type: PartyType) -> None:
    assert compare(a, b, type).score < MATCH, compare(a, b, type)


@pytest.mark.parametrize("kind", [*ORGANISATIONS_OTHER, *ORGANISATIONS_SAME])
def test_pairs_of_a_kind_are_judged_alike(kind: str) -> None:
    """Of 20 generated pairs one may be wrong: letters drawn at random are a word or a legal form now and then."""
    found = [(compare(a, b, ENTITY).score >= MATCH) == is_one for k, a, b, is_one in kinds(3, 20) if k == kind]
    assert sum(found) >= 19


def test_a_comparison_does_not_depend_on_the_order_and_says_why() -> None:
    one, other = (
        compare("Maxim Shostakovich", "Dmitri Shostakovich"),
        compare("Dmitri Shostakovich", "Maxim Shostakovich"),
    )
    assert one == other
    assert any("is not" in reason for reason in one.reasons)


def test_nothing_is_like_an_empty_name() -> None:
    assert compare("", "").score == 0.0
    assert compare("x", " ").score == 0.0


def test_a_korean_in_cyrillic_and_in_latin_letters_is_one_party() -> None:
    assert compare("Чон Сон Хва", "Jong Song Hwa", PartyType.PERSON).score >= 0.5
    one, other = compare("Jong Song Hwa", "Чон Сон Хва"), compare("Чон Сон Хва", "Jong Song Hwa")
    assert one == other


def test_the_acronym_of_a_country_is_compared_as_the_country() -> None:
    assert compare("Central Bank of the DPRK", "Central Bank of the Democratic People's Republic of Korea").score >= 0.5


def test_a_surname_is_no_mistyped_legal_form() -> None:
    assert compare("YUSUF AL-SAN'ANI", "YUSUF AL-MADANI", PartyType.PERSON).score < 0.5
    assert compare("YUSUF AL-SAN'ANI", "YUSUF SANANI", PartyType.PERSON).score >= 0.5
