from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamer.events import Consequence, IdentifierKind
from streamer.watchlists import (
    BirthDate,
    EntityType,
    InvalidList,
    ListedAddress,
    ListedIdentifier,
    ListedName,
    NameKind,
    parse,
)
from streamer.watchlists.un import names_in
from tests.unit.watchlists.fixtures import LISTS, by_id

UN = by_id(parse("un", LISTS / "un.xml"))
PERSON = UN["un-100001"]


def test_names_are_joined_in_order_and_aliases_keep_their_quality() -> None:
    assert PERSON.type is EntityType.PERSON
    assert PERSON.names == (
        ListedName("SAMPLE PERSON AL-MITHAL"),
        ListedName("مثال شخص", NameKind.PRIMARY, script="Arab"),
        ListedName("Sampel Person", NameKind.AKA),
        ListedName("Sampil Person", NameKind.AKA),
        ListedName("S. Person", NameKind.AKA),
        ListedName("The Bear", NameKind.AKA, weak=True),
        ListedName("مثال", NameKind.AKA, script="Arab"),
        ListedName("Mithal", NameKind.AKA),
        ListedName("Mital", NameKind.AKA),
        ListedName("Amir", NameKind.AKA, weak=True),
        ListedName("Амир", NameKind.AKA, weak=True, script="Cyrl"),
        ListedName("Other Person", NameKind.AKA),
    )


def test_several_names_of_an_entity_are_split_and_former_names_marked() -> None:
    assert UN["un-100002"].names == (
        ListedName("SAMPLE TRADING (ST)"),
        ListedName("EXAMPLE TRADING", NameKind.AKA),
        ListedName("ST Corporation", NameKind.AKA),
        ListedName("Changgwang Sample", NameKind.FKA),
    )


def test_birth_dates_are_exact_approximate_or_between_years() -> None:
    assert PERSON.birth_dates == (
        BirthDate("1953-01-01"),
        BirthDate("1970-02-05"),
        BirthDate("1966", circa=True),
        BirthDate("1955", "1958", circa=True),
    )
    assert PERSON.birth_places == ("Muscat, Oman", "Sinuiju, North Pyongan, Democratic People's Republic of Korea")


def test_documents_have_kind_country_and_note() -> None:
    assert PERSON.identifiers == (
        ListedIdentifier(
            IdentifierKind.PASSPORT,
            "381110042",
            "KP",
            "Passport",
            "Expired 25 Jan. 2016; issued 2011-01-25; in Pyongyang",
        ),
        ListedIdentifier(IdentifierKind.DRIVING_LICENCE, "AB 012820", "OM", "Oman licence number"),
    )


def test_a_document_without_number_and_notes_stay_in_the_remarks() -> None:
    assert PERSON.remarks is not None
    for text in (
        "Representative of an example bank.",
        "alias The Bear: nom de guerre",
        "Other Person, born 1 Jan. 1953 (Oman passport no. 03825239)",
        "SSN 000-00-0000 (United States of America)",
    ):
        assert text in PERSON.remarks


def test_not_applicable_is_not_namibia() -> None:
    assert PERSON.nationalities == ("KP",)


def test_the_rest_is_kept() -> None:
    assert PERSON.addresses == (ListedAddress("1 Sample Street", "Pyongyang", "Central", "0578", "KP", "as of 2016"),)
    assert PERSON.programs == ("DPRK",)
    assert PERSON.consequence is Consequence.BLOCK
    assert PERSON.listed_on == "2015-04-07"
    assert PERSON.titles == ("Dr.", "Deputy representative", "Attaché")
    assert PERSON.gender == "male"
    assert PERSON.details == {
        "versionnum": "1",
        "reference_number": "KPi.901",
        "list_type": "UN List",
        "last_day_updated": "2016-10-13",
        "new_field": "kept as it is",
    }


def test_the_date_of_the_list_is_the_publishers() -> None:
    assert parse("un", LISTS / "un.xml").published == datetime(2026, 2, 27, 0, 0, 9, 554000, UTC)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A; B;  C", ("A", "B", "C")),
        ("Mohammad Sabet b) M. Javad Sabet; M. Sabet", ("Mohammad Sabet", "M. Javad Sabet", "M. Sabet")),
        ("FOREIGN TRADE BANK (FTB)", ("FOREIGN TRADE BANK (FTB)",)),
        ("أبو دعاء (Abu Du’a)", ("أبو دعاء", "Abu Du’a")),
        ("Hay’at (HTS) (هيئة (original script); Hay’at al-Sham)", ("Hay’at (HTS)", "هيئة", "Hay’at al-Sham")),
        ("Jin Tiesan (金铁三)", ("Jin Tiesan", "金铁三")),
        (") Broken ((", ("Broken ((",)),
        ("", ()),
    ],
)
def test_names_in_one_field_are_told_apart(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text) == names


def replaced(tmp_path: Path, old: str, new: str) -> Path:
    file = tmp_path / "un.xml"
    text = (LISTS / "un.xml").read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    return file


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<QUALITY>Low</QUALITY>", "<QUALITY>Odd</QUALITY>", "unknown QUALITY 'Odd' at DATAID 100001"),
        ("<DATAID>100002</DATAID>", "<DATAID>100001</DATAID>", "DATAID 100001 occurs twice"),
        ("<DATAID>100002</DATAID>", "", "ENTITY at line 46 has no DATAID"),
        ("<FIRST_NAME>SAMPLE TRADING (ST) ; EXAMPLE TRADING</FIRST_NAME>", "", "DATAID 100002 has no name"),
        ("CONSOLIDATED_LIST", "OTHER_LIST", "root element is 'OTHER_LIST'"),
        ("</ENTITIES>", "", "not well-formed XML"),
    ],
)
def test_a_record_that_cannot_be_read_stops_the_list_and_is_named(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(InvalidList, match=message):
        parse("un", replaced(tmp_path, old, new))


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE CONSOLIDATED_LIST>",
        '<!DOCTYPE CONSOLIDATED_LIST SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE CONSOLIDATED_LIST [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE CONSOLIDATED_LIST [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_document_type_and_entity_declarations_are_refused(tmp_path: Path, doctype: str) -> None:
    file = replaced(tmp_path, "<CONSOLIDATED_LIST ", f"{doctype}\n<CONSOLIDATED_LIST ")
    with pytest.raises(InvalidList, match="DOCTYPE"):
        parse("un", file)


def test_a_list_without_records_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "un.xml"
    file.write_text("<CONSOLIDATED_LIST><INDIVIDUALS/></CONSOLIDATED_LIST>")
    with pytest.raises(InvalidList, match="no INDIVIDUAL and no ENTITY"):
        parse("un", file)
