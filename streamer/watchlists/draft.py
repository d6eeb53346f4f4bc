"""An entity while its records are being read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from streamer.events import Consequence
from streamer.reference.countries import country_code
from streamer.watchlists.entity import (
    BirthDate,
    Entity,
    EntityType,
    InvalidList,
    Link,
    ListedAddress,
    ListedIdentifier,
    ListedName,
    ListedWallet,
    NameKind,
)
from streamer.watchlists.scripts import script_of

TEXT_CHARS_MAX: Final = 131_072
"""One name, remark or other text of an entity."""

_ITEMS_MAX: Final = 20_000
"""Items in one field of an entity; a Bitcoin service has been listed with some hundred addresses."""


@dataclass(slots=True)
class Draft:
    """Mutable twin of Entity; `entity()` freezes it and drops exact repetitions, keeping the order."""

    list_name: str
    native_id: str
    type: EntityType
    names: list[ListedName] = field(default_factory=list)
    programs: list[str] = field(default_factory=list)
    birth_dates: list[BirthDate] = field(default_factory=list)
    birth_places: list[str] = field(default_factory=list)
    nationalities: list[str] = field(default_factory=list)
    citizenships: list[str] = field(default_factory=list)
    gender: str | None = None
    titles: list[str] = field(default_factory=list)
    addresses: list[ListedAddress] = field(default_factory=list)
    identifiers: list[ListedIdentifier] = field(default_factory=list)
    wallets: list[ListedWallet] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    websites: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    listed_on: str | None = None
    legal_basis: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    details: dict[str, list[str]] = field(default_factory=dict)
    listed: bool = True

    def name(self, text: str, kind: NameKind = NameKind.AKA, *, weak: bool = False, script: str | None = None) -> None:
        self.names.append(ListedName(text, kind, weak, script or script_of(text)))

    def detail(self, label: str, value: str | None) -> None:
        if value:
            self.details.setdefault(label, []).append(value)

    def address(
        self,
        *,
        lines: str | None = None,
        town: str | None = None,
        region: str | None = None,
        postcode: str | None = None,
        country: str | None = None,
        note: str | None = None,
    ) -> None:
        """Keep an address unless the source left every part of it empty."""
        if lines or town or region or postcode or country or note:
            self.addresses.append(ListedAddress(lines, town, region, postcode, country and code_or_text(country), note))

    def entity(self, consequence: Consequence) -> Entity:
        if not self.names:
            raise InvalidList(f"{self.list_name} list: entity {self.native_id} has no name")
        for items in (self.names, self.identifiers, self.wallets, self.addresses, self.links, self.remarks):
            if len(items) > _ITEMS_MAX:
                raise InvalidList(
                    f"{self.list_name} list: entity {self.native_id} has more than {_ITEMS_MAX} items in a field"
                )
        remarks = "; ".join(dict.fromkeys(self.remarks)) or None
        if len(remarks or "") > TEXT_CHARS_MAX or any(len(name.text) > TEXT_CHARS_MAX for name in self.names):
            raise InvalidList(
                f"{self.list_name} list: entity {self.native_id} has a text of over {TEXT_CHARS_MAX} characters"
            )
        return Entity(
            list=self.list_name,
            native_id=self.native_id,
            type=self.type,
            names=tuple(dict.fromkeys(self.names)),
            programs=tuple(dict.fromkeys(self.programs)),
            consequence=consequence,
            birth_dates=tuple(dict.fromkeys(self.birth_dates)),
            birth_places=tuple(dict.fromkeys(self.birth_places)),
            nationalities=tuple(dict.fromkeys(self.nationalities)),
            citizenships=tuple(dict.fromkeys(self.citizenships)),
            gender=self.gender,
            titles=tuple(dict.fromkeys(self.titles)),
            addresses=tuple(dict.fromkeys(self.addresses)),
            identifiers=tuple(dict.fromkeys(self.identifiers)),
            wallets=tuple(dict.fromkeys(self.wallets)),
            emails=tuple(dict.fromkeys(self.emails)),
            phones=tuple(dict.fromkeys(self.phones)),
            websites=tuple(dict.fromkeys(self.websites)),
            links=tuple(dict.fromkeys(self.links)),
            listed_on=self.listed_on,
            legal_basis=tuple(dict.fromkeys(self.legal_basis)),
            remarks=remarks,
            details={label: "; ".join(dict.fromkeys(values)) for label, values in self.details.items()},
            listed=self.listed,
        )


def code_or_text(country: str) -> str:
    """ISO 3166-1 alpha-2 code where the name is known, else the text as the source has it."""
    return country_code(country) or country
