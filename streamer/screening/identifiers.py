"""Exact identifiers: a listed bank's BIC, passport, wallet or e-mail, however the sender spaces, labels or cases it.

Values are normalised by the rules of their own kind and then compared for equality. `find` reads a field,
`find_in_text` a text; `near` and `near_in_text` find what is one character off, or shortened. A number with a failing
check digit is a matter of data quality, not a hit. Pure: no clock, no I/O.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from streamer.events import IdentifierKind
from streamer.reference import in_text
from streamer.reference.countries import countries_in, country_name, successors_and_predecessors
from streamer.reference.identifiers import (
    EMAIL,
    IBAN,
    PHONE,
    WALLET,
    checksum_holds,
    compact,
    normalised_bic,
    normalised_domain,
    normalised_email,
    normalised_iban,
    normalised_phone,
)
from streamer.reference.in_text import NUMBER_CHARS_UNIQUE, NumberReading
from streamer.reference.text import plain
from streamer.screening.identifier_kinds import (
    CHECKED,
    DOMAIN,
    NUMBER,
    NUMBERED,
    ORGANISATION_NUMBERS,
    PERSON_NUMBERS,
    PROXY,
    WORDS,
    keys_of,
    normalised_number,
    sought_as,
)
from streamer.screening.listed_identifiers import (
    NEAR_CHARS_MIN,
    NEAR_KINDS,
    READING_CHARS_MIN,
    Layer,
    Listed,
    halves_of,
    near_form,
    wallet_form,
)
from streamer.screening.long_keys import KEY_CHARS_MIN
from streamer.screening.recent import Recent
from streamer.watchlists.entity import Entity

__all__ = ["DOMAIN", "EMAIL", "IBAN", "PHONE", "PROXY", "WALLET", "IdentifierHit", "IdentifierIndex"]

_NUMBER_CHARS_MIN = 5
"""A shorter number matches only where both sides name the same country: half of all registers have a "1234"."""

_BIC_CHARS: Final = 8
_BIC_CHARS_WITH_BRANCH: Final = 11
_BIC_CHARS_LABELLED_MAX: Final = 16

ANSWERS_CACHED_MAX: Final = 4_096
TEXT_CACHED_CHARS_MAX: Final = 200
"""Streets, banks, accounts and purposes of payments repeat; longer texts seldom do."""

TEXT_CHARS_MAX: Final = 20_000
"""Twice the longest text of an event. What stands behind is not read, and `reads_whole` says so."""

_DOCUMENT_CHARS_UNIQUE: Final = 9
"""Of a person's document with letters and digits: as NUMBER_CHARS_UNIQUE for one of digits alone."""

_READING_CHARS_ALONE_MIN: Final = 9
"""As READING_CHARS_MIN, where the country that issued the number is not known."""

_DIGIT: Final = re.compile(r"[\d⓿❶-❾➀-➈➊-➒]")


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


class IdentifierIndex:
    """Identifiers of the listed parties, ready for exact lookups: one dictionary access per value.

    Immutable. `updated` lays a small overlay over the shared base, so that a delta need not rebuild the index.
    """

    __slots__ = (
        "_bank_codes",
        "_base",
        "_field_answers",
        "_gone",
        "_near_answers",
        "_overlaid",
        "_overlay",
        "_text_answers",
    )

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._lay(Layer(entities), {}, frozenset())

    def _lay(self, base: Layer, overlaid: Mapping[str, Entity], gone: frozenset[str]) -> None:
        self._base = base
        self._overlaid = overlaid
        self._overlay = Layer(overlaid.values())
        self._bank_codes = base.bank_codes | self._overlay.bank_codes
        self._gone = gone
        """Ids whose entries in the base no longer hold."""
        self._text_answers = Recent[str, tuple[IdentifierHit, ...]](ANSWERS_CACHED_MAX)
        self._near_answers = Recent[str, tuple[IdentifierHit, ...]](ANSWERS_CACHED_MAX)
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

        `kind` is an `IdentifierKind`, WALLET, EMAIL, PHONE, IBAN or PROXY: what the field is meant for. `country` is
        what stands beside it as the issuer: a code, a name, or several. One field may hold several values, labels,
        country prefixes, and identifiers of other kinds: each is looked up. The same number of another country is a
        doubt where it is long, and no hit where it is short. A value that is malformed, or fails its check digits,
        meets only a list entry with the same mistake.
        """
        asked = (kind, value, country)
        hits = self._field_answers.get(asked)
        if hits is None:
            hits = _unique(self._in_field(kind, value[:TEXT_CHARS_MAX], _Issuers.of(country)))
            if len(value) <= TEXT_CACHED_CHARS_MAX:
                self._field_answers.put(asked, hits)
        return hits

    def _in_field(self, kind: str, value: str, issuers: _Issuers) -> Iterator[IdentifierHit]:
        kinds = sought_as(kind)
        for key_kind, key in keys_of(kinds, value):
            yield from self._matching(key_kind, key, issuers)
        if _is_whole(kind, value):
            if kind == EMAIL:
                yield from self._keyed(DOMAIN, normalised_domain(value), _OTHERS_WRITE_FROM_THERE)
            elif kind == PHONE and (international := in_text.without_trunk_zero(value)):
                yield from self._keyed(PHONE, normalised_phone(international))
            return
        shown = in_text.plain_marks(plain(value))
        is_word = shown.isascii() and shown.isalnum()
        if kind in NUMBERED and not shown.isdecimal():
            for reading in in_text.numbers_in_field(shown):
                yield from self._of_reading(kind, reading, issuers)
            if in_text.has_letters_like_digits(shown):
                for reading in in_text.lookalikes_in_field(shown):
                    yield from self._of_reading(kind, reading, issuers)
        elif kind in CHECKED and not is_word:
            for reading in in_text.numbers_in_field(shown):
                for key_kind, key in keys_of((kind,), reading.number):
                    yield from self._matching(key_kind, key, issuers)
        elif PHONE in kinds:
            for phone in in_text.phones_in_field(shown):
                yield from self._phone(phone)
        if is_word:
            yield from self._in_word(shown, kind)
        else:
            yield from self._anywhere(shown)
        if len(shown) >= READING_CHARS_MIN and _DIGIT.search(shown):
            if is_word:
                yield from self._numbers(_other_numbers(kind, shown, is_word), issuers)
                return
            yield from self._ships(shown, kind)
            for text in filter(None, (shown, in_text.with_hyphens(shown))):
                yield from self._phones(text)
                yield from self._numbers(_other_numbers(kind, text, is_word), issuers)

    def _in_word(self, word: str, field_kind: str) -> Iterator[IdentifierHit]:
        """As `_anywhere`, for a field that is one word."""
        if len(word) >= KEY_CHARS_MIN:
            for listed in self._long_keys(word, in_text.lookalikes_as_digits(word)):
                yield _hit(listed, listed.kind)
        if len(word) <= _BIC_CHARS_LABELLED_MAX:
            yield from self._banks(word)
        if word[0].isalpha():
            yield from self._ships(word, field_kind)
        elif len(word) >= NUMBER_CHARS_UNIQUE and word.isdecimal():
            yield from self._phone(word)

    def _of_reading(self, kind: str, reading: NumberReading, issuers: _Issuers) -> Iterator[IdentifierHit]:
        """Listed numbers that equal a part of a field: its label, prefix or neighbours may have belonged to it."""
        number = normalised_number(reading.number)
        sought = issuers
        if reading.country:
            sought = _Issuers((issuers.codes if issuers.is_clear else frozenset()) | {reading.country}, True)
        for listed in self._listed(f"{NUMBER}:{number}") if number else ():
            is_long = len(reading.number) >= _READING_CHARS_ALONE_MIN and listed.country in issuers.codes
            if reading.is_prefixed and listed.country != reading.country and not is_long:
                continue
            conclusive = _same_number(listed, kind, reading.number, sought)
            is_of_country = listed.country in sought.codes
            is_only_labelled = reading.is_sure and not reading.is_part
            chars_min = READING_CHARS_MIN if is_of_country else _READING_CHARS_ALONE_MIN
            if is_of_country and is_only_labelled:
                chars_min = _NUMBER_CHARS_MIN
            if conclusive is None or len(reading.number) < chars_min:
                continue
            is_agreed = not issuers.is_clear or reading.country is None or reading.country in issuers.codes
            doubt = _doubt(listed, kind, sought, conclusive and reading.is_sure and is_agreed)
            yield _hit(listed, kind, _LETTERS_AS_DIGITS if reading.has_letters_as_digits else doubt)

    # ------------------------------------------------------------ texts

    def find_in_text(self, text: str) -> tuple[IdentifierHit, ...]:
        """Listed wallets, BICs, LEIs, IBANs, IMO numbers, e-mail addresses, domains, phones and register numbers inside
        a free text. What a register gave out is a doubt there: nothing says which register is meant."""
        if len(text) < _BIC_CHARS and text.isalnum():
            return ()  # shorter than anything that is met without a sign or a label
        hits = self._text_answers.get(text)
        if hits is None:
            shown = plain(text[:TEXT_CHARS_MAX])  # without invisible characters and disguises
            found: Iterator[IdentifierHit] = self._anywhere(shown)
            if len(shown) >= READING_CHARS_MIN and _DIGIT.search(shown):
                found = chain(found, self._ships(shown, None), self._in_digits(shown))
                if separated := in_text.with_hyphens(shown):
                    found = chain(found, self._in_digits(separated))
            hits = _unique(found)
            if len(text) <= TEXT_CACHED_CHARS_MAX:
                self._text_answers.put(text, hits)
        return hits

    def _in_digits(self, text: str) -> Iterator[IdentifierHit]:
        numbers = chain(in_text.long_numbers_in(text), in_text.labelled_numbers_in(text))
        return chain(self._phones(text), self._numbers(numbers, _NO_ISSUERS))

    def _anywhere(self, text: str) -> Iterator[IdentifierHit]:
        """What can be no other identifier wherever it stands, by its length, check digits or signs."""
        folded = in_text.lookalikes_as_digits(text)
        if len(folded) >= KEY_CHARS_MIN:
            for listed in self._long_keys(text, folded):
                yield _hit(listed, listed.kind)
        yield from self._banks(text)
        if "@" in text:
            for email in in_text.emails_in(text):
                yield from self._keyed(EMAIL, normalised_email(email))
                local, plus, tagged = email.partition("+")
                if plus:
                    untagged = normalised_email(f"{local}@{tagged.rpartition('@')[2]}")
                    yield from self._keyed(EMAIL, untagged, "a tag stands behind the name")
        if "." in text:
            for domain in in_text.domains_in(text):
                yield from self._keyed(DOMAIN, normalised_domain(domain), _OTHERS_WRITE_FROM_THERE)
        for email in in_text.spelled_out_emails_in(text):
            yield from self._keyed(EMAIL, normalised_email(email), "written in words")

    def _long_keys(self, text: str, folded: str) -> Iterator[Listed]:
        for key in self._base.long_keys.found_in(folded, text):
            if key.listed.entity.id not in self._gone:
                yield key.listed
        for key in self._overlay.long_keys.found_in(folded, text):
            yield key.listed

    def _banks(self, text: str) -> Iterator[IdentifierHit]:
        for bic in in_text.bics_in(text):
            if bic[:_BIC_CHARS] in self._bank_codes:
                for kind, key in keys_of((IdentifierKind.BIC,), bic):
                    yield from self._matching(kind, key)

    def _ships(self, text: str, field_kind: str | None) -> Iterator[IdentifierHit]:
        for kind, number in in_text.ship_numbers_in(text):
            doubt = "" if field_kind in (None, kind) else f"given as {WORDS[field_kind]}"
            yield from self._keyed(kind, number, doubt)

    def _phones(self, text: str) -> Iterator[IdentifierHit]:
        for phone in in_text.phones_in(text):
            yield from self._phone(phone)

    def _phone(self, phone: str) -> Iterator[IdentifierHit]:
        """Listed parties with a phone number, behind which another number may stand."""
        may_be_another = phone[:1] in "+(0" or "/" in phone
        for written in (phone, *in_text.further_phones(phone)) if may_be_another else (phone,):
            groups = written.strip().split(" ")
            for count in range(len(groups), 0, -1):
                yield from self._keyed(PHONE, normalised_phone(" ".join(groups[:count])))

    def _numbers(self, numbers: Iterable[str], issuers: _Issuers) -> Iterator[IdentifierHit]:
        for written in dict.fromkeys(numbers):
            may_be_read = in_text.has_letters_like_digits(written)
            for number in (written, *in_text.digits_for_letters(written)) if may_be_read else (written,):
                for listed in self._listed(f"{NUMBER}:{number}"):
                    if listed.kind not in NUMBERED or not normalised_number(number):
                        continue
                    if issuers.is_clear and _same_number(listed, listed.kind, number, issuers) is None:
                        continue
                    yield _hit(listed, listed.kind, _UNKNOWN_COUNTRY if number == written else _LETTERS_AS_DIGITS)

    def _keyed(self, kind: str, normalised: str | None, doubt: str = "") -> Iterator[IdentifierHit]:
        if normalised:
            for listed in self._listed(f"{kind}:{normalised}"):
                yield _hit(listed, kind, doubt)

    # ------------------------------------------------------------ one character off

    def near(self, kind: str, value: str, country: str | None = None) -> IdentifierHit | None:
        """A listed identifier one character off this one, which is itself on no list; None where there is none.

        One character wrong, missing, doubled or swapped with its neighbour. Where the kind has check digits, only a
        value that fails them is a mistyped one: a valid number is another's. Numbers of registers need the same kind
        and country. What is near in a text (a shortened or mistyped wallet …) is near in a field of any kind.
        """
        if kind in (IBAN, EMAIL) and _is_whole(kind, value):
            return None
        near = self._one_character_off(kind, value, plain(value[:TEXT_CHARS_MAX]), country)
        return near or next(iter(self.near_in_text(value)), None)

    def _one_character_off(self, kind: str, value: str, shown: str, country: str | None = None) -> IdentifierHit | None:
        if kind not in NEAR_KINDS or checksum_holds(kind, value):
            return None
        issuers = _Issuers.of(country)
        written = [compact(value) if kind != WALLET else wallet_form(value)]
        if kind in NUMBERED:
            readings = (reading.number for reading in in_text.numbers_in_field(shown) if reading.is_sure)
            written += [number for number in readings if len(number) >= _READING_CHARS_ALONE_MIN]
        for own in dict.fromkeys(written):
            for listed in self._one_off(kind, own[:8] if kind == IdentifierKind.BIC else own):
                if kind not in NUMBERED or (listed.kind == kind and listed.country in issuers.codes):
                    return _hit(listed, kind, _MISTYPED)
        return None

    def _one_off(self, kind: str, own: str) -> Iterator[Listed]:
        if len(own) < NEAR_CHARS_MIN:
            return
        for listed in self._with_a_half_of(kind, own):
            known = near_form(listed)
            is_other_bank = kind == IdentifierKind.BIC and (len(own) != 8 or own[4:6] != known[4:6])
            if not is_other_bank and OSA.distance(own, known, score_cutoff=1) == 1:
                yield listed

    def near_in_text(self, text: str) -> tuple[IdentifierHit, ...]:
        """Listed wallets, IBANs, LEIs and IMO numbers that a free text writes with one character off, or shortened."""
        if len(text) < NEAR_CHARS_MIN or not (_DIGIT.search(text) or in_text.may_be_shortened(text) or " to " in text):
            return ()
        hits = self._near_answers.get(text)
        if hits is None:
            shown = plain(text[:TEXT_CHARS_MAX])
            words = in_text.long_words_in(shown)
            candidates = dict.fromkeys(_near_candidates(shown, words))
            near = (hit for kind, value in candidates if (hit := self._one_character_off(kind, value, value)))
            hits = _unique(chain(near, self._shortened(shown), self._in_pieces(words) if len(words) > 1 else ()))
            if len(text) <= TEXT_CACHED_CHARS_MAX:
                self._near_answers.put(text, hits)
        return hits

    def _shortened(self, text: str) -> Iterator[IdentifierHit]:
        for beginning, end in in_text.shortened_in(text):
            for layer, gone in ((self._base, self._gone), (self._overlay, frozenset[str]())):
                for key in layer.long_keys.with_ends(beginning, end):
                    if key.listed.entity.id not in gone:
                        yield _hit(key.listed, WALLET, "only its beginning and end are given")

    def _in_pieces(self, words: list[str]) -> Iterator[IdentifierHit]:
        if together := in_text.in_one_piece(words):
            for listed in self._long_keys(together, in_text.lookalikes_as_digits(together)):
                if listed.kind == WALLET:
                    yield _hit(listed, WALLET, "its parts stand apart")

    def _with_a_half_of(self, kind: str, own: str) -> Iterator[Listed]:
        """Listed identifiers that share their first or last half with `own`: one mistake leaves one of the two."""
        seen: set[int] = set()
        for length in (len(own), len(own) - 1, len(own) + 1):
            for half in halves_of(own, length):
                key = (kind if kind not in NUMBERED else NUMBER, length, half)
                for layer, gone in ((self._base, self._gone), (self._overlay, frozenset[str]())):
                    for listed in layer.halves.get(key, ()):
                        if listed.entity.id not in gone and id(listed) not in seen:
                            seen.add(id(listed))
                            yield listed

    # ------------------------------------------------------------ lookups

    def _matching(self, kind: str, key: str, issuers: _Issuers = _NO_ISSUERS) -> Iterator[IdentifierHit]:
        for listed in self._listed(key):
            if kind not in NUMBERED:
                yield _hit(listed, kind)
            elif (conclusive := _same_number(listed, kind, key[len(NUMBER) + 1 :], issuers)) is not None:
                yield _hit(listed, kind, _doubt(listed, kind, issuers, conclusive))
        if kind == IdentifierKind.BIC and len(key) == len("bic:") + _BIC_CHARS_WITH_BRANCH:
            for listed in self._listed(key[:-3]):
                entity = listed.entity
                reason = f"The BIC is a branch of {entity.name}, listed with BIC {listed.value} ({entity.id})"
                yield IdentifierHit(entity, IdentifierKind.BIC, listed.value, reason)

    def _listed(self, key: str) -> Iterator[Listed]:
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
    if kind in NUMBERED or kind in (PHONE, EMAIL):
        if not is_word:
            yield from (n for n in in_text.labelled_numbers_in(text) if len(n) >= _READING_CHARS_ALONE_MIN)
        return
    yield from in_text.long_numbers_in(text)
    yield from in_text.glued_number_in(text.lower()) if is_word else in_text.labelled_numbers_in(text)


def _near_candidates(text: str, long_words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(kind, value) of what is long enough, or labelled, to be a mistyped identifier."""
    for word in long_words:
        if len(word) >= in_text.LONG_WORD_CHARS_MIN:
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
_LETTERS_AS_DIGITS: Final = "letters are read as the digits that they look like"


def _same_number(listed: Listed, kind: str, number: str, issuers: _Issuers) -> bool | None:
    """Whether an equal number is the same number: True, perhaps (False), or no (None)."""
    chars = len(number)
    both_of_organisations = {kind, listed.kind} <= ORGANISATION_NUMBERS
    if not (both_of_organisations or {kind, listed.kind} <= PERSON_NUMBERS):
        return None
    if listed.is_part and chars < READING_CHARS_MIN:
        return None
    if listed.country and listed.country in issuers.codes:
        return kind == listed.kind and not listed.is_part
    if listed.country and issuers.is_clear:
        # The sender may have written the seat where the list names the register, a nationality where the list names
        # who issued the document, or the country of old.
        is_plain = both_of_organisations or number.isdecimal()
        is_unique = chars >= (NUMBER_CHARS_UNIQUE if is_plain else _DOCUMENT_CHARS_UNIQUE)
        is_of_old = chars >= _NUMBER_CHARS_MIN and not issuers.codes.isdisjoint(
            successors_and_predecessors(listed.country)
        )
        return False if is_unique or is_of_old else None
    if chars < (_READING_CHARS_ALONE_MIN if listed.is_part else _NUMBER_CHARS_MIN):
        return None
    return kind == listed.kind and chars >= NUMBER_CHARS_UNIQUE and not listed.is_part


def _doubt(listed: Listed, kind: str, issuers: _Issuers, conclusive: bool) -> str:
    """Why an equal number may be another's; empty where it is the same."""
    if conclusive:
        return ""
    if kind != listed.kind:
        return f"given as {WORDS[kind]}"
    if listed.country in issuers.codes:
        return "more is written beside it"
    if issuers.codes and listed.country:
        return f"given for {' and '.join(country_name(code) or 'another country' for code in sorted(issuers.codes))}"
    return _UNKNOWN_COUNTRY


def _hit(listed: Listed, kind: str, doubt: str = "") -> IdentifierHit:
    entity = listed.entity
    issued = f" ({country_name(listed.country) or listed.country})" if listed.country else ""
    reason = f"Same {WORDS[listed.kind]} {listed.value}{issued} as {entity.name} ({entity.id})"
    return IdentifierHit(entity, kind, listed.value, f"{reason}; {doubt}" if doubt else reason, not doubt)


def reads_whole(text: str) -> bool:
    """Whether an index reads all of a text or field; False is a matter for review."""
    return len(text) <= TEXT_CHARS_MAX


def _unique(hits: Iterable[IdentifierHit]) -> tuple[IdentifierHit, ...]:
    """One hit per party and kind, the conclusive one first."""
    best: dict[tuple[str, str], IdentifierHit] = {}
    for hit in hits:
        key = (hit.entity.id, hit.kind)
        if key not in best or (hit.conclusive and not best[key].conclusive):
            best[key] = hit
    return tuple(best.values())
