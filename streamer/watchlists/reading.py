"""How list files are read: bounded, strict about what is malformed, and silent about nothing."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from lxml import etree

from streamer.watchlists.entity import Entity, InvalidList

FILE_BYTES_MAX: Final = 4 * 1024**3
"""The largest list file in use (OpenSanctions' default collection) has about 3 GB."""

_RECORDS_MAX: Final = 5_000_000
"""Lines or rows of a file; `bounds` knows closer limits by format."""
XML_RECORDS_MAX: Final = 250_000
"""Twenty times what the largest list in XML has."""
_LINE_CHARS_MAX: Final = 131_072
"""Also the limit Python's csv module sets on a cell."""

_XML_ELEMENTS_MAX: Final = 1_000_000
"""Elements inside one record; a real record has some hundreds."""


_DIRECTION: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a parser made of its file or files."""

    entities: tuple[Entity, ...]
    rows: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Records read, by file or element name: a reconciliation against the source."""
    published: datetime | None = None
    """When the publisher says the list was made; None where the format does not tell."""
    warnings: tuple[str, ...] = ()
    """What the source left incomplete or inconsistent without making a record unreadable; for people to look at."""


def lines(path: Path, *, name: str) -> Iterator[tuple[int, str]]:
    """(line number from 1, text without line end) of a UTF-8 file.

    Lines end at LF or CR LF only: names may hold other characters that Python counts as line ends. A DOS end-of-file
    mark (0x1A) closes the file.
    """
    check_size(path, name=name)
    with path.open("rb") as stream:
        number = 0
        while raw := stream.readline(_LINE_CHARS_MAX * 4):
            number += 1
            if number > _RECORDS_MAX:
                raise InvalidList(f"{name}: more than {_RECORDS_MAX} lines; this is not the file it should be")
            try:
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8").removesuffix("\n").removesuffix("\r")
            except UnicodeDecodeError as error:
                raise InvalidList(f"{name} line {number}: not UTF-8 ({error.reason} at byte {error.start})") from None
            if len(text) > _LINE_CHARS_MAX:
                raise InvalidList(f"{name} line {number}: longer than {_LINE_CHARS_MAX} characters")
            yield number, text


def table(path: Path, *, name: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of an RFC 4180 file; a cell may hold line breaks. Raises InvalidList where quotes fail."""
    check_size(path, name=name)
    rows = 0
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        try:
            for cells in reader:
                rows += 1
                if rows > _RECORDS_MAX:
                    raise InvalidList(f"{name}: more than {_RECORDS_MAX} rows; this is not the file it should be")
                yield reader.line_num, cells
        except csv.Error as error:
            raise InvalidList(f"{name} line {reader.line_num}: {error}") from None
        except UnicodeDecodeError as error:
            raise InvalidList(f"{name} after line {reader.line_num}: not UTF-8 ({error.reason})") from None


def rows(
    path: Path, *, name: str, columns: Collection[str], required: Iterable[str], one_of: Sequence[str] = ()
) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, cells by column) of a CSV file with a header; empty rows are left out.

    The header has the `required` columns, some of `one_of`, and none but `columns`. Raises InvalidList.
    """
    lines_of_cells = table(path, name=name)
    header = [cell.strip().casefold() for cell in next((cells for _, cells in lines_of_cells), [])]
    unknown = [column for column in header if column not in columns]
    missing = [column for column in required if column not in header]
    if not missing and one_of and not set(one_of) & set(header):
        missing = [one_of[0]]
    if unknown or missing or len(set(header)) < len(header):
        problem = (
            f"unknown column {unknown[0]!r}"
            if unknown
            else f"no column {missing[0]!r}"
            if missing
            else "twice the same column"
        )
        raise InvalidList(f"{name}: {problem} in the header; the columns are {', '.join(columns)}")
    for line, cells in lines_of_cells:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise InvalidList(f"{name} line {line}: {len(cells)} cells, but the header has {len(header)}")
        yield line, dict(zip(header, (cell.strip() for cell in cells), strict=True))


def records(
    path: Path, tags: Iterable[str], *, name: str, records_max: int = XML_RECORDS_MAX
) -> Iterator[etree._Element]:
    """The elements of an XML file with one of the local names `tags`, each complete, freed once the caller moves on.

    The root comes first, without its children, for its attributes. Document type declarations are refused before any
    record is handed out: entities could expand without bound or read files, and no list has use for them.
    """
    check_size(path, name=name)
    wanted = frozenset(tags)
    found = 0
    with path.open("rb") as stream:
        events = etree.iterparse(
            stream,
            events=("start", "end"),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        depth_inside = 0
        elements = 0
        try:
            for event, element in events:
                if event == "start":
                    if found == 0:
                        found = 1
                        refuse_doctype(element, name=name)
                        yield element
                    inside = depth_inside or local_name(element) in wanted
                    if inside:
                        depth_inside += 1
                        elements += 1
                        if elements > _XML_ELEMENTS_MAX:
                            raise InvalidList(f"{name}: a record of more than {_XML_ELEMENTS_MAX} elements")
                    continue
                if depth_inside:
                    depth_inside -= 1
                    if depth_inside == 0:
                        elements = 0
                        found += 1
                        if found > records_max:
                            raise InvalidList(
                                f"{name}: more than {records_max:,} records; this is not the file it should be"
                            )
                        yield element
                        forget(element)
                else:
                    forget(element)
        except etree.XMLSyntaxError as error:
            raise InvalidList(f"{name}: not well-formed XML ({error.msg})") from None
    if found == 0:
        raise InvalidList(f"{name}: empty file")


def refuse_doctype(root: etree._Element, *, name: str) -> None:
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype or docinfo.internalDTD is not None:
        raise InvalidList(f"{name}: has a document type declaration (DOCTYPE), which no official list has; refused")


def forget(element: etree._Element) -> None:
    """Free an element and its finished elder siblings: the tree stays as small as one record."""
    element.clear()
    parent = element.getparent()
    while parent is not None and (elder := element.getprevious()) is not None:
        parent.remove(elder)


def local_name(element: etree._Element) -> str:
    """Tag without namespace: publishers change namespaces, not names."""
    tag: Any = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child_text(element: etree._Element, tag: str) -> str | None:
    """Text of the first child with that local name, white space collapsed; None where absent or empty."""
    return next(iter(child_texts(element, tag)), None)


def child_texts(element: etree._Element, tag: str) -> tuple[str, ...]:
    texts = (plain(child.text) for child in element if local_name(child) == tag)
    return tuple(text for text in texts if text is not None)


def children(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    return (child for child in element if local_name(child) == tag)


def plain(text: str | None) -> str | None:
    """White space collapsed to single spaces, marks of writing direction dropped; None for nothing."""
    return " ".join(_DIRECTION.sub("", text).split()) or None if text else None


def check_size(path: Path, *, name: str) -> None:
    size = path.stat().st_size
    if size > FILE_BYTES_MAX:
        raise InvalidList(f"{name}: {size} bytes, more than the {FILE_BYTES_MAX} a list may have")
    if size == 0:
        raise InvalidList(f"{name}: empty file; fetch it again")
