"""Country names as lists, banks and payroll systems write them, and the ISO 3166-1 code they mean.

The whole text must be a country: `country_code` reads a country field, it does not search an address.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Final, NamedTuple

from streamer.reference.text import latin_code, plain

COUNTRY_CHARS_MAX = 100
"""Longer texts are addresses or sentences, not countries."""

ANSWERS_KEPT_MAX = 4096


class Countries(NamedTuple):
    names: Mapping[str, str]
    """alpha-2 code -> short English name"""
    codes: Mapping[str, str]
    """alpha-2 and alpha-3 code -> alpha-2 code"""
    variants: Mapping[str, str]
    """folded name or variant -> alpha-2 code"""
    regions: Mapping[str, str]
    """folded name of a region -> alpha-2 code of the country it belongs to"""


_CONNECTIVES: Final = frozenset({"the", "of", "and"})
_ABBREVIATIONS: Final = {"st": "saint", "rep": "republic", "dem": "democratic", "is": "islands"}
_SEPARATORS: Final = re.compile(r"[^\w]+")
_DROPPED: Final = re.compile(r"[.'’‘`]")
_REGION_PREFIX: Final = "region:"
_LETTERS_APART: Final = re.compile(r"\w(?: \w){1,2}")


@lru_cache(maxsize=ANSWERS_KEPT_MAX)
def country_code(text: str) -> str | None:
    """ISO 3166-1 alpha-2 code of a country's name, code or adjective; None where it names no single country.

    Reads alpha-2 and alpha-3 codes, English short and long names, inverted names ("Korea, North",
    "Iran (Islamic Republic of)"), and regions that lists write in a country's place ("Region: Crimea" -> UA).
    Whether the text was such a region tells `is_region`.
    """
    countries = _countries()
    code = countries.codes.get(text.strip().upper())
    code = code or _named(countries.variants, text) or _named(countries.regions, text)
    if code is None and len(text) <= COUNTRY_CHARS_MAX:
        # Disguised: invisible characters, letters of another writing, "K P".
        shown = plain(text).strip()
        letters = latin_code("".join(shown.split(" ")) if _LETTERS_APART.fullmatch(shown) else shown)
        code = countries.codes.get(letters.upper())
        if code is None and shown != text:
            code = _named(countries.variants, shown) or _named(countries.regions, shown)
    return code


_BETWEEN_COUNTRIES: Final = re.compile(r"\s*[;/|,]\s*")
_OF_NO_ONE_COUNTRY: Final = frozenset(
    {"congolese", "dominican", "guinean", "korea", "korean", "stateless", "xx", "xxa", "xxb", "xxc", "zz", "zzz"}
)
"""Cells that say something, and no one country by it: two Koreas, the codes of passports for the stateless."""


def countries_in(text: str) -> tuple[str, ...] | None:
    """Codes of all countries that a field names, one or several; None where some part of it names none.

    Raises nothing. A field that says there is no one country ("Stateless", "Korea") gives no code.
    """
    if code := country_code(text):
        return (code,)
    codes: list[str] = []
    for part in _BETWEEN_COUNTRIES.split(text.strip()):
        code = country_code(part)
        if code:
            codes.append(code)
        elif part and part.casefold() not in _OF_NO_ONE_COUNTRY:
            return None
    return tuple(dict.fromkeys(codes))


@lru_cache(maxsize=ANSWERS_KEPT_MAX)
def is_region(text: str) -> bool:
    """The text names a part of a country (Crimea, Gaza) whose status may differ from the country's."""
    countries = _countries()
    return _named(countries.variants, text) is None and _named(countries.regions, text) is not None


def country_name(code: str) -> str | None:
    """Short English name of an alpha-2 code, for reasons that people read; None where there is no such code."""
    return _countries().names.get(code.upper())


def country_codes() -> frozenset[str]:
    """All alpha-2 codes known here, withdrawn ones (SU, YU, AN …) and Kosovo's XK included."""
    return frozenset(_countries().names)


@cache
def _countries() -> Countries:
    table = tomllib.loads(resources.files("streamer.data").joinpath("countries.toml").read_text("utf-8"))
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    variants: dict[str, str] = {}
    for code, country in table["country"].items():
        names[code] = country["name"]
        codes[code] = codes[country["alpha3"]] = code
        for written in (country["name"], *country["also"]):
            if variants.setdefault(_folded(written), code) != code:
                raise ValueError(f"countries.toml: {written!r} means both {variants[_folded(written)]} and {code}")
    return Countries(names, codes, variants, {_folded(region): code for region, code in table["region"].items()})


def _named(variants: Mapping[str, str], text: str) -> str | None:
    """The code of the text as written, or with the part after a comma or in brackets put first."""
    if len(text) > COUNTRY_CHARS_MAX:
        return None
    written = text.strip()
    if written.casefold().startswith(_REGION_PREFIX):
        written = written[len(_REGION_PREFIX) :]
    head, comma, tail = written.partition("," if "," in written else "(")
    return variants.get(_folded(written)) or (variants.get(_folded(f"{tail} {head}")) if comma else None)


def _folded(text: str) -> str:
    """Lower case without accents, punctuation and connectives, abbreviations spelled out."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    words = _SEPARATORS.split(_DROPPED.sub("", plain))
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words if word and word not in _CONNECTIVES)
