"""Exact identifiers: a listed bank's BIC, passport, wallet or e-mail, however the sender spaces, labels or cases it.

Values are normalised by the rules of their own kind and then compared for equality. `find` reads a field, `find_in_text`
a text; `near` and `near_in_text` find what is one character off, or shortened. A number with a failing check digit is a
matter of data quality, not a hit. Pure: no clock, no I/O.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from streamer.events import IdentifierKind
from streamer.reference import in_text
from streamer.reference.countries import countries_in, country_code, country_name
from streamer.reference.identifiers import (
    checksum_holds,
    compact,
    normalised_bic,
    normalised_domain,
    normalised_email,
    normalised_iban,
    normalised_lei,
    normalised_phone,
)
from streamer.reference.in_text import NUMBER_CHARS_UNIQUE, NumberReading
from streamer.reference.text import plain
from streamer.reference.wallets import normalised_wallet, wallet_spellings
from streamer.screening.long_keys import KEY_CHARS_MIN, LongKey, LongKeys
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

BIC_CHARS: Final = 8
BIC_CHARS_WITH_BRANCH: Final = 11

NEAR_CHARS_MIN: Final = 7
"""Shorter numbers have neighbours that are other people's."""

ANSWERS_CACHED_MAX: Final = 4_096
TEXT_CACHED_CHARS_MAX: Final = 200
"""Streets, banks, accounts and purposes of payments repeat; longer texts seldom do."""

TEXT_CHARS_MAX: Final = 20_000
"""Twice the longest text of an event. What stands behind is not read, and `reads_whole` says so."""

READING_CHARS_MIN: Final = 7
READING_CHARS_ALONE_MIN: Final = 9
"""Of a number that is a part of its field, or stands behind an unknown word: with and without its country."""

_DIGIT: Final = re.compile(r"\d")

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
    is_part: bool = False
    """The list writes more around the number; what meets this reading of it is a doubt."""


class _Issuers(NamedTuple):
    """The countries that a field names as those that issued a number."""

    codes: frozenset[str]
    is_clear: bool
    """False where it names none, or says something else."""

    @classmethod
    def of(cls, text: str | None) -> _Issuers:
        if not text or not text.strip():
            return _NO_ISSUERS
        codes = countries_in(text)
        return cls(frozenset(codes), True) if codes else cls(frozenset((text.strip().casefold(),)), False)


_NO_ISSUERS: Final = _Issuers(frozenset(), False)
_Entries = Mapping[str, tuple[_Listed, ...]]
_Halves = Mapping[tuple[str, int, str], tuple[_Listed, ...]]


class _Layer:
    """Indexes over one set of entities."""

    __slots__ = ("bank_codes", "entries", "halves", "long_keys")

    def __init__(self, entities: Iterable[Entity]) -> None:
        self.entries = _entries(entities)
        self.halves = _halves(self.entries)
        self.long_keys = LongKeys(_long_keys(self.entries))
        prefix = f"{IdentifierKind.BIC}:"
        self.bank_codes = frozenset(key[len(prefix) :][:8] for key in self.entries if key.startswith(prefix))


class IdentifierIndex:
    """Identifiers of the listed parties, ready for exact lookups: one dictionary access per value.

    Immutable. `updated` lays a small overlay over the shared base, so that a delta need not rebuild the index.
    """

    __slots__ = ("_bank_codes", "_base", "_field_answers", "_gone", "_overlaid", "_overlay", "_text_answers")

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._lay(_Layer(entities), {}, frozenset())

    def _lay(self, base: _Layer, overlaid: Mapping[str, Entity], gone: frozenset[str]) -> None:
        self._base = base
        self._overlaid = overlaid
        self._overlay = _Layer(overlaid.values())
        self._bank_codes = base.bank_codes | self._overlay.bank_codes
        self._gone = gone
        """Ids whose entries in the base no longer hold."""
        self._text_answers = Recent[str, tuple[IdentifierHit, ...]](ANSWERS_CACHED_MAX)
        self._field_answers = Recent[tuple[str, str, str | None], tuple[IdentifierHit, ...]](ANSWERS_CACHED_MAX)

    def updated(self, added: Iterable[Entity], removed: Iterable[str]) -> IdentifierIndex:
        """A new index with `added` entities in place of any of the same id, and without the `removed` ids."""
        new = {entity.id: entity for entity in added}
        gone = frozenset(removed) | new.keys()
        index = IdentifierIndex.__new__(IdentifierIndex)
        overlaid = {id_: entity for id_, entity in self._overlaid.items() if id_ not in gone} | new
        index._lay(self._base, overlaid, self._gone | gone)
        return index

    # ------------------------------------------------------------ fields

    def find(self, kind: str, value: str, country: str | None = None) -> tuple[IdentifierHit, ...]:
        """Listed parties with an identifier that a field holds, in the order of the lists.

        `kind` is an `IdentifierKind`, WALLET, EMAIL, PHONE, IBAN or PROXY: what the field is meant for. `country` is what
        stands beside it as the issuer: a code, a name, or several. One field may hold several values, labels, country
        prefixes, and identifiers of other kinds: each is looked up. The same number of another country is no hit for a
        person's document. A value that is malformed, or fails its check digits, meets only a list entry with the same
        mistake.
        """
        asked = (kind, value, country)
        hits = self._field_answers.get(asked)
        if hits is None:
            hits = _unique(self._in_field(kind, value[:TEXT_CHARS_MAX], _Issuers.of(country)))
            if len(value) <= TEXT_CACHED_CHARS_MAX:
                self._field_answers.put(asked, hits)
        return hits

    def _in_field(self, kind: str, value: str, issuers: _Issuers) -> Iterator[IdentifierHit]:
        kinds = _SOUGHT_AS.get(kind) or _kept_as(kind)
        for key_kind, key in _keys(kinds, value):
            yield from self._matching(key_kind, key, issuers)
        if _is_whole(kind, value):
            if kind == EMAIL:
                yield from self._keyed(DOMAIN, normalised_domain(value), _OTHERS_WRITE_FROM_THERE)
            return
        shown = plain(value)
        is_word = shown.isascii() and shown.isalnum()
        if kind in _NUMBERED and not (is_word and shown[0].isdecimal()):
            for reading in in_text.numbers_in_field(shown):
                yield from self._of_reading(kind, reading, issuers)
        elif kind in _CHECKED and not is_word:
            for reading in in_text.numbers_in_field(shown):
                for key_kind, key in _keys((kind,), reading.number):
                    yield from self._matching(key_kind, key, issuers)
        elif PHONE in kinds:
            for phone in in_text.phones_in_field(shown):
                yield from self._phone(phone)
        if is_word:
            yield from self._in_word(shown, kind)
        else:
            yield from self._anywhere(shown, kind)
        if len(shown) >= READING_CHARS_MIN and _DIGIT.search(shown):
            yield from self._numbers(_other_numbers(kind, shown, is_word))

    def _in_word(self, word: str, field_kind: str) -> Iterator[IdentifierHit]:
        """As `_anywhere`, for a field that is one word."""
        if len(word) >= KEY_CHARS_MIN:
            for listed in self._long_keys(word, in_text.lookalikes_as_digits(word)):
                yield _hit(listed, listed.kind)
        if len(word) in (BIC_CHARS, BIC_CHARS_WITH_BRANCH) and word[:BIC_CHARS].upper() in self._bank_codes:
            for kind, key in _keys((IdentifierKind.BIC,), word):
                yield from self._matching(kind, key)
        if word[0].isalpha():
            yield from self._ships(word, field_kind)
        elif len(word) >= NUMBER_CHARS_UNIQUE and word.isdecimal():
            yield from self._phone(word)

    def _of_reading(self, kind: str, reading: NumberReading, issuers: _Issuers) -> Iterator[IdentifierHit]:
        """Listed numbers that equal a part of a field: its label, prefix or neighbours may have belonged to it."""
        number = _normalised_number(reading.number)
        sought = issuers
        if reading.country:
            sought = _Issuers((issuers.codes if issuers.is_clear else frozenset()) | {reading.country}, True)
        for listed in self._listed(f"{_NUMBER}:{number}") if number else ():
            if reading.is_prefixed and listed.country != reading.country:
                continue
            conclusive = _same_number(listed, kind, len(reading.number), sought)
            is_of_country = listed.country in sought.codes
            is_long = len(reading.number) >= (READING_CHARS_MIN if is_of_country else READING_CHARS_ALONE_MIN)
            if conclusive is None or not (is_long or (reading.is_sure and is_of_country)):
                continue
            is_agreed = not issuers.is_clear or reading.country is None or reading.country in issuers.codes
            yield _hit(listed, kind, _doubt(listed, kind, sought, conclusive and reading.is_sure and is_agreed))

    def reads_whole(self, text: str) -> bool:
        """Whether `find`, `find_in_text` and `near_in_text` read all of a text: False is a matter for review."""
        return len(text) <= TEXT_CHARS_MAX and in_text.reads_whole_field(text)

    # ------------------------------------------------------------ texts

    def find_in_text(self, text: str) -> tuple[IdentifierHit, ...]:
        """Listed wallets, BICs, LEIs, IBANs, IMO numbers, e-mail addresses, domains, phones and register numbers inside
        a free text. What a register gave out is a doubt there: nothing says which register is meant."""
        hits = self._text_answers.get(text)
        if hits is None:
            shown = plain(text[:TEXT_CHARS_MAX])  # without invisible characters and disguises
            found: Iterator[IdentifierHit] = self._anywhere(shown)
            if len(shown) >= READING_CHARS_MIN and _DIGIT.search(shown):
                numbers = chain(in_text.long_numbers_in(shown), in_text.labelled_numbers_in(shown))
                found = chain(found, self._numbers(numbers))
            hits = _unique(found)
            if len(text) <= TEXT_CACHED_CHARS_MAX:
                self._text_answers.put(text, hits)
        return hits

    def _anywhere(self, text: str, field_kind: str | None = None) -> Iterator[IdentifierHit]:
        """What can be no other identifier wherever it stands: by its length, check digits, or a label."""
        folded = in_text.lookalikes_as_digits(text)
        if len(folded) >= KEY_CHARS_MIN:
            for listed in self._long_keys(text, folded):
                yield _hit(listed, listed.kind)
        for bic in in_text.bics_in(text):
            if bic[:BIC_CHARS] in self._bank_codes:
                for kind, key in _keys((IdentifierKind.BIC,), bic):
                    yield from self._matching(kind, key)
        if "@" in text:
            for email in in_text.emails_in(text):
                yield from self._keyed(EMAIL, normalised_email(email))
        if "." in text:
            for domain in in_text.domains_in(text):
                yield from self._keyed(DOMAIN, normalised_domain(domain), _OTHERS_WRITE_FROM_THERE)
        for email in in_text.spelled_out_emails_in(text):
            yield from self._keyed(EMAIL, normalised_email(email), "written in words")
        if len(text) >= NEAR_CHARS_MIN and _DIGIT.search(text):
            yield from self._ships(text, field_kind)
            for phone in in_text.phones_in(text):
                yield from self._phone(phone)

    def _long_keys(self, text: str, folded: str) -> Iterator[_Listed]:
        for key in self._base.long_keys.found_in(folded, text):
            if key.listed.entity.id not in self._gone:
                yield key.listed
        for key in self._overlay.long_keys.found_in(folded, text):
            yield key.listed

    def _ships(self, text: str, field_kind: str | None) -> Iterator[IdentifierHit]:
        for kind, number in in_text.ship_numbers_in(text):
            doubt = "" if field_kind in (None, kind) else f"given as {_WORDS[field_kind]}"
            yield from self._keyed(kind, number, doubt)

    def _phone(self, phone: str) -> Iterator[IdentifierHit]:
        """Listed parties with a phone number, behind which another number may stand."""
        groups = phone.strip().split(" ")
        for count in range(len(groups), 0, -1):
            yield from self._keyed(PHONE, normalised_phone(" ".join(groups[:count])))

    def _numbers(self, numbers: Iterable[str]) -> Iterator[IdentifierHit]:
        for number in dict.fromkeys(numbers):
            for listed in self._listed(f"{_NUMBER}:{number}"):
                if listed.kind in _NUMBERED and _normalised_number(number):
                    yield _hit(listed, listed.kind, _UNKNOWN_COUNTRY)

    def _keyed(self, kind: str, normalised: str | None, doubt: str = "") -> Iterator[IdentifierHit]:
        if normalised:
            for listed in self._listed(f"{kind}:{normalised}"):
                yield _hit(listed, kind, doubt)

    # ------------------------------------------------------------ one character off

    def near(self, kind: str, value: str, country: str | None = None) -> IdentifierHit | None:
        """A listed identifier one character off this one, which is itself on no list; None where there is none.

        One character wrong, missing, doubled or swapped with its neighbour. Where the kind has check digits, only a
        value that fails them is a mistyped one: a valid number is another's. Numbers of registers need the same kind
        and country. A wallet of which a field gives beginning and end is near in a field of any kind.
        """
        shown = plain(value[:TEXT_CHARS_MAX])
        return next(self._shortened(shown), None) or self._one_character_off(kind, value, shown, country)

    def _one_character_off(self, kind: str, value: str, shown: str, country: str | None = None) -> IdentifierHit | None:
        if kind not in _NEAR or checksum_holds(kind, value):
            return None
        issuers = _Issuers.of(country)
        written = [compact(value) if kind != WALLET else _wallet_form(value)]
        if kind in _NUMBERED:
            written += [reading.number for reading in in_text.numbers_in_field(shown) if reading.is_sure]
        for own in dict.fromkeys(written):
            for listed in self._one_off(kind, own[:8] if kind == IdentifierKind.BIC else own):
                if kind not in _NUMBERED or (listed.kind == kind and listed.country in issuers.codes):
                    return _hit(listed, kind, _MISTYPED)
        return None

    def _one_off(self, kind: str, own: str) -> Iterator[_Listed]:
        if len(own) < NEAR_CHARS_MIN:
            return
        for listed in self._with_a_half_of(kind, own):
            known = _near_form(listed)
            is_other_bank = kind == IdentifierKind.BIC and (len(own) != 8 or own[4:6] != known[4:6])
            if not is_other_bank and OSA.distance(own, known, score_cutoff=1) == 1:
                yield listed

    def near_in_text(self, text: str) -> tuple[IdentifierHit, ...]:
        """Listed wallets, IBANs, LEIs and IMO numbers that a free text writes with one character off, or shortened."""
        if len(text) < NEAR_CHARS_MIN or not _DIGIT.search(text):
            return ()
        shown = plain(text[:TEXT_CHARS_MAX])
        candidates = dict.fromkeys(_near_candidates(shown))
        near = (hit for kind, value in candidates if (hit := self._one_character_off(kind, value, value)))
        found = _unique(near)
        return (*found, *self._shortened(shown)) if in_text.shortened_in(shown) else found

    def _shortened(self, text: str) -> Iterator[IdentifierHit]:
        for beginning, end in in_text.shortened_in(text):
            for layer, gone in ((self._base, self._gone), (self._overlay, frozenset[str]())):
                for key in layer.long_keys.with_ends(beginning, end):
                    if key.listed.entity.id not in gone:
                        yield _hit(key.listed, WALLET, "only its beginning and end are given")

    def _with_a_half_of(self, kind: str, own: str) -> Iterator[_Listed]:
        """Listed identifiers that share their first or last half with `own`: one mistake leaves one of the two."""
        seen: set[int] = set()
        for length in (len(own), len(own) - 1, len(own) + 1):
            for half in _halves_of(own, length):
                key = (kind if kind not in _NUMBERED else _NUMBER, length, half)
                for layer, gone in ((self._base, self._gone), (self._overlay, frozenset[str]())):
                    for listed in layer.halves.get(key, ()):
                        if listed.entity.id not in gone and id(listed) not in seen:
                            seen.add(id(listed))
                            yield listed

    # ------------------------------------------------------------ lookups

    def _matching(self, kind: str, key: str, issuers: _Issuers = _NO_ISSUERS) -> Iterator[IdentifierHit]:
        for listed in self._listed(key):
            if kind not in _NUMBERED:
                yield _hit(listed, kind)
            elif (conclusive := _same_number(listed, kind, len(key) - len(_NUMBER) - 1, issuers)) is not None:
                yield _hit(listed, kind, _doubt(listed, kind, issuers, conclusive))
        if kind == IdentifierKind.BIC and len(key) == len("bic:") + BIC_CHARS_WITH_BRANCH:
            for listed in self._listed(key[:-3]):
                entity = listed.entity
                reason = f"The BIC is a branch of {entity.name}, listed with BIC {listed.value} ({entity.id})"
                yield IdentifierHit(entity, IdentifierKind.BIC, listed.value, reason)

    def _listed(self, key: str) -> Iterator[_Listed]:
        for listed in self._base.entries.get(key, ()):
            if listed.entity.id not in self._gone:
                yield listed
        yield from self._overlay.entries.get(key, ())


def _is_whole(kind: str, value: str) -> bool:
    """Whether a field is one valid value of its kind, so that nothing else can stand in it."""
    match kind:
        case "iban":
            return normalised_iban(value) is not None
        case IdentifierKind.BIC:
            return normalised_bic(value) is not None
        case "phone":
            return in_text.is_one_phone(value)
        case "email":
            return in_text.is_one_email(value)
    return False


def _other_numbers(kind: str, text: str, is_word: bool) -> Iterator[str]:
    """Numbers of registers in a field that is meant for another kind of identifier: long ones, and labelled ones."""
    if kind in _NUMBERED or kind in (PHONE, EMAIL):
        if not is_word:
            yield from (n for n in in_text.labelled_numbers_in(text) if len(n) >= READING_CHARS_ALONE_MIN)
        return
    yield from in_text.long_numbers_in(text)
    yield from in_text.labelled_numbers_in(text) if not is_word else ()


# ---------------------------------------------------------------- what is indexed


def _entries(entities: Iterable[Entity]) -> _Entries:
    collected: dict[str, list[_Listed]] = {}
    for entity in entities:
        for kind, value, country in _identifiers(entity):
            code = _code(country)
            for key_kind, key in _keys(_kept_as(kind), value):
                collected.setdefault(key, []).append(_Listed(entity, key_kind, value, code))
            for number in _numbers_within(kind, value, code):
                listed = _Listed(entity, kind, value, code, is_part=True)
                collected.setdefault(f"{_NUMBER}:{number}", []).append(listed)
    return {key: tuple(listed) for key, listed in collected.items()}


def _numbers_within(kind: str, value: str, country: str | None) -> Iterator[str]:
    """Numbers that a list writes with more around them: "Libya B014995", "C 1415363 - 16/2/1421H"."""
    if kind in _NUMBERED and not value.isalnum():
        for reading in in_text.numbers_in_field(plain(value)):
            is_of_country = not reading.is_prefixed or reading.country == country
            if is_of_country and len(reading.number) >= READING_CHARS_MIN and _normalised_number(reading.number):
                yield reading.number


def _long_keys(entries: _Entries) -> Iterator[LongKey[_Listed]]:
    for listed in {id(one): one for many in entries.values() for one in many}.values():
        if listed.kind == WALLET:
            for spelling in wallet_spellings(listed.value):
                yield LongKey(spelling, listed, is_wallet=True)
        elif listed.kind in (IBAN, IdentifierKind.LEI):
            yield LongKey(compact(listed.value), listed, is_wallet=False)


_NEAR: Final = frozenset({WALLET, IBAN, *_CHECKED, *_NUMBERED}) - {IdentifierKind.MMSI, IdentifierKind.OTHER}


_OF_ONE_CASE: Final = (
    "0x", "xdc", "bc1", "tb1", "ltc1", "tltc1", "addr1", "stake1", "cosmos1", "osmo1", "bnb1", "thor1",
)  # fmt: skip


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
        if len(known) >= NEAR_CHARS_MIN and (is_number or listed.kind == IdentifierKind.BIC) and not listed.is_part:
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
            if (domain := normalised_domain(website)) and not in_text.is_shared_domain(domain):
                yield DOMAIN, domain, None


def _near_candidates(text: str) -> Iterator[tuple[str, str]]:
    """(kind, value) of what is long enough, or labelled, to be a mistyped identifier."""
    for word in in_text.long_words_in(text):
        yield WALLET, word
        yield IBAN, word
        yield IdentifierKind.LEI, word
    for iban in in_text.mistyped_ibans_in(text):
        yield IBAN, iban
    for kind, number in in_text.ship_numbers_in(text):
        if kind == IdentifierKind.IMO:
            yield kind, number


# ---------------------------------------------------------------- how sure a hit is

_UNKNOWN_COUNTRY: Final = "the country that issued it is not known on both sides"
_OTHERS_WRITE_FROM_THERE: Final = "who writes from there may be another"
_MISTYPED: Final = "one character differs"


def _same_number(listed: _Listed, kind: str, chars: int, issuers: _Issuers) -> bool | None:
    """Whether an equal number is the same number: True, perhaps (False), or no (None)."""
    both_of_organisations = {kind, listed.kind} <= _ORGANISATION
    if not (both_of_organisations or {kind, listed.kind} <= _PERSON):
        return None
    if listed.is_part and chars < READING_CHARS_MIN:
        return None
    if listed.country and listed.country in issuers.codes:
        return kind == listed.kind and not listed.is_part
    if listed.country and issuers.is_clear:
        # The sender may have written the seat where the list names the register.
        return False if both_of_organisations and chars >= NUMBER_CHARS_UNIQUE else None
    if chars < (READING_CHARS_ALONE_MIN if listed.is_part else NUMBER_CHARS_MIN):
        return None
    return kind == listed.kind and chars >= NUMBER_CHARS_UNIQUE and not listed.is_part


def _doubt(listed: _Listed, kind: str, issuers: _Issuers, conclusive: bool) -> str:
    """Why an equal number may be another's; empty where it is the same."""
    if conclusive:
        return ""
    if kind != listed.kind:
        return f"given as {_WORDS[kind]}"
    if listed.country in issuers.codes:
        return "more is written beside it"
    if issuers.codes and listed.country:
        return f"given for {' and '.join(country_name(code) or code for code in sorted(issuers.codes))}"
    return _UNKNOWN_COUNTRY


def _hit(listed: _Listed, kind: str, doubt: str = "") -> IdentifierHit:
    entity = listed.entity
    issued = f" ({country_name(listed.country) or listed.country})" if listed.country else ""
    reason = f"Same {_WORDS[listed.kind]} {listed.value}{issued} as {entity.name} ({entity.id})"
    return IdentifierHit(entity, kind, listed.value, f"{reason}; {doubt}" if doubt else reason, not doubt)


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
