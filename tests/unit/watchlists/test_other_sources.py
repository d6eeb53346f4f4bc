"""EU, UK, OpenSanctions, and OFAC's advanced XML."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from streamer.events import Consequence, IdentifierKind
from streamer.watchlists import (
    BirthDate,
    EntityType,
    InvalidList,
    Link,
    ListedAddress,
    ListedIdentifier,
    ListedName,
    ListedWallet,
    NameKind,
    parse,
)
from streamer.watchlists.ownership import Ownership
from tests.unit.watchlists.fixtures import LISTS, by_id

EU = parse("eu", LISTS / "eu.xml")
UK = parse("uk", LISTS / "uk.csv")
SIMPLE = parse("opensanctions", LISTS / "targets.simple.csv")
FTM = parse("opensanctions", LISTS / "entities.ftm.json")
ADVANCED = parse("ofac-xml", LISTS / "ofac_advanced.xml")


# ---------------------------------------------------------------- EU


def test_eu_names_weak_by_attribute_or_by_remark() -> None:
    assert by_id(EU)["eu-901"].names == (
        ListedName("Muster Beispiel"),
        ListedName("Мустер Байшпиль", NameKind.AKA, script="Cyrl"),
        ListedName("Musti", NameKind.AKA, weak=True),
        ListedName("Beisp", NameKind.AKA, weak=True),
        ListedName("M. X. Beispiel", NameKind.AKA),
    )


def test_eu_fields() -> None:
    person = by_id(EU)["eu-901"]
    assert person.type is EntityType.PERSON
    assert person.programs == ("PRK",)
    assert person.consequence is Consequence.BLOCK
    assert person.birth_dates == (
        BirthDate("1970-02-05"),
        BirthDate("1971-03", circa=True),
        BirthDate("1955", "1958"),
    )
    assert person.citizenships == ("KP",)
    assert person.gender == "male"
    assert person.titles == ("Mr", "Envoy")
    assert person.addresses == (
        ListedAddress("1 Muster St, PO Box 12", "Pyongyang", "Central", "0578", "KP", "last known"),
    )
    assert person.emails == ("muster@example.kp",)
    assert person.phones == ("+850 2 381 0000",)
    assert person.listed_on == "2017-10-16"
    assert person.legal_basis == ("2017/1858 (OJ L265I)",)
    assert person.details == {
        "eu_reference_number": "EU.901.28",
        "united_nation_id": "KPi.901",
        "fax": "+850 2 381 0001",
    }
    assert person.identifiers == (
        ListedIdentifier(
            IdentifierKind.PASSPORT, "381110042", "KP", "National passport", "diplomatic; knownExpired; (passport)"
        ),
    )
    assert person.remarks is not None
    for text in ("Named in Annex XV.", "Example of a remark", "ISLAMIC calendar", "no number known"):
        assert text in person.remarks


def test_eu_identifiers_of_a_bank() -> None:
    assert [(i.kind, i.value, i.country) for i in by_id(EU)["eu-902"].identifiers] == [
        (IdentifierKind.BIC, "BEISKPPY", None),
        (IdentifierKind.TAX, "7701000001", "RU"),
    ]


def test_eu_date_of_the_list() -> None:
    assert EU.published == datetime(2026, 8, 5, 14, 47, 4, 449000, UTC)


def test_eu_unknown_subject_type_names_the_entity_and_the_cure(tmp_path: Path) -> None:
    file = tmp_path / "eu.xml"
    file.write_text((LISTS / "eu.xml").read_text("utf-8").replace('code="enterprise"', 'code="X"'), "utf-8")
    with pytest.raises(InvalidList, match="unknown subject type 'X' at entity 902; add it to SUBJECT_TYPES"):
        parse("eu", file)


# ---------------------------------------------------------------- UK


def test_uk_rows_of_one_designation_become_one_entity() -> None:
    person = by_id(UK)["uk-DPR0901"]
    assert UK.rows == {"rows": 6}
    assert UK.published == datetime(2026, 2, 13, tzinfo=UTC)
    assert person.names == (
        ListedName("ADA EXAMPLE"),
        ListedName("에이다", script="Hang"),
        ListedName("ADA BEE SPECIMEN", NameKind.AKA, weak=True),
        ListedName("ADA EXEMPLAR", NameKind.AKA),
    )
    assert person.birth_dates == (BirthDate("1970"), BirthDate("1970-02-05"))
    assert person.birth_places == ("Sinuiju, North Korea",)
    assert person.nationalities == ("KP",)
    assert person.listed_on == "2017-08-15"
    assert person.titles == ("Dr", "Envoy", "Banker")
    assert person.addresses == (ListedAddress("1 Example Rd, Dandong", country="CN"),)
    assert [(i.kind, i.value, i.country, i.note) for i in person.identifiers] == [
        (IdentifierKind.PASSPORT, "563410081", "KP", "expires 2020"),
        (IdentifierKind.NATIONAL_ID, "111", None, None),
        (IdentifierKind.NATIONAL_ID, "222", None, None),
    ]
    assert person.remarks == 'A quote: "said", and a comma; Line one line two; D.O.B unknown'


def test_uk_only_an_asset_freeze_blocks() -> None:
    assert by_id(UK)["uk-DPR0901"].consequence is Consequence.BLOCK
    assert by_id(UK)["uk-DPR0902"].consequence is Consequence.RESTRICTED


def test_uk_owners_are_links_to_entities_of_the_list() -> None:
    assert by_id(UK)["uk-DPR0902"].links == (
        Link("EXAMPLE TANKERS", "owns"),
        Link("EXAMPLE HOLDING", "owned_by", "uk-DPR0903"),
    )


def test_uk_ships_have_imo_number_and_details() -> None:
    ship = by_id(UK)["uk-RUS0904"]
    assert ship.type is EntityType.VESSEL
    assert [(i.kind, i.value) for i in ship.identifiers] == [(IdentifierKind.IMO, "9876543")]
    assert ship.details["Current believed flag of ship"] == "Panama"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Primary name variation", "Nickname", "unknown Name type 'nickname' at DPR0901"),
        (",Ship,", ",Balloon,", "unknown Designation Type 'balloon' at RUS0904"),
        ("Sanctions Imposed", "Sanctions", "no column 'Sanctions Imposed'"),
        (",RUS0904,", ",,", "no Unique ID"),
        ("Report Date: 13-Feb-2026", "<html>", "column"),
    ],
)
def test_uk_what_cannot_be_read_stops_the_list(tmp_path: Path, old: str, new: str, message: str) -> None:
    file = tmp_path / "uk.csv"
    text = (LISTS / "uk.csv").read_text("utf-8").replace(old, new)
    if new == "<html>":
        text = new
    file.write_text(text, "utf-8")
    with pytest.raises(InvalidList, match=message):
        parse("uk", file)


# ---------------------------------------------------------------- OpenSanctions


def test_simple_cells_hold_csv_inside_csv() -> None:
    person = by_id(SIMPLE)["opensanctions-NK-1"]
    assert [name.text for name in person.names] == ["Ada Example", "Example; Ada", "A. Example"]
    assert person.birth_dates == (BirthDate("1970-02-05"), BirthDate("1971"))
    assert person.programs == ("UN-SC1718", "US-DPRK")
    assert [(i.kind, i.value) for i in person.identifiers] == [
        (IdentifierKind.OTHER, "563410081"),
        (IdentifierKind.IMO, "9876543"),
    ]
    assert {address.country for address in person.addresses} == {None, "KP", "RU"}
    assert person.consequence is Consequence.BLOCK


def test_simple_without_a_sanction_is_for_review() -> None:
    bank = by_id(SIMPLE)["opensanctions-NK-2"]
    assert bank.consequence is Consequence.REVIEW
    assert [(i.kind, i.value) for i in bank.identifiers] == [
        (IdentifierKind.BIC, "EXMPLV2X"),
        (IdentifierKind.LEI, "253400WSS48YWMBUA688"),
    ]


def test_ftm_targets_gather_what_other_entities_say_of_them() -> None:
    person = by_id(FTM)["opensanctions-NK-1"]
    assert person.names == (
        ListedName("Ada Example"),
        ListedName("에이다", NameKind.AKA, script="Hang"),
        ListedName("A. Example", NameKind.AKA),
        ListedName("Addie", NameKind.AKA, weak=True),
    )
    assert ListedAddress("1 Main St", "Dandong", None, None, "CN", "1 Main St, Dandong") in person.addresses
    assert [(i.kind, i.value) for i in person.identifiers] == [
        (IdentifierKind.PASSPORT, "563410081"),
        (IdentifierKind.PASSPORT, "999"),
    ]
    assert person.links == (Link("Example Bank", "owns", "opensanctions-NK-2", 60.0),)
    assert person.listed_on == "2017-08-05"
    assert person.programs == ("UN-SC1718", "UN SC 1718")
    assert person.details["eyeColor"] == "brown"


def test_ftm_ownership_is_seen_from_both_ends_and_topics_decide_the_consequence() -> None:
    bank = by_id(FTM)["opensanctions-NK-2"]
    assert bank.links == (Link("Ada Example", "owned_by", "opensanctions-NK-1", 60.0),)
    assert bank.consequence is Consequence.REVIEW


def test_ftm_wallets_are_wallets_and_only_targets_are_listed() -> None:
    assert by_id(FTM)["opensanctions-NK-4"].wallets == (ListedWallet("TRX", "TEEYCuGDyeNkuDj4u6GQRXxXo3Nh29r2vP"),)
    assert len(FTM.entities) == 3
    assert sum(FTM.rows.values()) == 8


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "line 1: not JSON"),
        ('{"id": 1, "schema": "Person"}', "line 1: not an entity with id and schema"),
        ('{"id": "a", "schema": "Person", "properties": {"name": "A"}}', "properties must be lists"),
        ('{"id": "a", "schema": "Person", "target": false, "properties": {}}', "no targets"),
        ("id,schema\n", "no column 'name'"),
        ("id,schema,name\na,Person\n", "line 2: 2 cells"),
        ("id,schema,name\na,Person,\n", "id, schema and name must be given"),
        ("id,schema,name\na,Person,A\na,Person,A\n", "a occurs twice"),
        ("id,schema,name\n", "no targets"),
    ],
)
def test_opensanctions_what_cannot_be_read_stops_the_list(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "list"
    file.write_text(content)
    with pytest.raises(InvalidList, match=message):
        parse("opensanctions", file)


# ---------------------------------------------------------------- OFAC's advanced XML


def test_advanced_persons_have_surname_first_and_scripts() -> None:
    person = by_id(ADVANCED)["ofac-9201"]
    assert person.names == (
        ListedName("JONG, Song Hwa"),
        ListedName("정성화", script="Hang"),
        ListedName("GHOST", NameKind.AKA, weak=True),
    )
    assert person.birth_dates == (BirthDate("1970-02-05"), BirthDate("1971", circa=True))
    assert person.birth_places == ("Sinuiju, North Korea",)
    assert person.nationalities == ("KP",)
    assert person.gender == "male"
    assert person.titles == ("Director",)
    assert person.addresses == (ListedAddress(town="Pyongyang, 평양", country="KP"),)
    assert person.wallets == (ListedWallet("XBT", "1HmqvgSXUVES1jn4TQPzk9dxo1NE8wim2T"),)
    assert person.identifiers == (
        ListedIdentifier(IdentifierKind.PASSPORT, "927220230", "KP", "Passport", "Expiration Date: 2028-05-20"),
    )
    assert person.listed_on == "2018-09-13"
    assert person.legal_basis == ("Executive Order 13722",)
    assert person.details == {
        "Secondary sanctions risk": "section 510.201",
        "A Feature Yet Unknown": "kept as it is",
        "list": "SDN List",
    }


def test_advanced_entries_tell_list_programme_and_consequence() -> None:
    bank = by_id(ADVANCED)["ofac-9202"]
    assert bank.type is EntityType.ENTITY
    assert bank.consequence is Consequence.RESTRICTED
    assert bank.programs == ("UKRAINE-EO13662",)
    assert bank.addresses == (ListedAddress("1 Example St.", None, "Crimea", "295000", "UA"),)
    assert by_id(ADVANCED)["ofac-9203"].programs == ("DPRK3", "NPWMD")


def test_advanced_vessels_use_the_details_of_the_csv_files_and_know_their_owner() -> None:
    vessel = by_id(ADVANCED)["ofac-9203"]
    assert vessel.type is EntityType.VESSEL
    assert vessel.details == {"call_sign": "HMYE3", "vessel_type": "General Cargo", "list": "SDN List"}
    assert [(i.kind, i.value) for i in vessel.identifiers] == [(IdentifierKind.IMO, "7303803")]
    assert vessel.links == (Link("EXAMPLE BANK", "owned_or_controlled_by", "ofac-9202"),)


def test_advanced_date_of_issue() -> None:
    assert ADVANCED.published == datetime(2026, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('AliasTypeID="1400"', 'AliasTypeID="7"', "party 9201 refers to AliasType 7"),
        ('LocationID="1"', 'LocationID="77"', "party 9201 refers to Location 77"),
        ('To-ProfileID="9202"', 'To-ProfileID="1"', "ProfileRelationship 1 refers to a profile"),
        ('ID="2" ProfileID="9202"', 'ID="2" ProfileID="1"', "SanctionsEntry 2 refers to profile 1"),
        ('FixedRef="9203"><Profile ID="9203"', 'FixedRef="9203"><Profile ID="9202"', "profile 9202 occurs twice"),
        ("<IDRegistrationNo>927220230</IDRegistrationNo>", "", "IDRegDocument 20 has no IDRegistrationNo"),
        ('<PartyType ID="1">Individual', '<PartyType ID="1">Robot', "unknown party type 'Robot' at party 9201"),
    ],
)
def test_advanced_what_cannot_be_read_stops_the_list(tmp_path: Path, old: str, new: str, message: str) -> None:
    file = tmp_path / "sdn_advanced.xml"
    text = (LISTS / "ofac_advanced.xml").read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(InvalidList, match=message):
        parse("ofac-xml", file)


def test_opensanctions_keeps_what_targets_own_on_no_list(tmp_path: Path) -> None:
    """Companies that are no targets count as property only, and only those that a target is behind."""
    lines = [
        {"id": "T", "schema": "Person", "target": True, "properties": {"name": ["Tycoon"], "topics": ["sanction"]}},
        {"id": "A", "schema": "Company", "target": False, "properties": {"name": ["Alpha"], "leiCode": ["X" * 20]}},
        {"id": "B", "schema": "Company", "target": False, "properties": {"name": ["Beta"]}},
        {"id": "C", "schema": "Company", "target": False, "properties": {"name": ["Nobody's"]}},
        {"id": "P", "schema": "Person", "target": False, "properties": {"name": ["Partner"]}},
        _ownership("T", "A", percentage=["51,0 %", "51"], startDate=["2020-01-01"]),
        _ownership("A", "B", percentage=["100"], endDate=["2024-02"]),
        _ownership("P", "B"),
        _ownership("P", "C", percentage=["100"]),
    ]
    file = tmp_path / "entities.ftm.json"
    file.write_bytes(b"\n".join(orjson.dumps(line) for line in lines))
    found = by_id(parse("opensanctions", file))
    assert {key: entity.listed for key, entity in found.items()} == {
        "opensanctions-T": True,
        "opensanctions-A": False,
        "opensanctions-B": False,
    }
    assert Link("Tycoon", "owned_by", "opensanctions-T", 51.0, None, "2020-01-01") in found["opensanctions-A"].links
    assert Link("Alpha", "owned_by", "opensanctions-A", 100.0, None, None, "2024-02") in found["opensanctions-B"].links
    standings = Ownership.of(found.values()).by_entity
    assert {key: [s.is_certain for s in of][:1] for key, of in standings.items()} == {
        "opensanctions-A": [True],
        "opensanctions-B": [False],
    }


def _ownership(owner: str, asset: str, **properties: list[str]) -> dict[str, Any]:
    return {
        "id": f"{owner}-{asset}",
        "schema": "Ownership",
        "target": False,
        "properties": {"owner": [owner], "asset": [asset], **properties},
    }


def test_subsidiaries_that_the_uk_names_without_listing_them_are_property(tmp_path: Path) -> None:
    text = (LISTS / "uk.csv").read_text("utf-8-sig")
    header = text.splitlines()[1].split(",")
    row = dict.fromkeys(header, "")
    row |= {
        "Unique ID": "ZZZ0001",
        "Name 6": "Parent Works",
        "Name type": "Primary Name",
        "Designation Type": "Entity",
        "Sanctions Imposed": "Asset freeze",
        "Subsidiaries": "(1) Child Works One (2) Child Works Two",
    }
    file = tmp_path / "uk.csv"
    file.write_text("\n".join([*text.splitlines()[:2], ",".join(row[c] for c in header)]), "utf-8")
    found = parse("uk", file).entities
    assert [(e.name, e.listed) for e in found] == [
        ("Parent Works", True),
        ("Child Works One", False),
        ("Child Works Two", False),
    ]
    assert all(e.links == (Link("Parent Works", "owned_by", "uk-ZZZ0001"),) for e in found[1:])
