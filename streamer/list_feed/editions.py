"""Lists as records of the `sanctions` topic: manifests, chunks, and what changes between two editions. No I/O.

A list travels as immutable chunks keyed `<list>/<version>/<n>` with a manifest, keyed `<list>/manifest`, last: a
publisher that dies half-way leaves chunks nobody refers to, and the version before stays in force. A version is the
sha256 of the list's content.
"""

from __future__ import annotations

import hmac
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import chain
from typing import Annotated, Any

import orjson
from pydantic import ConfigDict, Field, ValidationError

from streamer import __version__
from streamer.events import ListVersion, Outbound, digest
from streamer.watchlists import ParsedList
from streamer.watchlists.bounds import refuse_hostile
from streamer.watchlists.entity import Entity, InvalidList, entity_from_json, entity_to_json

TOPIC = "sanctions"
CHUNK_RAW_BYTES = 512 * 1024
"""A chunk is closed once its JSON lines exceed this; compressed it is a fifth of that."""
LIST_CHUNKS_MAX = 10_000
"""Of one version: 5 GiB of JSON. The largest official list fills some hundred."""

PARSER_VERSION = "1"
"""Raised with every change of the parsers: an unchanged file is then read anew, once."""


class RawFile(Outbound):
    """One file of a list as its publisher sent it."""

    name: str
    sha256: str
    bytes: int
    url: str | None = None
    """None for a file that somebody gave by hand."""
    etag: str | None = None
    last_modified: str | None = None
    """Validators of the publisher, for the next conditional request."""


class Manifest(Outbound):
    """What a list consists of. Published last; its arrival puts the version in force."""

    # A worker of an older release must read what a newer one publishes.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    list: str
    version: str
    chunks: Annotated[int, Field(ge=1, le=LIST_CHUNKS_MAX)]
    entities: Annotated[int, Field(ge=1)]
    names: Annotated[int, Field(ge=1)]
    published_at: datetime | None = None
    """When the source says it published the list."""
    fetched_at: datetime
    """When we last fetched and verified it."""
    raw_sha256: str
    parser_version: str = PARSER_VERSION
    engine_version: str = __version__
    """Of the streamer that published it."""
    sample: bool = False
    """Ships with the package for demonstrations; a production worker refuses it."""
    kind: str | None = None
    """The parser that read it."""
    source: str | None = None
    """Row of the table of sources; None where somebody gave a file by hand."""
    files: tuple[RawFile, ...] = ()
    accepted_because: str | None = None
    """Why a person let a version pass that a guard refused."""
    signature: str | None = None
    """HMAC-SHA-256 by STREAMER_LISTS_KEY over all the rest."""

    def as_version(self) -> ListVersion:
        return ListVersion(
            list=self.list,
            version=self.version,
            entries=self.entities,
            published_at=self.published_at,
            fetched_at=self.fetched_at,
        )


@dataclass(frozen=True, slots=True)
class Edition:
    """One list, complete: its manifest and its entities by id."""

    manifest: Manifest
    entities: Mapping[str, Entity]


def edition_of(
    name: str,
    entities: Iterable[Entity],
    *,
    raw_sha256: str,
    published_at: datetime | None,
    fetched_at: datetime,
    sample: bool = False,
    **about: Any,
) -> tuple[Edition, list[bytes]]:
    """The edition and its chunks, compressed; `about` are further fields of the manifest.

    Raises InvalidList for an empty list or an id that appears twice.
    """
    by_id: dict[str, Entity] = {}
    for entity in entities:
        if entity.id in by_id:
            raise InvalidList(f"list {name}: the id {entity.id} appears twice; each entry needs an id of its own")
        by_id[entity.id] = entity
    if not by_id:
        raise InvalidList(f"list {name}: has no entries; an empty list would release everybody")
    raw_chunks = list(_raw_chunks(by_id[key] for key in sorted(by_id)))
    manifest = Manifest(
        list=name,
        version=digest(b"".join(raw_chunks)),
        chunks=len(raw_chunks),
        entities=len(by_id),
        names=sum(len(entity.names) for entity in by_id.values()),
        published_at=published_at,
        fetched_at=fetched_at,
        raw_sha256=raw_sha256,
        sample=sample,
        **about,
    )
    return Edition(manifest, by_id), [zlib.compress(chunk, 6) for chunk in raw_chunks]


def edition_from(parsed: ParsedList, fetched_at: datetime, **about: Any) -> tuple[Edition, list[bytes]]:
    """The same from a list that was read and holds one list only (`ParsedList.by_name`)."""
    (name,) = parsed.names
    return edition_of(
        name,
        parsed.entities,
        raw_sha256=parsed.sha256,
        published_at=parsed.published,
        fetched_at=fetched_at,
        sample=parsed.sample,
        kind=parsed.kind,
        **about,
    )


def raw_lines(entities: Mapping[str, Entity]) -> bytes:
    """The entities as JSON lines in the order of their ids: what a version is the sha256 of."""
    return b"".join(_raw_chunks(entities[key] for key in sorted(entities)))


def _raw_chunks(entities: Iterable[Entity]) -> Iterator[bytes]:
    lines: list[bytes] = []
    size = 0
    for entity in entities:
        line = entity_to_json(entity) + b"\n"
        lines.append(line)
        size += len(line)
        if size >= CHUNK_RAW_BYTES:
            yield b"".join(lines)
            lines, size = [], 0
    if lines:
        yield b"".join(lines)


def chunk_key(name: str, version: str, n: int) -> bytes:
    return f"{name}/{version}/{n}".encode()


def manifest_key(name: str) -> bytes:
    return f"{name}/manifest".encode()


def signature(manifest: Mapping[str, Any], key: str) -> str:
    """HMAC-SHA-256, hex, over the manifest's fields but the signature itself."""
    signed = {name: value for name, value in manifest.items() if name != "signature"}
    return hmac.digest(key.encode(), orjson.dumps(signed, option=orjson.OPT_SORT_KEYS), "sha256").hex()


def manifest_value(manifest: Manifest, key: str | None) -> bytes:
    """The record's value, signed where there is a key."""
    fields = manifest.model_dump(mode="json", exclude={"signature"})
    return orjson.dumps(fields | ({"signature": signature(fields, key)} if key else {}))


def entities_by_id(name: str, raw_chunks: Iterable[bytes]) -> dict[str, Entity]:
    """Raises InvalidList for a line that is no entity of this list: its sha256 says only that nobody changed it."""
    by_id: dict[str, Entity] = {}
    # Line by line: to split or join megabytes at one stroke would hold up every other thread.
    for n, line in enumerate(chain.from_iterable(map(io.BytesIO, raw_chunks)), start=1):
        try:
            entity = entity_from_json(line)
        except ValidationError as error:
            raise InvalidList(f"list {name}: line {n} is no entity: {error.errors()[0]['msg']}") from None
        if not entity.names or entity.list != name or entity.id in by_id:
            raise InvalidList(f"list {name}: line {n} has no name, is of another list, or repeats an id")
        refuse_hostile(entity)
        by_id[entity.id] = entity
    if not by_id:
        raise InvalidList(f"list {name}: has no entries; an empty list would release everybody")
    return by_id


@dataclass(frozen=True, slots=True)
class Diff:
    """What changes between two editions of a list; entities by their new (or last) state."""

    added: tuple[Entity, ...]
    changed: tuple[Entity, ...]
    removed: tuple[Entity, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)


def diff(before: Mapping[str, Entity], after: Mapping[str, Entity]) -> Diff:
    """Compare by id."""
    return Diff(
        added=tuple(after[key] for key in sorted(after.keys() - before.keys())),
        changed=tuple(
            after[key]
            # What differs is sorted, not all keys: that would hold up every other thread.
            for key in sorted(
                [key for key, e in after.items() if key in before and e is not before[key] and e != before[key]]
            )
        ),
        removed=tuple(before[key] for key in sorted(before.keys() - after.keys())),
    )


def fields_changed(before: Entity, after: Entity) -> tuple[str, ...]:
    """Names of the fields in which the two differ."""
    return tuple(f.name for f in fields(Entity) if getattr(before, f.name) != getattr(after, f.name))
