"""Exact identifiers: a listed bank's BIC, passport, wallet or e-mail, however the sender spaces or cases it.

Values are normalised by the rules of their own kind and then compared for equality. Nothing here is fuzzy:
a number with a failing check digit is a matter of data quality, not a hit. Pure: no clock, no I/O.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from rapidfuzz.distance import OSA

from streamer.events import IdentifierKind
from streamer.reference.countries import country_code, country_name
from streamer.reference.identifiers import (
    checksum_holds,
    compact,
    normalised_bic,
    normalised_domain,
    normalised_email,
    normalised_iban,
    normalised_lei,
    normalised_phone,
    normalised_wallet,
)
from streamer.reference.text import plain
from streamer.screening.recent import Recent
from streamer.watchlists.entity import Entity

WALLET: Final = "wallet"
EMAIL: Final = "email"
PHONE: Final = "phone"
IBAN: Final = "iban"
PROXY: Final = "proxy"
DOMAIN: Final = "domain"
"""Kinds beside those of `IdentifierKind` that `IdentifierIndex.find` takes."""

NUMBER_CHARS_MIN = 5
"""A shorter number matches only where both sides name the same country: half of all registers have a "1234"."""

NUMBER_CHARS_UNIQUE = 10
"""A number of an organisation this long hardly occurs in two registers, whatever country is written beside it."""

BIC_CHARS_WITH_BRANCH: Final = 11

LABELLED_CHARS_MIN: Final = 7
"""Of a number in a text behind a word that says what it is; without such a word it takes NUMBER_CHARS_UNIQUE."""

NEAR_CHARS_MIN: Final = 7
"""Shorter numbers have neighbours that are other people's."""

IBAN_CHARS_MIN: Final = 14
"""Norway's have 15, one may be missing."""

TEXTS_CACHED_MAX: Final = 4_096
TEXT_CACHED_CHARS_MAX: Final = 200
"""Streets, banks and purposes of payments repeat; longer texts seldom do."""

NUMBERS_IN_TEXT_MAX: Final = 200
"""A text of ten thousand numbers is looked up in part: no remittance has so many."""

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

SHARED_DOMAINS: Final = frozenset(
    {
        "facebook.com",
        "twitter.com",
        "x.com",
        "instagram.com",
        "youtube.com",
        "linkedin.com",
        "telegram.org",
        "telegram.me",
        "t.me",
        "vk.com",
        "ok.ru",
        "wordpress.com",
        "blogspot.com",
        "google.com",
        "sites.google.com",
        "github.com",
        "alibaba.com",
        "made-in-china.com",
        "1688.com",
        "tumblr.com",
        "weebly.com",
        "wix.com",
        "wixsite.com",
        "archive.org",
        "bit.ly",
        "linktr.ee",
        "whatsapp.com",
        "wechat.com",
        "weixin.qq.com",
        "qq.com",
        "mail.ru",
        "yandex.ru",
        "gmail.com",
        "yahoo.com",
        "hotmail.com",
        "outlook.com",
    }
)
"""Everybody's: a page there says nothing of the others."""

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
    DOMAIN: normalised_domain,
    **dict.fromkeys(_NUMBERED, _normalised_number),
}
_ALSO_READ_AS: Final[Mapping[str, tuple[str, ...]]] = {
    # Lists and senders file these under "registration" or "other"; the check digits tell.
    IdentifierKind.REGISTRATION: (IdentifierKind.LEI,),
    IdentifierKind.OTHER: (IdentifierKind.LEI, IBAN),
}
_CHECKED: Final = frozenset({IdentifierKind.BIC, IdentifierKind.LEI, IdentifierKind.IMO, IdentifierKind.MMSI})
_SOUGHT_AS: Final[Mapping[str, tuple[str, ...]]] = {
    # Of an account, "other" is whatever was put there, and a proxy is a phone number, an e-mail address or a wallet.
    IdentifierKind.OTHER: (IdentifierKind.OTHER, *_ALSO_READ_AS[IdentifierKind.OTHER], WALLET),
    PROXY: (PHONE, EMAIL, WALLET, IBAN),
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
    DOMAIN: "internet domain",
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
    """An `IdentifierKind`, or WALLET, EMAIL, PHONE, IBAN, DOMAIN."""
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

_DIGIT: Final = re.compile(r"\d")
_BIC_IN_TEXT: Final = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z0-9]{4}[A-Za-z]{2}[A-Za-z0-9]{2}(?:[A-Za-z0-9]{3})?(?![A-Za-z0-9])"
)
_LONG_WORD_IN_TEXT: Final = re.compile(r"[A-Za-z0-9]{20,128}")
_EMAIL_IN_TEXT: Final = re.compile(r"[^\s<>,;:()/@]{1,64}@[^\s<>,;:()/@]{3,128}")
_IMO_IN_TEXT: Final = re.compile(r"\bI\.?M\.?O\.?\W{0,3}(?:N(?:O|R|UMBER)?\W{0,3})?(\d{7})(?!\d)", re.IGNORECASE)
_IBAN_IN_TEXT: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ ./-]?[A-Za-z0-9]{1,4}){3,8}(?![A-Za-z0-9])")
_PHONE_IN_TEXT: Final = re.compile(r"(?<!\w)(?:\+|00)?\d[\d ()/.-]{8,22}\d(?!\w)")
_DOMAIN_IN_TEXT: Final = re.compile(r"(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}(?![\w-])", re.IGNORECASE)
_NUMBER_IN_TEXT: Final = re.compile(r"(?<![\w])[A-Za-z]{0,4}[-./]?\d[A-Za-z0-9]*(?:[-./][A-Za-z0-9]+)*")
_LABELLED: Final = re.compile(
    r"\b(?:inn|инн|ogrn|огрн|kpp|okpo|passport|pasaporte|passeport|reisepass|паспорт|pass|pp|tin|tax(?:payer)?|vat|nit|"
    r"ruc|rfc|curp|cuit|cui|pan|edrpou|едрпоу|usccc?|unified social credit code|registration|registry|reg|company|hrb|"
    r"national id|id|identity|c[eé]dula|cnic|nif|nie|siren|siret|krs|regon|nip|licen[cs]e|护照|税号)\b"
    r"[\s.:#№/()-]{0,4}(?:(?:no|nr|num|number|n|id|code|card)\b[\s.:#№/-]{0,4})?"
    r"([A-Za-z]{0,4}[ -]?\d(?:[ ./-]?[A-Za-z0-9]){4,24})",
    re.IGNORECASE,
)
"""A word that says what register a number is of, and the number."""


class IdentifierIndex:
    """Every identifier of the listed parties, ready for exact lookups: one dictionary access per value.

    Immutable. `updated` lays a small overlay over the shared base, so that a delta need not rebuild the index.
    """

    __slots__ = ("_base", "_gone", "_near_base", "_near_overlay", "_overlaid", "_overlay", "_text_answers")

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._base = _entries(entities)
        self._near_base = _halves(self._base)
        self._overlaid: Mapping[str, Entity] = {}
        self._overlay: _Entries = {}
        self._near_overlay: _Halves = {}
        self._gone: frozenset[str] = frozenset()
        """Ids whose entries in the base no longer hold."""
        self._text_answers = Recent[str, tuple[IdentifierHit, ...]](TEXTS_CACHED_MAX)

    def updated(self, added: Iterable[Entity], removed: Iterable[str]) -> IdentifierIndex:
        """A new index with `added` entities in place of any of the same id, and without the `removed` ids."""
        new = {entity.id: entity for entity in added}
        gone = frozenset(removed) | new.keys()
        index = IdentifierIndex(())
        index._base = self._base
        index._near_base = self._near_base
        index._overlaid = {id_: e for id_, e in self._overlaid.items() if id_ not in gone} | new
        index._overlay = _entries(index._overlaid.values())
        index._near_overlay = _halves(index._overlay)
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
        found = [hit for key_kind, key in _keys(kinds, value) for hit in self._matching(key_kind, key, sought_country)]
        if EMAIL in kinds and "@" in value:
            domain = normalised_domain(value)
            found += self._matching(DOMAIN, f"{DOMAIN}:{domain}", None) if domain else ()
        return _unique(found)

    def find_in_text(self, text: str) -> tuple[IdentifierHit, ...]:
        """Listed wallets, BICs, LEIs, IBANs, IMO numbers, e-mail addresses, domains, phones and register numbers inside
        a free text. What a register gave out is a doubt there: nothing says which register is meant."""
        hits = self._text_answers.get(text)
        if hits is None:
            shown = plain(text)  # without invisible characters and disguises
            found = (hit for kind, value in _candidates(shown) for hit in self.find(kind, value))
            hits = _unique(chain(found, self._numbers_in_text(shown)))
            if len(text) <= TEXT_CACHED_CHARS_MAX:
                self._text_answers.put(text, hits)
        return hits

    def _numbers_in_text(self, text: str) -> Iterator[IdentifierHit]:
        for number in islice(dict.fromkeys(_numbers(text)), NUMBERS_IN_TEXT_MAX):
            for listed in self._listed(f"{_NUMBER}:{number}"):
                if listed.kind in _NUMBERED:
                    yield _hit(listed, listed.kind, conclusive=False)

    def near(self, kind: str, value: str, country: str | None = None) -> IdentifierHit | None:
        """A listed identifier one character off this one, which is itself on no list; None where there is none.

        One character wrong, missing, doubled or swapped with its neighbour. Where the kind has check digits, only a
        value that fails them is a mistyped one: a valid number is another's. Numbers of registers need the same kind
        and country.
        """
        if kind not in _NEAR or checksum_holds(kind, value):
            return None
        own = compact(value) if kind != WALLET else _wallet_form(value)
        if kind == IdentifierKind.BIC:
            own = own[:8]
        if len(own) < NEAR_CHARS_MIN:
            return None
        sought_country = _code(country)
        for listed in self._with_a_half_of(kind, own):
            known = _near_form(listed)
            if OSA.distance(own, known, score_cutoff=1) != 1:
                continue
            if kind in _NUMBERED and (listed.kind != kind or not sought_country or listed.country != sought_country):
                continue
            if kind == IdentifierKind.BIC and (len(own) != 8 or own[4:6] != known[4:6]):
                continue
            return _hit(listed, kind, conclusive=False)
        return None

    def near_in_text(self, text: str) -> tuple[IdentifierHit, ...]:
        """Listed wallets, IBANs, LEIs and IMO numbers that a free text writes with one character off; as `near`."""
        if len(text) < NEAR_CHARS_MIN or not _DIGIT.search(text):
            return ()
        candidates = islice(dict.fromkeys(_near_candidates(plain(text))), NUMBERS_IN_TEXT_MAX)
        return _unique(hit for kind, value in candidates if (hit := self.near(kind, value)))

    def _with_a_half_of(self, kind: str, own: str) -> Iterator[_Listed]:
        """Listed identifiers that share their first or last half with `own`: one mistake leaves one of the two."""
        seen: set[int] = set()
        for length in (len(own), len(own) - 1, len(own) + 1):
            for half in _halves_of(own, length):
                key = (kind if kind not in _NUMBERED else _NUMBER, length, half)
                for halves, gone in ((self._near_base, self._gone), (self._near_overlay, frozenset[str]())):
                    for listed in halves.get(key, ()):
                        if listed.entity.id not in gone and id(listed) not in seen:
                            seen.add(id(listed))
                            yield listed

    def _matching(self, kind: str, key: str, country: str | None) -> Iterator[IdentifierHit]:
        for listed in self._listed(key):
            if kind not in _NUMBERED:
                # Of a domain many people have an address.
                yield _hit(listed, kind, conclusive=kind != DOMAIN)
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


_Halves = Mapping[tuple[str, int, str], tuple[_Listed, ...]]
_NEAR: Final = frozenset({WALLET, IBAN, *_CHECKED, *_NUMBERED}) - {IdentifierKind.MMSI, IdentifierKind.OTHER}


_OF_ONE_CASE: Final = (
    "0x",
    "xdc",
    "bc1",
    "tb1",
    "ltc1",
    "tltc1",
    "addr1",
    "stake1",
    "cosmos1",
    "osmo1",
    "bnb1",
    "thor1",
)


def _wallet_form(address: str) -> str:
    """As compared with near ones: the case counts in base58 alone. A mistake may have left no address of any shape."""
    written = normalised_wallet(address)
    return written.lower() if written.lower().startswith(_OF_ONE_CASE) else written


def _near_form(listed: _Listed) -> str:
    """The listed value as near ones are compared with it: base58 wallets keep their case."""
    if listed.kind == WALLET:
        return _wallet_form(listed.value)
    known = compact(listed.value)
    return known[:8] if listed.kind == IdentifierKind.BIC else known


def _halves_of(text: str, length: int) -> tuple[str, str]:
    """The first and the last half of a text, as one of this length has them; marked, so that they do not meet."""
    middle = length // 2
    return f"<{text[:middle]}", f"{text[len(text) - (length - middle) :]}>"


def _halves(entries: _Entries) -> _Halves:
    collected: dict[tuple[str, int, str], list[_Listed]] = {}
    for listed in {id(one): one for many in entries.values() for one in many if one.kind in _NEAR}.values():
        known = _near_form(listed)
        is_number = any(c.isdecimal() and c != "0" for c in known)
        if len(known) >= NEAR_CHARS_MIN and (is_number or listed.kind == IdentifierKind.BIC):
            for half in _halves_of(known, len(known)):
                kind = listed.kind if listed.kind not in _NUMBERED else _NUMBER
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
            if (domain := normalised_domain(website)) and domain not in SHARED_DOMAINS:
                yield DOMAIN, domain, None


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
            yield DOMAIN, email.partition("@")[2].strip(".")
    if "." in text:
        for domain in _DOMAIN_IN_TEXT.findall(text):
            yield DOMAIN, domain
    if _DIGIT.search(text):
        for imo in _IMO_IN_TEXT.findall(text):
            yield IdentifierKind.IMO, imo
        for iban in _IBAN_IN_TEXT.findall(text):
            yield IBAN, iban
        for phone in _PHONE_IN_TEXT.findall(text):
            # Another number may stand behind it.
            groups = phone.split(" ")
            for count in range(len(groups), 0, -1):
                yield PHONE, " ".join(groups[:count])


def _near_candidates(text: str) -> Iterator[tuple[str, str]]:
    """(kind, value) of what is long enough, or labelled, to be a mistyped identifier."""
    for word in _LONG_WORD_IN_TEXT.findall(text):
        yield WALLET, word
        yield IBAN, word
        yield IdentifierKind.LEI, word
    for iban in _IBAN_IN_TEXT.findall(text):
        # Words of the text may stand behind it.
        groups = re.split("[ ./-]", iban)
        for count in range(len(groups), 0, -1):
            if len(number := "".join(groups[:count])) < IBAN_CHARS_MIN:
                break
            yield IBAN, number
    for imo in _IMO_IN_TEXT.findall(text):
        yield IdentifierKind.IMO, imo


def _numbers(text: str) -> Iterator[str]:
    """Numbers as registers write them: long ones, and shorter ones behind a word that says what they are."""
    if not _DIGIT.search(text):
        return
    for word in _NUMBER_IN_TEXT.findall(text):
        for part in (word, *word.split("/")) if "/" in word else (word,):
            number = _normalised_number(part)
            if number and len(number) >= NUMBER_CHARS_UNIQUE:
                yield number
    for labelled in _LABELLED.findall(text):
        parts = labelled.split(" ")
        for count in range(1, len(parts) + 1):
            number = _normalised_number("".join(parts[:count]))
            if (
                number
                and len(number) >= LABELLED_CHARS_MIN
                and sum(c.isdigit() for c in number) >= LABELLED_CHARS_MIN - 2
            ):
                yield number


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
    if kind == DOMAIN:
        return "who writes from there may be another"
    if country and listed.country:
        return f"given for {country_name(country) or 'another country'}"
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
