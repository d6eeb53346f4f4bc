"""The official files as published: nothing of them is lost, and some entities are what a person reads in them.

The OFAC files here are of three editions: some parties of alt.csv and add.csv have no primary record, the comments of
one party (34682) repeat what its remarks say, and those of two others belong to another list or to no list.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from streamer.events import Consequence, IdentifierKind
from streamer.reference.countries import country_code, country_name
from streamer.watchlists import (
    BirthDate,
    Entity,
    EntityType,
    Link,
    ListedAddress,
    ListedIdentifier,
    ListedName,
    ListedWallet,
    NameKind,
    ParsedList,
    entity_from_json,
    entity_to_json,
    parse,
)
from tests.shared import shared
from tests.unit.watchlists.fixtures import by_id, texts

WORD = re.compile(r"\w+")


@cache
def ofac() -> ParsedList:
    return parse("ofac", shared("data/ofac"))


@cache
def un() -> ParsedList:
    return parse("un", shared("data/un/consolidated.xml"))


@cache
def rows(name: str) -> list[list[str]]:
    """The rows of an OFAC file, read without any code of ours; null cells are empty."""
    with (shared("data/ofac") / name).open(encoding="utf-8", newline="") as file:
        return [["" if cell.strip() == "-0-" else cell for cell in row] for row in csv.reader(file) if len(row) > 1]


@cache
def words_of(entity_id: str) -> frozenset[str]:
    """All words the entity holds, wherever it holds them."""
    return frozenset(WORD.findall(entity_to_json(by_id_of_all()[entity_id]).decode().casefold()))


@cache
def by_id_of_all() -> dict[str, Entity]:
    return by_id(ofac()) | by_id(un())


@pytest.fixture(autouse=True)
def _here() -> Iterator[None]:
    shared("data/ofac")
    shared("data/un/consolidated.xml")
    yield


# ---------------------------------------------------------------- OFAC: nothing is lost


def test_every_row_of_every_file_is_read() -> None:
    for name, count in ofac().rows.items():
        assert count == len(rows(name)), name


def test_every_primary_record_is_an_entity_and_those_on_both_lists_are_one() -> None:
    primary = {row[0] for row in rows("sdn.csv")} | {row[0] for row in rows("cons_prim.csv")}
    with_names = {row[0] for row in rows("alt.csv")} - primary
    entities = by_id(ofac())
    assert {f"ofac-{number}" for number in primary | with_names} == set(entities)
    assert len(primary) == 14_965 + 442 - 61
    for row in rows("sdn.csv") + rows("cons_prim.csv"):
        entity = entities[f"ofac-{row[0]}"]
        assert row[1] in texts(entity)
        assert set(row[3].split("] [")) <= set(entity.programs)
        assert all(cell in entity.details.values() for cell in row[5:11] if cell)


def test_counts_by_type_are_those_of_the_file() -> None:
    primary = {row[0]: row[2] for row in rows("cons_prim.csv") + rows("sdn.csv")}
    without = len({row[0] for row in rows("alt.csv")} - set(primary))
    counted = Counter(primary.values())
    assert dict(ofac().counts) == {
        EntityType.PERSON: counted["individual"],
        EntityType.ENTITY: counted[""],
        EntityType.VESSEL: counted["vessel"],
        EntityType.AIRCRAFT: counted["aircraft"],
        EntityType.UNKNOWN: without,
    }


def test_every_alias_row_is_a_strong_name_of_its_entity() -> None:
    expected = {(row[0], row[2], row[3]) for name in ("alt.csv", "cons_alt.csv") for row in rows(name)}
    found = {
        (entity.native_id, name.kind.value, name.text)
        for entity in ofac().entities
        for name in entity.names
        if not name.weak and name.kind is not NameKind.PRIMARY
    }
    assert found == expected


def test_every_address_row_of_a_named_party_is_an_address_of_it() -> None:
    entities = by_id(ofac())
    for row in {tuple(row) for name in ("add.csv", "cons_add.csv") for row in rows(name)}:
        number, _, street, town, country, _ = row
        if (entity := entities.get(f"ofac-{number}")) and (street or town or country):
            assert any(
                address.lines == (street or None)
                and address.town == (town or None)
                and address.country == (country_code(country) or country or None)
                and address.region in (country.removeprefix("Region: "), None)
                for address in entity.addresses
            ), row


def test_the_parties_whose_rows_cannot_be_placed_are_reported_with_their_number() -> None:
    primary = {row[0] for row in rows("sdn.csv")} | {row[0] for row in rows("cons_prim.csv")}
    aliased = {row[0] for row in rows("alt.csv")} - primary
    nameless = {row[0] for row in rows("add.csv")} - primary - aliased
    assert any(warning.startswith(f"{len(aliased)} parties without a primary record,") for warning in ofac().warnings)
    assert any(
        warning.startswith(f"{len(nameless)} parties without a primary record or") for warning in ofac().warnings
    )


def test_every_word_of_every_remark_is_in_its_entity() -> None:
    comments = {row[0]: row[1] for row in rows("sdn_comments.csv")}
    for row in rows("sdn.csv") + rows("cons_prim.csv"):
        whole = row[11] + comments.get(row[0], "") if not row[11].endswith(".") else row[11]
        missing = set(WORD.findall(_without_what_is_converted(whole).casefold())) - words_of(f"ofac-{row[0]}")
        codes = {i.country for i in by_id_of_all()[f"ofac-{row[0]}"].identifiers}
        missing = {word for word in missing if country_code(word) not in codes - {None}}
        assert missing <= {"alt", "a", "f", "n", "k", "digital", "currency", "address", "linked", "to", "imo"} | {
            word for label in LABELS for word in label.casefold().split()
        }, (row[0], missing)


LABELS = ("POB", "Gender", "DOB", "citizen", "nationality", "Email", "Phone Number", "Website", "Telephone No")
CONVERTED = re.compile(r"(?:alt\. )?(?:DOB|nationality|citizen|Nationality of Registration) [^;]*", re.IGNORECASE)
BRACKET = re.compile(r"\(([^()]*)\)")


def _without_what_is_converted(remarks: str) -> str:
    """The remarks without dates and countries, which entities hold as ISO dates and codes."""
    plain = CONVERTED.sub("", remarks)
    return BRACKET.sub(lambda found: "" if country_code(found[1]) else found[0], plain)


def test_every_birth_date_wallet_and_country_of_the_remarks_is_counted() -> None:
    comments = {row[0]: row[1] for row in rows("sdn_comments.csv")}
    entities = by_id(ofac())
    both = {row[0] for row in rows("sdn.csv")} & {row[0] for row in rows("cons_prim.csv")}
    for row in rows("sdn.csv") + rows("cons_prim.csv"):
        if row[0] in both:
            continue
        entity = entities[f"ofac-{row[0]}"]
        whole = row[11] + comments.get(row[0], "") if not row[11].endswith(".") else row[11]
        pieces = {re.sub(r"^(?:alt\. )?", "", piece.strip()).rstrip(".") for piece in whole.split(";")}
        assert len(entity.birth_dates) == sum(piece.startswith("DOB ") for piece in pieces), row[0]
        assert len(entity.wallets) == sum(piece.startswith("Digital Currency Address") for piece in pieces), row[0]
        assert len(entity.nationalities) == sum(piece.startswith("nationality ") for piece in pieces), row[0]
        assert len(entity.citizenships) == sum(piece.startswith("citizen ") for piece in pieces), row[0]


# OFAC's own slip: an address of the Tron network under the sign of Bitcoin.
TRON_LISTED_AS_BITCOIN = ("ofac-45404", "XBT", "T")


def test_wallets_have_the_form_of_their_asset() -> None:
    bitcoin = re.compile(r"[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[02-9ac-hj-np-z]{11,87}")
    ether = re.compile(r"0x[0-9a-fA-F]{40}")
    for entity in ofac().entities:
        for wallet in entity.wallets:
            form = {"XBT": bitcoin, "ETH": ether, "USDC": ether, "ARB": ether, "BSC": ether}.get(wallet.asset)
            if (entity.id, wallet.asset, wallet.address[0]) != TRON_LISTED_AS_BITCOIN:
                assert form is None or form.fullmatch(wallet.address), (entity.id, wallet)


# ---------------------------------------------------------------- OFAC: entities read by hand


def test_volasys_silver_star() -> None:
    assert by_id(ofac())["ofac-24978"] == Entity(
        list="ofac",
        native_id="24978",
        type=EntityType.ENTITY,
        names=(ListedName("VOLASYS SILVER STAR"),),
        programs=("DPRK3", "DPRK4"),
        consequence=Consequence.BLOCK,
        addresses=(ListedAddress(lines="41 Ulitsa Klary Tsetskin", town="Vladivostok", country="RU"),),
        details={
            "list": "SDN",
            "Secondary sanctions risk": "North Korea Sanctions Regulations, sections 510.201 and 510.210",
            "Transactions Prohibited For Persons Owned or Controlled By U.S. Financial Institutions": (
                "North Korea Sanctions Regulations section 510.214"
            ),
        },
    )


def test_jong_song_hwa() -> None:
    jong = by_id(ofac())["ofac-24979"]
    assert jong.type is EntityType.PERSON
    assert jong.names == (ListedName("JONG, Song Hwa"),)
    assert jong.birth_dates == (BirthDate("1970-02-05"),)
    assert jong.identifiers == (
        ListedIdentifier(
            IdentifierKind.PASSPORT, "927220230", "KP", "Passport", "issued 11 May 2017 expires 11 May 2022"
        ),
    )
    assert jong.nationalities == ("KP",)


def test_lazarus_group_goes_on_in_the_comments() -> None:
    lazarus = by_id(ofac())["ofac-27307"]
    assert texts(lazarus, weak=False) == ["LAZARUS GROUP"]
    assert texts(lazarus, weak=True) == [
        "HIDDEN COBRA",
        "OFFICE 91",
        "GUARDIANS OF PEACE",
        "THE NEW ROMANTIC CYBER ARMY TEAM",
        "WHOIS HACKING TEAM",
        "RED DOT",
        "TEMP.HERMIT",
        "GROUP 77",
        "ZINC",
        "APT-C-26",
        "APPLEWORM",
    ]
    assert len(lazarus.wallets) == 8
    assert lazarus.wallets[0] == ListedWallet("ETH", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96")
    assert lazarus.addresses == (ListedAddress("Potonggang District", "Pyongyang", None, None, "KP"),)
    assert lazarus.remarks is None


@pytest.mark.parametrize(
    ("number", "wallet"),
    [
        ("30518", ListedWallet("XBT", "1GqChmWqGtsaLrGbHfgdrV5Nkvahtjjuxr")),
        ("33151", ListedWallet("XBT", "1B64QRxfaa35MVkf7sDjuGUYAP5izQt7Qi")),
        ("36216", ListedWallet("XBT", "1B11Ezqg3AXjFhMdRq5UpPDpNyriYNVtkn")),
        ("39585", ListedWallet("XBT", "1N6XqSf3ULpNjko9LrJmHudRoLitjwkETN")),
        ("39593", ListedWallet("XBT", "194xmrZA53UBsZau2PnJLdmVVW9m5feeS")),
        ("39796", ListedWallet("ETH", "0x4736dCf1b7A3d580672CcE6E7c65cd5cc9cFBa9D")),
    ],
)
def test_a_wallet_cut_at_a_thousand_characters_is_whole(number: str, wallet: ListedWallet) -> None:
    assert wallet in by_id(ofac())[f"ofac-{number}"].wallets


def test_a_bank_that_is_on_both_lists() -> None:
    sberbank = by_id(ofac())["ofac-17018"]
    assert sberbank.programs == ("UKRAINE-EO13662", "RUSSIA-EO14024")
    assert sberbank.consequence is Consequence.BLOCK
    assert ListedIdentifier(IdentifierKind.BIC, "SABRRUMM", None, "SWIFT/BIC") in sberbank.identifiers
    assert "SBERBANK INDIA" in texts(sberbank, weak=True)
    assert sberbank.details["list"] == "SDN; Consolidated"


def test_a_bank_of_the_consolidated_list_with_comments_of_the_sdn_file() -> None:
    gazprombank = by_id(ofac())["ofac-17016"]
    assert gazprombank.consequence is Consequence.RESTRICTED
    assert ListedIdentifier(IdentifierKind.LEI, "253400WSS48YWMBUA688", None, "Legal Entity Number") in (
        gazprombank.identifiers
    )


def test_a_comment_that_the_remarks_say_already_adds_nothing() -> None:
    alfa = by_id(ofac())["ofac-34682"]
    assert [(i.kind, i.value) for i in alfa.identifiers if i.kind is IdentifierKind.REGISTRATION] == [
        (IdentifierKind.REGISTRATION, "1027700067328")
    ]
    assert alfa.remarks is None or "67328" not in alfa.remarks


def test_a_vessel() -> None:
    row = next(row for row in rows("sdn.csv") if row[2] == "vessel" and row[5] and row[10])
    vessel = by_id(ofac())[f"ofac-{row[0]}"]
    assert vessel.type is EntityType.VESSEL
    columns = ("call_sign", "vessel_type", "tonnage", "grt", "flag", "owner")
    assert [vessel.details.get(column, "") for column in columns] == row[5:11]
    shun_li = by_id(ofac())["ofac-15036"]
    assert ListedIdentifier(IdentifierKind.MMSI, "572469210", None, "MMSI") in shun_li.identifiers
    assert shun_li.details["Former Vessel Flag"] == "Malta; Tuvalu; None Identified; Tanzania"


def test_an_aircraft() -> None:
    aircraft = by_id(ofac())["ofac-15431"]
    assert aircraft.type is EntityType.AIRCRAFT
    assert aircraft.details["Aircraft Construction Number (also called L/N or S/N or F/N)"] == "8401"


def test_weak_aliases_of_the_remarks_with_quotes_of_their_own() -> None:
    assert "SWEET MICKY" in [text.upper() for text in texts(by_id(ofac())["ofac-50476"], weak=True)]
    assert "'FOOPIE'" in texts(by_id(ofac())["ofac-6925"], weak=True)


def test_a_former_official_with_programme_of_menu_sanctions() -> None:
    martelly = by_id(ofac())["ofac-50476"]
    assert martelly.consequence is Consequence.RESTRICTED
    assert martelly.birth_dates == (BirthDate("1961-02-12"),)
    assert {(i.kind, i.value, i.country) for i in martelly.identifiers} == {
        (IdentifierKind.DRIVING_LICENCE, "M634550610520", "US"),
        (IdentifierKind.NATIONAL_ID, "0032768386", "HT"),
    }
    assert len(martelly.legal_basis) == 3


def test_consequences_of_the_consolidated_list() -> None:
    entities = by_id(ofac())
    assert entities["ofac-15268"].consequence is Consequence.REJECT  # Bank of Kunlun: correspondent accounts
    assert entities["ofac-31695"].consequence is Consequence.REJECT  # Central Bank of Russia: directive 4
    assert entities["ofac-46072"].consequence is Consequence.REJECT  # Myanma Oil and Gas Enterprise
    assert entities["ofac-9641"].consequence is Consequence.REJECT  # Palestinian Legislative Council
    assert entities["ofac-27016"].consequence is Consequence.RESTRICTED  # CAATSA 235
    assert {e.consequence for e in ofac().entities if "SDN" in e.details.get("list", "")} == {Consequence.BLOCK}


def test_a_party_without_primary_record_keeps_its_wallets() -> None:
    jack = by_id(ofac())["ofac-43421"]
    assert texts(jack, weak=False) == ["WAN, Jack", "WANG, Jack", "WONG, Jack", "WILSON, William"]
    assert texts(jack, weak=True) == ["TRAFFICCASH", "TRAFFICCARB"]
    assert ListedWallet("TRX", "TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre") in jack.wallets
    assert jack.remarks is not None
    assert jack.remarks.startswith("rency Address - XBT bc1q")


# ---------------------------------------------------------------- UN


def test_every_un_record_is_an_entity() -> None:
    tree = etree.parse(str(_un_file()))
    numbers = [element.findtext("DATAID") for tag in ("INDIVIDUAL", "ENTITY") for element in tree.iter(tag)]
    assert [entity.native_id for entity in un().entities] == numbers
    assert un().rows == {"INDIVIDUAL": 730, "ENTITY": 273}
    assert dict(un().counts) == {EntityType.PERSON: 730, EntityType.ENTITY: 273}


DATES = {"DATE", "DATE_OF_BIRTH", "LISTED_ON", "YEAR", "FROM_YEAR", "TO_YEAR"}
COUNTRIES = {"COUNTRY", "ISSUING_COUNTRY", "COUNTRY_OF_ISSUE"}
KINDS = {"QUALITY", "TYPE_OF_DATE", "TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2"}


def test_every_word_of_every_un_record_is_in_its_entity() -> None:
    entities = by_id(un())
    for element in etree.parse(str(_un_file())).iter("INDIVIDUAL", "ENTITY"):
        entity_id = f"un-{element.findtext('DATAID')}"
        written = entity_to_json(entities[entity_id]).decode()
        for leaf in element.iter():
            text = re.sub("[\u200e\u200f\u202a-\u202e]", "", leaf.text or "").strip()
            if not text or leaf.tag in KINDS or len(leaf):
                continue
            if leaf.tag in DATES:
                assert text[:10] in written, (entity_id, leaf.tag)
            elif leaf.tag in COUNTRIES or country_code(text):
                assert text == "na" or f'"{country_code(text)}"' in written or text in written, (entity_id, text)
            else:
                plain = _without_what_is_converted(text) if leaf.tag == "NUMBER" else text
                missing = set(WORD.findall(plain.casefold())) - words_of(entity_id)
                countries = {country_name(i.country) for i in entities[entity_id].identifiers if i.country}
                converted = {word for name in countries if name for word in name.casefold().split()}
                assert missing <= {"original", "script", "b", "na"} | converted, (entity_id, leaf.tag, missing)


def _un_file() -> Path:
    return shared("data/un/consolidated.xml")


def test_un_persons_read_by_hand() -> None:
    badege = by_id(un())["un-6907993"]
    assert badege.names == (ListedName("ERIC BADEGE"),)
    assert badege.birth_dates == (BirthDate("1971"),)
    assert badege.nationalities == ("CD",)
    assert badege.listed_on == "2012-12-31"
    assert badege.addresses == (ListedAddress(country="RW", note="as of early 2016"),)
    assert badege.details["reference_number"] == "CDi.001"
    iyamuremye = by_id(un())["un-6907995"]
    assert texts(iyamuremye, weak=True)[0] == "Rumuli"
    assert "Byiringiro Victor Rumuli" in texts(iyamuremye, weak=False)
    assert iyamuremye.titles == ("FDLR Interim President", "FDLR-FOCA 1st Vice-President", "FDLR-FOCA Major General")


def test_un_banks_read_by_hand() -> None:
    bank = by_id(un())["un-6908622"]
    assert bank.name == "FOREIGN TRADE BANK (FTB)"
    assert bank.programs == ("DPRK",)
    assert bank.consequence is Consequence.BLOCK


# ---------------------------------------------------------------- both


def test_every_entity_round_trips_through_json_and_fits_a_record() -> None:
    for entity in (*ofac().entities, *un().entities):
        raw = entity_to_json(entity)
        assert entity_from_json(raw) == entity
        assert len(raw) < 64 * 1024


def test_links_lead_to_entities_of_the_list() -> None:
    ids = set(by_id(ofac()))
    links = [link for entity in ofac().entities for link in entity.links]
    assert all(link.entity_id in ids for link in links if link.entity_id)
    assert Link("ISLAMIC REVOLUTIONARY GUARD CORPS", entity_id="ofac-11195") not in links  # links to itself are none
    assert sum(link.entity_id is not None for link in links) > 0.85 * len(links)
