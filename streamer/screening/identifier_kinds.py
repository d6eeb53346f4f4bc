"""What an identifier is compared as: its kinds, the spelling of each under which equal values meet, and its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from streamer.events import IdentifierKind
from streamer.reference.identifiers import (
    EMAIL,
    IBAN,
    PHONE,
    SHIP_DIGITS,
    WALLET,
    compact,
    normalised_bic,
    normalised_domain,
    normalised_email,
    normalised_iban,
    normalised_lei,
    normalised_phone,
)
from streamer.reference.wallets import normalised_wallet

PROXY: Final = "proxy"
DOMAIN: Final = "domain"
"""Further kinds that `IdentifierIndex.find` takes."""


def normalised_number(text: str) -> str | None:
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


ORGANISATION_NUMBERS: Final = frozenset({IdentifierKind.REGISTRATION, IdentifierKind.TAX, IdentifierKind.OTHER})
PERSON_NUMBERS: Final = frozenset(
    {
        IdentifierKind.PASSPORT,
        IdentifierKind.NATIONAL_ID,
        IdentifierKind.DRIVING_LICENCE,
        IdentifierKind.SOCIAL_SECURITY,
        IdentifierKind.TAX,
        IdentifierKind.OTHER,
    }
)
NUMBERED: Final = ORGANISATION_NUMBERS | PERSON_NUMBERS
"""Numbers that some country's register gives out: alone, without the country, they may belong to anybody."""

NUMBER: Final = "number"
_NORMALISED: Final[Mapping[str, Callable[[str], str | None]]] = {
    IdentifierKind.BIC: normalised_bic,
    IdentifierKind.LEI: normalised_lei,
    IdentifierKind.IMO: _digits(SHIP_DIGITS["imo"]),
    IdentifierKind.MMSI: _digits(SHIP_DIGITS["mmsi"]),
    WALLET: normalised_wallet,
    EMAIL: normalised_email,
    PHONE: normalised_phone,
    IBAN: normalised_iban,
    DOMAIN: normalised_domain,
    **dict.fromkeys(NUMBERED, normalised_number),
}
_ALSO_READ_AS: Final[Mapping[str, tuple[str, ...]]] = {
    # Lists and senders file these under "registration" or "other"; the check digits tell.
    IdentifierKind.REGISTRATION: (IdentifierKind.LEI,),
    IdentifierKind.OTHER: (IdentifierKind.LEI, IBAN),
}
CHECKED: Final = frozenset({IdentifierKind.BIC, IdentifierKind.LEI, IdentifierKind.IMO, IdentifierKind.MMSI})
_SOUGHT_AS: Final[Mapping[str, tuple[str, ...]]] = {
    # Of an account, "other" is whatever was put there, and a proxy is a phone number, an e-mail address or a wallet.
    IdentifierKind.OTHER: (IdentifierKind.OTHER, *_ALSO_READ_AS[IdentifierKind.OTHER], WALLET),
    PROXY: (PHONE, EMAIL, WALLET, IBAN),
}
WORDS: Final[Mapping[str, str]] = {
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
    DOMAIN: "internet domain",
    PROXY: "proxy of an account",
}


def kept_as(kind: str) -> tuple[str, ...]:
    """The kinds under which a listed identifier is kept, its own first."""
    return (kind, *_ALSO_READ_AS.get(kind, ()))


def sought_as(kind: str) -> tuple[str, ...]:
    """The kinds under which a field of a kind is looked up, its own first."""
    return _SOUGHT_AS.get(kind) or kept_as(kind)


def keys_of(kinds: Iterable[str], value: str) -> Iterator[tuple[str, str]]:
    """(kind, key) under which a value is kept or sought, its own kind first."""
    for n, as_kind in enumerate(kinds):
        normalised = _NORMALISED[as_kind](value)
        if normalised is None and n == 0 and as_kind in CHECKED:
            # Lists mistype, too: OFAC carries LEIs whose check digits fail. Only the very same value meets them.
            normalised = normalised_number(value)
        if normalised:
            yield as_kind, f"{NUMBER if as_kind in NUMBERED else as_kind}:{normalised}"
