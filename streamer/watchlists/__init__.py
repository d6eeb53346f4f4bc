"""Sanctions lists: one parser per source, one model for all of them.

    parsed = parse("ofac", Path("lists/ofac"))
    parsed = read_list("un=lists/consolidated.xml")

A parser reads everything its source says or raises InvalidList: a designation must never vanish in silence.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from streamer.watchlists import eu, holdings, ofac, ofac_xml, opensanctions, plain, uk, un
from streamer.watchlists.bounds import ENTITIES_MAX, refuse_hostile, refuse_too_many
from streamer.watchlists.entity import (
    BirthDate,
    Entity,
    EntityType,
    InvalidList,
    Link,
    ListedAddress,
    ListedIdentifier,
    ListedName,
    ListedWallet,
    NameKind,
    entity_from_json,
    entity_to_json,
)
from streamer.watchlists.reading import Reading

__all__ = [
    "PARSERS",
    "BirthDate",
    "Entity",
    "EntityType",
    "InvalidList",
    "Link",
    "ListedAddress",
    "ListedIdentifier",
    "ListedName",
    "ListedWallet",
    "NameKind",
    "ParsedList",
    "Parser",
    "entity_from_json",
    "entity_to_json",
    "parse",
    "raw_files",
    "read_list",
    "sample_lists",
    "split_spec",
]

_HASH_BYTES: Final = 1024 * 1024


class Parser(NamedTuple):
    """One source: how its files are read, and what its path must be."""

    read: Callable[[Path], Reading]
    expects: str
    bytes_max: int
    """Of all its files: ten times what the largest edition in use has, or more."""
    lines_max: int
    is_directory: bool = False


_MIB: Final = 1024 * 1024

PARSERS: Final[Mapping[str, Parser]] = MappingProxyType(
    {
        "ofac": Parser(
            ofac.parse,
            "a directory with sdn.csv, alt.csv, add.csv, sdn_comments.csv and optionally cons_prim.csv, cons_alt.csv,"
            " cons_add.csv, cons_comments.csv",
            256 * _MIB,
            1_000_000,
            is_directory=True,
        ),
        "ofac-xml": Parser(ofac_xml.parse, "OFAC's SDN_ADVANCED.XML or CONS_ADVANCED.XML", 1024 * _MIB, 50_000_000),
        "un": Parser(un.parse, "the UN's consolidated.xml", 64 * _MIB, 5_000_000),
        "eu": Parser(eu.parse, "the EU's full list of financial sanctions, FSF XML 1.1", 256 * _MIB, 10_000_000),
        "uk": Parser(uk.parse, "the UK Sanctions List, UK-Sanctions-List.csv", 256 * _MIB, 2_000_000),
        "opensanctions": Parser(
            opensanctions.parse, "OpenSanctions' targets.simple.csv or entities.ftm.json", 4096 * _MIB, 5_000_000
        ),
        "csv": Parser(
            plain.parse, f"a CSV file with a header; columns: {', '.join(plain.COLUMNS)}", 1024 * _MIB, 1_000_000
        ),
        "ownership": Parser(
            holdings.parse,
            f"a CSV file with a header, a holding a row; columns: {', '.join(holdings.COLUMNS)}",
            1024 * _MIB,
            1_000_000,
        ),
    }
)
"""Kind, as in `--list KIND=PATH`, -> parser."""


@dataclass(frozen=True, slots=True)
class ParsedList:
    """What one path held: entities of one list, or of several where the format carries them (csv)."""

    kind: str
    entities: tuple[Entity, ...]
    sha256: str
    """Of the raw content, hex; of the sorted `<sha256>  <name>` lines where there are several files."""
    published: datetime | None = None
    """When the publisher says the list was made; None where the format does not tell."""
    rows: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Records read, by file or element name."""
    warnings: tuple[str, ...] = ()
    """What the source left incomplete or inconsistent; for people to look at."""
    sample: bool = False
    """Shipped for demonstrations: a production worker refuses it."""

    @property
    def names(self) -> tuple[str, ...]:
        """Short names of the lists, sorted: ofac, un, press …"""
        return tuple(sorted({entity.list for entity in self.entities}))

    @property
    def counts(self) -> Mapping[EntityType, int]:
        """Entities by type."""
        return Counter(entity.type for entity in self.entities)

    def by_name(self) -> tuple[ParsedList, ...]:
        """One ParsedList per list name, in the order of `names`; each keeps the digest of the whole content."""
        return tuple(
            replace(self, entities=tuple(entity for entity in self.entities if entity.list == name))
            for name in self.names
        )


def parse(kind: str, path: Path) -> ParsedList:
    """Read a list. Raises InvalidList for an unknown kind, a missing path, and whatever in it cannot be read."""
    if (parser := PARSERS.get(kind)) is None:
        raise InvalidList(f"unknown kind of list {kind!r}; the kinds are {', '.join(PARSERS)}")
    if not (path.is_dir() if parser.is_directory else path.is_file()):
        raise InvalidList(f"{kind} list: {path} is not there or not what it should be: {parser.expects}")
    try:
        files = raw_files(kind, path)
        refuse_too_many(files.values(), kind, parser.bytes_max, parser.lines_max)
        before = _content_digest(files)
        reading = parser.read(path)
        if _content_digest(files) != before:
            raise InvalidList(f"{kind} list: {path} changed while it was read; read it again")
    except OSError as error:
        raise InvalidList(f"{kind} list: {path} cannot be read ({error.strerror})") from None
    if len(reading.entities) > ENTITIES_MAX:
        raise InvalidList(f"{kind} list: {path} has more than {ENTITIES_MAX:,} entities")
    for entity in reading.entities:
        refuse_hostile(entity)
    # Under whatever name it is copied: what ships for demonstrations is never taken for an official list.
    sample = before == _sample_digest()
    return ParsedList(kind, reading.entities, before, reading.published, reading.rows, reading.warnings, sample)


def raw_files(kind: str, path: Path) -> Mapping[str, Path]:
    """Name -> path of the files a list is read from. Raises InvalidList naming what is missing."""
    return ofac.files(path) if PARSERS[kind].is_directory else {path.name: path}


def split_spec(spec: str) -> tuple[str, Path]:
    """Kind and path of `KIND=PATH`. Raises InvalidList naming the kinds."""
    kind, equals, path = spec.partition("=")
    if not equals or not path:
        raise InvalidList(f"{spec!r} is not KIND=PATH; the kinds are {', '.join(PARSERS)}")
    return kind.strip().casefold(), Path(path).expanduser()


def read_list(spec: str) -> ParsedList:
    """Read `KIND=PATH`, as the command line takes it. Raises InvalidList naming the kinds and what each expects."""
    kind, path = split_spec(spec)
    try:
        return parse(kind, path)
    except InvalidList as error:
        if str(path) in str(error):
            raise
        raise InvalidList(f"{path}: {error}") from None


def sample_lists() -> tuple[ParsedList, ...]:
    """The shipped sample watchlist, one ParsedList per list in it, each marked as a sample."""
    with resources.as_file(_SAMPLE) as path:
        return parse("csv", path).by_name()


_SAMPLE: Final = resources.files("streamer.data.sample").joinpath("watchlist.csv")


@cache
def _sample_digest() -> str:
    return hashlib.sha256(_SAMPLE.read_bytes()).hexdigest()


def _content_digest(files: Mapping[str, Path]) -> str:
    digests = {name: _sha256(path) for name, path in files.items()}
    if len(digests) == 1:
        return next(iter(digests.values()))
    return hashlib.sha256(_lines(f"{digest}  {name}" for name, digest in sorted(digests.items()))).hexdigest()


def _lines(texts: Iterable[str]) -> bytes:
    return "".join(f"{text}\n" for text in texts).encode()


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_HASH_BYTES):
            digest.update(block)
    return digest.hexdigest()
