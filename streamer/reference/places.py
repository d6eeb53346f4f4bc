"""Places in addresses and texts: which words name an embargoed or high-risk place, and when they do not.

The gazetteer is data: `data/places.toml`, written by hand, and `data/towns.tsv`, generated; this module only reads it.
Matching is by whole words without case, accents and punctuation, and by characters in the scripts that write no
spaces. Pure.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise, product
from typing import Any, Final

from rapidfuzz.distance import OSA

from streamer.reference.countries import FLAG, country_code, flag_of
from streamer.reference.text import disguised, folded_words, plain


class InvalidPlaces(ValueError):
    """The gazetteer cannot be read. Names the entry and the cure."""


class PlaceKind(StrEnum):
    COUNTRY = "country"
    REGION = "region"
    TOWN = "town"


# Compared by identity: there is one of each, and hashing all spellings for each payment would be waste.
@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One entry of the gazetteer; see the head of `data/places.toml` for what the fields mean."""

    code: str
    kind: PlaceKind
    spellings: tuple[str, ...]
    namesakes: frozenset[str] = frozenset()
    address_only: bool = False
    given_name: bool = False
    not_a_region: bool = False
    unless_follows: frozenset[str] = frozenset()
    unless_followed_by: frozenset[str] = frozenset()
    unless_near: frozenset[str] = frozenset()
    us_states: frozenset[str] = frozenset()
    only_follows: frozenset[str] = frozenset()
    is_near: bool = False
    is_never_a_venue: bool = False
    alone: bool = False
    """Counts in an address only, and where nothing else stands in its part of it: a village, a common word."""
    own_only: bool = False
    """Counts only in an address that states one of its own countries."""
    field_only: bool = False
    """Counts only in the field of the town or region: also a word or a name."""

    @property
    def is_country(self) -> bool:
        return self.kind is PlaceKind.COUNTRY


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A place that a text names."""

    place: Place
    spelling: str
    """As the gazetteer writes it: public, unlike the text."""


@dataclass(frozen=True, slots=True)
class _Words:
    """A text as words. `folded` are compared, `written` keep their case, `behind` is what separates from the next."""

    folded: tuple[str, ...]
    written: tuple[str, ...]
    behind: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Match:
    sighting: Sighting
    start: int
    end: int


_WORD: Final = re.compile(r"[^\W_]+")
_ZIP: Final = re.compile(r"\d{5}")

APOSTROPHES: Final = re.compile(r"['’‘ʼʻʹ`´ʾʿ]")
_DIGITS: Final = re.compile(r"\d+")

NEAR_CHARS_MIN: Final = 8
_NEAR_EDGE: Final = 3
"""One slip in eight letters leaves the first three or the last three as they were."""

# Digits and signs for letters: "N0rth Kore@".
_LEET: Final = {"0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "ty", "8": "b", "9": "g",
                "@": "a", "$": "s", "!": "i", "€": "e", "|": "l"}  # fmt: skip
_MIXED_WORD: Final = re.compile(r"[^\W_@$!€|]*[0-9@$!€|][\w@$!€|]*")
_LEET_SIGNS_MAX: Final = 4
_LEET_CHARS_MIN: Final = 4
_LEET_CHARS_MAX: Final = 30
# Letters with a space behind each: "K R I M E A".
_LETTERS_APART_MIN: Final = 4
_SPACED_OUT: Final = re.compile(r"(?<!\w)(?:[^\W\d_] ){3,}[^\W\d_](?!\w)")

# In a street this is Italian; in a text it is a way: "freight via Tehran".
_VIA: Final = re.compile(r"^via ", re.IGNORECASE)

_HOUSE_DIGITS_MAX: Final = 5
_VENUE_WORDS_MAX: Final = 3
"""Havana Ice Cream Parlour."""
_KATAKANA: Final = "ァ-ヺー"
_KATAKANA_CHAR: Final = re.compile(f"[{_KATAKANA}]")
STREET_ELEMENTS: Final = frozenset({"street", "building"})
_TOWN_ELEMENTS: Final = frozenset({"town", "region", "country"})
# What stands between words of one part of an address; a comma or a line begins another.
_SAME_PART: Final = re.compile(r"[ .'’`\"\t-]*")
_PART_END: Final = re.compile(r"[,;|\n]| - ")
# Chinese, Japanese, Korean, Thai, Lao, Burmese and Khmer: written without spaces, or with particles glued to the noun.
UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)


class Gazetteer:
    """Finds places in texts, names and addresses. Immutable; build once, ask for every payment."""

    def __init__(self, places: Iterable[Place], context: Mapping[str, str | Iterable[str]]) -> None:
        self.places = tuple(places)
        spaced: dict[str, list[tuple[tuple[str, ...], Sighting]]] = {}
        unspaced: dict[str, list[tuple[str, Sighting]]] = {}
        for place in self.places:
            for spelling in place.spellings:
                sighting = Sighting(place, spelling)
                if UNSPACED.search(spelling):
                    written = unicodedata.normalize("NFKC", spelling)
                    unspaced.setdefault(written[0], []).append((written, sighting))
                    continue
                # Apostrophes are written or left out: P'yongyang, People's.
                for variant in {spelling, APOSTROPHES.sub("", spelling)}:
                    words = tuple(folded_words(variant))
                    spaced.setdefault(words[0], []).append((words[1:], sighting))
        self._spaced = {head: tuple(sorted(rest, key=lambda r: -len(r[0]))) for head, rest in spaced.items()}
        self._heads = frozenset(self._spaced)
        self._heads_in_texts = frozenset(
            head for head, found in self._spaced.items() if not all(sighting.place.alone for _, sighting in found)
        )
        self._known_words = self._heads.union(word for found in spaced.values() for rest, _ in found for word in rest)
        self._unspaced = {
            first: tuple((written, sighting, _is_katakana(written)) for written, sighting in _longest_first(found))
            for first, found in unspaced.items()
        }
        self._flags = {
            flag: Sighting(Place(place.code, PlaceKind.COUNTRY, (flag,)), flag)
            for place in self.places
            if place.kind is PlaceKind.COUNTRY
            for flag in (flag_of(place.code),)
        }
        near = [
            (tuple(folded_words(place.spellings[0])), Sighting(place, place.spellings[0]))
            for place in self.places
            if place.is_near
        ]
        self._near_words = _by_edge((words[0], sighting) for words, sighting in near if len(words) == 1)
        self._near_pairs = _by_edge(("".join(words), sighting) for words, sighting in near if len(words) == 2)
        # One slip leaves one of the two words as it is.
        self._near_pair_words = frozenset(word for words, _ in near if len(words) == 2 for word in words)
        self._near_pair_ends = frozenset(words[1] + "n" for words, _ in near if len(words) == 2)
        us_state_codes = frozenset(context["us_state_codes"])
        sets = {key: _comparable(words.split() if isinstance(words, str) else words) for key, words in context.items()}
        self._street_after = sets["street_after"]
        self._street_after_numbered = sets["street_after_numbered"]
        self._venue_after = sets["venue_after"]
        self._media_after = sets["media_after"]
        self._street_before = sets["street_before"]
        self._street_before_of = sets["street_before_of"]
        self._numbered = sets["numbered"]
        self._small_words = sets["small_words"]
        self._organisation_words = sets["organisation_words"]
        self._articles = sets["articles"]
        self._part_words = sets.get("part_words", frozenset())
        self._surnames = sets["surnames"]
        self._us_states = frozenset(tuple(state.split()) for state in sets["us_states"])
        self._us_state_words = frozenset(state[0] for state in self._us_states if len(state) == 1)
        self._us_state_codes = us_state_codes

    @classmethod
    def from_toml(cls, text: str, towns_tsv: str = "") -> Gazetteer:
        """Raises InvalidPlaces naming the entry and the cure."""
        table = tomllib.loads(text)
        return cls([*map(_place, table["place"]), *_towns(towns_tsv)], table["context"])

    # ------------------------------------------------------------ asking

    def in_text(self, text: str) -> tuple[Sighting, ...]:
        """Places named in a free text, each spelling once; harmless contexts left out."""
        return tuple(s for s in self._sighted(text, is_text=True))

    def in_name(self, name: str, *, is_organisation: bool = False) -> tuple[Sighting, ...]:
        """Places named in the name of an organisation.

        Words that are given names, too, count only where the name is known, or shows by another word ("Shipping",
        "Ltd"), to be no person's.
        """
        found = self.in_text(name)
        if not found or is_organisation or not self._organisation_words.isdisjoint(folded_words(name)):
            return found
        return tuple(s for s in found if not (s.place.given_name and " " not in s.spelling))

    def in_address(
        self, elements: Sequence[tuple[str, str]], country: str | None, own_countries: Mapping[str, frozenset[str]]
    ) -> list[tuple[str, Sighting]]:
        """(element, place) for the places that an address names.

        `elements` are (name, text) pairs of one address; `country` is the alpha-2 code it states, if any;
        `own_countries` says by jurisdiction under which country codes it is written. A word that means a namesake
        in the stated country is left out, unless the address names the jurisdiction in two ways.
        """
        found = [
            (element, sighting)
            for element, text in elements
            for sighting in self._sighted(_VIA.sub("viale ", text) if element == "street" else text)
            # Streets and houses are named after villages, too.
            if not (sighting.place.alone and element in STREET_ELEMENTS)
            and not (sighting.place.field_only and element not in _TOWN_ELEMENTS)
        ]
        if not found:
            return []
        near = frozenset(word for _, text in elements for word in folded_words(text))
        found = [(e, s) for e, s in found if near.isdisjoint(s.place.unless_near)]
        stated = country or _country_named(elements)
        named: dict[str, set[str]] = {}
        for _, sighting in found:
            if not sighting.place.alone:
                named.setdefault(sighting.place.code, set()).add(sighting.spelling)
        return [
            (element, sighting)
            for element, sighting in found
            if self._counts(sighting.place, stated, own_countries[sighting.place.code], near)
            or (not sighting.place.alone and len(named[sighting.place.code]) > 1)
        ]

    def _counts(self, place: Place, country: str | None, own: frozenset[str], near: frozenset[str]) -> bool:
        if place.own_only and country not in own:
            return False
        if country is None:
            return not ("US" in place.namesakes and not near.isdisjoint(self._us_state_words))
        return country not in place.namesakes

    # ------------------------------------------------------------ matching

    def _sighted(self, text: str, *, is_text: bool = False) -> tuple[Sighting, ...]:
        folded = folded_words(text)
        sighted: dict[Sighting, None] = {}
        # Cheap counts decide what is worth a closer look: this runs for every text of every event.
        if len(folded) >= _LETTERS_APART_MIN and list(map(len, folded)).count(1) >= _LETTERS_APART_MIN:
            read = _SPACED_OUT.sub(lambda letters: letters[0].replace(" ", ""), text)
            read = next(iter(disguised(text)), text) if read == text else read
            if read != text:
                sighted = dict.fromkeys(self._sighted(read, is_text=is_text))
        if _is_mixed(text, folded):
            read = _MIXED_WORD.sub(lambda word: self._unleeted(word[0]), text)
            if read != text:
                return self._sighted(read, is_text=is_text)
        heads = self._heads_in_texts if is_text else self._heads
        if not heads.isdisjoint(folded) and self._may_match(folded, heads):
            sighted |= dict.fromkeys(match.sighting for match in self._spaced_matches(_words(text), is_text))
        near_words = self._near_words
        for word in [word for word in folded if len(word) >= NEAR_CHARS_MIN]:
            if (
                (word[:_NEAR_EDGE] in near_words or word[-_NEAR_EDGE:] in near_words)
                and word not in self._heads
                and (near := _one_slip_away(near_words, word))
            ):
                sighted.setdefault(near)
        if not self._near_pair_words.isdisjoint(folded):
            for first, second in pairwise(folded):
                # "North Korean" is an adjective, and `places.toml` says behind which words it counts.
                if second not in self._near_pair_ends and (near := _one_slip_away(self._near_pairs, first + second)):
                    sighted.setdefault(near)
        if not text.isascii() and UNSPACED.search(text):
            sighted |= dict.fromkeys(self._unspaced_sighted(unicodedata.normalize("NFKC", text), is_text))
        if not text.isascii():
            sighted |= dict.fromkeys(self._flags[flag] for flag in FLAG.findall(text) if flag in self._flags)
        return tuple(sighted)

    def _may_match(self, folded: list[str], heads: frozenset[str]) -> bool:
        return any(
            not rest or tuple(folded[n + 1 : n + 1 + len(rest)]) == rest
            for n, word in enumerate(folded)
            if word in heads
            for rest, _ in self._spaced[word]
        )

    def _unleeted(self, word: str) -> str:
        """A word with letters for its digits and signs where that makes it a word of the gazetteer."""
        signs = [char for char in word if char in _LEET]
        if not _LEET_CHARS_MIN <= len(word) <= _LEET_CHARS_MAX or len(signs) > min(_LEET_SIGNS_MAX, len(word) // 2):
            return word
        for letters in product(*(_LEET.get(char, char) for char in word.lower())):
            read = plain("".join(letters)).casefold()
            if read in self._known_words or _one_slip_away(self._near_words, read):
                return read
        return word

    def _spaced_matches(self, words: _Words, is_text: bool) -> Iterator[_Match]:
        near = frozenset(words.folded)
        start = 0
        while start < len(words.folded):
            match = self._longest(words, start, is_text)
            if match is None:
                start += 1
                continue
            place = match.sighting.place
            if (
                near.isdisjoint(place.unless_near)
                and not (is_text and place.address_only and not self._follows(match, words))
                and not self._is_harmless(match, words)
            ):
                yield match
            start = match.end

    def _is_alone(self, match: _Match, words: _Words) -> bool:
        """Between commas and the like stand only the place, numbers, and words such as "city" or "Ukraine"."""
        start, end = match.start, match.end
        while start > 0 and _SAME_PART.fullmatch(words.behind[start - 1]):
            start -= 1
        while end < len(words.folded) and _SAME_PART.fullmatch(words.behind[end - 1]):
            end += 1
        beside = (*words.folded[start : match.start], *words.folded[match.end : end])
        return all(word in self._part_words or any(map(str.isdecimal, word)) for word in beside)

    def _follows(self, match: _Match, words: _Words) -> bool:
        return match.start > 0 and words.folded[match.start - 1] in match.sighting.place.only_follows

    def _longest(self, words: _Words, start: int, is_text: bool) -> _Match | None:
        for rest, sighting in self._spaced.get(words.folded[start], ()):
            end = start + 1 + len(rest)
            if words.folded[start + 1 : end] == rest:
                match = _Match(sighting, start, end)
                if not sighting.place.alone or (not is_text and self._is_alone(match, words)):
                    return match
        return None

    def _is_harmless(self, match: _Match, words: _Words) -> bool:
        place, end = match.sighting.place, match.end
        before = words.folded[match.start - 1] if match.start else ""
        behind = words.folded[end] if end < len(words.folded) else ""
        if before in place.unless_follows or behind in place.unless_followed_by:
            return True
        # Behind a comma a new part begins: "Tehran, Road 5" is no street called Tehran.
        is_joined = words.behind[end - 1].strip() in ("", "-")
        if is_joined and (behind in self._street_after or self._is_venue(place, end, words)):
            return True
        if is_joined and behind in self._street_after_numbered and self._has_house_number(match.start, words):
            return True
        if is_joined and place.given_name and end - match.start == 1 and behind in self._surnames:
            return True
        if self._follows_street(match.start, words):
            return True
        return ("US" in place.namesakes or bool(place.us_states)) and self._is_us_state(place, end, words)

    def _is_venue(self, place: Place, at: int, words: _Words) -> bool:
        """`Tehran restaurant`, `Havana Cigar Lounge`: a venue up to three words behind, small words aside."""
        named_after = self._media_after if place.is_never_a_venue else self._venue_after | self._media_after
        for n in range(at, min(at + _VENUE_WORDS_MAX, len(words.folded))):
            if words.folded[n] in named_after:
                return True
            if words.folded[n] in self._small_words or words.behind[n].strip() not in ("", "-"):
                return False
        return False

    def _has_house_number(self, start: int, words: _Words) -> bool:
        """`12 Havana Landing`, but not `Invoice 12 Havana port`."""
        if start == 0 or not words.folded[start - 1].isdecimal() or len(words.folded[start - 1]) > _HOUSE_DIGITS_MAX:
            return False
        return start == 1 or words.folded[start - 2] not in self._numbered

    def _follows_street(self, start: int, words: _Words) -> bool:
        """`Rue de Cuba`, `Calle Habana`: a street word right before, articles between them aside."""
        at = start - 1
        while at >= 0 and words.folded[at] in self._articles and words.behind[at].strip() in ("", "'", "’"):
            at -= 1
        if at < 0 or words.behind[at].strip() not in ("", "."):
            return False
        is_of = at < start - 1 and words.folded[at] in self._street_before_of
        return is_of or words.folded[at] in self._street_before

    def _is_us_state(self, place: Place, at: int, words: _Words) -> bool:
        """A state of the USA stands here: "Syria, Virginia"; "Havana, IL 62644"; "Cuba NM", where there is one."""
        at += words.folded[at : at + 1] in (("city",), ("township",))
        if at >= len(words.folded):
            return False
        if words.folded[at : at + 1] in self._us_states or words.folded[at : at + 2] in self._us_states:
            return True
        if words.written[at] not in self._us_state_codes:
            return False
        if words.written[at] in place.us_states:
            return True
        is_last = at + 1 == len(words.folded)
        has_zip = not is_last and _ZIP.fullmatch(words.folded[at + 1]) is not None
        # "IN", "OR" and "ME" are words, too.
        return has_zip or ("," in words.behind[at - 1] and (is_last or "," in words.behind[at]))

    def _unspaced_sighted(self, text: str, is_text: bool) -> Iterator[Sighting]:
        at = 0
        while at < len(text):
            for written, sighting, is_katakana in self._unspaced.get(text[at], ()):
                if text.startswith(written, at) and not (
                    is_katakana and _is_within_katakana(text, at, at + len(written))
                ):
                    if not (is_text and sighting.place.alone) and not _is_harmless_unspaced(
                        sighting.place, text, at, at + len(written)
                    ):
                        yield sighting
                    at += len(written) - 1
                    break
            at += 1


def _is_harmless_unspaced(place: Place, text: str, start: int, end: int) -> bool:
    # Teheran-ro 27-gil, a lane of Seoul's business street: 테헤란로27길, 테헤란27길.
    behind = _DIGITS.match(text, end)
    ends = {end, behind.end() if behind else end}
    return any(text.startswith(tuple(place.unless_followed_by), end) for end in ends) or (
        text.endswith(tuple(place.unless_follows), 0, start)
    )


def _country_named(elements: Sequence[tuple[str, str]]) -> str | None:
    """The country that the last part of an address line states, where it has no field of its own."""
    for element, text in reversed(elements):
        if element not in STREET_ELEMENTS and (code := country_code(_PART_END.split(text.strip(" ,;.\n"))[-1])):
            return code
    return None


def _is_mixed(text: str, folded: Iterable[str]) -> bool:
    """Some word has digits or signs among its letters."""
    if "@" in text or "$" in text or "!" in text or "|" in text or "€" in text:
        return True
    if "".join(folded).isalpha():
        return False
    mixed = [word for word in folded if not word.isalpha() and not word.isdecimal() and len(word) >= _LEET_CHARS_MIN]
    return bool(mixed)


def _by_edge(names: Iterable[tuple[str, Sighting]]) -> Mapping[str, tuple[tuple[str, Sighting], ...]]:
    """Names by their first and by their last letters."""
    found: dict[str, tuple[tuple[str, Sighting], ...]] = {}
    for name, sighting in names:
        for edge in {name[:_NEAR_EDGE], name[-_NEAR_EDGE:]}:
            found[edge] = (*found.get(edge, ()), (name, sighting))
    return found


def _one_slip_away(names: Mapping[str, tuple[tuple[str, Sighting], ...]], word: str) -> Sighting | None:
    """A distinctive place that is written with one slip: "Pyongynag", "Nort Korea"."""
    for edge in (word[:_NEAR_EDGE], word[-_NEAR_EDGE:]):
        for name, sighting in names.get(edge, ()):
            if abs(len(name) - len(word)) <= 1 and OSA.distance(name, word, score_cutoff=1) == 1:
                return sighting
    return None


def _longest_first(found: Iterable[tuple[str, Sighting]]) -> list[tuple[str, Sighting]]:
    return sorted(found, key=lambda each: -len(each[0]))


def _words(text: str) -> _Words:
    readable = plain(text)
    found = list(_WORD.finditer(readable))
    ends = [word.start() for word in found[1:]] + [len(readable)]
    written = tuple(word[0] for word in found)
    return _Words(
        folded=tuple(word.casefold() for word in written),
        written=written,
        behind=tuple(readable[word.end() : end] for word, end in zip(found, ends, strict=True)),
    )


def _is_katakana(spelling: str) -> bool:
    return re.fullmatch(f"[{_KATAKANA}]+", spelling) is not None


def _is_within_katakana(text: str, start: int, end: int) -> bool:
    """Katakana spells foreign words letter by letter: "キューバ" is inside "スキューバ", scuba."""
    return _KATAKANA_CHAR.fullmatch(text[start - 1 : start]) is not None or (
        _KATAKANA_CHAR.fullmatch(text[end : end + 1]) is not None
    )


_KINDS: Final = {"t": PlaceKind.TOWN, "c": PlaceKind.COUNTRY}
_WHERE_IT_COUNTS: Final = frozenset("*~=+@")


def _towns(tsv: str) -> Iterator[Place]:
    """See the head of `data/towns.tsv`."""
    for n, line in enumerate(tsv.splitlines(), 1):
        if line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) <= 4 or fields[1] not in _KINDS or fields[3] not in _WHERE_IT_COUNTS:
            raise InvalidPlaces(f"towns.tsv, line {n}: {line[:40]!r} is no place; see the head of the file")
        code, kind, namesakes, where, *spellings = fields
        yield Place(
            code=code,
            kind=_KINDS[kind],
            spellings=tuple(spellings),
            namesakes=frozenset(namesakes.split()),
            is_near=where == "~",
            is_never_a_venue=code == "KP",
            alone=where in ("=", "+", "@"),
            field_only=where == "+",
            own_only=where == "@",
        )


_KEYS: Final = frozenset(Place.__slots__) - {"alone", "own_only", "field_only"}


def _place(record: Mapping[str, Any]) -> Place:
    entry = f"places: {record.get('code', '?')} {(record.get('spellings') or ['?'])[0]}"
    if unknown := record.keys() - _KEYS:
        raise InvalidPlaces(f"{entry}: unknown key {min(unknown)!r}; the head of the file lists the keys")
    if record.get("kind") not in {kind.value for kind in PlaceKind}:
        raise InvalidPlaces(f"{entry}: kind {record.get('kind')!r}; use one of country, region, town")
    if not record.get("code") or not record.get("spellings"):
        raise InvalidPlaces(f"{entry}: needs a code and at least one spelling")
    return Place(
        code=record["code"],
        kind=PlaceKind(record["kind"]),
        spellings=tuple(record["spellings"]),
        namesakes=frozenset(record.get("namesakes", ())),
        address_only=bool(record.get("address_only")),
        given_name=bool(record.get("given_name")),
        not_a_region=bool(record.get("not_a_region")),
        unless_follows=_comparable(record.get("unless_follows", ())),
        unless_followed_by=_comparable(record.get("unless_followed_by", ())),
        unless_near=_comparable(record.get("unless_near", ())),
        us_states=frozenset(record.get("us_states", ())),
        only_follows=_comparable(record.get("only_follows", ())),
        is_near=bool(record.get("is_near")),
        is_never_a_venue=bool(record.get("is_never_a_venue")),
    )


def _comparable(words: Iterable[str]) -> frozenset[str]:
    """As `folded_words` gives them; unspaced scripts are compared as they are written."""
    return frozenset(word if UNSPACED.search(word) else " ".join(folded_words(word)) for word in words)
