"""What is planted: names, numbers, wallets and places that are listed or embargoed, and their clean twins.

The listed ones are those of `tests/data/lists/evasions.csv`, made up for these tests; nothing of it is on a real list.
Clean ones are drawn: unlisted words, unlisted numbers whose check digits hold, harmless places.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from streamer.watchlists import Entity, EntityType

LIST_FILE: Final = Path(__file__).resolve().parents[1] / "data" / "lists" / "evasions.csv"


class Kind(StrEnum):
    PERSON = "person"
    COMPANY = "company"
    VESSEL = "vessel"
    BANK = "bank"
    PASSPORT = "passport"
    TAX = "tax"
    IMO = "imo"
    LEI = "lei"
    BIC = "bic"
    EVM = "evm"
    BASE58 = "base58"
    BECH32 = "bech32"
    TRON = "tron"
    PHONE = "phone"
    EMAIL = "email"
    PLACE = "place"
    COUNTRY = "country"


KINDS: Final = frozenset(kind.value for kind in Kind)
NAMES: Final = frozenset({Kind.PERSON, Kind.COMPANY, Kind.VESSEL, Kind.BANK})
NUMBERS: Final = frozenset({Kind.PASSPORT, Kind.TAX, Kind.IMO, Kind.LEI, Kind.BIC})
WALLETS: Final = frozenset({Kind.EVM, Kind.BASE58, Kind.BECH32, Kind.TRON})
CONTACTS: Final = frozenset({Kind.PHONE, Kind.EMAIL})
PLACES: Final = frozenset({Kind.PLACE, Kind.COUNTRY})


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing to plant, as it is ordinarily written."""

    kind: Kind
    text: str
    is_listed: bool
    surname: str = ""
    given: str = ""
    script: str = ""
    """The name in its own script; "" where it has none."""
    code: str = ""
    """ISO 3166 code of a country."""
    languages: tuple[str, ...] = ()
    """A country or town in other languages."""


# ---------------------------------------------------------------- check digits, written apart from the product's

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def base58check(version: int, payload: bytes) -> str:
    raw = bytes([version]) + payload
    raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


def bech32(program: bytes) -> str:
    """A segwit address of version 0 (BIP 173)."""
    bits = "".join(f"{byte:08b}" for byte in program)
    values = [0, *(int(bits[at : at + 5].ljust(5, "0"), 2) for at in range(0, len(bits), 5))]
    expanded = [*(ord(c) >> 5 for c in "bc"), 0, *(ord(c) & 31 for c in "bc")]
    remainder = _polymod([*expanded, *values, *[0] * 6]) ^ 1
    check = [(remainder >> 5 * (5 - n)) & 31 for n in range(6)]
    return "bc1" + "".join(_BECH32[value] for value in (*values, *check))


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for n, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> n & 1 else 0
    return check


def lei(stem: str) -> str:
    """Eighteen characters and the two check digits of ISO 17442."""
    number = int("".join(str(int(c, 36)) for c in stem) + "00")
    return f"{stem}{98 - number % 97:02d}"


def imo(stem: str) -> str:
    """Six digits and the check digit."""
    return stem + str(sum(int(digit) * (7 - n) for n, digit in enumerate(stem)) % 10)


# ---------------------------------------------------------------- the listed ones


@cache
def listed() -> Mapping[Kind, tuple[Thing, ...]]:
    things = [*_of_the_list(), *_embargoed()]
    return {kind: tuple(thing for thing in things if thing.kind is kind) for kind in Kind}


def _of_the_list() -> Iterator[Thing]:
    with LIST_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kind = _name_kind(EntityType(row["type"]), row["name"])
            assert kind is not None, row
            surname, _, given = row["name"].partition(", ")
            yield Thing(kind, f"{given} {surname}".strip(), True, surname, given, SCRIPTS.get(row["id"], ""))
            for written in filter(None, row["identifiers"].split(" | ")):
                number_kind, value = written.split(":")[:2]
                yield Thing(Kind(number_kind), value, True)
            for written in filter(None, row["wallets"].split(" | ")):
                asset, address = written.split(":")
                yield Thing(_wallet_kind(asset, address), address, True)
            for column, contact in (("bics", Kind.BIC), ("emails", Kind.EMAIL), ("phones", Kind.PHONE)):
                if row[column]:
                    yield Thing(contact, row[column], True)


def _wallet_kind(asset: str, address: str) -> Kind:
    if asset == "XBT":
        return Kind.BECH32 if address.startswith("bc1") else Kind.BASE58
    return Kind.TRON if asset == "TRX" else Kind.EVM


def of_entities(entities: Iterable[Entity]) -> Mapping[Kind, tuple[Thing, ...]]:
    """What entries of real lists give to plant: names by which they are known, numbers and wallets."""
    things = [thing for entity in entities for thing in _of_entity(entity)]
    things += _embargoed()
    return {kind: tuple(thing for thing in things if thing.kind is kind) for kind in Kind}


def _name_kind(type: EntityType, name: str) -> Kind | None:
    """None for what is not planted: aircraft, and entries of unknown type."""
    if type is EntityType.ENTITY:
        return Kind.BANK if "BANK" in name.upper().split() else Kind.COMPANY
    return {EntityType.PERSON: Kind.PERSON, EntityType.VESSEL: Kind.VESSEL}.get(type)


def _of_entity(entity: Entity) -> Iterator[Thing]:
    kind = _name_kind(entity.type, entity.name)
    if kind is not None and len(entity.name.split()) > 1:
        surname, _, given = entity.name.partition(", ")
        script = next((name.text for name in entity.names if not any("a" <= c.lower() <= "z" for c in name.text)), "")
        yield Thing(kind, f"{given} {surname}".strip(), True, surname, given, script)
    for identifier in entity.identifiers:
        if identifier.kind in KINDS and len(identifier.value) > 6:
            yield Thing(Kind(identifier.kind), identifier.value, True)
    for wallet in entity.wallets:
        if wallet.asset in ("XBT", "ETH", "TRX"):
            yield Thing(_wallet_kind(wallet.asset, wallet.address), wallet.address, True)


SCRIPTS: Final = {
    "hyon": "현광림",
    "tchernogubov": "Черногубов Артём Леонидович",
    "zubayrawi": "خلفان مقتدر الزبيراوي",
    "dzumhursic": "Ћамил Џумхуршић",
    "zarqa": "شركة زرقاء غلوبكس التجارية",
    "kumsanro": "금산로해양기술회사",
    "vostokmorgeo": "ВОСТОКМОРГЕО",
}

_COUNTRIES_EMBARGOED: Final = {
    ("KP", "North Korea"): (
        "Nordkorea",
        "Corée du Nord",
        "Corea del Norte",
        "Noord-Korea",
        "Korea Północna",
        "Kuzey Kore",
    ),
    ("IR", "Iran"): ("Irán", "Irão", "Íran", "Иран", "伊朗"),
    ("CU", "Cuba"): ("Kuba", "Küba", "Куба", "Κούβα"),
}
_COUNTRIES_CLEAN: Final = {
    ("FR", "France"): ("Frankreich", "Francia", "Frankrijk", "Francja", "Fransa"),
    ("PT", "Portugal"): ("Portogallo", "Portugalia", "Portekiz", "Португалия"),
    ("SE", "Sweden"): ("Schweden", "Suède", "Suecia", "Zweden", "Szwecja", "Швеция"),
    ("KR", "South Korea"): ("Südkorea", "Corée du Sud", "Corea del Sur", "Zuid-Korea", "Güney Kore"),
}
_TOWNS_EMBARGOED: Final = {
    "Pyongyang": ("Pjöngjang", "Phenian", "Пхеньян"),
    "Hamhung": ("Hamhŭng",),
    "Simferopol": ("Симферополь", "Simferopol'"),
    "Sevastopol": ("Sewastopol", "Севастополь"),
    "Tehran": ("Teheran", "Téhéran", "Тегеран"),
    "Isfahan": ("Esfahan",),
    "Havana": ("La Habana", "Havanna", "La Havane"),
}
_TOWNS_CLEAN: Final = {
    "Lyon": ("Lione", "Лион"),
    "Gdansk": ("Gdańsk", "Danzig"),
    "Tampere": ("Tammerfors",),
    "Ghent": ("Gent", "Gand"),
    "Valparaiso": ("Valparaíso",),
    "Malmo": ("Malmö",),
    "Osaka": ("Ōsaka", "大阪"),
}


def _embargoed() -> Iterator[Thing]:
    yield from _places(_COUNTRIES_EMBARGOED, _TOWNS_EMBARGOED, True)


def _places(
    countries: Mapping[tuple[str, str], tuple[str, ...]], towns: Mapping[str, tuple[str, ...]], is_listed: bool
) -> Iterator[Thing]:
    for (code, name), languages in countries.items():
        yield Thing(Kind.COUNTRY, name, is_listed, code=code, languages=languages)
    for town, languages in towns.items():
        yield Thing(Kind.PLACE, town, is_listed, languages=languages)


# ---------------------------------------------------------------- the clean ones

_GIVEN: Final = (
    *("Torben", "Anneliese", "Séverine", "Jürgen", "Małgorzata", "Benedetta", "Iñigo", "Katarzyna", "Wilhelmina"),
    *("Philippa", "Göran", "Mairéad", "Ottokar", "Estefanía", "Rutger", "Solveig", "Thibault", "Ludmila", "Emre"),
)
_SURNAMES: Final = (
    *("Haverkamp", "Lindqvist", "Brinkmöller", "Wojciechowska", "Castellanos", "O'Shaughnessy", "Vandermeulen"),
    *("Tuominen", "Bergström", "Pellegrini", "Fitzwilliam", "Kowalczyk", "Ibarretxe", "Desrosiers", "Łukaszewicz"),
    *("Grünewald", "Hollingsworth", "Mäkelä", "Quintanilha", "Sørensen", "Yıldırım", "Papadimitriou", "D'Agostino"),
)
_CLEAN_SCRIPTS: Final = ("Линдквист Торбен", "김하늘", "佐藤由美", "ليلى حداد", "Παπαδημητρίου", "")
_FIRST: Final = (
    *(
        "Harbour",
        "Lantern",
        "Nordlicht",
        "Bramble",
        "Copperleaf",
        "Seefahrt",
        "Élan",
        "Übersee",
        "Windmill",
        "Larkspur",
    ),
    *("Thistledown", "Kupferberg", "Orchard", "Pebblebrook", "Marigold", "Hazelnut", "Fjordblick", "D'Artois"),
)
_SECOND: Final = (
    *("Ceramics", "Design", "Bakery", "Textiles", "Carpentry", "Gardening", "Printing", "Catering", "Optics"),
    *("Furniture", "Bicycles", "Instruments", "Brewing", "Landscaping", "Bookbinding", "Plumbing"),
)
_FORMS: Final = ("GmbH", "Ltd", "B.V.", "S.L.", "AB", "Oy", "SARL", "Inc.", "")
_BANKS: Final = ("Savings Bank", "Bank AG", "Mortgage Bank", "Cooperative Bank Ltd", "Bank Oyj")
_SHIPS: Final = ("Baltic Heron", "Nordic Thistle", "Coral Bramble", "Lady Haverkamp", "Amber Larkspur")


def clean(kind: Kind, draw: Random) -> Thing:
    """An unlisted thing of a kind."""
    if kind is Kind.PERSON:
        given, surname = draw.choice(_GIVEN), draw.choice(_SURNAMES)
        return Thing(kind, f"{given} {surname}", False, surname, given, draw.choice(_CLEAN_SCRIPTS))
    if kind is Kind.COMPANY:
        name = f"{draw.choice(_FIRST)} {draw.choice(_SECOND)} {draw.choice(_FORMS)}".strip()
        return Thing(kind, name, False, name, "", draw.choice(_CLEAN_SCRIPTS))
    if kind is Kind.BANK:
        name = f"{draw.choice(_FIRST)} {draw.choice(_BANKS)}"
        return Thing(kind, name, False, name)
    if kind is Kind.VESSEL:
        return Thing(kind, (name := draw.choice(_SHIPS)), False, name)
    if kind in PLACES:
        chosen = [thing for thing in _places(_COUNTRIES_CLEAN, _TOWNS_CLEAN, False) if thing.kind is kind]
        return draw.choice(chosen)
    return Thing(kind, _number(kind, draw), False)


def _number(kind: Kind, draw: Random) -> str:
    def of(letters: str, length: int) -> str:
        return "".join(draw.choices(letters, k=length))

    digits, letters = "0123456789", "ABCDEFGHJKLMNPRTUVWXYZ"
    match kind:
        case Kind.PASSPORT:
            # Eight or nine characters, as most countries number them, or ten.
            return of(letters, 1) + of(digits, draw.choice((7, 8, 9)))
        case Kind.TAX:
            return "52" + of(digits, 8)
        case Kind.IMO:
            return imo("9" + of(digits, 5))
        case Kind.LEI:
            return lei("5299" + of(letters + digits, 14))
        case Kind.BIC:
            return of(letters, 4) + draw.choice(("DE", "FR", "NL", "SE")) + "2A"
        case Kind.EVM:
            return "0x" + of("0123456789abcdef", 40)
        case Kind.BASE58:
            return base58check(0, draw.randbytes(20))
        case Kind.BECH32:
            return bech32(draw.randbytes(20))
        case Kind.TRON:
            return base58check(0x41, draw.randbytes(20))
        case Kind.PHONE:
            return "+49 30 " + of(digits, 7)
        case _:
            return f"{of('abcdefghklmnoprstuw', 7)}@harbour-lantern.example"


def rows() -> list[dict[str, Any]]:
    """The list as it is committed; `python -m tests.evasions --list` writes it."""
    draw = Random(395)
    found = []
    for id, type, name in (
        ("hyon", "person", "HYON, Kwang Rim"),
        ("tchernogubov", "person", "TCHERNOGUBOV, Artyom Leonidovich"),
        ("zubayrawi", "person", "AL-ZUBAYRAWI, Khalfan Muqtadir"),
        ("dzumhursic", "person", "DŽUMHURŠIĆ, Ćamil"),
        ("muellerhoffen", "person", "MÜLLERHOFFEN, Jörg Öskar"),
        ("driskawell", "person", "O'DRISKAWELL, Séamus"),
        ("zarqa", "entity", "ZARQA GLOBEX TRADING COMPANY"),
        ("kumsanro", "entity", "KUMSANRO MARITIME TECHNOLOGY CORPORATION"),
        ("ozgurbas", "entity", "ÖZGÜRBAŞ DEMİRKAYA İNŞAAT SANAYİ LTD"),
        ("vostokmorgeo", "entity", "VOSTOKMORGEO SHIPYARD JSC"),
        ("oubangui", "entity", "L'ÉTOILE NOIRE D'OUBANGUI MINING SARL"),
        ("artavil", "vessel", "ARTAVIL PEARL"),
        ("sholpanay", "vessel", "SHOLPANAY VOYAGER"),
        ("morhaman", "entity", "MORHAMAN COMMERCIAL BANK"),
        ("tezgarov", "entity", "TEZGAROV INVESTMENT BANK OJSC"),
    ):
        row = {"list": "evasions", "id": id, "type": type, "name": name, "programs": "TEST", "consequence": "block"}
        country = {"person": "RU", "entity": "AE", "vessel": "KM"}[type]
        if type == "person":
            row["identifiers"] = (
                f"passport:{_number(Kind.PASSPORT, draw)}:{country} | tax:77{draw.randrange(10**8):08d}:RU"
            )
            row["wallets"] = f"ETH:{_number(Kind.EVM, draw)} | XBT:{_number(Kind.BASE58, draw)}"
            row["emails"] = f"{id}.office@seabridge-trade.cn"
            row["phones"] = f"+86 415 {draw.randrange(1000, 9999)} {draw.randrange(100, 999)}"
        elif type == "entity":
            row["identifiers"] = (
                f"lei:{lei('2534' + f'{draw.randrange(10**14):014d}')} | tax:77{draw.randrange(10**8):08d}:RU"
            )
            row["wallets"] = f"XBT:{_number(Kind.BECH32, draw)} | TRX:{_number(Kind.TRON, draw)}"
            row["bics"] = f"{id[:4].upper()}AEAD"
        else:
            row["identifiers"] = f"imo:{imo('8' + f'{draw.randrange(10**5):05d}')}"
        found.append(row)
    return found
