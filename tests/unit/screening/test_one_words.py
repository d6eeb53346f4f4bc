"""Organisations of one distinctive word inside texts: met as a word of its own, and no ordinary word."""

from __future__ import annotations

import pytest

from streamer.events import Verdict
from streamer.lists import Lists
from streamer.screening.one_words import OneWordNames
from streamer.watchlists.entity import Entity, EntityType, ListedName
from tests.builders import payment
from tests.unit.test_monitor import screened


def organisation(*names: str, id: str = "1", type: EntityType = EntityType.ENTITY, weak: bool = False) -> Entity:
    return Entity("test", id, type, tuple(ListedName(name, weak=weak) for name in names))


@pytest.mark.parametrize(
    ("listed", "text", "met"),
    [
        ("PUBLIC JOINT STOCK COMPANY GAZPROMBANK", "Gazprombank fee inv 33", "Gazprombank"),
        ("SEVERSTAL OAO", "steel (severstal), 4 t", "severstal"),
        ("SEVERSTAL OAO", "inv 7 for s\u00e9verstal", "severstal"),
        ("SEVERSTAL OAO", "Sever\u200bstal steel", "Severstal"),
        ("SEVERSTAL OAO", "Severstal's steel", None),
        ("SEVERSTAL OAO", "Severstalstrasse 4", None),
        ("SEVERSTAL OAO", "severstal2024", "severstal"),
        ("SEVERSTAL OAO", "severstal2x", None),
        ("SEVERSTAL OAO", "info@severstal.example", None),
        ("ARIZONA LLC", "trip to Arizona", None),  # a word that many use
        ("UNITED LTD", "united invoice", None),
        ("KIMSU", "kimsu inv 3", None),  # an abbreviation may be anybody's
        ("HARBOUR LANTERN", "lantern inv 3", None),
    ],
)
def test_a_distinctive_word_is_met_as_a_word_of_its_own(listed: str, text: str, met: str | None) -> None:
    found = [word for word, _, _ in OneWordNames([organisation(listed)]).found_in(text)]
    assert found == ([met] if met else [])


@pytest.mark.parametrize(
    "entity",
    [
        organisation("SEVERSTAL OAO", weak=True),
        organisation("SEVERSTAL", type=EntityType.VESSEL),
        organisation("SEVERSTAL", type=EntityType.PERSON),
    ],
)
def test_weak_names_ships_and_people_are_not_called_by_one_word(entity: Entity) -> None:
    assert not list(OneWordNames([entity]).found_in("Severstal fee"))


def test_a_text_that_writes_one_waits_and_an_address_does_not() -> None:
    lists = Lists.of((), [organisation("SEVERSTAL OAO")])
    answer = screened(lists, payment(remittance_unstructured=("Severstal fee inv 33",))).decision
    assert (answer.verdict, [f.rule for f in answer.findings]) == (Verdict.REVIEW, ["LISTED_NAME_IN_TEXT"])
    assert answer.findings[0].evidence[0].element == "remittance_unstructured[0]"
    street = {"name": "Jane Doe", "address": {"street": "12 Severstal Road", "country": "DE"}}
    assert screened(lists, payment(creditor=street)).decision.verdict is Verdict.RELEASE


def test_it_changes_with_the_lists() -> None:
    before = Lists.of((), [organisation("SEVERSTAL OAO"), organisation("BELARUSKALI OAO", id="2")])
    after = before.updated((), [organisation("HALEELOIL LTD", id="1")], ["test-2"])
    said = payment(remittance_unstructured=("Severstal fee, Belaruskali fee",))
    assert screened(before, said).decision.verdict is Verdict.REVIEW
    assert screened(after, said).decision.verdict is Verdict.RELEASE
    assert [word for word, _, _ in after.one_words.found_in("to haleeloil")] == ["haleeloil"]
    assert not list(after.only(()).one_words.found_in("to haleeloil"))


GROUPS = [
    organisation("HIZBALLAH", "PARTY OF GOD", id="hizballah"),
    organisation("HAMAS", id="hamas"),
    organisation("AL QA'IDA", id="qaida"),
    organisation("AL-SHABAAB", id="shabaab"),
    organisation("ANSARALLAH", "ANSARULLAH", id="houthis"),
    organisation("KURDISTAN WORKERS' PARTY", id="pkk"),
    organisation("ISLAMIC STATE OF IRAQ AND THE LEVANT", id="isil"),
    organisation("MAHAN AIR", id="mahan"),
    organisation("VTB BANK PUBLIC JOINT STOCK COMPANY", id="vtb"),
    organisation("PMC WAGNER", id="wagner"),
    organisation("BANK SEPAH", id="sepah"),
]


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("Hezbollah", "hizballah"),
        ("Friends of Hamas", "hamas"),
        ("donation for Al Qaeda", "qaida"),
        ("donation for Al-Qa'ida", "qaida"),
        ("AL.QAIDA fund", "qaida"),
        ("alqaeda", "qaida"),
        ("support Al-Shabaab", "shabaab"),
        ("for Hisbollah, Beirut", "hizballah"),
        ("\u062a\u0628\u0631\u0639 \u0644\u062d\u0632\u0628 \u0627\u0644\u0644\u0647", "hizballah"),
        ("\u6350\u6b3e\u7ed9\u771f\u4e3b\u515a", "hizballah"),
        ("\u0445\u0430\u043c\u0430\u0441", "hamas"),
        ("Daesh", "isil"),
        ("tickets Mahan-Air", "mahan"),
        ("via VTB Moscow", "vtb"),
        ("Gruppe Wagner", "wagner"),
        ("Houthi", "houthis"),
        ("Al Shabab Club Riyadh", None),
        ("Hizbullah Khan", None),
        ("Ansarullah Khan", None),
        ("Houthi Ahmed", None),
        ("Isis Martinez", None),
        ("I\u015f\u0131l Demir", None),
        ("Richard Wagner", None),
        ("Mahan Prasad", None),
        ("oplata za PKK kierowca", None),
        ("hamaseh", None),
        ("al qaedat", None),
    ],
)
def test_known_groups_are_met_by_any_of_their_names(text: str, met: str | None) -> None:
    known = OneWordNames(GROUPS)
    assert [entity.native_id for _, entity, _ in known.phrases_in(text)] == ([met] if met else [])
    assert [entity.native_id for _, entity, _ in known.found_in(text)] == ([met] if met else [])


def test_a_group_counts_while_a_list_holds_it() -> None:
    assert not list(OneWordNames(GROUPS[1:]).found_in("Hezbollah"))
    known = OneWordNames(GROUPS).updated([], ["test-hizballah"])
    assert not list(known.found_in("Hezbollah"))
    assert list(known.updated(GROUPS[:1], []).found_in("Hezbollah"))
    assert not list(OneWordNames([organisation("HIZBALLAH", weak=True)]).found_in("Hezbollah"))


@pytest.mark.parametrize(
    "text", ["Hamas2024", "Hamas's fund", "HamasFund", "HAMA5", "H4MAS fund", "H A M A S", "for H A M A S, Gaza"]
)
def test_a_known_group_is_met_however_its_word_is_written(text: str) -> None:
    assert [entity.id for _, entity, _ in OneWordNames(GROUPS).phrases_in(text)] == ["test-hamas"]


@pytest.mark.parametrize("text", ["hamasfund", "Hamasaki", "H A M", "Bahamas2024", "SHamas"])
def test_another_word_is_not_taken_for_a_known_group(text: str) -> None:
    assert not list(OneWordNames(GROUPS).phrases_in(text))
