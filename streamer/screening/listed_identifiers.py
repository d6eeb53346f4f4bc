"""Listed identifiers, indexed: by their keys, by their halves for what is one character off, and inside of texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from streamer.events import IdentifierKind
from streamer.reference import in_text
from streamer.reference.countries import country_code
from streamer.reference.identifiers import EMAIL, IBAN, PHONE, WALLET, compact, normalised_domain
from streamer.reference.text import plain
from streamer.reference.wallets import normalised_wallet, wallet_spellings
from streamer.screening.identifier_kinds import (
    CHECKED,
    DOMAIN,
    NUMBER,
    NUMBERED,
    kept_as,
    keys_of,
    normalised_number,
)
from streamer.screening.long_keys import LongKey, LongKeys
from streamer.watchlists.entity import Entity

NEAR_CHARS_MIN: Final = 7
"""Shorter numbers have neighbours that are other people's."""

READING_CHARS_MIN: Final = 7
"""Of a number that is only a part of what is written."""


@dataclass(frozen=True, slots=True)
class Listed:
    entity: Entity
    kind: str
    value: str
    country: str | None
    is_part: bool = False
    """The list writes more around the number; what meets this reading of it is a doubt."""


Entries = Mapping[str, tuple[Listed, ...]]
Halves = Mapping[tuple[str, int, str], tuple[Listed, ...]]


class Layer:
    """Indexes over one set of entities."""

    __slots__ = ("bank_codes", "entries", "halves", "long_keys")

    def __init__(self, entities: Iterable[Entity]) -> None:
        self.entries = _entries(entities)
        self.halves = _halves(self.entries)
        self.long_keys = LongKeys(_long_keys(self.entries))
        prefix = f"{IdentifierKind.BIC}:"
        self.bank_codes = frozenset(key[len(prefix) :][:8] for key in self.entries if key.startswith(prefix))


def _entries(entities: Iterable[Entity]) -> Entries:
    collected: dict[str, list[Listed]] = {}
    for entity in entities:
        for kind, value, country in _identifiers(entity):
            code = _code(country)
            for key_kind, key in keys_of(kept_as(kind), value):
                collected.setdefault(key, []).append(Listed(entity, key_kind, value, code))
            for number in _numbers_within(kind, value, code):
                listed = Listed(entity, kind, value, code, is_part=True)
                collected.setdefault(f"{NUMBER}:{number}", []).append(listed)
    return {key: tuple(listed) for key, listed in collected.items()}


def _numbers_within(kind: str, value: str, country: str | None) -> Iterator[str]:
    """Numbers that a list writes with more around them: "Libya B014995", "C 1415363 - 16/2/1421H"."""
    if kind in NUMBERED and not value.isalnum():
        for reading in in_text.numbers_in_field(plain(value)):
            is_of_country = not reading.is_prefixed or reading.country == country
            if is_of_country and len(reading.number) >= READING_CHARS_MIN and normalised_number(reading.number):
                yield reading.number


def _long_keys(entries: Entries) -> Iterator[LongKey[Listed]]:
    for listed in {id(one): one for many in entries.values() for one in many}.values():
        if listed.kind == WALLET:
            for spelling in wallet_spellings(listed.value):
                yield LongKey(spelling, listed, is_wallet=True)
        elif listed.kind in (IBAN, IdentifierKind.LEI):
            yield LongKey(compact(listed.value), listed, is_wallet=False)


NEAR_KINDS: Final = frozenset({WALLET, IBAN, *CHECKED, *NUMBERED}) - {IdentifierKind.MMSI, IdentifierKind.OTHER}


_OF_ONE_CASE: Final = (
    "0x", "xdc", "bc1", "tb1", "ltc1", "tltc1", "addr1", "stake1", "cosmos1", "osmo1", "bnb1", "thor1",
)  # fmt: skip


def wallet_form(address: str) -> str:
    """As compared with near ones: the case counts in base58 alone. A mistake may have left no address of any shape."""
    written = normalised_wallet(address)
    return written.lower() if written.lower().startswith(_OF_ONE_CASE) else written


def near_form(listed: Listed) -> str:
    """The listed value as near ones are compared with it: base58 wallets keep their case."""
    if listed.kind == WALLET:
        return wallet_form(listed.value)
    known = compact(listed.value)
    return known[:8] if listed.kind == IdentifierKind.BIC else known


def halves_of(text: str, length: int) -> tuple[str, str]:
    """The first and the last half of a text, as one of this length has them; marked, so that they do not meet."""
    middle = length // 2
    return f"<{text[:middle]}", f"{text[len(text) - (length - middle) :]}>"


def _halves(entries: Entries) -> Halves:
    collected: dict[tuple[str, int, str], list[Listed]] = {}
    for listed in {id(one): one for many in entries.values() for one in many if one.kind in NEAR_KINDS}.values():
        known = near_form(listed)
        is_number = any(c.isdecimal() and c != "0" for c in known)
        if len(known) >= NEAR_CHARS_MIN and (is_number or listed.kind == IdentifierKind.BIC) and not listed.is_part:
            for half in halves_of(known, len(known)):
                kind = listed.kind if listed.kind not in NUMBERED else NUMBER
                collected.setdefault((kind, len(known), half), []).append(listed)
    return {key: tuple(listed) for key, listed in collected.items()}


def _identifiers(entity: Entity) -> Iterator[tuple[str, str, str | None]]:
    for identifier in entity.identifiers:
        yield identifier.kind, identifier.value, identifier.country
    for wallet in entity.wallets:
        yield WALLET, wallet.address, None
    for email in entity.emails:
        yield EMAIL, email, None
    for phones in entity.phones:
        for phone in re.split(r"[;,/]", phones):
            yield PHONE, phone, None
    for websites in entity.websites:
        for website in re.split(r"[;,\s]+", websites):
            if (domain := normalised_domain(website)) and not in_text.is_shared_domain(domain):
                yield DOMAIN, domain, None


def _code(country: str | None) -> str | None:
    """One spelling per country; a text that names none stands for itself."""
    if not country or not country.strip():
        return None
    return country_code(country) or country.strip().casefold()
