"""Rows of a CSV: read strictly, and their cells understood or refused."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from streamer.events import (
    PartyType,
)
from streamer.reference.countries import countries_in
from streamer.screening import Query
from streamer.watchlists.dates import certain_date

T = TypeVar("T")

_ROW_CHARS_MAX: Final = 1_000_000
csv.field_size_limit(_ROW_CHARS_MAX)


class InvalidInput(ValueError):
    """An input file cannot be used. Names the file, the line and the cure."""


def fault(error: Exception) -> str:
    """What is said of a row on which our own code failed: the class, never the message, which may quote a name."""
    return f"screening failed with {type(error).__name__}, a fault of this program; held, please report it"


def rows(path: Path, required: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line it begins on, row) of a CSV with a header; its cells stand between commas, semicolons or tabs.

    A cell under a column without a name is that of `column_3`, counted from 1.

    Raises InvalidInput for a missing column, listing the columns found, and for a row that may not be what it was
    meant to be: one with more cells than the header, a quote that is never closed.
    """
    required = tuple(required)
    with path.open(encoding="utf-8-sig", newline="") as file:
        line = 1
        try:
            delimiter = _delimiter(file.readline(_ROW_CHARS_MAX), required)
            file.seek(0)
            # Strict: else an open quote takes the rows that follow for a part of its cell, and nobody screens them.
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            found = [name.strip() for name in next(reader, ())]
            _check_header(path, found, required)
            nameless = [n for n, name in enumerate(found) if not name]
            for cells in reader:
                begins, line = line + 1, reader.line_num
                if not cells:
                    continue
                if any(cell.strip() for cell in cells[len(found) :]):
                    raise InvalidInput(
                        f"{path}: line {begins}: {len(cells)} cells under {len(found)} columns; "
                        f"quote cells that hold {delimiter!r}"
                    )
                filled = (*cells, *[""] * (len(found) - len(cells)))
                named = {name: cell.strip() for name, cell in zip(found, filled, strict=False) if name}
                yield begins, named | {f"column_{n + 1}": cell for n in nameless if (cell := filled[n].strip())}
        except UnicodeDecodeError as error:
            raise InvalidInput(f"{path}: line {line + 1} or below: {error}; save the file as UTF-8 CSV") from None
        except csv.Error as error:
            raise InvalidInput(
                f"{path}: from line {line + 1}: {error}; save the file as UTF-8 CSV, cells with quotes in quotes"
            ) from None


def _delimiter(header: str, required: Sequence[str]) -> str:
    """What Excel puts between cells, by the header; a comma where no other makes the columns that are required."""
    for delimiter in (",", ";", "\t"):
        cells = {cell.strip() for cell in next(csv.reader([header], delimiter=delimiter), [])}
        if cells.issuperset(required):
            return delimiter
    return ","


def _check_header(path: Path, found: Sequence[str], required: Iterable[str]) -> None:
    twice = sorted({name for name in found if name and found.count(name) > 1})
    if twice:
        raise InvalidInput(f"{path}: column {', '.join(twice)} stands twice; which of them counts? Remove one")
    missing = [name for name in required if name not in found]
    if missing:
        raise InvalidInput(
            f"{path}: column {', '.join(missing)} is missing; found: {', '.join(found) or 'no header'}. "
            f"The first line must name the columns"
        )


_TYPES: Final[Mapping[str, PartyType]] = {
    "": PartyType.UNKNOWN,
    "any": PartyType.UNKNOWN,
    **{kind.value: kind for kind in PartyType},
}
_TYPES_ELSEWHERE: Final[Mapping[str, PartyType]] = {
    "-0-": PartyType.UNKNOWN,
    "aircraft": PartyType.UNKNOWN,
    "individual": PartyType.PERSON,
    "natural person": PartyType.PERSON,
    "company": PartyType.ENTITY,
    "business": PartyType.ENTITY,
    "legal entity": PartyType.ENTITY,
    "organization": PartyType.ENTITY,
    "organisation": PartyType.ENTITY,
    "ship": PartyType.VESSEL,
}
"""As the publishers of lists and other systems call them."""


def party_type(text: str) -> PartyType:
    """Raises ValueError for a type nobody writes."""
    text = text.lower()
    if text in _TYPES_ELSEWHERE:
        return _TYPES_ELSEWHERE[text]
    if text not in _TYPES:
        known = ", ".join(kind for kind in _TYPES if kind)
        raise ValueError(f"type {text!r} is unknown; use one of {known}")
    return _TYPES[text]


SAYS_NOTHING: Final = frozenset(
    {"", "-", "--", "?", "n/a", "na", "nan", "nil", "none", "null", "unknown", "not available"}
)
"""Cells of systems that have no empty ones."""


def _birth_date(text: str) -> str | None:
    """A partial ISO date, as certain as it is written. Raises ValueError for what is none."""
    if text.lower() in SAYS_NOTHING:
        return None
    date = certain_date(text)
    if date is None:
        raise ValueError(f"birth_date {text!r} is no date; write 1970, 1970-02 or 1970-02-05")
    return date


def _countries(text: str) -> tuple[str, ...]:
    """Codes of the countries a cell names. Raises ValueError where one is unknown."""
    codes = countries_in(text)
    if codes is None and text.lower() not in SAYS_NOTHING:
        raise ValueError(
            f"country {text!r} is unknown; write an ISO 3166-1 code of two or three letters (KP, PRK) or a name in "
            "English (North Korea), several with ; between them, or leave the cell empty"
        )
    return codes or ()


def query_of(row: Mapping[str, str]) -> tuple[Query, tuple[str, ...]]:
    """What the row asks for, and why some of its cells cannot be read."""
    problems: list[str] = []

    def read(cell: Callable[[str], T], column: str, otherwise: T) -> T:
        try:
            return cell(row.get(column, ""))
        except ValueError as problem:
            problems.append(str(problem))
            return otherwise

    query = Query(
        name=row["name"],
        type=read(party_type, "type", PartyType.UNKNOWN),
        birth_date=read(_birth_date, "birth_date", None),
        countries=read(_countries, "country", ()),
    )
    return query, tuple(problems)
