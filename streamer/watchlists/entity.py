"""One model for all lists: what every source says of a listed party, without losing what it carries.

Entities are slotted dataclasses: they live by the ten thousand in every worker and are read for each payment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import orjson
from pydantic import TypeAdapter

from streamer.events import Consequence, IdentifierKind


class InvalidList(ValueError):
    """A list or one of its records cannot be read. Names the list, the record and the cure."""


class EntityType(StrEnum):
    PERSON = "person"
    ENTITY = "entity"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"
    UNKNOWN = "unknown"


class NameKind(StrEnum):
    """How the source relates the name to the party."""

    PRIMARY = "primary"
    AKA = "aka"
    FKA = "fka"
    NKA = "nka"


@dataclass(frozen=True, slots=True)
class ListedName:
    text: str
    """As the source writes it; OFAC persons are "SURNAME, Given"."""
    kind: NameKind = NameKind.PRIMARY
    weak: bool = False
    """A weak (low quality) alias only corroborates: it raises no alert alone (OFAC FAQ 122)."""
    script: str | None = None
    """ISO 15924 code (Cyrl, Hang, Hani, Arab …) where it is not Latin, or where the source says."""


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A day, month or year (partial ISO 8601), or a range of them."""

    earliest: str
    latest: str | None = None
    """None where `earliest` is the date itself."""
    circa: bool = False


@dataclass(frozen=True, slots=True)
class ListedAddress:
    lines: str | None = None
    town: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2 where the source's country name is known, else the source's text."""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ListedIdentifier:
    kind: IdentifierKind
    value: str
    country: str | None = None
    label: str | None = None
    """The source's own words: "Passport", "Tax ID No.", "Unified Social Credit Code (USCC)"."""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ListedWallet:
    asset: str
    """As listed: XBT, ETH, TRX, USDT, XMR …"""
    address: str


@dataclass(frozen=True, slots=True)
class Link:
    """A relation to another party, by name where the source gives no number."""

    name: str
    relation: str = "linked_to"
    entity_id: str | None = None
    percent: float | None = None
    """Share that is owned, 0..100; None where the source does not say."""
    source: str | None = None
    """Who says so, where it is not the list itself."""
    date: str | None = None
    """ISO 8601: when it was so."""
    until: str | None = None
    """ISO 8601: when it ended."""


@dataclass(frozen=True, slots=True)
class Entity:
    list: str
    """Short name of the list: ofac, un, eu, uk, press …"""
    native_id: str
    type: EntityType
    names: tuple[ListedName, ...]
    """Never empty; the primary name first."""
    programs: tuple[str, ...] = ()
    consequence: Consequence = Consequence.BLOCK
    birth_dates: tuple[BirthDate, ...] = ()
    birth_places: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    citizenships: tuple[str, ...] = ()
    gender: str | None = None
    titles: tuple[str, ...] = ()
    addresses: tuple[ListedAddress, ...] = ()
    identifiers: tuple[ListedIdentifier, ...] = ()
    wallets: tuple[ListedWallet, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    websites: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    listed_on: str | None = None
    """ISO 8601 date."""
    legal_basis: tuple[str, ...] = ()
    remarks: str | None = None
    """What no field above holds, in the source's words."""
    details: dict[str, str] = field(default_factory=dict)
    """Further fields of the source (call sign, vessel type, flag …), by its own name."""
    listed: bool = True
    """False: on no list, known only as somebody's property. Screened while a blocked party owns it (`ownership`)."""

    @property
    def id(self) -> str:
        """`<list>-<native id>`: ofac-24978, un-6908555."""
        return f"{self.list}-{self.native_id}"

    @property
    def name(self) -> str:
        """The primary name."""
        return self.names[0].text


_ENTITY: Final = TypeAdapter(Entity)


def entity_to_json(entity: Entity) -> bytes:
    """Compact JSON; `entity_from_json` gives the same entity back."""
    return orjson.dumps(entity)


def entity_from_json(raw: bytes) -> Entity:
    """Raises pydantic.ValidationError where `raw` is not an entity."""
    return _ENTITY.validate_json(raw)
