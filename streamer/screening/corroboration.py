"""What stands beside a name: birth date, country and documents raise or lower what the name alone says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from streamer.screening.features import Evidence, worth
from streamer.watchlists.entity import BirthDate, Entity

_BIRTH_YEARS: Final = range(1915, 2013)
"""Nobody who is paid is older than 110 or younger than 14 in the year of this table, 2026."""
_BUDDHIST_YEARS, _PERSIAN_YEARS, _ISLAMIC_YEARS = range(2458, 2556), range(1294, 1392), range(1333, 1434)
"""The same years in the calendars of Thailand (+543), Iran and Afghanistan (-621), and of the Hijra."""
_PLACEHOLDER: Final = "-01-01"
"""Where a form asks for a day and only the year is known; many passports and 259 dates of the lists have it."""
_NEAR_YEARS, _CLOSE_YEARS, _CIRCA_YEARS = 1, 2, 3
"""Years between a given and a listed year: near, close; "circa" allows so many more."""

_PARTIAL_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_DAY_CHARS: Final = len("1970-02-05")
_NOT_IN_NUMBERS: Final = str.maketrans("", "", " -./\\_:")


def corroboration(
    entity: Entity, birth_date: str | None, countries: tuple[str, ...], identifiers: tuple[str, ...]
) -> Iterator[Evidence]:
    """Evidence for and against; nothing where either side does not say."""
    if birth_date and entity.birth_dates:
        if (given := real_birth_date(birth_date)) is not None:
            yield max((_birth(given, listed) for listed in entity.birth_dates), key=lambda line: line.bits)
        elif years := _years_of_other_calendars(birth_date):
            yield max((_other_calendar(years, listed) for listed in entity.birth_dates), key=lambda line: line.bits)
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

    An invented date, 9999-99-99 or 1985-13-45, tells nobody from a listed party, nor does a child's.
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


def _years_of_other_calendars(given: str) -> tuple[int, ...]:
    """The years of ours in which a year of another calendar may fall; none where it is no such year."""
    found = _PARTIAL_DATE.fullmatch(given.strip())
    if found is None:
        return ()
    year = int(found[1])
    if year in _BUDDHIST_YEARS:
        return (year - 543,)
    persian = (year + 621, year + 622) if year in _PERSIAN_YEARS else ()
    # 33 years of the Hijra, by the moon, are 32 of ours.
    return (*persian, 622 + round(year * 32 / 33)) if year in _ISLAMIC_YEARS else persian


def _other_calendar(years: tuple[int, ...], listed: BirthDate) -> Evidence:
    """A doubt either way: the year may be mistyped."""
    first, last = listed.earliest, listed.latest or listed.earliest
    agrees = any(_years_between(year, first, last, circa=listed.circa) <= _NEAR_YEARS for year in years)
    feature = "birth_calendar" if agrees else "birth_other_calendar"
    return Evidence(feature, (_shown(first, last),), worth(feature))


def _shown(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _years_between(year: int, first: str, last: str, *, circa: bool) -> int:
    """Years from the listed date or range, zero inside it; "circa" makes it wider."""
    more = _CIRCA_YEARS - _NEAR_YEARS if circa else 0
    return max(0, int(first[:4]) - more - year, year - int(last[:4]) - more)


def _birth(given: str, listed: BirthDate) -> Evidence:
    """Partial ISO dates of `real_birth_date`: 1970, 1970-02 or 1970-02-05; a listed range or "circa" allows more."""
    first, last = listed.earliest, listed.latest or listed.earliest
    feature = _birth_feature(_without_placeholder(given), first, last, circa=listed.circa)
    return Evidence(feature, (_shown(first, last),), worth(feature))


def _without_placeholder(day: str) -> str:
    return day.removesuffix(_PLACEHOLDER)


def _birth_feature(given: str, first: str, last: str, *, circa: bool) -> str:
    is_full = len(given) == _DAY_CHARS
    if first == last:
        first = last = _without_placeholder(first)
        if given.startswith(first) or first.startswith(given):
            return "birth_date" if is_full and len(first) == _DAY_CHARS else "birth_year"
        if is_full and len(first) == _DAY_CHARS and not circa:
            return _two_days(given, first)
    elif first[: len(given)] <= given <= last[: len(given)]:
        return "birth_year"
    years = _years_between(int(given[:4]), first, last, circa=circa)
    if years == 0 and (len(given) == 4 or len(first) == 4 or circa):
        return "birth_year"
    if years <= _NEAR_YEARS:
        return "birth_near" if len(given) == 4 or len(first) == 4 or circa else "birth_year_close"
    if years <= _CLOSE_YEARS:
        return "birth_year_close"
    return "birth_differs" if is_full else "birth_year_differs"


def _two_days(given: str, listed: str) -> str:
    """The feature of two full dates that are not the same."""
    year, month, day = given[:4], given[5:7], given[8:]
    listed_year, listed_month, listed_day = listed[:4], listed[5:7], listed[8:]
    if (year, month, day) == (listed_year, listed_day, listed_month):
        return "birth_swapped"
    years = abs(int(year) - int(listed_year))
    if years == 0 and (month == listed_month or day == listed_day):
        return "birth_slip"
    if years <= _CLOSE_YEARS and (month, day) == (listed_month, listed_day):
        return "birth_slip"
    return "birth_close" if years <= _NEAR_YEARS else "birth_differs"
