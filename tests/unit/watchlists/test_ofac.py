from __future__ import annotations

from pathlib import Path

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
from tests.unit.watchlists.fixtures import LISTS, by_id, ofac_copy, texts

OFAC = by_id(parse("ofac", LISTS / "ofac"))


def test_all_rows_are_counted_by_file() -> None:
    assert parse("ofac", LISTS / "ofac").rows == {
        "sdn.csv": 8,
        "alt.csv": 4,
        "add.csv": 6,
        "sdn_comments.csv": 2,
        "cons_prim.csv": 4,
        "cons_alt.csv": 1,
        "cons_add.csv": 1,
    }


def test_a_party_on_both_lists_is_one_entity_and_the_block_wins() -> None:
    first = OFAC["ofac-9001"]
    assert first.type is EntityType.ENTITY
    assert first.programs == ("DPRK3", "DPRK4", "UKRAINE-EO13662")
    assert first.consequence is Consequence.BLOCK
    assert first.names == (
        ListedName("FIRST EXAMPLE, S.A."),
        ListedName("FEX", NameKind.AKA, weak=True),
        ListedName("PREMIER EXAMPLE", NameKind.AKA),
        ListedName("ZERO EXAMPLE", NameKind.FKA),
    )
    assert first.details["list"] == "SDN; Consolidated"


def test_identifiers_have_kind_label_country_and_note() -> None:
    first = OFAC["ofac-9001"]
    assert first.identifiers == (
        ListedIdentifier(IdentifierKind.BIC, "FEXAKPPY", None, "SWIFT/BIC"),
        ListedIdentifier(IdentifierKind.TAX, "253908966176", "RU", "Tax ID No."),
        ListedIdentifier(IdentifierKind.REGISTRATION, "91222401MA0Y31E659", "CN", "Unified Social Credit Code (USCC)"),
        ListedIdentifier(IdentifierKind.LEI, "253400WSS48YWMBUA688", None, "Legal Entity Number"),
        ListedIdentifier(IdentifierKind.REGISTRATION, "7136946", "US", "Registration Number", "Delaware"),
        ListedIdentifier(IdentifierKind.OTHER, "542957624", None, "D-U-N-S Number"),
    )
    assert first.websites == ("www.example.kp",)
    assert first.phones == ("8613314257947",)


def test_what_has_no_field_stays_in_remarks_details_or_legal_basis() -> None:
    first = OFAC["ofac-9001"]
    assert first.remarks == "all offices worldwide"
    assert first.legal_basis == ("Executive Order 13662 Directive Determination Subject to Directive 1",)
    assert first.details["Organization Established Date"] == "10 Mar 2010"


def test_linked_to_finds_its_entity_although_the_last_point_closes_the_remarks() -> None:
    assert OFAC["ofac-9001"].links == (Link("EXAMPLE SHIPPING, S.A. DE C.V.", entity_id="ofac-9008"),)


def test_addresses_have_iso_countries_and_regions_keep_their_name() -> None:
    assert OFAC["ofac-9001"].addresses == (
        ListedAddress(town="Pyongyang", country="KP"),
        ListedAddress(lines="1 Example St.", town="Simferopol 295000", region="Crimea", country="UA"),
    )
    assert OFAC["ofac-9003"].addresses == (ListedAddress(country="undetermined"),)
    assert OFAC["ofac-9002"].addresses == ()


def test_a_wallet_cut_at_the_thousandth_character_is_whole_again() -> None:
    jong = OFAC["ofac-9002"]
    assert len(jong.wallets) == 20
    assert all(wallet.asset == "XBT" and len(wallet.address) == 33 for wallet in jong.wallets)
    assert len({wallet.address[1] for wallet in jong.wallets}) == 20
    assert jong.wallets[0] == ListedWallet("XBT", "1" + "A" * 32)
    assert jong.remarks is None
    assert jong.emails == ("a@example.org",)


def test_what_follows_in_the_comments_file_is_read_like_the_rest() -> None:
    jong = OFAC["ofac-9002"]
    assert jong.identifiers == (
        ListedIdentifier(
            IdentifierKind.PASSPORT, "123456789", "KP", "Passport", "issued 01 Feb 2015 expires 01 Feb 2020"
        ),
    )
    assert texts(jong, weak=True) == ["NIGHT 'OWL'"]
    assert jong.links == (Link("FIRST EXAMPLE, S.A.", entity_id="ofac-9001"),)


def test_remarks_cut_before_a_blank_go_on_with_it() -> None:
    kim = OFAC["ofac-9003"]
    assert kim.identifiers == (ListedIdentifier(IdentifierKind.NATIONAL_ID, "1372584", "KE", "National ID No."),)
    assert kim.names[-1] == ListedName("OLD NICK", NameKind.FKA, weak=True)


def test_birth_dates_are_days_circa_years_and_ranges() -> None:
    kim = OFAC["ofac-9003"]
    assert kim.birth_dates == (
        BirthDate("1956", circa=True),
        BirthDate("1962", "1963"),
        BirthDate("1985-11-08", "1986-11-07"),
    )
    assert kim.birth_places == ("Sinuiju", "Pyongyang")
    assert kim.nationalities == ("KP",)
    assert kim.citizenships == ("MM",)
    assert kim.gender == "female"
    assert kim.titles == ("Director", "Colonel")


def test_quotes_doubled_loose_or_never_closed_leave_the_name_whole() -> None:
    assert OFAC["ofac-9003"].name == 'KIM "GOLD", Yong'
    assert OFAC["ofac-9006"].name == 'UNBALANCED "QUOTED" TRADING CO'
    assert OFAC["ofac-9007"].name == "UNCLOSED TRADING CO"
    assert OFAC["ofac-9007"].programs == ("DPRK2",)
    assert texts(OFAC["ofac-9007"], weak=True) == ["UTC"]


def test_a_vessel_keeps_what_its_columns_say() -> None:
    vessel = OFAC["ofac-9004"]
    assert vessel.type is EntityType.VESSEL
    assert [(i.kind, i.value) for i in vessel.identifiers] == [
        (IdentifierKind.IMO, "7303803"),
        (IdentifierKind.MMSI, "445114000"),
    ]
    assert vessel.details == {
        "call_sign": "HMYE3",
        "vessel_type": "General Cargo",
        "tonnage": "3,003",
        "grt": "8,448",
        "flag": "Democratic People's Republic of Korea",
        "owner": "EXAMPLE SHIPPING",
        "list": "SDN",
        "Vessel Year of Build": "1973",
        "Former Vessel Flag": "Mongolia",
    }


def test_an_aircraft_keeps_its_numbers() -> None:
    aircraft = OFAC["ofac-9005"]
    assert aircraft.type is EntityType.AIRCRAFT
    assert aircraft.details["Aircraft Tail Number"] == "P-632"
    assert aircraft.details["Aircraft Construction Number (also called L/N or S/N or F/N)"] == "64011"


@pytest.mark.parametrize(
    ("entity_id", "consequence"),
    [
        ("ofac-9002", Consequence.BLOCK),
        ("ofac-9101", Consequence.REJECT),  # directive 2 under E.O. 14024: the remarks say so, the programme does not
        ("ofac-9102", Consequence.RESTRICTED),
        ("ofac-9103", Consequence.REJECT),
    ],
)
def test_the_consequence_follows_list_programme_and_directive(entity_id: str, consequence: Consequence) -> None:
    assert OFAC[entity_id].consequence is consequence


def test_a_party_whose_primary_record_is_missing_is_screened_by_its_aliases_and_reported() -> None:
    parsed = parse("ofac", LISTS / "ofac")
    later = by_id(parsed)["ofac-9099"]
    assert later.type is EntityType.UNKNOWN
    assert texts(later) == ["LATER EXAMPLE"]
    assert later.addresses == (ListedAddress(town="Dandong", country="CN"),)
    assert later.consequence is Consequence.BLOCK
    assert later.details == {"incomplete": "no primary record"}
    assert any("9099" in warning for warning in parsed.warnings)
    assert any("9098" in warning and "cannot be screened" in warning for warning in parsed.warnings)


def test_file_names_are_found_in_any_case(tmp_path: Path) -> None:
    directory = ofac_copy(tmp_path)
    for path in sorted(directory.iterdir()):
        path.rename(path.with_name(path.name.swapcase()))
    assert len(parse("ofac", directory).entities) == len(OFAC)


@pytest.mark.parametrize("name", ["sdn.csv", "alt.csv", "add.csv", "CONS_ALT.CSV"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    directory = ofac_copy(tmp_path)
    (directory / name).unlink()
    with pytest.raises(InvalidList, match=f"missing: {name.lower()}"):
        parse("ofac", directory)


def test_cut_remarks_without_their_comments_file_stop_the_list(tmp_path: Path) -> None:
    directory = ofac_copy(tmp_path)
    (directory / "sdn_comments.csv").unlink()
    with pytest.raises(InvalidList, match=r"ent_num 9002 go on in sdn_comments\.csv"):
        parse("ofac", directory)


def test_a_cut_piece_that_nothing_continues_stays_text_and_is_reported(tmp_path: Path) -> None:
    directory = ofac_copy(tmp_path)
    (directory / "sdn_comments.csv").write_text("\x1a")
    parsed = parse("ofac", directory)
    jong = by_id(parsed)["ofac-9002"]
    assert all(len(wallet.address) == 33 for wallet in jong.wallets)
    assert jong.remarks is not None
    assert jong.remarks.startswith("alt. Digital Currency Address - XBT 1")
    assert any("9002" in warning for warning in parsed.warnings)


def test_a_comment_of_another_edition_adds_nothing_twice_and_loses_nothing(tmp_path: Path) -> None:
    directory = ofac_copy(tmp_path)
    (directory / "sdn_comments.csv").write_bytes(
        (directory / "sdn_comments.csv").read_bytes().removesuffix(b"\x1a")
        + b'9005,"craft Tail Number P-632."\r\n9007,"half of a word; a.k.a. \'UNCLO\'."\r\n\x1a'
    )
    entities = by_id(parse("ofac", directory))
    assert entities["ofac-9005"] == OFAC["ofac-9005"]
    assert texts(entities["ofac-9007"], weak=True) == ["UTC", "UNCLO"]
    assert entities["ofac-9007"].remarks == "half of a word"


@pytest.mark.parametrize(
    ("name", "row", "message"),
    [
        (
            "sdn.csv",
            '9300,"X","boat","DPRK",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ',
            "unknown type 'boat' at ent_num 9300",
        ),
        ("sdn.csv", '9300,-0- ,-0- ,"DPRK",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ', "ent_num 9300 has no name"),
        ("sdn.csv", '9001,"X",-0- ,"DPRK",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ', "has ent_num 9001 twice"),
        ("sdn.csv", '9300,"X",-0- ,"DPRK"', r"sdn\.csv line 9 does not have 12 fields"),
        (
            "sdn.csv",
            'x,"X",-0- ,"DPRK",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ',
            r"sdn\.csv line 9: ent_num must be a number",
        ),
        ("alt.csv", '9001,9,"sometimes","X",-0- ', "alias 9 of ent_num 9001 .* unknown type 'sometimes'"),
        ("add.csv", '9001,9,-0- ,"X', r"add\.csv line 7 does not have 6 fields"),
    ],
)
def test_a_row_that_cannot_be_read_stops_the_list_and_is_named(
    tmp_path: Path, name: str, row: str, message: str
) -> None:
    directory = ofac_copy(tmp_path)
    file = directory / name
    file.write_bytes(file.read_bytes().removesuffix(b"\x1a") + f"{row}\r\n\x1a".encode())
    with pytest.raises(InvalidList, match=message):
        parse("ofac", directory)


def test_data_after_the_end_of_file_mark_stops_the_list(tmp_path: Path) -> None:
    directory = ofac_copy(tmp_path)
    file = directory / "alt.csv"
    file.write_bytes(file.read_bytes() + b'\r\n9001,9,"aka","X",-0- \r\n')
    with pytest.raises(InvalidList, match="data after the end-of-file mark"):
        parse("ofac", directory)


def test_a_file_that_is_not_utf8_stops_the_list(tmp_path: Path) -> None:
    directory = ofac_copy(tmp_path)
    (directory / "alt.csv").write_bytes(b'9001,1,"aka","Pe\xf1a",-0- \r\n')
    with pytest.raises(InvalidList, match=r"alt\.csv line 1: not UTF-8"):
        parse("ofac", directory)


def test_an_empty_file_stops_the_list(tmp_path: Path) -> None:
    directory = ofac_copy(tmp_path)
    (directory / "sdn.csv").write_bytes(b"")
    with pytest.raises(InvalidList, match=r"sdn\.csv: empty file"):
        parse("ofac", directory)
