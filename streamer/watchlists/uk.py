"""The UK Sanctions List, as CSV.

Row 1 is the report date, row 2 the header; a designation has several rows under one Unique ID, one for each name,
address and date of birth. Since 28 January 2026 it is the only UK source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from streamer.events import IdentifierKind
from streamer.watchlists import programs
from streamer.watchlists.dates import birth_date, partial_date
from streamer.watchlists.documents import number_in
from streamer.watchlists.draft import Draft, code_or_text
from streamer.watchlists.entity import EntityType, InvalidList, Link, ListedIdentifier, NameKind
from streamer.watchlists.links import resolved, with_owned
from streamer.watchlists.reading import Reading, plain, table

LIST: Final = "uk"
REQUIRED: Final = ("Unique ID", "Name 6", "Name type", "Designation Type", "Regime Name", "Sanctions Imposed")
_GIVEN_NAMES: Final = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5")
_ADDRESS_LINES: Final = tuple(f"Address Line {number}" for number in range(1, 7))

SUBJECT_TYPES: Final = {
    "individual": EntityType.PERSON,
    "entity": EntityType.ENTITY,
    "ship": EntityType.VESSEL,
}
_NAME_TYPES: Final = {
    "primary name": NameKind.PRIMARY,
    "primary name variation": NameKind.AKA,
    "alias": NameKind.AKA,
    "aka": NameKind.AKA,
    "fka": NameKind.FKA,
}
"""By their letters in lower case: the file's own case varies."""

_REPORT_DATE: Final = re.compile(r"Report Date:?\s*(\d{1,2})[- ]([A-Za-z]{3})[a-z]*[- ](\d{4})", re.IGNORECASE)
_NUMBERED: Final = re.compile(r"\s*\(\d{1,2}\)\s*")
_MEASURES: Final = re.compile(r"\s*[|;,]\s*")


def parse(path: Path) -> Reading:
    """All designations. Raises InvalidList for what cannot be read."""
    rows = table(path, name="uk list")
    published: datetime | None = None
    columns: list[str] = []
    for _, cells in rows:
        if "Unique ID" in (columns := [cell.strip() for cell in cells]):
            break
        published = published or _report_date(" ".join(cells))
        columns = []
    if missing := [column for column in REQUIRED if column not in columns]:
        raise InvalidList(f"uk list: no column {missing[0]!r} in the header; is this UK-Sanctions-List.csv?")
    drafts: dict[str, Draft] = {}
    measures: dict[str, list[str]] = {}
    count = 0
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            raise InvalidList(f"uk list line {line}: {len(cells)} cells, but the header has {len(columns)}")
        row = {column: text for column, cell in zip(columns, cells, strict=True) if (text := plain(cell))}
        count += 1
        number = row.get("Unique ID")
        if number is None:
            raise InvalidList(f"uk list line {line}: no Unique ID")
        kind = row.get("Designation Type", "").casefold()
        if kind not in SUBJECT_TYPES:
            raise InvalidList(f"uk list: unknown Designation Type {kind!r} at {number}; add it to SUBJECT_TYPES")
        draft = drafts.setdefault(number, Draft(LIST, number, SUBJECT_TYPES[kind]))
        measures.setdefault(number, []).extend(_MEASURES.split(row.get("Sanctions Imposed", "")))
        _read_row(draft, row)
    if not drafts:
        raise InvalidList("uk list: no rows below the header; fetch it again")
    for draft in drafts.values():
        draft.names.sort(key=lambda name: name.kind is not NameKind.PRIMARY)
    entities = (draft.entity(programs.of_uk_measures(measures[number])) for number, draft in drafts.items())
    return Reading(with_owned(resolved(entities)), MappingProxyType({"rows": count}), published)


def _report_date(text: str) -> datetime | None:
    found = _REPORT_DATE.search(text)
    day = partial_date(" ".join(found.groups())) if found else None
    return datetime.fromisoformat(day).replace(tzinfo=UTC) if day and len(day) == len("2026-01-31") else None


def _read_row(draft: Draft, row: Mapping[str, str]) -> None:
    _name(draft, row)
    draft.address(
        lines=", ".join(row[line] for line in _ADDRESS_LINES if line in row) or None,
        postcode=row.get("Address Postal Code"),
        country=row.get("Address Country"),
    )
    places = (row.get("Town of birth"), row.get("Country of birth"))
    if place := ", ".join(part for part in places if part):
        draft.birth_places.append(place)
    for column, kind, more in DOCUMENTS:
        for text in _several(row.get(column, "")):
            value, country, note = number_in(text)
            about = "; ".join(part for part in (note, row.get(more)) if part) or None
            draft.identifiers.append(ListedIdentifier(kind, value or text, country, column, about))
    for column, text in row.items():
        if column in READERS:
            READERS[column](draft, text)
        elif column not in _TOGETHER:
            draft.detail(column, text)


def _name(draft: Draft, row: Mapping[str, str]) -> None:
    text = " ".join(row[column] for column in (*_GIVEN_NAMES, "Name 6") if column in row)
    written = row.get("Name type", "").casefold()
    if written not in _NAME_TYPES:
        raise InvalidList(f"uk list: unknown Name type {written!r} at {draft.native_id}; add it to _NAME_TYPES")
    weak = row.get("Alias strength", "").casefold().startswith("low")
    if text:
        draft.name(text, _NAME_TYPES[written], weak=weak)
    if original := row.get("Name non-latin script"):
        draft.name(original, _NAME_TYPES[written], weak=weak)


def _several(cell: str) -> list[str]:
    """ "(1) A (2) B" and "A|B" hold two values."""
    parts = _NUMBERED.split(cell) if _NUMBERED.match(cell) else cell.split("|")
    return [part.strip() for part in parts if part.strip()]


def _texts(field: str) -> Callable[[Draft, str], None]:
    return lambda draft, text: getattr(draft, field).extend(_several(text))


def _nationalities(draft: Draft, text: str) -> None:
    draft.nationalities += [code_or_text(country) for part in _several(text) for country in part.split(";")]


def _birth_date(draft: Draft, text: str) -> None:
    for part in _several(text):
        if found := birth_date(part):
            draft.birth_dates.append(found)
        else:
            draft.remarks.append(f"D.O.B {part}")


def _listed_on(draft: Draft, text: str) -> None:
    draft.listed_on = min(filter(None, (draft.listed_on, partial_date(text))), default=None)


def _gender(draft: Draft, text: str) -> None:
    draft.gender = text.casefold()


def _linked(relation: str) -> Callable[[Draft, str], None]:
    return lambda draft, text: draft.links.extend(Link(name, relation) for name in _several(text))


DOCUMENTS: Final = (
    ("Passport number", IdentifierKind.PASSPORT, "Passport additional information"),
    ("National Identifier number", IdentifierKind.NATIONAL_ID, "National Identifier additional information"),
    ("Business registration number (s)", IdentifierKind.REGISTRATION, ""),
    ("IMO number", IdentifierKind.IMO, ""),
)
"""(column, kind, column with more about it)"""

READERS: Final[Mapping[str, Callable[[Draft, str], None]]] = {
    "Title": _texts("titles"),
    "Position": _texts("titles"),
    "Regime Name": lambda draft, text: draft.programs.append(text),
    "Other Information": lambda draft, text: draft.remarks.append(text),
    "UK Statement of Reasons": lambda draft, text: draft.remarks.append(text),
    "Phone number": _texts("phones"),
    "Website": _texts("websites"),
    "Email address": _texts("emails"),
    "Date Designated": _listed_on,
    "D.O.B": _birth_date,
    "Nationality(/ies)": _nationalities,
    "Gender": _gender,
    "Subsidiaries": _linked("owns"),
    "Parent company": _linked("owned_by"),
}
_TOGETHER: Final = frozenset(
    {
        "Unique ID",
        "Designation Type",
        "Name type",
        "Alias strength",
        "Name 6",
        "Name non-latin script",
        *_GIVEN_NAMES,
        *_ADDRESS_LINES,
        "Address Postal Code",
        "Address Country",
        "Town of birth",
        "Country of birth",
        *(column for document in DOCUMENTS for column in (document[0], document[2])),
    }
)
"""Columns that are read together; what is neither here nor in READERS becomes a detail."""
