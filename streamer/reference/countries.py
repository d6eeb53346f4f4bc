"""Country names as lists, banks and payroll systems write them, and the ISO 3166-1 code they mean.

The whole text must be a country: `country_code` reads a country field, it does not search an address.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Final, NamedTuple

from streamer.reference.text import latin_code, plain

COUNTRY_CHARS_MAX = 100
"""Longer texts are addresses or sentences, not countries."""

_ANSWERS_KEPT_MAX = 4096

_JOINED_CHARS_MIN = 4
"""Shorter names without their blanks are other words."""


class Countries(NamedTuple):
    names: Mapping[str, str]
    """alpha-2 code -> short English name"""
    codes: Mapping[str, str]
    """alpha-2 and alpha-3 code -> alpha-2 code"""
    variants: dict[str, str]
    """folded name or variant -> alpha-2 code"""
    regions: Mapping[str, str]
    """folded name of a region -> alpha-2 code of the country it belongs to"""
    kin: Mapping[str, frozenset[str]]
    """alpha-2 code -> those of its successors, and of the withdrawn countries that it succeeds"""


_CONNECTIVES: Final = frozenset({"the", "of", "and"})
_ABBREVIATIONS: Final = {"st": "saint", "rep": "republic", "dem": "democratic", "is": "islands"}
# From here on marks are vowels and more, not accents: Devanagari and the scripts of South and South East Asia, kana.
_MARKS_COUNT_FROM: Final = "\u0900"
_SEPARATORS: Final = re.compile(r"[^\w\u0900-\u1cff\u3099\u309a]+")
_DROPPED: Final = re.compile(r"[.'’‘`\u00ad\u200b-\u200f\u2060\ufeff]")
_REGION_PREFIX: Final = "region:"

FLAG: Final = re.compile(r"[\U0001f1e6-\U0001f1ff]{2}")
"""Two regional indicators, which screens show as a flag."""
_REGIONAL_INDICATORS: Final = {0x1F1E6 + n: chr(ord("A") + n) for n in range(26)}
_INDICATORS_BY_LETTER: Final = {ord(letter): chr(indicator) for indicator, letter in _REGIONAL_INDICATORS.items()}

# "K.P.", "K P", "(KP)", "KP-", "K_P": the letters of a code, whatever stands around and between them.
_CODE_APART: Final = re.compile(r"[\W_]*[^\W\d_](?:[\W_]{0,3}[^\W\d_]){1,2}[\W_]*")
_NOT_APPLICABLE: Final = re.compile(r"[\W_]*[nN][\W_]{0,3}[aA][\W_]*")
"""Written for "not applicable" or "not available". Namibia's code is NA, as it stands there."""
# ISO 3166-2: "UA-43", "US-NY". What stands for another country behind the hyphen is a second country, but for these.
_SUBDIVISION: Final = re.compile(r"([A-Z]{2})-[A-Z0-9]{1,3}")
_NO_SECOND_COUNTRY: Final = frozenset({"ES-CU"})

# What stands between countries, from what always separates to what also occurs within a name.
_BETWEEN_COUNTRIES: Final = (
    re.compile(r"\s*[;/|\\+&\n\r\t]\s*"),
    re.compile(r"\s*[,()\[\]{}]\s*"),
    re.compile(
        r"\s*[-‐-―:>→=*•·]+\s*"
        r"|\s+(?:and|or|und|oder|et|ou|y|o|e|en|of|och|og|ja|i|и|та|і|или|via|ve|dan|và)\s+",
        re.IGNORECASE,
    ),
    re.compile(r"\s+"),
)
# Words of long names that say nothing of which country: "Republik Kuba", "Irán (República Islámica del)".
_GENERIC_WORDS: Final = """
republic republik republica republique repubblica republiek republika republiken respublika республика республіка
islamic islamische islamique islamica islamitische islamska исламская ісламська state
de del della des du d l la di da do der den van
"""
_GENERIC: Final = frozenset(_GENERIC_WORDS.split())
_GENERIC_MIN: Final = 3
"""Letters of a word that makes a name a long one; articles alone do not."""

_PARTS_MAX: Final = 20
"""Countries read in one field; more is no list of countries."""

_OF_NO_ONE_COUNTRY: Final = frozenset(
    {
        "congolese",
        "dominican",
        "guinean",
        "kongo",
        "korea",
        "korean",
        "stateless",
        "xxa",
        "xxb",
        "xxc",
        "конго",
        "刚果",
        "剛果",
    }
)
"""Cells that say something, and no one country by it: two Koreas, the codes of passports for the stateless."""


@lru_cache(maxsize=_ANSWERS_KEPT_MAX)
def country_code(text: str) -> str | None:
    """ISO 3166-1 alpha-2 code of a country's name, code or adjective; None where it names no single country.

    Reads alpha-2, alpha-3 and numeric codes, flags, English short and long names, inverted names ("Korea, North",
    "Iran (Islamic Republic of)"), names in the languages of CLDR, one country named twice ("North Korea, KP"), and
    regions that lists write in a country's place ("Region: Crimea" -> UA). Whether the text was such a region tells
    `is_region`.
    """
    if code := _single(text):
        return code
    codes, is_whole = _read(text)
    return codes[0] if is_whole and len(codes) == 1 else None


def countries_in(text: str) -> tuple[str, ...] | None:
    """Codes of all countries that a field names, one or several; None where some part of it names none.

    Raises nothing. A field that says there is no one country ("Stateless", "Korea") gives no code.
    """
    codes, is_whole = _read(text)
    return codes if is_whole else None


def countries_named(text: str) -> tuple[str, ...]:
    """Codes of the countries that a field names, whatever else it says: "KP via Dandong" names KP."""
    return _read(text)[0]


@lru_cache(maxsize=_ANSWERS_KEPT_MAX)
def _read(text: str) -> tuple[tuple[str, ...], bool]:
    """The codes that a country field names, and whether that is all it says."""
    if code := _single(text):
        return (code,), True
    if len(text) > COUNTRY_CHARS_MAX:
        return (), False
    shown = FLAG.sub(lambda flag: f" {flag[0].translate(_REGIONAL_INDICATORS)} ", text).strip()
    codes: dict[str, None] = {}
    is_prose = any(len(word) > 3 for word in _SEPARATORS.split(shown))
    is_whole = _read_parts(_parts(shown, 0), 0, codes, is_prose)
    return tuple(codes), is_whole


def _parts(text: str, level: int) -> list[str]:
    return [part for part in _BETWEEN_COUNTRIES[level].split(text)[:_PARTS_MAX] if part]


def _read_parts(parts: Iterable[str], level: int, codes: dict[str, None], is_prose: bool) -> bool:
    # Every part is read, also behind one that names no country.
    unread = [part for part in parts if not _read_part(part, level, codes, is_prose)]
    return not unread


def _read_part(part: str, level: int, codes: dict[str, None], is_prose: bool) -> bool:
    """Adds what a part of a field names to `codes`; whether that is all it says."""
    if part.casefold() in _OF_NO_ONE_COUNTRY or (_folded(part) and not _specific(part)):
        return True
    if (found := _SUBDIVISION.fullmatch(part)) and found[1] in _countries().names:
        codes[found[1]] = None
        second = None if part in _NO_SECOND_COUNTRY else _single(part[3:])
        if second:
            codes[second] = None
        return True
    # "Germany or so": among words a code is in capitals.
    is_word = is_prose and len(part) <= 3 and part.islower() and part.isascii()
    if not is_word and (code := _single(part)):
        codes[code] = None
        return True
    if level + 1 == len(_BETWEEN_COUNTRIES):
        return False
    smaller = _parts(part, level + 1)
    if level + 2 < len(_BETWEEN_COUNTRIES):
        return _read_parts(smaller, level + 1, codes, is_prose)
    known = _countries().codes
    if len(smaller) > 1 and len({known.get(word.upper(), "") for word in smaller} - {""}) == len(smaller):
        codes.update((known[word.upper()], None) for word in smaller)
        return True
    # Among other words a code is what is written as one: "KP by way of CN", not "in".
    codes.update((known[word], None) for word in smaller if word in known)
    return False


@lru_cache(maxsize=_ANSWERS_KEPT_MAX)
def _single(text: str) -> str | None:
    """The code of a text that is one country's name or code."""
    if _NOT_APPLICABLE.fullmatch(text) and text.strip() != "NA":
        return None
    countries = _countries()
    code = countries.codes.get(text.strip().upper())
    code = code or _named(countries.variants, text) or _named(countries.regions, text)
    if code is None and len(text) <= COUNTRY_CHARS_MAX and (specific := _specific(text)) != _folded(text):
        code = countries.variants.get(specific)
    if code is None and len(text) <= COUNTRY_CHARS_MAX:
        # Disguised: invisible characters, letters of another writing, flags, "K.P."
        shown = plain(FLAG.sub(lambda flag: flag[0].translate(_REGIONAL_INDICATORS), text)).strip()
        letters = latin_code(shown)
        if _CODE_APART.fullmatch(letters):
            letters = "".join(filter(str.isalpha, letters))
        code = countries.codes.get(letters.upper())
        if code is None and shown != text:
            code = _named(countries.variants, shown) or _named(countries.regions, shown)
        code = code or _joined().get(_folded(shown).replace(" ", ""))
    return code


@cache
def _joined() -> Mapping[str, str]:
    """Names without their blanks: "northkorea", "Cu ba"."""
    return {
        joined: code
        for name, code in _countries().variants.items()
        if len(joined := name.replace(" ", "")) >= _JOINED_CHARS_MIN or not name.isascii()
    }


def _specific(text: str) -> str:
    """A name, folded, without what long names of countries have in common; nothing where that is all there is."""
    words = _folded(text).split()
    if not any(word in _GENERIC and len(word) > _GENERIC_MIN for word in words):
        return " ".join(words)
    return " ".join(word for word in words if word not in _GENERIC)


@lru_cache(maxsize=_ANSWERS_KEPT_MAX)
def is_region(text: str) -> bool:
    """The text names a part of a country (Crimea, Gaza) whose status may differ from the country's."""
    countries = _countries()
    return _named(countries.variants, text) is None and _named(countries.regions, text) is not None


def country_name(code: str) -> str | None:
    """Short English name of an alpha-2 code, for reasons that people read; None where there is no such code."""
    return _countries().names.get(code.upper())


def successors_and_predecessors(code: str) -> frozenset[str]:
    """Alpha-2 codes of the countries that went on with a withdrawn country's registers, or whose registers this one
    goes on with: SU and RU, YU and RS. Empty for most."""
    return _countries().kin.get(code, frozenset())


def flag_of(code: str) -> str:
    """The flag of an alpha-2 code in upper case."""
    return code.translate(_INDICATORS_BY_LETTER)


@cache
def country_codes() -> frozenset[str]:
    """All alpha-2 codes known here, withdrawn ones (SU, YU, AN …) and Kosovo's XK included."""
    return frozenset(_countries().names)


@cache
def country_spellings() -> frozenset[str]:
    """Names of countries in all languages known here: lower case, words apart by one space, without accents."""
    return frozenset(_countries().variants)


@cache
def _countries() -> Countries:
    countries, data = _own(), resources.files("streamer.data")
    for line in data.joinpath("country_names.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            code, *written = line.split("\t")
            for name in written:
                countries.variants.setdefault(name, code)
    return countries


def _own() -> Countries:
    """What countries.toml says, without the names in other languages."""
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
    kin: dict[str, set[str]] = {}
    for withdrawn, successors in table["successors"].items():
        for successor in successors:
            kin.setdefault(withdrawn, set()).add(successor)
            kin.setdefault(successor, set()).add(withdrawn)
    regions = {_folded(region): code for region, code in table["region"].items()}
    return Countries(names, codes, variants, regions, {code: frozenset(others) for code, others in kin.items()})


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
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in decomposed if c >= _MARKS_COUNT_FROM or not unicodedata.combining(c)).casefold()
    words = _SEPARATORS.split(_DROPPED.sub("", letters))
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words if word and word not in _CONNECTIVES)
