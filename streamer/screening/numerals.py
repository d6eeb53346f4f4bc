"""Numbers in names, in figures, Roman numerals or words: Office 39, 39th Office, Office Thirty-Nine.

A number of several words is put into figures on both sides (`in_figures`); one word or figure is compared by its value
(`value`). Another number is another thing. The words are data: `data/numerals.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

_TABLE: Final[dict[str, Any]] = tomllib.loads((files("streamer.data") / "numerals.toml").read_text(encoding="utf-8"))
_FIGURES_MAX: Final = 6
_ROMAN_MAX: Final = 50
"""Higher Roman numerals are rather words of other meaning: XL, CD, MC."""


_VALUES: Final = {word: int(row.split()[0]) for row in _TABLE["values"] for word in row.split()[1:]} | {
    word: 21 + i for i, word in enumerate(_TABLE["glued"].split())
}
_BY_FIGURES: Final = frozenset(_TABLE["by_figures"].split())
_AND: Final = frozenset(_TABLE["and"].split())
_UNITS_FIRST: Final = frozenset(_TABLE["units_first"].split())
_SIGNS: Final = frozenset(_TABLE["signs"].split())
_APART: Final = frozenset(_TABLE["apart"].split())


def _one_of(words: Iterable[str]) -> str:
    return "|".join(sorted(set(words), key=len, reverse=True))


_ORDINAL: Final = re.compile(rf"(\d{{1,{_FIGURES_MAX}}})(?:{_one_of(_TABLE['ordinals'].split())})")
_UNITS: Final = _one_of(word for word, number in _VALUES.items() if 0 < number < 10)
_TENS: Final = _one_of(word[:cut] for word, number in _VALUES.items() if 20 <= number < 100 for cut in (None, -1))
_IN_ONE: Final = re.compile(rf"(?P<unit>{_UNITS}|ein)(?:und|en)(?P<tens>{_TENS})|(?P<first>{_TENS})(?P<last>{_UNITS})")
"""Neununddreissig and negenendertig, thirtynine and trentanove."""


def _roman(number: int) -> str:
    ones = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
    return ("", "x", "xx", "xxx", "xl", "l")[number // 10] + ones[number % 10]


_ROMAN: Final = {_roman(number): number for number in range(1, _ROMAN_MAX)}
_COMPOSED: Final = frozenset(word for word, number in _VALUES.items() if number >= 10)
TAKEN_OUT: Final = _COMPOSED | _SIGNS
"""A word of these, or figures, stand in every name that `in_figures` changes."""
_JOINED: Final = frozenset(_VALUES.keys() | _SIGNS | _APART)


_IN_ONE_CHARS_MIN: Final = 7
_CUT_TENS: Final = {word[:-1]: number for word, number in _VALUES.items() if 20 <= number < 100}


@lru_cache(maxsize=32_768)
def value(token: str) -> int | None:
    """The number that a token stands for in figures, in Roman numerals or as a word; None for other tokens."""
    if token.isdigit():
        return int(token) if len(token) <= _FIGURES_MAX else None
    if (ordinal := _ORDINAL.fullmatch(token)) is not None:
        return int(ordinal[1])
    number = _VALUES.get(token)
    if number is None and len(token) >= _IN_ONE_CHARS_MIN and (found := _IN_ONE.fullmatch(token)) is not None:
        unit, tens = found["unit"] or found["last"], found["tens"] or found["first"]
        return _VALUES.get(unit, 1) + (_VALUES.get(tens) or _CUT_TENS[tens])
    return number if number is not None else _ROMAN.get(token)


@lru_cache(maxsize=32_768)
def is_figure(token: str) -> bool:
    """Written in figures or Roman numerals. A single I, V or X is rather a letter."""
    return token[:1].isdigit() or (len(token) > 1 and token in _ROMAN and token not in _VALUES)


def same_number(a: str, b: str) -> bool:
    """The two tokens stand for one number, and one of them in figures: the words of two languages are not compared."""
    if not (is_figure(a) or is_figure(b)):
        return False
    number = value(a)
    return number is not None and number == value(b)


def in_figures(words: list[str]) -> list[str]:
    """Numbers of several words in figures: "office thirty nine" -> "office 39"; signs before numbers go."""
    if _JOINED.isdisjoint(words):
        return words
    out: list[str] = []
    i = 0
    while i < len(words):
        if words[i] in _SIGNS and i and i + 1 < len(words) and (words[i + 1][0].isdigit() or words[i + 1] in _VALUES):
            i += 1
            continue
        if out and words[i] in _APART and out[-1].isdigit():
            i += 1
            continue
        size = _size_at(words, i)
        number = _composed(words[i : i + size]) if size > 1 else None
        out.append(words[i] if number is None else str(number))
        i += 1 if number is None else size
    return out


def _size_at(words: Sequence[str], at: int) -> int:
    """Words of the number that begins at this place, with what joins them."""
    end = at
    while end < len(words):
        if words[end] in _VALUES:
            end += 1
        elif end > at and words[end] in _AND and end + 1 < len(words) and words[end + 1] in _VALUES:
            end += 2
        else:
            break
    return end - at


def _composed(words: Sequence[str]) -> int | None:
    """The number that several number words are together; None where they are several numbers."""
    values = [_VALUES.get(word) for word in words]
    if len(values) == 3 and words[1] in _UNITS_FIRST:
        unit, _, ten = values
        if unit is not None and ten is not None and unit < 10 and 20 <= ten < 100:
            return ten + unit
    numbers = [number for number in values if number is not None]
    if len(numbers) < len(values) and max(numbers) < 20:
        # Two and Three.
        return None
    whole = _summed(numbers)
    if whole is not None or len(numbers) < len(values):
        return whole
    if not _BY_FIGURES.issuperset(words):
        return None
    if len(numbers) > 2 and max(numbers) < 10:
        return int("".join(map(str, numbers)))
    rest = _summed(numbers[1:])
    if rest is not None and 20 <= rest < 100:
        # One Eighty, Nineteen Eighty-Four.
        return 100 * numbers[0] + rest
    return None


def _summed(numbers: Sequence[int]) -> int | None:
    """Thousands, hundreds, tens and units in this order: 1 100 80 -> 180."""
    total, part, below = 0, 0, 1000
    for number in numbers:
        if number == 1000:
            total, part, below = total + max(part, 1) * 1000, 0, 1000
        elif number == 100:
            if part > 9:
                return None
            part, below = max(part, 1) * 100, 100
        elif 0 < number < below and (number < 100 or number % 100 == 0):
            part += number
            below = 100 if number >= 100 else 10 if number >= 20 else 1
        else:
            return None
    return total + part
