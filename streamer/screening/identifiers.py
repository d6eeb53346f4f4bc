"""Exact identifiers: a listed bank's BIC, passport, wallet or e-mail, however the sender spaces or cases it.

Values are normalised by the rules of their own kind and then compared for equality. Nothing here is fuzzy:
a number with a failing check digit is a matter of data quality, not a hit. Pure: no clock, no I/O.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from streamer.countries import country_code, country_name
from streamer.events import IdentifierKind
from streamer.notation import (
    compact,
    normalised_bic,
    normalised_email,
    normalised_iban,
    normalised_lei,
    normalised_phone,
    normalised_wallet,
)
from streamer.watchlists.entity import Entity

WALLET: Final = "wallet"
EMAIL: Final = "email"
PHONE: Final = "phone"
IBAN: Final = "iban"
PROXY: Final = "proxy"
"""Kinds beside those of `IdentifierKind` that `IdentifierIndex.find` takes."""

NUMBER_CHARS_MIN = 5
"""A shorter number matches only where both sides name the same country: half of all registers have a "1234"."""

NUMBER_CHARS_UNIQUE = 10
"""A number of an organisation this long hardly occurs in two registers, whatever country is written beside it."""

BIC_CHARS_WITH_BRANCH: Final = 11

# ---------------------------------------------------------------- what is compared


def _normalised_number(text: str) -> str | None:
    """Letters and digits; None for placeholders: nothing but letters, or one digit repeated ("0000000")."""
    number = compact(text)
    digits = {c for c in number if c.isdigit()}
    is_placeholder = not digits or (number.isdigit() and len(digits) == 1)
    return None if is_placeholder else number


def _digits(count: int) -> Callable[[str], str | None]:
    def normalised(text: str) -> str | None:
        digits = "".join(c for c in compact(text) if c.isdecimal())
        return digits if len(digits) == count else None

    return normalised


_ORGANISATION: Final = frozenset({IdentifierKind.REGISTRATION, IdentifierKind.TAX, IdentifierKind.OTHER})
_PERSON: Final = frozenset(
    {
        IdentifierKind.PASSPORT,
        IdentifierKind.NATIONAL_ID,
        IdentifierKind.DRIVING_LICENCE,
        IdentifierKind.SOCIAL_SECURITY,
        IdentifierKind.TAX,
        IdentifierKind.OTHER,
    }
)
_NUMBERED: Final = _ORGANISATION | _PERSON
"""Numbers that some country's register gives out: alone, without the country, they may belong to anybody."""

_NUMBER: Final = "number"
_NORMALISED: Final[Mapping[str, Callable[[str], str | None]]] = {
    IdentifierKind.BIC: normalised_bic,
    IdentifierKind.LEI: normalised_lei,
    IdentifierKind.IMO: _digits(7),
    IdentifierKind.MMSI: _digits(9),
    WALLET: normalised_wallet,
    EMAIL: normalised_email,
    PHONE: normalised_phone,
    IBAN: normalised_iban,
    **dict.fromkeys(_NUMBERED, _normalised_number),
}
_ALSO_READ_AS: Final[Mapping[str, tuple[str, ...]]] = {
    # Lists and senders file these under "registration" or "other"; the check digits tell.
    IdentifierKind.REGISTRATION: (IdentifierKind.LEI,),
    IdentifierKind.OTHER: (IdentifierKind.LEI, IBAN),
}
_CHECKED: Final = frozenset({IdentifierKind.BIC, IdentifierKind.LEI, IdentifierKind.IMO, IdentifierKind.MMSI})
_SOUGHT_AS: Final[Mapping[str, tuple[str, ...]]] = {
    # Of an account, "other" is whatever was put there, and a proxy is a phone number or an e-mail address.
    IdentifierKind.OTHER: (IdentifierKind.OTHER, *_ALSO_READ_AS[IdentifierKind.OTHER], WALLET),
    PROXY: (PHONE, EMAIL),
}
_WORDS: Final[Mapping[str, str]] = {
    IdentifierKind.BIC: "BIC",
    IdentifierKind.LEI: "LEI",
    IdentifierKind.IMO: "IMO number",
    IdentifierKind.MMSI: "MMSI",
    IdentifierKind.REGISTRATION: "registration number",
    IdentifierKind.TAX: "tax number",
    IdentifierKind.PASSPORT: "passport",
    IdentifierKind.NATIONAL_ID: "national identity number",
    IdentifierKind.DRIVING_LICENCE: "driving licence",
    IdentifierKind.SOCIAL_SECURITY: "social security number",
    IdentifierKind.OTHER: "identification number",
    WALLET: "wallet",
    EMAIL: "e-mail address",
    PHONE: "phone number",
    IBAN: "IBAN",
}


def _kept_as(kind: str) -> tuple[str, ...]:
    return (kind, *_ALSO_READ_AS.get(kind, ()))


def _keys(kinds: Iterable[str], value: str) -> Iterator[tuple[str, str]]:
    """(kind, key) under which a value is kept or sought, its own kind first."""
    for n, as_kind in enumerate(kinds):
        normalised = _NORMALISED[as_kind](value)
        if normalised is None and n == 0 and as_kind in _CHECKED:
            # Lists mistype, too: OFAC carries LEIs whose check digits fail. Only the very same value meets them.
            normalised = _normalised_number(value)
        if normalised:
            yield as_kind, f"{_NUMBER if as_kind in _NUMBERED else as_kind}:{normalised}"


@dataclass(frozen=True, slots=True)
class IdentifierHit:
    """A listed party carries the same identifier."""

    entity: Entity
    kind: str
    """An `IdentifierKind`, or WALLET, EMAIL, PHONE, IBAN."""
    listed_value: str
    """As the list writes it."""
    reason: str
    conclusive: bool = True
    """False where the number may be another's: no country on one side, or another kind of number."""


@dataclass(frozen=True, slots=True)
class _Listed:
    entity: Entity
    kind: str
    value: str
    country: str | None


_Entries = Mapping[str, tuple[_Listed, ...]]

_BIC_IN_TEXT: Final = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z0-9]{4}[A-Za-z]{2}[A-Za-z0-9]{2}(?:[A-Za-z0-9]{3})?(?![A-Za-z0-9])"
)
_LONG_WORD_IN_TEXT: Final = re.compile(r"[A-Za-z0-9]{20,128}")
_EMAIL_IN_TEXT: Final = re.compile(r"[^\s<>,;:()]{1,64}@[^\s<>,;:()]{3,128}")
_IMO_IN_TEXT: Final = re.compile(r"\bIMO\W{0,3}(?:NO\W{0,3})?(\d{7})(?!\d)", re.IGNORECASE)


class IdentifierIndex:
    """Every identifier of the listed parties, ready for exact lookups: one dictionary access per value.

    Immutable. `updated` lays a small overlay over the shared base, so that a delta need not rebuild the index.
    """

    __slots__ = ("_base", "_gone", "_overlaid", "_overlay")

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._base = _entries(entities)
        self._overlaid: Mapping[str, Entity] = {}
        self._overlay: _Entries = {}
        self._gone: frozenset[str] = frozenset()
        """Ids whose entries in the base no longer hold."""

    def updated(self, added: Iterable[Entity], removed: Iterable[str]) -> IdentifierIndex:
        """A new index with `added` entities in place of any of the same id, and without the `removed` ids."""
        new = {entity.id: entity for entity in added}
        gone = frozenset(removed) | new.keys()
        index = IdentifierIndex(())
        index._base = self._base
        index._overlaid = {id_: e for id_, e in self._overlaid.items() if id_ not in gone} | new
        index._overlay = _entries(index._overlaid.values())
        index._gone = self._gone | gone
        return index

    def find(self, kind: str, value: str, country: str | None = None) -> tuple[IdentifierHit, ...]:
        """Listed parties with this identifier, in the order of the lists.

        `kind` is an `IdentifierKind`, WALLET, EMAIL, PHONE, IBAN or PROXY; `country` the one that issued the number, as
        a code or a name. The same number of another country is no hit for a person's document. A value that is
        malformed, or fails its check digits, meets only a list entry with the same mistake.
        """
        sought_country = _code(country)
        kinds = _SOUGHT_AS.get(kind) or _kept_as(kind)
        return _unique(
            hit for key_kind, key in _keys(kinds, value) for hit in self._matching(key_kind, key, sought_country)
        )

    def find_in_text(self, text: str) -> tuple[IdentifierHit, ...]:
        """Listed wallets, BICs, LEIs, IMO numbers and e-mail addresses written inside a free text."""
        return _unique(hit for kind, value in _candidates(text) for hit in self.find(kind, value))

    def _matching(self, kind: str, key: str, country: str | None) -> Iterator[IdentifierHit]:
        for listed in self._listed(key):
            if kind not in _NUMBERED:
                yield _hit(listed, kind)
            elif (conclusive := _same_number(listed, kind, key, country)) is not None:
                yield _hit(listed, kind, country, conclusive)
        if kind == IdentifierKind.BIC and len(key) == len("bic:") + BIC_CHARS_WITH_BRANCH:
            for listed in self._listed(key[:-3]):
                yield _hit(listed, "branch")

    def _listed(self, key: str) -> Iterator[_Listed]:
        for listed in self._base.get(key, ()):
            if listed.entity.id not in self._gone:
                yield listed
        yield from self._overlay.get(key, ())


def _entries(entities: Iterable[Entity]) -> _Entries:
    collected: dict[str, list[_Listed]] = {}
    for entity in entities:
        for kind, value, country in _identifiers(entity):
            for key_kind, key in _keys(_kept_as(kind), value):
                collected.setdefault(key, []).append(_Listed(entity, key_kind, value, _code(country)))
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


def _candidates(text: str) -> Iterator[tuple[str, str]]:
    """(kind, value) of what may be an identifier; the lookup decides."""
    for bic in _BIC_IN_TEXT.findall(text):
        yield IdentifierKind.BIC, bic
    for word in _LONG_WORD_IN_TEXT.findall(text):
        yield WALLET, word
        if len(word) == 20:
            yield IdentifierKind.LEI, word
    if "@" in text:
        for email in _EMAIL_IN_TEXT.findall(text):
            yield EMAIL, email
    for imo in _IMO_IN_TEXT.findall(text):
        yield IdentifierKind.IMO, imo


def _same_number(listed: _Listed, kind: str, key: str, country: str | None) -> bool | None:
    """Whether an equal number is the same number: True, perhaps (False), or no (None)."""
    both_of_organisations = {kind, listed.kind} <= _ORGANISATION
    if not (both_of_organisations or {kind, listed.kind} <= _PERSON):
        return None
    chars = len(key) - len(_NUMBER) - 1
    if country and listed.country:
        if country == listed.country:
            return kind == listed.kind
        # The sender may have written the seat where the list names the register.
        return False if both_of_organisations and chars >= NUMBER_CHARS_UNIQUE else None
    if chars < NUMBER_CHARS_MIN:
        return None
    return kind == listed.kind and chars >= NUMBER_CHARS_UNIQUE


def _hit(listed: _Listed, kind: str, country: str | None = None, conclusive: bool = True) -> IdentifierHit:
    entity = listed.entity
    issued = f" ({country_name(listed.country) or listed.country})" if listed.country else ""
    what = f"{_WORDS[listed.kind]} {listed.value}{issued}"
    if kind == "branch":
        reason = f"The BIC is a branch of {entity.name}, listed with BIC {listed.value} ({entity.id})"
        return IdentifierHit(entity, IdentifierKind.BIC, listed.value, reason)
    doubt = "" if conclusive else f"; {_doubt(listed, kind, country)}"
    return IdentifierHit(entity, kind, listed.value, f"Same {what} as {entity.name} ({entity.id}){doubt}", conclusive)


def _doubt(listed: _Listed, kind: str, country: str | None) -> str:
    if kind != listed.kind:
        return f"given as {_WORDS[kind]}"
    if country and listed.country:
        return f"given for {country_name(country) or country}"
    return "the country that issued it is not known on both sides"


def _code(country: str | None) -> str | None:
    """One spelling per country; a text that names none stands for itself."""
    if not country or not country.strip():
        return None
    return country_code(country) or country.strip().casefold()


def _unique(hits: Iterable[IdentifierHit]) -> tuple[IdentifierHit, ...]:
    """One hit per party and kind, the conclusive one first."""
    best: dict[tuple[str, str], IdentifierHit] = {}
    for hit in hits:
        key = (hit.entity.id, hit.kind)
        if key not in best or (hit.conclusive and not best[key].conclusive):
            best[key] = hit
    return tuple(best.values())
