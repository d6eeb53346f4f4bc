"""What stands beside a name: birth date, country and documents raise or lower what the name alone says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from streamer.screening.features import Evidence, worth
from streamer.watchlists.entity import BirthDate, Entity

_BIRTH_YEARS: Final = range(1900, 2027)
"""Nobody who is paid was born earlier, or after the year of this table."""

_PARTIAL_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_NOT_IN_NUMBERS: Final = str.maketrans("", "", " -./\\_:")


def corroboration(
    entity: Entity, birth_date: str | None, countries: tuple[str, ...], identifiers: tuple[str, ...]
) -> Iterator[Evidence]:
    """Evidence for and against; nothing where either side does not say."""
    if birth_date and entity.birth_dates and (birth_date := real_birth_date(birth_date)) is not None:
        yield max((_birth(birth_date, listed) for listed in entity.birth_dates), key=lambda line: line.bits)
    if countries and (listed_countries := _countries(entity)):
        shared = sorted({c.upper() for c in countries} & listed_countries)
        if shared:
            yield Evidence("country", (shared[0],), worth("country"))
        else:
            yield Evidence("other_country", (countries[0],), worth("other_country"))
    if identifiers and entity.identifiers:
        numbers = {_number(i.value) for i in entity.identifiers}
        for identifier in identifiers:
            if _number(identifier) in numbers:
                yield Evidence("document", (), worth("document"))
                return


def real_birth_date(given: str) -> str | None:
    """The date in partial ISO 8601, without a month or day that is not known; None where nobody was born then.

    An invented date, 9999-99-99 or 1985-13-45, tells nobody from a listed party.
    """
    found = _PARTIAL_DATE.fullmatch(given.strip())
    if found is None:
        return None
    year, month, day = found[1], found[2] or "00", found[3] or "00"
    if int(year) not in _BIRTH_YEARS:
        return None
    if month == "00":
        return year if day == "00" else None
    try:
        date(int(year), int(month), int(day) or 1)
    except ValueError:
        return None
    return f"{year}-{month}" if day == "00" else f"{year}-{month}-{day}"


def _number(text: str) -> str:
    return text.translate(_NOT_IN_NUMBERS).upper()


def _countries(entity: Entity) -> set[str]:
    named = (*entity.nationalities, *entity.citizenships, *(a.country for a in entity.addresses if a.country))
    return {country.upper() for country in named}


def _birth(given: str, listed: BirthDate) -> Evidence:
    """Partial ISO dates of `real_birth_date`: 1970, 1970-02 or 1970-02-05; a listed range or "circa" allows more."""
    first, last = listed.earliest, listed.latest or listed.earliest
    shown = first if first == last else f"{first} to {last}"
    if given[: len(first)] == first and first == last:
        feature = {4: "birth_year", 7: "birth_year"}.get(min(len(given), len(first)), "birth_date")
        return Evidence(feature, (shown,), worth(feature))
    if first.startswith(given) or first[: len(given)] <= given <= last[: len(given)]:
        return Evidence("birth_year", (shown,), worth("birth_year"))
    if (
        len(given) == 10
        and len(first) == 10
        and given[:4] == first[:4]
        and given[5:7] == first[8:]
        and given[8:] == first[5:7]
    ):
        return Evidence("birth_swapped", (shown,), worth("birth_swapped"))
    year, low, high = int(given[:4]), int(first[:4]), int(last[:4])
    if low <= year <= high and (len(given) == 4 or len(first) == 4):
        return Evidence("birth_year", (shown,), worth("birth_year"))
    if low - 1 <= year <= high + 1 or (listed.circa and low - 3 <= year <= high + 3):
        feature = "birth_near" if len(given) == 4 or len(first) == 4 or listed.circa else "birth_close"
        return Evidence(feature, (shown,), worth(feature))
    return Evidence("birth_differs", (shown,), worth("birth_differs"))
