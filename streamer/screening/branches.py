"""Branches, representative offices and places behind the name of a firm: X Ltd Moscow Branch, X (Dubai).

The firm behind the branch is meant, so the name is read without them as well. Terms are data (`data/branches.toml`);
places are those of `names.PLACES`, the countries in all languages, and large cities (`data/cities.txt`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import chain
from typing import Any, Final

from streamer.reference.countries import country_spellings
from streamer.reference.legal_forms import FIRST_WORDS
from streamer.screening.names import PLACES, bits, fold

_TABLE: Final[dict[str, Any]] = tomllib.loads((files("streamer.data") / "branches.toml").read_text(encoding="utf-8"))
_TERMS: Final = frozenset(tuple(term.split("_")) for term in _TABLE["terms"].split())
_FIRST_WORDS_OF_TERMS: Final = frozenset(term[0] for term in _TERMS)
_TERM_WORDS_MAX: Final = max(map(len, _TERMS))
_BESIDE_PLACES: Final = frozenset(_TABLE["beside_places"].split())
_SMALL: Final = frozenset(_TABLE["small"].split())
_BEFORE_PLACES: Final = frozenset(_TABLE["before_places"].split())
_NATIVE: Final = re.compile(
    rf"(?P<firm>.+?)(?P<place>[\u3400-\u9fff\uac00-\ud7a3]{{2,3}})?\s*(?:{'|'.join(_TABLE['native'])})\)?\s*$"
)
_COUNTRY_LETTERS_MIN: Final = 4
_PLACE_WORDS_MAX: Final = 4
_TAIL_WORDS_MAX: Final = 6
_HEAD_LETTERS_MIN: Final = 4
_HEAD_BITS_MIN: Final = 16.0
"""Without a legal form a place belongs to a name of ordinary words: Qatar National Bank."""


def _places() -> frozenset[str]:
    cities = (files("streamer.data") / "cities.txt").read_text(encoding="utf-8").splitlines()
    countries = {name for name in country_spellings() if name.isascii() and len(name) >= _COUNTRY_LETTERS_MIN}
    return PLACES.union(countries, [city for city in cities if city[:1] != "#"])


_PLACES: Final = _places()
_LAST_WORDS: Final = frozenset(place.split()[-1] for place in _PLACES)
SIGNS: Final = _FIRST_WORDS_OF_TERMS | _BESIDE_PLACES
"""A word of these is in every name of a branch in Latin letters."""


def may_end_in_place(word: str) -> bool:
    """A place may end with this word."""
    return word in _LAST_WORDS


def firms(text: str, words: Sequence[str], *, is_firm: bool) -> Iterator[str]:
    """What the names of the firm may be whose branch or place the text names; none where it names neither.

    `words` are those of the text, folded. Where it is not known to be a firm's name (`is_firm`) and may be a person's,
    two words must be left.
    """
    if SIGNS.isdisjoint(words) and not is_firm and "(" not in text and not any(word in FIRST_WORDS for word in words):
        # A person may be called like a place.
        return
    is_firm = is_firm or "(" in text or (len(words) > 2 and _term(words) is not None)
    for firm in dict.fromkeys(chain(_native(text), _without_segments(text), _of_words(words))):
        left = fold(firm).split()
        if (
            left != list(words)
            and sum(map(len, left)) >= _HEAD_LETTERS_MIN
            and (is_firm or len(left) > 1)
            and not _is_place(left)
        ):
            yield firm


def _is_place(words: Sequence[str]) -> bool:
    return " ".join(words) in _PLACES


def _native(text: str) -> Iterator[str]:
    if text.isascii() or (found := _NATIVE.match(text)) is None:
        return
    yield found["firm"] + (found["place"] or "")
    if found["place"]:
        # Most Chinese cities have two characters.
        yield found["firm"] + found["place"][:-2]
        yield found["firm"]


_BETWEEN_SEGMENTS: Final = re.compile(r"[,;(\[]|\s[-\u2013\u2014/]\s")
_SEGMENTS_MAX: Final = 4


def _without_segments(text: str) -> Iterator[str]:
    """Without what stands behind the last commas or in parentheses, where that is a place or a branch."""
    firm = text
    for found in list(_BETWEEN_SEGMENTS.finditer(text))[: -_SEGMENTS_MAX - 1 : -1]:
        words = fold(firm[found.end() :]).split()
        if (words and not _is_aside(words)) or not text[: found.start()].strip():
            break
        firm = text[: found.start()]
    if firm != text:
        yield from _of_words(fold(firm).split())
        yield firm


def _is_aside(words: list[str]) -> bool:
    """Nothing but places, terms of branches and small words."""
    left = list(words)
    while left:
        size = _place_at_end(left) or (1 if left[-1] in _SMALL or left[-1] in _BESIDE_PLACES else 0)
        if not size:
            size = next((n for n in range(1, _TERM_WORDS_MAX + 1) if tuple(left[-n:]) in _TERMS), 0)
        if not size:
            # Kampala Branch, where the town is not known.
            return len(left) == 1 < len(words) and _term(words) is not None
        del left[-size:]
    return any(word not in _SMALL for word in words)


def _place_at_end(words: Sequence[str]) -> int:
    """Words of the place that ends here, or 0."""
    if not words or words[-1] not in _LAST_WORDS:
        return 0
    sizes = range(min(_PLACE_WORDS_MAX, len(words)), 0, -1)
    return next((size for size in sizes if " ".join(words[-size:]) in _PLACES), 0)


def _term(words: Sequence[str]) -> tuple[int, int] | None:
    """Where the last term of a branch stands: first word, and the word behind it."""
    for start in range(len(words) - 1, -1, -1):
        for size in range(_TERM_WORDS_MAX, 0, -1) if words[start] in _FIRST_WORDS_OF_TERMS else ():
            if tuple(words[start : start + size]) in _TERMS:
                first = next(at for at in range(start, -1, -1) if not at or (words[at - 1],) not in _TERMS)
                return first, start + size
        if words[start] in _BESIDE_PLACES and (
            _place_at_end(words[:start]) or (start + 1 < len(words) and _place_at_end(words) == len(words) - start - 1)
        ):
            return start, start + 1
    return None


def _of_words(words: Sequence[str]) -> Iterator[str]:
    found = _term(words)
    if found is None:
        yield from _before_place(words)
        return
    start, end = found
    before, behind = words[:start], words[end:]
    firm = _without_places(before)
    if firm and len(behind) <= _TAIL_WORDS_MAX:
        yield " ".join(firm)
        if len(firm) == len(before) and len(firm) > 1:
            # The town is not known: it stands behind the legal form, or is the last word.
            form = max((i for i, word in enumerate(firm) if word in FIRST_WORDS), default=0)
            if form and len(firm) - 1 - form <= _PLACE_WORDS_MAX:
                firm = firm[: form + 1]
            elif len(firm) > 2:
                firm = firm[:-1]
            yield " ".join(firm)
    if behind and not firm:
        yield from _behind_term(behind)


def _without_places(words: Sequence[str]) -> Sequence[str]:
    end = len(words)
    while end:
        size = _place_at_end(words[:end]) or (1 if words[end - 1] in _SMALL else 0)
        if not size:
            break
        end -= size
    return words[:end]


def _behind_term(words: Sequence[str]) -> Iterator[str]:
    """The firm in "Branch of X in Y", "Filial X v g. Y"."""
    start = 0
    while start < len(words) - 1 and words[start] in _SMALL:
        start += 1
    firm = words[start:]
    for at in range(len(firm) - 1, 0, -1):
        if firm[at] in _BEFORE_PLACES and len(firm) - at - 1 <= _PLACE_WORDS_MAX:
            yield " ".join(firm[:at])
            break
    yield " ".join(_without_places(firm))


def _before_place(words: Sequence[str]) -> Iterator[str]:
    """The firm before a place, where its legal form or its own words say enough."""
    firm = _without_places(words) if _place_at_end(words) else ()
    if not firm:
        return
    if firm[-1] in FIRST_WORDS or sum(map(bits, firm)) >= _HEAD_BITS_MIN:
        yield " ".join(firm)
