"""Places in addresses and texts: which words name an embargoed or high-risk place, and when they do not.

The gazetteer is data (`data/places.toml`); this module only reads it. Matching is by whole words without case,
accents and punctuation, and by characters in the scripts that write no spaces. Pure.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from rapidfuzz.distance import OSA

from streamer.reference.text import folded_words, plain


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

_DIGITS: Final = re.compile(r"\d+")

NEAR_CHARS_MIN: Final = 8
_LEET: Final = str.maketrans("01345", "oieas")
# Letters with a space behind each: "K R I M E A".
_SPACED_OUT: Final = re.compile(r"(?<!\w)(?:[^\W\d_] ){4,}[^\W\d_](?!\w)")

# In a street this is Italian; in a text it is a way: "freight via Tehran".
_VIA: Final = re.compile(r"^via ", re.IGNORECASE)

HOUSE_DIGITS_MAX: Final = 5
VENUE_WORDS_MAX: Final = 3
"""Havana Ice Cream Parlour."""
_KATAKANA: Final = "ァ-ヺー"
# Chinese, Japanese, Korean and Burmese: written without spaces, or with particles glued to the noun.
_UNSPACED: Final = re.compile(r"[\u1000-\u109f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Gazetteer:
    """Finds places in texts, names and addresses. Immutable; build once, ask for every payment."""

    def __init__(self, places: Iterable[Place], context: Mapping[str, str | Iterable[str]]) -> None:
        self.places = tuple(places)
        spaced: dict[str, list[tuple[tuple[str, ...], Sighting]]] = {}
        unspaced: dict[str, Sighting] = {}
        for place in self.places:
            for spelling in place.spellings:
                sighting = Sighting(place, spelling)
                if _UNSPACED.search(spelling):
                    unspaced[spelling] = sighting
                    continue
                # Apostrophes are written or left out: P'yongyang, People's.
                for variant in {spelling, spelling.replace("'", "")}:
                    words = tuple(folded_words(variant))
                    spaced.setdefault(words[0], []).append((words[1:], sighting))
        self._spaced = {head: tuple(sorted(rest, key=lambda r: -len(r[0]))) for head, rest in spaced.items()}
        self._heads = frozenset(self._spaced)
        self._unspaced = unspaced
        self._near_names = [
            (words, Sighting(place, place.spellings[0]))
            for place in self.places
            if place.is_near
            for words in ("".join(folded_words(place.spellings[0])),)
        ]
        self._near_initials = frozenset(name[0] for name, _ in self._near_names)
        self._unspaced_pattern = re.compile("|".join(map(_unspaced_pattern, sorted(unspaced, key=len, reverse=True))))
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
        self._surnames = sets["surnames"]
        self._us_states = frozenset(tuple(state.split()) for state in sets["us_states"])
        self._us_state_words = frozenset(state[0] for state in self._us_states if len(state) == 1)
        self._us_state_codes = us_state_codes

    @classmethod
    def from_toml(cls, text: str) -> Gazetteer:
        """Raises InvalidPlaces naming the entry and the cure."""
        table = tomllib.loads(text)
        return cls([_place(record) for record in table["place"]], table["context"])

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
        ]
        if not found:
            return []
        near = frozenset(word for _, text in elements for word in folded_words(text))
        found = [(e, s) for e, s in found if near.isdisjoint(s.place.unless_near)]
        named: dict[str, set[str]] = {}
        for _, sighting in found:
            named.setdefault(sighting.place.code, set()).add(sighting.spelling)
        return [
            (element, sighting)
            for element, sighting in found
            if len(named[sighting.place.code]) > 1
            or not self._is_namesake(sighting.place, country, own_countries[sighting.place.code], near)
        ]

    def _is_namesake(self, place: Place, country: str | None, own: frozenset[str], near: frozenset[str]) -> bool:
        if country is None:
            return "US" in place.namesakes and not near.isdisjoint(self._us_state_words)
        return country not in own and country in place.namesakes

    # ------------------------------------------------------------ matching

    def _sighted(self, text: str, *, is_text: bool = False) -> tuple[Sighting, ...]:
        sighted: dict[Sighting, None] = {}
        if _SPACED_OUT.search(text):
            text = _SPACED_OUT.sub(lambda letters: letters[0].replace(" ", ""), text)
        folded = folded_words(text)
        if not self._heads.isdisjoint(folded):
            sighted = dict.fromkeys(match.sighting for match in self._spaced_matches(_words(text), is_text))
        for word in folded:
            if word not in self._heads and (near := self._near(word)) is not None:
                sighted.setdefault(near)
        if not text.isascii() and _UNSPACED.search(text):
            sighted |= dict.fromkeys(self._unspaced_sighted(unicodedata.normalize("NFKC", text)))
        return tuple(sighted)

    def _near(self, word: str) -> Sighting | None:
        """A distinctive place one slip away: "Pyongynag", "Simfer0pol"."""
        if len(word) < NEAR_CHARS_MIN or word[0] not in self._near_initials:
            return None
        letters = word.translate(_LEET)
        for name, sighting in self._near_names:
            if abs(len(name) - len(letters)) <= 1 and OSA.distance(name, letters, score_cutoff=1) <= 1:
                return sighting
        return None

    def _spaced_matches(self, words: _Words, is_text: bool) -> Iterator[_Match]:
        near = frozenset(words.folded)
        start = 0
        while start < len(words.folded):
            match = self._longest(words.folded, start)
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

    def _follows(self, match: _Match, words: _Words) -> bool:
        return match.start > 0 and words.folded[match.start - 1] in match.sighting.place.only_follows

    def _longest(self, words: tuple[str, ...], start: int) -> _Match | None:
        for rest, sighting in self._spaced.get(words[start], ()):
            end = start + 1 + len(rest)
            if words[start + 1 : end] == rest:
                return _Match(sighting, start, end)
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
        for n in range(at, min(at + VENUE_WORDS_MAX, len(words.folded))):
            if words.folded[n] in named_after:
                return True
            if words.folded[n] in self._small_words or words.behind[n].strip() not in ("", "-"):
                return False
        return False

    def _has_house_number(self, start: int, words: _Words) -> bool:
        """`12 Havana Landing`, but not `Invoice 12 Havana port`."""
        if start == 0 or not words.folded[start - 1].isdecimal() or len(words.folded[start - 1]) > HOUSE_DIGITS_MAX:
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

    def _unspaced_sighted(self, text: str) -> Iterator[Sighting]:
        for found in self._unspaced_pattern.finditer(text):
            sighting = self._unspaced[found[0]]
            place = sighting.place
            # Teheran-ro 27-gil, a lane of Seoul's business street: 테헤란로27길, 테헤란27길.
            behind = _DIGITS.match(text, found.end())
            ends = {found.end(), behind.end() if behind else found.end()}
            is_harmless = any(text.startswith(tuple(place.unless_followed_by), end) for end in ends) or (
                text.endswith(tuple(place.unless_follows), 0, found.start())
            )
            if not is_harmless:
                yield sighting


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


def _unspaced_pattern(spelling: str) -> str:
    # Katakana spells foreign words letter by letter: "キューバ" is inside "スキューバ", scuba.
    is_katakana = re.fullmatch(f"[{_KATAKANA}]+", spelling) is not None
    return f"(?<![{_KATAKANA}]){spelling}(?![{_KATAKANA}])" if is_katakana else re.escape(spelling)


_KEYS: Final = frozenset(Place.__slots__)


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
    return frozenset(word if _UNSPACED.search(word) else " ".join(folded_words(word)) for word in words)
