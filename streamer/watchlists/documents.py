"""What kind of identifier a list means by its label, and how a number stands beside its country and dates."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from streamer.events import IdentifierKind
from streamer.reference.countries import country_code

K = IdentifierKind

# First match wins, so the narrow words stand before the wide ones.
_KIND_BY_WORD: Final = tuple(
    (re.compile(words, re.IGNORECASE), kind)
    for words, kind in (
        (r"\bswift\b|\bbic\b", K.BIC),
        (r"\blegal entity (?:number|identifier)|\blei\b", K.LEI),
        # Telegraph codes of a name's characters, not of a company.
        (r"chinese commercial code", K.OTHER),
        (r"\bimo\b", K.IMO),
        (r"\bmmsi\b", K.MMSI),
        (r"passport|passeport|pasaporte|travel document|\bssid\b", K.PASSPORT),
        (r"social security|\bssn\b", K.SOCIAL_SECURITY),
        (r"driv(?:er|ing)|permis de conduire", K.DRIVING_LICENCE),
        (r"\bidentifica\w* tribut|tribut\w* identif", K.TAX),
        (
            r"\btax\b|\bfiscal\b|\bv\.?a\.?t\b|\br\.?f\.?c\b|\bnit\b|\bruc\b|\brif\b|\brtn\b|\bfein\b|\btin\b|\binn\b",
            K.TAX,
        ),
        (r"\bc\.?u\.?i\.?t\b|\bc\.i\.f|\bn\.i\.f|\bpan\b", K.TAX),
        (
            r"regist|licen[cs]e|company|commerc|chamber|enterprise|incorporat|social credit|gazette|mercantil"
            r"|c\.r\.|c\.i\.n|business|branch unit|organi[sz]ation code|charity|\bogrn|\bokpo\b|permit|folio"
            r"|file number|trademark",
            K.REGISTRATION,
        ),
        (
            r"identi|\bid\b|cedula|curp|c\.u\.r\.p|d\.n\.i|c\.u\.i|i\.f\.e|n\.i\.e|tazkira|citizen|electoral|residen"
            r"|birth certificate|\bbirth\b|personal|kimlik|national|refugee|immigration|military|visa|\ble number",
            K.NATIONAL_ID,
        ),
    )
)


def kind_of(label: str) -> IdentifierKind:
    """The kind a label speaks of; OTHER where no word of it is known (D-U-N-S, ISIN, BIK …)."""
    return next((kind for words, kind in _KIND_BY_WORD if words.search(label)), K.OTHER)


class Number(NamedTuple):
    value: str
    country: str | None
    """ISO 3166-1 alpha-2."""
    note: str | None
    """Place within the country, dates of issue and expiry."""


_DATES: Final = re.compile(
    r"^(?P<number>.*?)\s*\b(?P<dates>(?:issued|expire[sd]?|valid)\b.*)$", re.IGNORECASE | re.DOTALL
)
_BRACKET: Final = re.compile(r"^(?P<number>.*\S)\s*\((?P<inside>[^()]*)\)$", re.DOTALL)
_BRACKETS_MAX: Final = 8


def number_in(text: str) -> Number:
    """The number, its country and the rest.

    "745338501 (Korea, North) expires 26 Jul 2026", "7136946 (Delaware) (United States)", "1372584, Kenya".
    """
    notes: list[str] = []
    text, inside = _without_brackets(text)
    if dated := _DATES.match(text):
        text, more = _without_brackets(dated["number"])
        notes.append(dated["dates"].strip())
        inside = more + inside
    countries = [code for bracket in inside if (code := country_code(bracket))]
    country = countries[-1] if countries else None
    notes = [bracket for bracket in inside if country is None or country_code(bracket) != country] + notes
    if country is None and "," in text:
        head, _, tail = text.rpartition(",")
        if code := country_code(tail):
            text, country = head.strip(), code
    return Number(text.lstrip("#: ").strip(), country, "; ".join(notes) or None)


def _without_brackets(text: str) -> tuple[str, list[str]]:
    """The text before the brackets that close it, and their contents from left to right."""
    text = text.strip()
    inside: list[str] = []
    while len(inside) < _BRACKETS_MAX and (bracket := _BRACKET.match(text)):
        text = bracket["number"].strip()
        inside.insert(0, bracket["inside"].strip())
    return text, [content for content in inside if content]
