"""Every entry's record is found again as its publisher wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from streamer.watchlists import PARSERS, InvalidList, parse, raw_files, split_spec
from streamer.watchlists.raw import FINDERS, raw_records
from tests.shared import shared
from tests.unit.watchlists.fixtures import LISTS, SPECS


def test_every_kind_of_list_has_its_finder() -> None:
    assert set(FINDERS) == set(PARSERS)


@pytest.mark.parametrize("spec", SPECS)
def test_every_entry_of_every_fixture_has_a_record(spec: str) -> None:
    kind, path = split_spec(spec)
    files = raw_files(kind, path)
    for entity in parse(kind, path).entities:
        records = raw_records(kind, files, entity.native_id)
        assert records, entity.id
        assert any(word in record.text for record in records for word in entity.name.replace(",", "").split()), (
            entity.id
        )
    assert raw_records(kind, files, "nobody's number") == ()


def test_all_files_of_ofac_are_looked_through() -> None:
    files = raw_files("ofac", LISTS / "ofac")
    with_alias = next(line.split(",")[0] for line in (LISTS / "ofac/alt.csv").read_text().splitlines() if "," in line)
    assert {"alt.csv", "sdn.csv"} <= {record.where.split()[0] for record in raw_records("ofac", files, with_alias)}


def test_the_advanced_format_gathers_what_names_the_party() -> None:
    files = raw_files("ofac-xml", LISTS / "ofac_advanced.xml")
    found = {
        record.where.rpartition(" ")[2]
        for entity in parse("ofac-xml", LISTS / "ofac_advanced.xml").entities
        for record in raw_records("ofac-xml", files, entity.native_id)
    }
    assert {"DistinctParty", "IDRegDocument", "SanctionsEntry", "ProfileRelationship"} <= found


def test_what_a_terminal_would_obey_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("id,name,remarks\n1,Listed Party,red \x1b[31malert\x07\n", "utf-8")
    (record,) = raw_records("csv", {"own.csv": path}, "1")
    assert "red \\x1b[31malert\\x07" in record.text


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(InvalidList, match="unknown kind of list 'sdn'"):
        raw_records("sdn", {}, "1")


def test_on_the_real_files() -> None:
    (record,) = raw_records("un", {"un": shared("data/un/consolidated.xml")}, "6908555")
    assert "<DATAID>6908555</DATAID>" in record.text
    lazarus = raw_records("ofac", raw_files("ofac", shared("data/ofac")), "27307")
    assert {record.where.split()[0] for record in lazarus} >= {"sdn.csv", "add.csv", "sdn_comments.csv"}
