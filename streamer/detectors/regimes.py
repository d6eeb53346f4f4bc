"""The table of jurisdictions: what applies to a country or region, by which programme, and when.

Read from `data/jurisdictions.toml`, row by row, and refused where a row cannot be right. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from streamer.events import Consequence
from streamer.reference.countries import country_name
from streamer.reference.text import folded_words

JURISDICTIONS_FILE: Final = "jurisdictions.toml"

EMBARGO: Final = "EMBARGO"
"""Rule of the findings on embargoed countries and regions."""


class InvalidJurisdictions(ValueError):
    """The table of jurisdictions cannot be read. Names the row and the cure."""


class Level(StrEnum):
    EMBARGO = "embargo"
    HIGH = "high"
    ELEVATED = "elevated"

    @property
    def rank(self) -> int:
        """The larger is the stricter."""
        return _LEVEL_RANK[self]


_LEVEL_RANK = {Level.ELEVATED: 0, Level.HIGH: 1, Level.EMBARGO: 2}


@dataclass(frozen=True, slots=True)
class Regime:
    """One row: what applies to a country or region, by which programme, and when."""

    code: str
    name: str
    regime: str
    level: Level
    source: str
    valid_from: date
    valid_to: date | None = None
    """Last day; None while it is in force."""
    consequence: Consequence = Consequence.REVIEW
    administered_by: tuple[str, ...] = ()

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Postcodes:
    """Postcodes of one country that tell a region."""

    country: str
    words: frozenset[str]
    """The country's name as it stands in addresses that carry no country code."""
    pattern: re.Pattern[str]
    prefixes: Mapping[str, str]


_ROW_KEYS: Final = frozenset(Regime.__slots__)


def regime_from(record: Mapping[str, Any]) -> Regime:
    row = f"{JURISDICTIONS_FILE}: {record.get('code', 'a row without code')}"
    if unknown := record.keys() - _ROW_KEYS:
        raise InvalidJurisdictions(f"{row}: unknown key {min(unknown)!r}; the head of the file lists the keys")
    missing = {"code", "name", "regime", "level", "source", "valid_from"} - record.keys()
    if missing:
        raise InvalidJurisdictions(f"{row}: {min(missing)} is missing; every row needs it")
    if record["level"] not in {level.value for level in Level}:
        raise InvalidJurisdictions(f"{row}: level {record['level']!r}; use one of embargo, high, elevated")
    level = Level(record["level"])
    consequences = {Consequence.BLOCK, Consequence.REJECT} if level is Level.EMBARGO else {Consequence.REVIEW}
    consequence = record.get("consequence", Consequence.REVIEW)
    if consequence not in consequences:
        allowed = " or ".join(sorted(consequences))
        raise InvalidJurisdictions(f"{row}: consequence {consequence!r}; with level {level} use {allowed}")
    days = {key: record[key] for key in ("valid_from", "valid_to") if key in record}
    for key, day in days.items():
        if not isinstance(day, date) or isinstance(day, datetime):
            raise InvalidJurisdictions(f"{row}: {key} {day!r} is not a day; write it as 2026-02-13 without quotes")
    if days.get("valid_to", date.max) < days["valid_from"]:
        raise InvalidJurisdictions(f"{row}: valid_to is before valid_from; swap them")
    if country_name(record["code"][:2]) is None:
        raise InvalidJurisdictions(f"{row}: the code must begin with an ISO 3166-1 alpha-2 code")
    return Regime(
        code=record["code"],
        name=record["name"],
        regime=record["regime"],
        level=level,
        source=record["source"],
        valid_from=days["valid_from"],
        valid_to=days.get("valid_to"),
        consequence=Consequence(consequence),
        administered_by=tuple(record.get("administered_by", ())),
    )


def increased_monitoring(table: Mapping[str, Any]) -> Iterator[Regime]:
    """FATF's grey list: one programme, many countries."""
    for code, day in table["valid_from"].items():
        yield regime_from(
            {
                "code": code,
                "name": country_name(code) or code,
                "level": Level.ELEVATED,
                "regime": table["regime"],
                "source": table["source"],
                "valid_from": day,
            }
        )


def postcodes_from(record: Mapping[str, Any]) -> Postcodes:
    return Postcodes(
        country=record["country"],
        words=frozenset(word for written in record["words"] for word in folded_words(written)),
        pattern=_postcode_pattern(record["digits"]),
        prefixes=record["prefixes"],
    )


def _postcode_pattern(digits: int) -> re.Pattern[str]:
    """So many digits, in one run, in two groups or each apart: "295000", "295 000", "295-000", "2 9 5 0 0 0"."""
    gap, zero = r"[ .\-‐-―_]{1,2}", r"[\dOoОо]"
    # Of two groups a third one makes a phone number.
    groups = "|".join(
        rf"\d{{{first}}}{gap}{zero}{{{digits - first}}}(?![ .-]\d)" for first in {digits // 2, (digits + 1) // 2}
    )
    run = rf"\d{{{digits // 2}}}{zero}{{{digits - digits // 2}}}"
    return re.compile(rf"(?<![\w-])(?:{run}|{groups}|\d(?: \d){{{digits - 1}}})(?![\w-])")
