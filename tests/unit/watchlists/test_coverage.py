"""The tables of docs/operator.md: where lists come from, and which source carries what in the fixtures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from streamer.events import IdentifierKind
from streamer.list_feed.sources import sources
from streamer.watchlists import PARSERS, Entity, NameKind, read_list
from tests.unit.watchlists.fixtures import SPECS

DOCUMENT: Final = Path(__file__).resolve().parents[3] / "docs" / "operator.md"


def has(kind: IdentifierKind) -> Callable[[Entity], object]:
    return lambda entity: [i for i in entity.identifiers if i.kind is kind]


FIELDS: Final[Mapping[str, Callable[[Entity], object]]] = {
    "aliases": lambda e: [n for n in e.names if n.kind is not NameKind.PRIMARY],
    "weak aliases told apart": lambda e: [n for n in e.names if n.weak],
    "former names told apart": lambda e: [n for n in e.names if n.kind is NameKind.FKA],
    "other scripts": lambda e: [n for n in e.names if n.script],
    "birth dates": lambda e: e.birth_dates,
    "birth places": lambda e: e.birth_places,
    "nationality or citizenship": lambda e: e.nationalities or e.citizenships,
    "addresses": lambda e: e.addresses,
    "passports, national and tax numbers": lambda e: (
        has(IdentifierKind.PASSPORT)(e) or has(IdentifierKind.NATIONAL_ID)(e) or has(IdentifierKind.TAX)(e)
    ),
    "registration numbers": has(IdentifierKind.REGISTRATION),
    "BIC": has(IdentifierKind.BIC),
    "LEI": has(IdentifierKind.LEI),
    "IMO": has(IdentifierKind.IMO),
    "wallets by asset": lambda e: e.wallets,
    "programmes": lambda e: e.programs,
    "listing date": lambda e: e.listed_on,
    "legal basis": lambda e: e.legal_basis,
    "linked parties": lambda e: e.links,
    "owned shares in percent": lambda e: [link for link in e.links if link.percent is not None],
    "remarks": lambda e: e.remarks,
    "vessel and aircraft details": lambda e: e.details.get("vessel_type") or e.details.get("call_sign"),
}


def coverage() -> str:
    """A row per field, a column per kind: what the fixture of that kind, which has every field of its format, gives."""
    entities: dict[str, list[Entity]] = {kind: [] for kind in PARSERS if kind != "ownership"}
    for spec in SPECS:
        if (kind := spec.partition("=")[0]) in entities:
            entities[kind] += read_list(spec).entities
    rows = [
        "| carries | " + " | ".join(f"`{kind}`" for kind in entities) + " |",
        "|---|" + ":-:|" * len(entities),
    ]
    for field, read in FIELDS.items():
        marks = ("✓" if any(read(entity) for entity in entities[kind]) else "" for kind in entities)
        rows.append(f"| {field} | " + " | ".join(marks) + " |")
    return "\n".join(rows)


def rows_of_sources() -> str:
    lines = [
        "| source, kind | publisher | asked every | entries accepted | default |",
        "|---|---|---:|---:|---|",
    ]
    lines += [
        f"| `{row.name}`, `{row.kind}` | {row.title} | {row.poll_minutes:g} min | "
        f"{row.entries[0]:,}–{row.entries[1]:,} | {'yes' if row.default else 'no'} |"
        for row in sources().values()
    ]
    return "\n".join(lines)


def in_document(name: str) -> str:
    return DOCUMENT.read_text("utf-8").split(f"<!-- table: {name} -->\n")[1].split("\n<!-- /table -->")[0]


def test_the_document_says_which_source_carries_what() -> None:
    assert in_document("coverage") == coverage(), f"put this between the marks:\n{coverage()}"


def test_the_document_says_where_lists_come_from() -> None:
    assert in_document("sources") == rows_of_sources(), f"put this between the marks:\n{rows_of_sources()}"
