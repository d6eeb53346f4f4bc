from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from streamer.events import Consequence, IdentifierKind
from streamer.watchlists import (
    PARSERS,
    EntityType,
    InvalidList,
    entity_from_json,
    entity_to_json,
    parse,
    read_list,
    sample_lists,
)
from tests.unit.watchlists.fixtures import LISTS, SPECS, by_id, ofac_copy, texts


@pytest.mark.parametrize("spec", SPECS)
def test_entities_round_trip_through_json(spec: str) -> None:
    for entity in read_list(spec).entities:
        assert entity_from_json(entity_to_json(entity)) == entity


@pytest.mark.parametrize("spec", SPECS)
def test_reading_twice_gives_the_same(spec: str) -> None:
    assert read_list(spec) == read_list(spec)


def test_the_kinds_are_those_of_the_command_line() -> None:
    assert set(PARSERS) == {"ofac", "ofac-xml", "un", "eu", "uk", "opensanctions", "csv", "ownership"}


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("sdn=x.csv", r"unknown kind of list 'sdn'; the kinds are ofac, ofac-xml, un, eu, uk, opensanctions, csv"),
        ("un", "'un' is not KIND=PATH"),
        ("un=", "'un=' is not KIND=PATH"),
        ("un=/nowhere/consolidated.xml", r"/nowhere/consolidated\.xml is not there .* the UN's consolidated\.xml"),
        ("ofac=/nowhere", r"/nowhere is not there .* a directory with sdn\.csv"),
        (f"un={LISTS}", "not what it should be"),
    ],
)
def test_a_bad_specification_is_answered_with_what_is_expected(spec: str, message: str) -> None:
    with pytest.raises(InvalidList, match=message):
        read_list(spec)


def test_the_digest_of_one_file_is_its_sha256() -> None:
    file = LISTS / "un.xml"
    assert parse("un", file).sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_the_digest_of_a_directory_changes_with_any_of_its_files_and_with_no_other(tmp_path: Path) -> None:
    directory = ofac_copy(tmp_path)
    before = parse("ofac", directory).sha256
    assert before == parse("ofac", LISTS / "ofac").sha256
    (directory / "readme.txt").write_text("not a list")
    assert parse("ofac", directory).sha256 == before
    with (directory / "alt.csv").open("rb+") as file:
        content = file.read().replace(b"PREMIER", b"SECONDE")
        file.seek(0)
        file.write(content)
    assert parse("ofac", directory).sha256 != before


def test_the_sample_lists_are_marked_as_samples() -> None:
    assert [(parsed.names, parsed.sample) for parsed in sample_lists()] == [(("ofac",), True), (("press",), True)]
    assert not parse("csv", LISTS / "own.csv").sample


def test_the_sample_ofac_list_blocks_and_has_banks_wallets_documents_and_persons() -> None:
    ofac, _ = sample_lists()
    entities = by_id(ofac)
    assert {entity.consequence for entity in ofac.entities} == {Consequence.BLOCK}
    assert ofac.counts[EntityType.PERSON] >= 18
    assert "KOREA APROKGANG TECHNOLOGY COMPANY" in texts(entities["ofac-57056"], weak=False)
    assert len(entities["ofac-57056"].wallets) == 7
    assert texts(entities["ofac-55062"], weak=True) == ["GUEMPUNGRI"]
    assert [(i.kind, i.value, i.country) for i in entities["ofac-24979"].identifiers] == [
        (IdentifierKind.PASSPORT, "927220230", "KP")
    ]
    assert entities["ofac-54763"].links[0].entity_id == "ofac-54764"
    bics = {i.value for entity in ofac.entities for i in entity.identifiers if i.kind is IdentifierKind.BIC}
    assert {"FTBDKPPY", "KDBKKPPY", "SABRRUMM", "BKMTIRTH", "VZLAVECA"} & bics >= {"FTBDKPPY", "KDBKKPPY", "SABRRUMM"}


def test_the_firm_of_the_press_reports_is_not_labelled_ofac_and_freezes_nothing() -> None:
    _, press = sample_lists()
    (firm,) = press.entities
    assert firm.name == "Suzhou Weitong Information Technology Co., Ltd."
    assert firm.id == "press-suzhou-weitong"
    assert firm.consequence is Consequence.REVIEW
    assert firm.programs == ()
    assert "press reports" in (firm.remarks or "")
    assert "no official list" in (firm.remarks or "")
