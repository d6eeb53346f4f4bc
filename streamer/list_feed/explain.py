"""One entry of a list: all that is known of it, and its record as the publisher wrote it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from streamer.list_feed.archive import Archive, NotArchived
from streamer.list_feed.editions import Manifest
from streamer.list_feed.publisher import read_shelf
from streamer.settings import Settings
from streamer.watchlists import parse, raw_files, split_spec
from streamer.watchlists.entity import Entity, InvalidList, Link, ListedAddress, ListedIdentifier, ListedName
from streamer.watchlists.ownership import RULES, Ownership, edges, ownership_in_words
from streamer.watchlists.raw import RawRecord, raw_records

_IDS_TOLD_MAX: Final = 5
_OWNED_TOLD_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Explained:
    entity: Entity
    manifest: Manifest | None
    """Of the version in force; None where it was looked up in files."""
    raw: tuple[RawRecord, ...]
    raw_missing: str
    """Why there is no raw record; empty where there is."""
    ownership: tuple[tuple[str, str], ...] = ()
    """(label, text): who owns it, by the 50 % rule and the other regimes', and what it owns."""


def from_files(entity_id: str, specs: Sequence[str]) -> Explained:
    """Looked up in `KIND=PATH` files. Raises InvalidList where no list has it."""
    known: dict[str, Entity] = {}
    found: tuple[RawRecord, ...] = ()
    for spec in specs:
        kind, path = split_spec(spec)
        known |= {entity.id: entity for entity in parse(kind, path).entities}
        if entity_id in known and not found:
            found = raw_records(kind, raw_files(kind, path), known[entity_id].native_id)
    if (entity := known.get(entity_id)) is None:
        raise InvalidList(_not_found(entity_id, tuple(known)))
    missing = "" if found else "the list names it in another entry's record: see its links"
    return Explained(entity, None, found, missing, tuple(_ownership(entity, known)))


def from_topic(entity_id: str, settings: Settings) -> Explained:
    """Looked up in what is in force; the raw record in the archive. Raises InvalidList where no list has it."""
    # All lists: an owner may stand on another.
    editions = read_shelf(settings).editions
    known = {key: entity for edition in editions.values() for key, entity in edition.entities.items()}
    for edition in editions.values():
        if (entity := edition.entities.get(entity_id)) is not None:
            owners = tuple(_ownership(entity, known))
            try:
                return Explained(entity, edition.manifest, _archived(settings, edition.manifest, entity), "", owners)
            except NotArchived as error:
                return Explained(entity, edition.manifest, (), str(error), owners)
    raise InvalidList(_not_found(entity_id, tuple(known)))


def _ownership(entity: Entity, known: Mapping[str, Entity]) -> Iterator[tuple[str, str]]:
    """Under every rule there is; the policy says which of them count."""
    ownership = Ownership.of(known.values())

    def name(entity_id: str) -> str:
        return known[entity_id].name if entity_id in known else entity_id

    for standing in ownership.standings(entity.id, tuple(RULES)):
        yield f"rule {standing.rule.name}", ownership_in_words(standing, name)
    owned = sorted(
        {(edge.owned, edge.percent) for edge in edges(known) if edge.owner == entity.id},
        key=lambda pair: (-(pair[1] or 0), pair[0]),
    )
    label = "owns"
    for owned_id, percent in owned[:_OWNED_TOLD_MAX]:
        share = "an unknown share" if percent is None else f"{percent:g} %"
        yield label, f"{share} of {name(owned_id)} ({owned_id})"
        label = ""
    if len(owned) > _OWNED_TOLD_MAX:
        yield label, f"… and {len(owned) - _OWNED_TOLD_MAX} more"


def _archived(settings: Settings, manifest: Manifest, entity: Entity) -> tuple[RawRecord, ...]:
    if settings.archive_dir is None:
        raise NotArchived("STREAMER_ARCHIVE_DIR is not set; name the files with --list KIND=PATH")
    if manifest.kind is None or not manifest.files:
        raise NotArchived("the list was published without its files; name them with --list KIND=PATH")
    archive = Archive(settings.archive_dir)
    with tempfile.TemporaryDirectory(prefix="streamer-lists-") as folder:
        files = {file.name: archive.unpacked(file.sha256, Path(folder) / file.sha256) for file in manifest.files}
        return raw_records(manifest.kind, files, entity.native_id)


def _not_found(entity_id: str, known: Sequence[str]) -> str:
    near = [key for key in known if key.endswith(f"-{entity_id}")][:_IDS_TOLD_MAX]
    hint = f"did you mean {', '.join(near)}?" if near else "an id is <list>-<number>, such as ofac-24978 or un-6908555"
    return f"no entry {entity_id[:200]!r} in {len(known):,} entries: {hint}"


# ---------------------------------------------------------------- in words


def lines(found: Explained) -> Iterator[tuple[str, str]]:
    """(label, text) of everything the entry carries; a label stands before the first of its values only."""
    entity, manifest = found.entity, found.manifest
    yield "id", entity.id
    for f in fields(Entity):
        if f.name in ("list", "native_id", "details"):
            continue
        label = f.name.replace("_", " ")
        for text in _texts(getattr(entity, f.name)):
            yield label, text
            label = ""
    for name, text in entity.details.items():
        yield name.replace("_", " "), text
    yield from found.ownership
    if manifest is not None:
        published = f", published {manifest.published_at:%Y-%m-%d}" if manifest.published_at else ""
        yield "in force", f"version {manifest.version[:12]}, fetched {manifest.fetched_at:%Y-%m-%d %H:%M}{published}"


def _texts(value: Any) -> list[str]:
    if value is None or value == ():
        return []
    if isinstance(value, tuple):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, ListedName):
        about = [value.kind.value, *(["weak"] if value.weak else []), *([value.script] if value.script else [])]
        return [f"{value.text}  ({', '.join(about)})"]
    if isinstance(value, ListedAddress):
        return [", ".join(part for part in (getattr(value, f.name) for f in fields(value)) if part)]
    if isinstance(value, ListedIdentifier):
        about = [part for part in (value.label, value.country, value.note) if part]
        return [f"{value.kind.value} {value.value}" + (f"  ({', '.join(about)})" if about else "")]
    if isinstance(value, Link):
        share = f" {value.percent:g} %" if value.percent is not None else ""
        return [
            f"{value.relation.replace('_', ' ')}{share}: {value.name}"
            + (f" ({value.entity_id})" if value.entity_id else "")
        ]
    if hasattr(value, "earliest"):
        until = f" to {value.latest}" if value.latest else ""
        return [("about " if value.circa else "") + value.earliest + until]
    if hasattr(value, "asset"):
        return [f"{value.asset} {value.address}"]
    return [str(value)]
