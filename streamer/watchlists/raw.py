"""The record of one entry as its publisher wrote it, found again in the files it was read from."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import orjson
from lxml import etree

from streamer.watchlists import ofac_xml
from streamer.watchlists.bounds import shown
from streamer.watchlists.entity import InvalidList
from streamer.watchlists.reading import XML_RECORDS_MAX, child_text, lines, local_name, records, table

_RECORDS_SHOWN_MAX: Final = 200
RECORD_CHARS_MAX: Final = 100_000


@dataclass(frozen=True, slots=True)
class RawRecord:
    where: str
    """File and line, or file and element."""
    text: str


def raw_records(kind: str, files: Mapping[str, Path], native_id: str) -> tuple[RawRecord, ...]:
    """All records of these files that speak of the entry, in their order. Raises InvalidList for an unknown kind."""
    if (find := FINDERS.get(kind)) is None:
        raise InvalidList(f"unknown kind of list {shown(kind)}; the kinds are {', '.join(FINDERS)}")
    # A company that a listed party's record names as its own has that party's number and a suffix.
    owner = native_id.rpartition(".")[0]
    return _found(find, files, native_id) or (_found(find, files, owner) if owner else ())


def _found(
    find: Callable[[str, Path, str], Iterator[RawRecord]], files: Mapping[str, Path], native_id: str
) -> tuple[RawRecord, ...]:
    found: list[RawRecord] = []
    for name, path in files.items():
        for record in find(name, path, native_id):
            found.append(RawRecord(record.where, _printable(record.text)[:RECORD_CHARS_MAX]))
            if len(found) == _RECORDS_SHOWN_MAX:
                return tuple(found)
    return tuple(found)


def _printable(text: str) -> str:
    """Control characters as escapes: a terminal would obey them."""
    return "".join(c if c in "\n\t" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)


# ---------------------------------------------------------------- by format


def _lines_by_number(name: str, path: Path, native_id: str) -> Iterator[RawRecord]:
    """OFAC's files begin each line with the number."""
    for number, text in lines(path, name=name):
        if text.partition(",")[0].strip() == native_id:
            yield RawRecord(f"{name} line {number}", text)


def _rows(column: str) -> Callable[[str, Path, str], Iterator[RawRecord]]:
    """Rows of a table that have the id in that column, each below the header."""

    def find(name: str, path: Path, native_id: str) -> Iterator[RawRecord]:
        header: Sequence[str] | None = None
        at = -1
        for line, cells in table(path, name=name):
            if header is None:
                folded = [cell.strip().casefold() for cell in cells]
                if column in folded:
                    header, at = cells, folded.index(column)
            elif at < len(cells) and cells[at].strip() == native_id:
                yield RawRecord(f"{name} line {line}", _csv(header) + _csv(cells))

    return find


def _csv(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


def _opensanctions(name: str, path: Path, native_id: str) -> Iterator[RawRecord]:
    _, first = next(lines(path, name=name), (0, ""))
    if not first.lstrip().startswith("{"):
        yield from _rows("id")(name, path, native_id)
        return
    wanted = orjson.dumps(native_id).decode()
    for number, text in lines(path, name=name):
        # Itself, and what names it: sanctions, documents, ownerships.
        if wanted in text:
            yield RawRecord(f"{name} line {number}", text)


def _elements(tags: Iterable[str], is_it: Callable[[etree._Element, str], bool]) -> Callable[..., Iterator[RawRecord]]:
    def find(name: str, path: Path, native_id: str) -> Iterator[RawRecord]:
        elements = records(path, tags, name=name)
        next(elements)
        for element in elements:
            if is_it(element, native_id):
                yield _element(name, element)

    return find


def _element(name: str, element: etree._Element) -> RawRecord:
    etree.indent(element)
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    return RawRecord(f"{name} element {local_name(element)}", text)


def _ofac_advanced(name: str, path: Path, native_id: str) -> Iterator[RawRecord]:
    """The party, and the documents, relations and entries that name its identities and profiles."""
    ids: set[str] = set()
    for element in records(path, ("DistinctParty",), name=name):
        if element.get("FixedRef") == native_id:
            ids = {i for tag in ("Profile", "Identity") for e in _below(element, tag) if (i := e.get("ID"))}
            yield _element(name, element)
    ends = ("IdentityID", "ProfileID", "From-ProfileID", "To-ProfileID")
    for element in records(path, set(ofac_xml.RECORDS) - {"DistinctParty"}, name=name, records_max=2 * XML_RECORDS_MAX):
        if ids.intersection(element.get(end, "") for end in ends):
            yield _element(name, element)


def _below(element: etree._Element, tag: str) -> list[etree._Element]:
    return [found for found in element.iter() if local_name(found) == tag]


FINDERS: Final[Mapping[str, Callable[[str, Path, str], Iterator[RawRecord]]]] = MappingProxyType(
    {
        "ofac": _lines_by_number,
        "ofac-xml": _ofac_advanced,
        "un": _elements(("INDIVIDUAL", "ENTITY"), lambda element, number: child_text(element, "DATAID") == number),
        "eu": _elements(("sanctionEntity",), lambda element, number: element.get("logicalId") == number),
        "uk": _rows("unique id"),
        "opensanctions": _opensanctions,
        "csv": _rows("id"),
        "ownership": _rows("owned_id"),
    }
)
"""Kind of list -> (name of the file, path, native id) -> its records."""
