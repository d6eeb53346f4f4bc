"""Words that tell two parties apart however few letters differ: West and East, First and Second, Iran and Iraq.

`compare` counts letters where a slip of the pen could make one word of the other. Between these words, initials,
syllabic signs and short acronyms no slip is likely: a differing letter is another word.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib.resources import files
from typing import Final

from rapidfuzz.distance import OSA

from streamer.screening.names import PARTICLES, PLACES, TRADE, Name

_EXCLUSIVE: Final = {
    word: (row, member)
    for row, members in enumerate(
        tomllib.loads((files("streamer.data") / "name_words.toml").read_text(encoding="utf-8"))["exclusive"]
    )
    for member, words in enumerate(members)
    for word in words.split()
}
"""Word -> (kind, which of the kind): two words of one kind that are not the same one exclude each other."""
_ROMAN: Final = frozenset(
    ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii"]
)
_FIRST: Final = frozenset({"i", "1"})
_SYLLABIC_SCRIPTS: Final = frozenset({"Hang", "Hani", "Jpan"})
"""Writings whose signs are syllables or words: another sign is not a mistyped letter."""
_ABJADS: Final = frozenset({"Arab", "Hebr"})
_FILIATION: Final = frozenset({"bin", "ben", "ibn", "bint"})
_GENDERED_LETTERS_MIN: Final = 4
_VOWELS_AND_H: Final = "aeiouyh"
_LONE_LETTERS_MAX: Final = 4


def is_number(token: str) -> bool:
    """In digits or Roman numerals."""
    return token.isdigit() or token in _ROMAN


def are_exclusive(a: str, b: str) -> bool:
    """Two words of one kind that cannot both be meant: directions, ordinals, generations, places."""
    kind, other = _EXCLUSIVE.get(a), _EXCLUSIVE.get(b)
    if kind and other and kind[0] == other[0]:
        return kind != other
    return a != b and a in PLACES and b in PLACES


def are_of_two_genders(a: str, b: str) -> bool:
    """The male and the female form of one name: Angelo and Angela, Juan and Juana, Ivanov and Ivanova."""
    if len(a) > len(b):
        a, b = b, a
    if len(a) < _GENDERED_LETTERS_MIN:
        return False
    if len(a) == len(b):
        # Lukashenko and Lukashenka are one surname in two languages.
        return a[:-1] == b[:-1] and {a[-1], b[-1]} == {"o", "a"} and a[-2] != "k"
    return b == f"{a}a" and a[-1] not in _VOWELS_AND_H


def is_turned_round(left: Name, right: Name) -> bool:
    """Father and child have changed places: AHMAD BIN HASAN, HASAN BIN AHMAD."""
    one, other = left.tokens, right.tokens
    if _FILIATION.isdisjoint(one) or _FILIATION.isdisjoint(other):
        return False
    families = {(a, b) for a, of, b in zip(other, other[1:], other[2:], strict=False) if of in _FILIATION}
    return any(
        of in _FILIATION and a != b and (b, a) in families for a, of, b in zip(one, one[1:], one[2:], strict=False)
    )


def is_another_of_a_series(alone: Iterable[str], left: Name, right: Name) -> bool:
    """One of the tokens without a partner is a number, and the other name has none: Fund II is not Fund.

    Fund I may be.
    """
    has_both = all(any(map(is_number, name.tokens)) for name in (left, right))
    return not has_both and any(is_number(token) and token not in _FIRST for token in alone)


def _own_words(name: Name, *, person: bool) -> int:
    """Words that are not of the trade or the place: KLM Holdings has one."""
    common = PARTICLES if person else PARTICLES | TRADE | PLACES
    return sum(token not in common for token in name.tokens)


class Contrast:
    """What tells tokens of two names apart, given the names."""

    def __init__(self, left: Name, right: Name, *, person: bool) -> None:
        script = left.script if left.script == right.script else None
        self._person = person
        self._is_syllabic = script in _SYLLABIC_SCRIPTS
        self._letters_worth = 2 if script in _ABJADS else 1
        self._are_lone = all(_own_words(name, person=person) <= 1 for name in (left, right))

    def are_two(self, a: str, b: str, *, is_read: bool = False) -> bool:
        """No slip of the pen makes one of the other, however few letters differ.

        `is_read`: they agree as sounds, abbreviations or readings of other writings, not by their letters.
        """
        if a == b:
            return False
        if len(a) == len(b) == 1:
            return a.isalpha() and b.isalpha()
        if self._is_syllabic or are_exclusive(a, b):
            return True
        is_short = min(len(a), len(b)) <= _LONE_LETTERS_MAX and TRADE.isdisjoint((a, b))
        if self._are_lone and is_short and not is_read:
            return True
        if self._person:
            return are_of_two_genders(a, b)
        if is_number(a) or is_number(b):
            return a.isdigit() and b.isdigit() and OSA.distance(a, b) > 1
        if is_read:
            return False
        # Half of the letters of an acronym: ABC and CBA. The numbers of a series are compared as letters.
        return 2 * OSA.distance(a, b) >= max(len(a), len(b))

    def counts(self, token: str) -> bool:
        """It is no particle. A single letter in a person's name is an initial: William A. is not William G."""
        return token not in PARTICLES or (self._person and len(token) == 1)

    def letters_changed(self, a: str, b: str) -> int:
        """Letters that differ; where vowels are not written each counts twice, as a word has half as many."""
        return OSA.distance(a, b) * self._letters_worth
