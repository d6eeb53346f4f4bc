"""OFAC's SDN list and Consolidated (non-SDN) list, as the CSV files of its Sanctions List Service.

A directory with sdn.csv, alt.csv, add.csv and sdn_comments.csv, and optionally cons_prim.csv, cons_alt.csv,
cons_add.csv and cons_comments.csv (upper or lower case). The two lists share OFAC's numbers: a party on both is one
entity, and the SDN list's block wins.

Format (OFAC, "Specially Designated Nationals: data specification"): no header; `-0- ` is null; one record per line;
a lone 0x1A may close the file; several programmes share a field as `SDGT] [IFSR`; remarks stop at 1,000 characters,
in the middle of a word, and go on in the comments file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from streamer.reference.countries import is_region
from streamer.watchlists import programs
from streamer.watchlists.draft import Draft
from streamer.watchlists.entity import Entity, EntityType, InvalidList, NameKind
from streamer.watchlists.links import resolved
from streamer.watchlists.reading import Reading, lines
from streamer.watchlists.remarks import read_remarks

LIST: Final = "ofac"
_REMARKS_CHARS: Final = 1_000
"""OFAC cuts the remarks of SDN.CSV and CONS_PRIM.CSV there."""

_NUMBERS_SHOWN_MAX: Final = 10

_NULL: Final = "-0-"
_END_OF_FILE: Final = "\x1a"
_REGION: Final = "Region:"

SUBJECT_TYPES: Final = {
    "individual": EntityType.PERSON,
    "vessel": EntityType.VESSEL,
    "aircraft": EntityType.AIRCRAFT,
    "": EntityType.ENTITY,
}
ALIAS_TYPES: Final = {"aka": NameKind.AKA, "fka": NameKind.FKA, "nka": NameKind.NKA}
_VESSEL_DETAILS: Final = ("call_sign", "vessel_type", "tonnage", "grt", "flag", "owner")

_PRIMARY_COLUMNS: Final = 12
_ALIAS_COLUMNS: Final = 5
_ADDRESS_COLUMNS: Final = 6
_COMMENT_COLUMNS: Final = 2


class Part(NamedTuple):
    """The four files of one of the two lists."""

    list: str
    primary: str
    aliases: str
    addresses: str
    comments: str


SDN: Final = Part("SDN", "sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv")
_CONSOLIDATED: Final = Part("Consolidated", "cons_prim.csv", "cons_alt.csv", "cons_add.csv", "cons_comments.csv")
REQUIRED: Final = (SDN.primary, SDN.aliases, SDN.addresses)
_FILES: Final = (*SDN[1:], *_CONSOLIDATED[1:])

Row = tuple[str | None, ...]


@dataclass(slots=True)
class _Records:
    """All rows that speak of one ent_num."""

    primary: dict[str, Row] = field(default_factory=dict)
    """By the name of the list: SDN, Consolidated."""
    aliases: list[Row] = field(default_factory=list)
    addresses: list[Row] = field(default_factory=list)
    comments: list[Row] = field(default_factory=list)


def files(directory: Path) -> Mapping[str, Path]:
    """Lower-case name -> path of the files found in the directory. Raises InvalidList naming what is missing."""
    found: dict[str, Path] = {}
    for path in sorted(directory.iterdir()) if directory.is_dir() else ():
        name = path.name.lower()
        if name in _FILES:
            if name in found:
                raise InvalidList(f"ofac list: {directory} has both {found[name].name} and {path.name}; remove one")
            found[name] = path
    required = (
        *REQUIRED,
        *((_CONSOLIDATED.aliases, _CONSOLIDATED.addresses) if _CONSOLIDATED.primary in found else ()),
    )
    if missing := [name for name in required if name not in found]:
        raise InvalidList(
            f"ofac list: {directory} must be a directory with {', '.join(SDN[1:])}"
            f" and optionally {', '.join(_CONSOLIDATED[1:])}; missing: {', '.join(missing)}"
        )
    return MappingProxyType(found)


def parse(directory: Path) -> Reading:
    """All entities of the directory, in the order of the files. Raises InvalidList for what cannot be read."""
    found = files(directory)
    rows: dict[str, int] = {}
    warnings: list[str] = []
    by_number: dict[str, _Records] = {}
    parts = [part for part in (SDN, _CONSOLIDATED) if part.primary in found]
    for part in parts:
        for number, row in _rows(found, part.primary, _PRIMARY_COLUMNS, rows):
            records = by_number.setdefault(number, _Records())
            if part.list in records.primary:
                raise InvalidList(f"ofac list: {part.primary} has ent_num {number} twice")
            records.primary[part.list] = row
    if not by_number:
        raise InvalidList(f"ofac list: {SDN.primary} has no records; fetch it again")
    orphans: dict[str, _Records] = {}
    for part in parts:
        for name, columns, attribute in (
            (part.aliases, _ALIAS_COLUMNS, "aliases"),
            (part.addresses, _ADDRESS_COLUMNS, "addresses"),
            (part.comments, _COMMENT_COLUMNS, "comments"),
        ):
            for number, row in _rows(found, name, columns, rows) if name in found else ():
                records = by_number.get(number) or orphans.setdefault(number, _Records())
                getattr(records, attribute).append(row)
    if SDN.comments not in found:
        _refuse_cut_remarks(by_number)
    entities = [_entity(number, records, warnings) for number, records in by_number.items()]
    entities += _without_primary(orphans, warnings)
    return Reading(resolved(entities), MappingProxyType(rows), None, tuple(warnings))


def _refuse_cut_remarks(by_number: Mapping[str, _Records]) -> None:
    for number, records in by_number.items():
        if (row := records.primary.get(SDN.list)) and _is_cut(row[11] or ""):
            raise InvalidList(
                f"ofac list: the remarks of ent_num {number} go on in {SDN.comments}, which is missing; fetch it too"
            )


def _rows(found: Mapping[str, Path], name: str, columns: int, counts: dict[str, int]) -> Iterator[tuple[str, Row]]:
    """(ent_num, cells) of a file, null cells as None; counts them under the file's name."""
    counts[name] = 0
    ended = False
    for line_number, line in lines(found[name], name=f"ofac list: {name}"):
        text = line.rstrip(_END_OF_FILE + " ") if _END_OF_FILE in line else line
        if ended and text:
            raise InvalidList(f"ofac list: {name} line {line_number}: data after the end-of-file mark")
        ended = ended or _END_OF_FILE in line
        if not text.strip():
            continue
        cells = _cells(text, columns)
        if cells is None:
            raise InvalidList(f"ofac list: {name} line {line_number} does not have {columns} fields; fetch it again")
        row = tuple(None if (cell := raw.strip()) in (_NULL, "") else cell for raw in cells[:-1])
        # The last cell keeps its blanks: a comment may begin with the space at which the remarks were cut.
        last = None if cells[-1].strip() in (_NULL, "") else cells[-1]
        if row[0] is None or not (row[0].isascii() and row[0].isdigit()):
            raise InvalidList(f"ofac list: {name} line {line_number}: ent_num must be a number")
        counts[name] += 1
        yield row[0], (*row, last)


def _cells(line: str, columns: int) -> list[str] | None:
    """The cells of one record, also where a text holds quotes that nobody doubled or closed; None where it has not
    as many as it must."""
    try:
        cells = next(csv.reader((line,), strict=True))
        if len(cells) == columns:
            return cells
    except csv.Error:
        pass
    for unclosed in (False, True):
        loose = _loose_cells(line, unclosed=unclosed)
        if len(loose) == columns:
            return loose
    return None


def _loose_cells(line: str, *, unclosed: bool) -> list[str]:
    """Cells by their neighbours: a quoted cell ends at a quote before a comma or the end of the line; where `unclosed`,
    also at a comma before a null or a quoted cell."""
    cells: list[str] = []
    at, end = 0, len(line)
    while at <= end:
        if line.startswith('"', at):
            at += 1
            ends = [
                position for position in (line.find('",', at), end - 1 if line.endswith('"') else -1) if position >= at
            ]
            stop = min(ends, default=end)
            if unclosed:
                for opening in (f",{_NULL} ", ',"'):
                    if at <= (position := line.find(opening, at)) < stop:
                        stop = position
            cells.append(line[at:stop])
            at = stop + (2 if line.startswith('"', stop) else 1)
        else:
            stop = line.find(",", at)
            stop = end if stop < 0 else stop
            cells.append(line[at:stop])
            at = stop + 1
    return cells


def _entity(number: str, records: _Records, warnings: list[str]) -> Entity:
    draft = Draft(LIST, number, EntityType.UNKNOWN)
    directives: list[str] = []
    for part_name, row in records.primary.items():
        _, name, kind, programmes, title, *vessel, remarks = row
        if name is None:
            raise InvalidList(f"ofac list: ent_num {number} has no name")
        if (kind or "") not in SUBJECT_TYPES:
            raise InvalidList(f"ofac list: unknown type {kind!r} at ent_num {number}; add it to SUBJECT_TYPES")
        draft.type = SUBJECT_TYPES[kind or ""]
        if not draft.names:
            draft.name(name, NameKind.PRIMARY)
        elif name != draft.names[0].text:
            draft.name(name)
        draft.programs += (programmes or "").split("] [") if programmes else []
        draft.titles += [part.strip() for part in (title or "").split(";") if part.strip()]
        for label, value in zip(_VESSEL_DETAILS, vessel, strict=True):
            draft.detail(label, value)
        draft.detail("list", part_name)
        text, complete = _whole_remarks(remarks or "", [row[1] or "" for row in records.comments])
        if not complete:
            warnings.append(f"{part_name} list: the remarks of ent_num {number} are cut and no comment continues them")
        directives.append(text)
        read_remarks(draft, text, complete=complete)
    _read_aliases_and_addresses(draft, records)
    if SDN.list in records.primary:
        return draft.entity(programs.of_list(LIST))
    return draft.entity(programs.of_consolidated(draft.programs, directives))


def _read_aliases_and_addresses(draft: Draft, records: _Records) -> None:
    for _, alias_number, kind, alias, note in records.aliases:
        if alias is None or kind not in ALIAS_TYPES:
            raise InvalidList(
                f"ofac list: alias {alias_number} of ent_num {draft.native_id} has no name or an unknown type {kind!r}"
            )
        draft.name(alias, ALIAS_TYPES[kind])
        draft.remarks += [f"{alias}: {note.strip()}"] if note else []
    for _, _, street, town, country, note in records.addresses:
        region = country.removeprefix(_REGION).strip() if country and is_region(country) else None
        draft.address(lines=street, town=town, region=region, country=country, note=note.strip() if note else None)


def _without_primary(orphans: Mapping[str, _Records], warnings: list[str]) -> list[Entity]:
    """Parties that only the other files know.

    OFAC's files are fetched one after the other, and an edition may come out in between. A party whose primary record
    is not here yet is listed all the same: it is screened by its aliases. Without any name it cannot be, and is
    reported.
    """
    entities: list[Entity] = []
    nameless: list[str] = []
    for number, records in orphans.items():
        draft = Draft(LIST, number, EntityType.UNKNOWN)
        _read_aliases_and_addresses(draft, records)
        for _, comment in records.comments:
            read_remarks(draft, comment or "", starts=False)
        draft.detail("incomplete", "no primary record")
        if draft.names:
            entities.append(draft.entity(programs.of_list(LIST)))
        else:
            nameless.append(number)
    for numbers, what in (
        ([entity.native_id for entity in entities], "parties without a primary record, screened by their aliases"),
        (nameless, "parties without a primary record or a name, which cannot be screened"),
    ):
        if numbers:
            shown = ", ".join(numbers[:_NUMBERS_SHOWN_MAX]) + (" …" if len(numbers) > _NUMBERS_SHOWN_MAX else "")
            warnings.append(f"{len(numbers)} {what}: {shown}; the files are of different editions, fetch them again")
    return entities


def _is_cut(remarks: str) -> bool:
    return len(remarks) >= _REMARKS_CHARS and not remarks.endswith(".")


def _whole_remarks(remarks: str, comments: Iterable[str]) -> tuple[str, bool]:
    """The remarks with their continuation, and whether they are complete.

    A comment of an earlier edition repeats what the remarks say by now; a later one that does not continue them is
    put after them, so that nothing of it is lost.
    """
    whole = remarks
    for comment in comments:
        if _is_cut(remarks):
            whole += comment
        elif comment.strip() not in remarks:
            whole = f"{whole.removesuffix('.')}; {comment}" if whole else comment
    return whole, not _is_cut(remarks) or whole != remarks
