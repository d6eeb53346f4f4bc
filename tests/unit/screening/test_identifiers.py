"""Exact identifiers: what counts as the same, and what is only similar."""

from __future__ import annotations

import re
from typing import Any

import pytest

from streamer.events import IdentifierKind
from streamer.reference.wallets import wallet_checksum_holds
from streamer.screening.identifiers import (
    EMAIL,
    IBAN,
    PHONE,
    PROXY,
    WALLET,
    IdentifierIndex,
    reads_whole,
)
from streamer.watchlists.entity import Entity, EntityType, ListedIdentifier, ListedName, ListedWallet
from tests.shared import shared

BTC = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
BECH32 = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"  # BIP 173
ETH = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"  # EIP-55


def entity(native_id: str, *identifiers: ListedIdentifier, **more: Any) -> Entity:
    return Entity(
        "test", native_id, EntityType.ENTITY, (ListedName(f"PARTY {native_id}"),), identifiers=identifiers, **more
    )


def listed(kind: IdentifierKind, value: str, country: str | None = None) -> IdentifierIndex:
    return IdentifierIndex([entity("1", ListedIdentifier(kind, value, country))])


def wallets(*addresses: str, asset: str = "XBT") -> IdentifierIndex:
    return IdentifierIndex([entity("1", wallets=tuple(ListedWallet(asset, a) for a in addresses))])


# ---------------------------------------------------------------- banks and companies


@pytest.mark.parametrize(
    ("listed_bic", "paid", "is_hit"),
    [
        ("VTBRRUMM", "VTBRRUMM", True),
        ("VTBRRUMM", "vtbrrummXXX", True),
        ("VTBRRUMM", "VTBRRUMMHAB", True),  # a branch of the listed bank
        ("VTBRRUMMXXX", "VTBRRUMM", True),
        ("VTBRRUMMXXX", "VTBRRUMMHAB", True),
        ("VTBRRUMMHAB", "VTBRRUMMHAB", True),
        ("VTBRRUMMHAB", "VTBRRUMM", False),  # one listed branch does not list the bank
        ("VTBRRUMM", "VTBRRUM2", False),
    ],
)
def test_a_listed_bank_covers_its_branches(listed_bic: str, paid: str, is_hit: bool) -> None:
    hits = listed(IdentifierKind.BIC, listed_bic).find(IdentifierKind.BIC, paid)
    assert [hit.listed_value for hit in hits] == ([listed_bic] if is_hit else [])


def test_the_reason_says_that_the_bic_is_a_branch() -> None:
    (hit,) = listed(IdentifierKind.BIC, "VTBRRUMM").find(IdentifierKind.BIC, "VTBRRUMMHAB")
    assert hit.reason == "The BIC is a branch of PARTY 1, listed with BIC VTBRRUMM (test-1)"


@pytest.mark.parametrize("filed_as", [IdentifierKind.REGISTRATION, IdentifierKind.OTHER])
def test_an_lei_filed_under_another_kind_is_still_an_lei(filed_as: IdentifierKind) -> None:
    assert listed(filed_as, "253400V1H6ART1UQ0N98").find(IdentifierKind.LEI, "253400v1h6art1uq0n98")
    assert listed(IdentifierKind.LEI, "253400V1H6ART1UQ0N98").find(filed_as, "253400V1H6ART1UQ0N98")


def test_a_list_entry_with_a_mistake_meets_only_the_same_mistake() -> None:
    mistyped = "253400VTMXV2UE7XNN67"  # on OFAC's list; the check digits fail
    index = listed(IdentifierKind.LEI, mistyped)
    assert index.find(IdentifierKind.LEI, mistyped.lower())
    assert not index.find(IdentifierKind.LEI, "253400VTMXV2UE7XNN68")
    assert not index.find(IdentifierKind.BIC, mistyped[:11])


def test_a_listed_iban_is_found_however_it_is_spaced() -> None:
    index = listed(IdentifierKind.OTHER, "DE89 3704 0044 0532 0130 00")
    assert index.find(IBAN, "DE89370400440532013000")[0].listed_value == "DE89 3704 0044 0532 0130 00"


# ---------------------------------------------------------------- numbers of registers

PASSPORT, NATIONAL_ID = IdentifierKind.PASSPORT, IdentifierKind.NATIONAL_ID
TAX, REGISTRATION, OTHER = IdentifierKind.TAX, IdentifierKind.REGISTRATION, IdentifierKind.OTHER


@pytest.mark.parametrize(
    ("on_list", "sought", "conclusive"),
    [
        ((PASSPORT, "D366 871", "JO"), (PASSPORT, "d366871", "Jordan"), True),
        ((PASSPORT, "927220230", "KP"), (PASSPORT, "927-220-230", "North Korea"), True),
        ((PASSPORT, "927220230", "KP"), (PASSPORT, "927220230", "GB"), None),  # another country's number
        ((PASSPORT, "9272202301", "KP"), (PASSPORT, "9272202301", "GB"), False),  # too long to be in two registers
        ((PASSPORT, "B92722023", "KP"), (PASSPORT, "B92722023", "GB"), False),
        ((PASSPORT, "B9272202", "KP"), (PASSPORT, "B9272202", "GB"), None),
        ((PASSPORT, "B9272202", "RU"), (PASSPORT, "B9272202", "USSR"), False),  # the country of old
        ((PASSPORT, "B9272202", "RS"), (PASSPORT, "B9272202", "CS"), False),
        ((PASSPORT, "B9272202", "TL"), (PASSPORT, "B9272202", "TP"), False),
        ((PASSPORT, "B9272202", "YU"), (PASSPORT, "B9272202", "Croatia"), False),
        ((PASSPORT, "B9272202", "CD"), (PASSPORT, "B9272202", "Zaire; Belgium"), False),
        ((PASSPORT, "B9272202", "BE"), (PASSPORT, "B9272202", "Zaire"), None),
        ((PASSPORT, "B9272203", "RU"), (PASSPORT, "B9272202", "USSR"), None),
        ((PASSPORT, "927220230", "KP"), (PASSPORT, "927220230", None), False),  # country not known
        ((PASSPORT, "927220230", "KP"), (PASSPORT, "927220231", "KP"), None),
        ((PASSPORT, "12-34", "JO"), (PASSPORT, "1234", "JO"), True),
        ((PASSPORT, "1234", "JO"), (PASSPORT, "1234", None), None),  # too short to stand alone
        ((PASSPORT, "927220230", "KP"), (REGISTRATION, "927220230", "KP"), None),  # another register altogether
        ((PASSPORT, "927220230", "KP"), (OTHER, "927220230", "KP"), False),
        ((NATIONAL_ID, "5203016171", "FR"), (TAX, "5203016171", "FR"), False),
        ((TAX, "100036386", "RS"), (TAX, "100036386", "Serbia"), True),
        ((REGISTRATION, "91210200MA0P4KNT9X", "CN"), (TAX, "91210200MA0P4KNT9X", "CN"), False),
        ((REGISTRATION, "91210200MA0P4KNT9X", "CN"), (REGISTRATION, "91210200MA0P4KNT9X", None), True),
        ((REGISTRATION, "91210200MA0P4KNT9X", "CN"), (REGISTRATION, "91210200MA0P4KNT9X", "HK"), False),
        ((REGISTRATION, "26740", "IR"), (REGISTRATION, "26740", "DE"), None),
    ],
)
def test_a_number_counts_with_its_country_and_kind(
    on_list: tuple[IdentifierKind, str, str], sought: tuple[str, str, str | None], conclusive: bool | None
) -> None:
    hits = listed(*on_list).find(*sought)
    assert [hit.conclusive for hit in hits] == ([] if conclusive is None else [conclusive])


@pytest.mark.parametrize("placeholder", ["N/A", "UNKNOWN", "000000000", "-", "", "TEST"])
def test_placeholders_meet_nobody(placeholder: str) -> None:
    assert not listed(PASSPORT, placeholder, "KP").find(PASSPORT, placeholder, "KP")


def test_a_doubt_is_part_of_the_reason() -> None:
    (hit,) = listed(PASSPORT, "927220230", "KP").find(PASSPORT, "927220230")
    assert hit.reason == (
        "Same passport 927220230 (North Korea) as PARTY 1 (test-1); "
        "the country that issued it is not known on both sides"
    )


@pytest.mark.parametrize(
    ("kind", "on_list", "sought", "is_hit"),
    [
        (IdentifierKind.IMO, "9187629", "IMO 9187629", True),
        (IdentifierKind.IMO, "9187629", "9187628", False),
        (IdentifierKind.IMO, "9187629", "918762", False),
        (IdentifierKind.MMSI, "572469210", "572 469 210", True),
        (IdentifierKind.MMSI, "572469210", "572469211", False),
    ],
)
def test_vessels_are_found_by_number(kind: IdentifierKind, on_list: str, sought: str, is_hit: bool) -> None:
    assert bool(listed(kind, on_list).find(kind, sought)) is is_hit


@pytest.mark.parametrize(
    ("on_list", "sought", "is_hit"),
    [
        ("982188526300", "+98 21 8852 6300", True),
        ("+86 158 0339 0859", "0086 15803390859", True),
        ("+44 20 7946 0000", "+44 (0)20 7946 0000", True),
        ("982188526300; 982188526301", "+982188526301", True),
        ("982188526300", "+٩٨٢١٨٨٥٢٦٣٠٠", True),
        ("982188526300", "+982188526301", False),
        ("738277", "738277", False),  # local: many parties share it
    ],
)
def test_phones_compare_by_their_international_digits(on_list: str, sought: str, is_hit: bool) -> None:
    index = IdentifierIndex([entity("1", phones=(on_list,))])
    assert bool(index.find(PHONE, sought)) is is_hit


def test_emails_ignore_case() -> None:
    index = IdentifierIndex([entity("1", emails=("Info@Example.kp",))])
    assert index.find(EMAIL, "mailto:info@example.KP ")
    assert not index.find(EMAIL, "info2@example.kp")
    assert not index.find(EMAIL, "info at example")


def test_a_proxy_is_a_phone_number_or_an_email_address() -> None:
    index = IdentifierIndex([entity("1", emails=("info@example.kp",), phones=("982188526300",))])
    assert [hit.kind for hit in index.find(PROXY, "+982188526300")] == [PHONE]
    assert [hit.kind for hit in index.find(PROXY, "INFO@example.kp")] == [EMAIL]


def test_an_account_of_no_stated_kind_may_be_a_wallet() -> None:
    assert wallets(ETH).find(OTHER, ETH.lower())


# ---------------------------------------------------------------- wallets


@pytest.mark.parametrize(
    ("on_list", "paid", "is_hit"),
    [
        (ETH, ETH.lower(), True),
        (ETH.lower(), ETH, True),
        (ETH, ETH[2:], True),
        (ETH, f"ethereum:{ETH}?value=1", True),
        (ETH, "0x" + ETH[2:].upper(), True),
        (BECH32, BECH32.upper(), True),
        (BTC, BTC, True),
        (BTC, f"bitcoin:{BTC}", True),
        # Base58 has its case in the key; but nobody else has these letters in this order.
        (BTC, BTC.lower(), True),
        (BTC, BTC.swapcase(), True),
        # The two notations of one Bitcoin Cash key (from the CashAddr specification).
        ("1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", True),
        ("qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", True),
        ("3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", "ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq", True),
        ("1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", "ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq", False),
    ],
)
def test_wallets_compare_by_the_rules_of_their_notation(on_list: str, paid: str, is_hit: bool) -> None:
    assert bool(wallets(on_list).find(WALLET, paid)) is is_hit


def test_the_checksums_hold_for_every_wallet_on_the_real_list() -> None:
    folder = shared("data/ofac")
    text = "\n".join((folder / name).read_text("latin-1") for name in ("sdn.csv", "sdn_comments.csv"))
    # What ends at a full stop or semicolon is complete: fields are cut at 1,000 characters.
    addresses = re.findall(r"Digital Currency Address - \w+ ([A-Za-z0-9]+)[;.]", text)
    assert len(addresses) > 500
    assert not [address for address in addresses if wallet_checksum_holds(address) is False]
    index = wallets(*addresses)
    assert all(index.find(WALLET, address) for address in addresses)


# ---------------------------------------------------------------- free text


@pytest.mark.parametrize(
    ("text", "is_hit"),
    [
        (f"send to {BTC}, thanks", True),
        (f"wallet:{ETH.upper().replace('X', 'x', 1)}.", True),
        (f"{BECH32}", True),
        ("via VTBRRUMM", True),
        ("via (vtbrrummhab)", True),
        ("VTBRRUMMOSCOW", False),
        ("freight IMO No. 9187629 Busan", True),
        ("freight imo9187629", True),
        ("invoice 9187629", False),
        ("mail Info@example.kp.", True),
        (f"{BTC[:-1]}", False),
        ("salary march", False),
        ("", False),
    ],
)
def test_listed_identifiers_are_found_inside_texts(text: str, is_hit: bool) -> None:
    index = IdentifierIndex(
        [
            entity(
                "1",
                ListedIdentifier(IdentifierKind.BIC, "VTBRRUMM"),
                ListedIdentifier(IdentifierKind.IMO, "9187629"),
                wallets=(ListedWallet("XBT", BTC), ListedWallet("ETH", ETH), ListedWallet("XBT", BECH32)),
                emails=("info@example.kp",),
            )
        ]
    )
    assert bool(index.find_in_text(text)) is is_hit


# ---------------------------------------------------------------- overlay


def test_an_overlay_answers_as_a_new_index_would() -> None:
    old, changed, new = (
        entity("1", emails=("a@x.kp",)),
        entity("2", emails=("b@x.kp",)),
        entity("3", emails=("c@x.kp",)),
    )
    index = IdentifierIndex([old, changed])
    after = index.updated([new, entity("2", emails=("b2@x.kp",))], ["test-1"])
    found = {email: [h.entity.id for h in after.find(EMAIL, f"{email}@x.kp")] for email in ("a", "b", "b2", "c")}
    assert found == {"a": [], "b": [], "b2": ["test-2"], "c": ["test-3"]}
    assert index.find(EMAIL, "a@x.kp"), "the index it came from is unchanged"
    again = after.updated([old], ["test-3"])
    assert again.find(EMAIL, "a@x.kp")
    assert again.find(EMAIL, "b2@x.kp")
    assert not again.find(EMAIL, "c@x.kp")


def test_a_party_is_found_once_per_kind() -> None:
    index = IdentifierIndex(
        [
            entity("1", ListedIdentifier(PASSPORT, "927220230"), ListedIdentifier(PASSPORT, "927-220-230", "KP")),
            entity("2", ListedIdentifier(PASSPORT, "927220230", "KP")),
        ]
    )
    hits = index.find(PASSPORT, "927220230", "KP")
    assert [(hit.entity.id, hit.conclusive) for hit in hits] == [("test-1", True), ("test-2", True)]


# ---------------------------------------------------------------- one character off


@pytest.mark.parametrize(
    ("kind", "on_list", "written", "is_near"),
    [
        (WALLET, BTC, BTC[:-1] + "3", True),  # the checksum fails
        (WALLET, BTC, BTC[:5] + BTC[6:], True),  # one missing
        (WALLET, BTC, BTC[:4] + BTC[5] + BTC[4] + BTC[6:], True),  # two swapped
        (WALLET, BTC, BTC[:-2] + "33", False),
        (WALLET, BTC, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", False),  # a valid wallet is another's
        (WALLET, ETH, ETH[:-1] + "e", True),
        (WALLET, BECH32, BECH32[:-1] + "5", True),
        (IdentifierKind.BIC, "VTBRRUMM", "VTBRRUM2", True),
        (IdentifierKind.BIC, "VTBRRUMM", "VTBBRUMMXXX", True),
        (IdentifierKind.BIC, "VTBRRUMM", "VTBRLUMM", False),  # a bank of another country
        (IdentifierKind.LEI, "253400V1H6ART1UQ0N98", "253400V1H6ART1UQ0N89", True),
        (IdentifierKind.LEI, "253400V1H6ART1UQ0N98", "7LTWFZYICNSX8D621K86", False),
        (IdentifierKind.IMO, "9187629", "9187628", True),
        (IdentifierKind.IMO, "9187629", "IMO 9074729", False),
    ],
)
def test_a_number_one_character_off_a_listed_one_is_near(kind: str, on_list: str, written: str, is_near: bool) -> None:
    index = wallets(on_list) if kind == WALLET else listed(IdentifierKind(kind), on_list)
    hit = index.near(kind, written)
    assert (hit is not None) is is_near
    assert hit is None or (hit.listed_value == on_list and not hit.conclusive)


@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: text[:8] + "\u200b" + text[8:],  # invisible
        lambda text: "\u200f" + text,  # right to left
        lambda text: text.replace("a", "\u0430").replace("e", "\u0435"),  # Cyrillic
        lambda text: "".join(chr(ord(c) + 0xFEE0) for c in text),  # full width
        "\u00ad".join,
    ],
)
@pytest.mark.parametrize("wallet", [BTC, ETH, BECH32])
def test_a_disguised_wallet_is_the_wallet(wallet: str, disguise: Any) -> None:
    index = wallets(wallet)
    assert index.find(WALLET, disguise(wallet))
    assert index.find_in_text(f"send to {disguise(wallet)} now")
    assert index.find(IdentifierKind.OTHER, disguise(wallet))


@pytest.mark.parametrize("between", [" ", "-", "\n", "\u00a0"])
def test_a_wallet_has_no_gaps(between: str) -> None:
    assert wallets(BTC).find(WALLET, BTC[:9] + between + BTC[9:])


@pytest.mark.parametrize("written", ["FTBDKP\u200bPY", "\u200fFTBDKPPY", "FTBD\u041a\u0420\u0420Y", "\uff26TBDKPPY"])
def test_a_disguised_bic_is_the_bic(written: str) -> None:
    index = listed(IdentifierKind.BIC, "FTBDKPPY")
    assert index.find(IdentifierKind.BIC, written)
    assert index.find_in_text(f"via {written}")


IBAN_LISTED = "RS35260005601001611379"


@pytest.mark.parametrize(
    ("kind", "on_list", "text", "is_near"),
    [
        (WALLET, BTC, f"pls send to {BTC[:-1]}3, thx", True),
        (WALLET, BTC, f"pls send to {BTC[:5]}{BTC[6:]}", True),
        (WALLET, BTC, "pls send to 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", False),  # a valid wallet is another's
        (WALLET, ETH, f"to {ETH.lower()[:-1]}e", True),
        (WALLET, ETH, f"to {ETH.lower()[:9]}{ETH.lower()[10:]}", True),
        (WALLET, BECH32, f"WALLET:{BECH32[:-1].upper()}5", True),
        (IBAN, IBAN_LISTED, "acct RS35 2600 0560 1001 6113 97 inv 88", True),  # two swapped
        (IBAN, IBAN_LISTED, "acct RS35-2600-0560-1001-6113-7 inv 88", True),  # one missing
        (IBAN, IBAN_LISTED, "acct RS352600O5601001611379", True),
        (IBAN, IBAN_LISTED, "acct GB29 NWBK 6016 1331 9268 19", False),
        (IBAN, IBAN_LISTED, "invoice 26000560 of 1001/611379", False),
        (IdentifierKind.LEI, "253400V1H6ART1UQ0N98", "lei 253400V1H6ART1UQ0N89", True),
        (IdentifierKind.IMO, "9187629", "vessel IMO 9187628", True),
        (IdentifierKind.IMO, "9187629", "invoice 9187628", False),
    ],
)
def test_a_text_may_hold_a_number_one_character_off_a_listed_one(
    kind: str, on_list: str, text: str, is_near: bool
) -> None:
    if kind == WALLET:
        index = wallets(on_list)
    else:
        index = listed(IdentifierKind.OTHER if kind == IBAN else IdentifierKind(kind), on_list)
    assert [hit.listed_value for hit in index.near_in_text(text)] == ([on_list] if is_near else [])
    assert not index.find_in_text(text)


def test_an_evm_address_is_near_whatever_its_case() -> None:
    assert wallets(ETH).near(WALLET, ETH.lower()[:-1] + "e") is not None


@pytest.mark.parametrize(
    ("on_list", "written", "is_near"),
    [
        ((PASSPORT, "927220230", "KP"), (PASSPORT, "927220231", "North Korea"), True),
        ((PASSPORT, "927220230", "KP"), (PASSPORT, "927220231", None), False),  # whose register?
        ((PASSPORT, "927220230", "KP"), (PASSPORT, "927220231", "DE"), False),
        ((PASSPORT, "927220230", "KP"), (TAX, "927220231", "KP"), False),
        ((PASSPORT, "123456", "KP"), (PASSPORT, "123457", "KP"), False),  # too short
        ((TAX, "7704218890", "RU"), (TAX, "770421889", "RU"), True),
    ],
)
def test_a_near_number_of_a_register_needs_its_kind_and_country(
    on_list: tuple[IdentifierKind, str, str], written: tuple[str, str, str | None], is_near: bool
) -> None:
    assert (listed(*on_list).near(*written) is not None) is is_near


def test_a_near_one_is_forgotten_with_its_party() -> None:
    index = wallets(BTC)
    assert index.updated([], ["test-1"]).near(WALLET, BTC[:-1] + "3") is None
    added = IdentifierIndex(()).updated([entity("2", wallets=(ListedWallet("XBT", BTC),))], [])
    assert added.near(WALLET, BTC[:-1] + "3") is not None


# ---------------------------------------------------------------- domains, and numbers in texts


def test_a_domain_is_a_doubt() -> None:
    index = IdentifierIndex([entity("1", websites=("http://www.example.kp/shop; www.facebook.com/example",))])
    for kind, value in ((EMAIL, "anybody@example.kp"), (EMAIL, "x@www.example.kp")):
        (hit,) = index.find(kind, value)
        assert not hit.conclusive
    assert index.find_in_text("order 5 at Example.KP/cart")
    assert index.find_in_text("mail: sales@example.kp.")
    assert not index.find_in_text("www.facebook.com/other")
    assert not index.find(EMAIL, "a@notexample.kp")


@pytest.mark.parametrize(
    ("text", "is_hit"),
    [
        ("Passport No. D366 871, salary", True),
        ("ИНН 7704218890", True),
        ("paid by 7704218890", True),  # ten digits stand alone
        ("D366871", False),  # seven need a word that says what they are
        ("OGRN:1217700632632/77301", True),
        ("1217700632632/77301", True),
        ("ref 1217700632633", False),
        ("call +850 2 18111 8204 55", True),
        ("tel 0085021811182 05", False),
        ("IBAN DE89 3704 0044 0532 0130 00 ref 5", False),
    ],
)
def test_numbers_of_registers_and_phones_are_found_in_texts(text: str, is_hit: bool) -> None:
    party = entity(
        "1",
        ListedIdentifier(PASSPORT, "D366871", "JO"),
        ListedIdentifier(TAX, "7704218890", "RU"),
        ListedIdentifier(REGISTRATION, "1217700632632", "RU"),
        phones=("850 2 18111 8204",),
    )
    hits = IdentifierIndex([party]).find_in_text(text)
    assert bool(hits) is is_hit
    assert not [hit for hit in hits if hit.conclusive and hit.kind != PHONE]


# ---------------------------------------------------------------- fields of several values, labels and other kinds


@pytest.mark.parametrize(
    ("value", "country", "conclusive"),
    [
        ("KP654234735", "KP", True),
        ("KP654234735", None, True),
        ("PRK 654234735", None, True),
        ("KP654234735", "DE", False),  # two countries are named
        ("654234735KP", "KP", True),
        ("CN654234735", "KP", False),
        ("No. 654234735", "KP", True),
        ("Passport: 654234735", "North Korea", True),
        ("654234735", "KP;CN", True),
        ("654234735", "CN/KP", True),
        ("654234735", "somewhere", False),
        ("654234735; 123456", "KP", True),
        ("654234735 exp 2030", "KP", False),
        ("XY-654234735", "KP", False),  # the letters may be part of it
        ("654234735", "CN", None),
        ("654234735 / 123456", "CN", None),
        ("DE654234735", "DE", None),
    ],
)
def test_the_number_of_a_document_is_found_among_labels_and_others(
    value: str, country: str | None, conclusive: bool | None
) -> None:
    hits = listed(PASSPORT, "654234735", "KP").find(PASSPORT, value, country)
    assert [hit.conclusive for hit in hits] == ([] if conclusive is None else [conclusive])


@pytest.mark.parametrize(
    ("value", "country", "conclusive"),
    [
        ("V-5892464", "VE", True),
        ("V-5892464", None, True),
        ("V5892464", "VE", True),
        ("D5892464", "VE", None),  # the letter may be part of it
        ("E 5892464", "VE", True),
        ("V-5892464", "CO", False),
        ("X-5892464", None, None),
    ],
)
def test_letters_of_a_country_are_no_part_of_its_numbers(
    value: str, country: str | None, conclusive: bool | None
) -> None:
    hits = listed(NATIONAL_ID, "5892464", "VE").find(NATIONAL_ID, value, country)
    assert [hit.conclusive for hit in hits] == ([] if conclusive is None else [conclusive])


def test_what_a_list_writes_around_a_number_is_left_out() -> None:
    (hit,) = listed(PASSPORT, "Libya B014995").find(PASSPORT, "B014995", "LY") or (None,)
    assert hit is None, "seven characters without a country may be anybody's"
    (hit,) = listed(PASSPORT, "Libya B014995", "LY").find(PASSPORT, "B014995", "LY")
    assert not hit.conclusive


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        (OTHER, "FTBDKPPY", (IdentifierKind.BIC, True)),
        (IBAN, "FTBDKPPY", (IdentifierKind.BIC, True)),
        (OTHER, "IMO 9187629", (IdentifierKind.IMO, False)),
        (OTHER, "9187629", None),  # seven digits of another kind are anybody's
        (IBAN, ETH, (WALLET, True)),
        (PASSPORT, ETH.lower(), (WALLET, True)),
        (EMAIL, f"{ETH}@pay.example", (WALLET, True)),
        (REGISTRATION, "LEI 2534 00V1 H6AR T1UQ 0N98", (IdentifierKind.LEI, True)),
        (IBAN, "office@example.kp", (EMAIL, True)),
        (EMAIL, "office (at) example [dot] kp", (EMAIL, False)),
        (EMAIL, "office+pay@example.kp", (EMAIL, False)),
        (PROXY, "Mobile: +850 2 381 5926 ext 4", (PHONE, True)),
    ],
)
def test_an_identifier_is_found_in_a_field_of_another_kind(
    kind: str, value: str, found: tuple[str, bool] | None
) -> None:
    party = entity(
        "1",
        ListedIdentifier(IdentifierKind.BIC, "FTBDKPPY"),
        ListedIdentifier(IdentifierKind.IMO, "9187629"),
        ListedIdentifier(IdentifierKind.LEI, "253400V1H6ART1UQ0N98"),
        wallets=(ListedWallet("ETH", ETH),),
        emails=("office@example.kp",),
        phones=("+850 2 381 5926",),
    )
    hits = [(hit.kind, hit.conclusive) for hit in IdentifierIndex([party]).find(kind, value) if hit.kind != "domain"]
    assert hits == ([found] if found else [])


@pytest.mark.parametrize("dots", ["…", "...", "***", " … "])
def test_a_shortened_wallet_is_near_the_listed_one(dots: str) -> None:
    index = wallets(ETH)
    short = f"{ETH[:6]}{dots}{ETH[-4:]}"
    assert index.near(WALLET, short) is not None
    assert index.near(OTHER, short) is not None
    assert [hit.conclusive for hit in index.near_in_text(f"pay {short} 12")] == [False]
    assert index.near(WALLET, f"{ETH[:6]}{dots}0000") is None
    assert index.near(WALLET, f"{ETH[:4]}{dots}{ETH[-3:]}") is None, "too little to tell"


@pytest.mark.parametrize(
    "text",
    [
        f"pay to {ETH[:4]} {ETH[4:8]} {ETH[8:20]} {ETH[20:]}",
        f"https://etherscan.io/address/{ETH}?a=1",
        f"topic 0x{'0' * 24}{ETH[2:].lower()}",
        f"41{ETH[2:]}",
    ],
)
def test_a_wallet_is_found_in_texts_whatever_separates_it(text: str) -> None:
    assert wallets(ETH).find_in_text(text)


def test_numbers_are_read_to_the_end_of_a_text_and_beyond_it_the_index_says_so() -> None:
    index = listed(TAX, "7736050003", "RU")
    flood = " ".join(str(10_000_000_000 + 7919 * n) for n in range(800))
    assert len(flood) < 10_000
    assert index.find_in_text(f"{flood} 7736050003")
    assert reads_whole(flood)
    assert not reads_whole(" " * 20_001)


def test_an_overlay_finds_wallets_in_texts() -> None:
    index = IdentifierIndex(()).updated([entity("2", wallets=(ListedWallet("XBT", BTC),))], [])
    assert index.find_in_text(f"to {BTC[:9]} {BTC[9:]}")
    assert not index.updated([], ["test-2"]).find_in_text(f"to {BTC}")
    assert not wallets(BTC).updated([], ["test-1"]).find_in_text(f"to {BTC}")
