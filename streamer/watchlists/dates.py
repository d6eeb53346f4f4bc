"""Dates as lists write them, as partial ISO 8601."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from streamer.watchlists.entity import BirthDate

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}

_NUMERIC: Final = (
    # With a time or a time zone behind it, as XML has them.
    re.compile(r"(?P<y>\d{4})(?:-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2})(?:T.*|Z|[+-]\d{2}:\d{2})?)?)?"),
    # Day first, as the UK and the EU write; unknown parts are letters or zeros: dd/mm/1970, 00/00/1970.
    re.compile(r"(?:(?P<d>\d{1,2}|dd)[/.])?(?P<m>\d{1,2}|mm)[/.](?P<y>\d{4})", re.IGNORECASE),
    re.compile(r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})"),
)
_WORDED: Final = re.compile(r"(?:(?P<d>\d{1,2})\s+)?(?P<m>[A-Za-z]{3,9})\.?,?\s+(?P<y>\d{4})")
_CIRCA: Final = re.compile(
    r"^(?:circa|approximately|approx\.?|about|around|ca?\.)\s*|\s*\((?:approx(?:imately|\.)?|circa)\)$", re.IGNORECASE
)
_RANGES: Final = (
    re.compile(r"(?:between\s+)?(?P<from>.+?)\s+(?:to|and|[-–])\s+(?P<to>.+)", re.IGNORECASE),
    re.compile(r"(?P<from>\d{4})[-–/](?P<to>\d{4})"),
)

YEAR_MIN, YEAR_MAX = 1800, 2100


def partial_date(text: str) -> str | None:
    """YYYY, YYYY-MM or YYYY-MM-DD of one date in words or figures; None where it is no date.

    "05 Feb 1970", "Oct 1971", "1971", "1970-02-05", "05/02/1970" (day first), "dd/mm/1970". A day that does not exist
    (30 February) leaves month and year.
    """
    written = text.strip().rstrip(".")
    for pattern in _NUMERIC:
        if found := pattern.fullmatch(written):
            return _iso(found["y"], found["m"], found["d"])
    if (found := _WORDED.fullmatch(written)) and found["m"].casefold() in _MONTHS:
        return _iso(found["y"], str(_MONTHS[found["m"].casefold()]), found["d"])
    return None


_TIME_BEHIND: Final = re.compile(r"(?:[T ]\d{1,2}:\d{2}\S*(?: ?[AaPp][Mm])?|\.0)$")
_EITHER_FIRST: Final = re.compile(r"(?P<first>\d{1,2})[/-](?P<second>\d{1,2})[/-](?P<y>\d{4})")
_RUN_TOGETHER: Final = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")
_MONTH_FIRST: Final = re.compile(r"(?P<m>[A-Za-z]{3,9})\.? (?P<d>\d{1,2}),? (?P<y>\d{4})")
_DASHED_WORDS: Final = re.compile(r"(?P<d>\d{1,2})-(?P<m>[A-Za-z]{3,9})-(?P<y>\d{4})")
_YEAR_FIRST: Final = re.compile(r"(?P<y>\d{4})-[\d-]+")


def certain_date(text: str) -> str | None:
    """A partial ISO date of one that senders write, as far as its writing is certain; None where it is no date.

    Of "05/02/1970", which may be May or February, only the year is certain; so it is where day or month do not exist.
    """
    written = _TIME_BEHIND.sub("", text.strip()).strip()
    if found := _EITHER_FIRST.fullmatch(written):
        first, second = int(found["first"]), int(found["second"])
        if first <= 12 and second <= 12 and first != second:
            return _iso(found["y"], None, None)
        month, day = (found["first"], found["second"]) if second > 12 else (found["second"], found["first"])
        return _iso(found["y"], month, day) or _iso(found["y"], None, None)
    for pattern in (_RUN_TOGETHER, _MONTH_FIRST, _DASHED_WORDS):
        if found := pattern.fullmatch(written):
            month = found["m"] if found["m"].isdigit() else str(_MONTHS.get(found["m"].casefold(), ""))
            return _iso(found["y"], month, found["d"]) if month else None
    read = partial_date(written)
    if read is None and (found := _YEAR_FIRST.fullmatch(written)):
        return _iso(found["y"], None, None)
    return read


def birth_date(text: str, *, circa: bool = False) -> BirthDate | None:
    """A date, a circa date or a range: "circa 1956", "1962 to 1963", "08 Nov 1985 to 07 Nov 1986", "1979-1982"."""
    written = text.strip().rstrip(".")
    exact = _CIRCA.sub("", written)
    circa = circa or exact != written
    if single := partial_date(exact):
        return BirthDate(single, circa=circa)
    for pattern in _RANGES:
        if found := pattern.fullmatch(exact):
            earliest, latest = partial_date(found["from"]), partial_date(found["to"])
            if earliest and latest:
                return BirthDate(min(earliest, latest), max(earliest, latest), circa)
    return None


def _iso(year: str, month: str | None, day: str | None) -> str | None:
    y, m, d = (int(part) if part and part.isdigit() else 0 for part in (year, month, day))
    if not YEAR_MIN <= y <= YEAR_MAX or m > 12 or d > 31:
        return None
    if not m:
        return f"{y:04}"
    try:
        return date(y, m, d).isoformat() if d else f"{y:04}-{m:02}"
    except ValueError:
        return f"{y:04}-{m:02}"
