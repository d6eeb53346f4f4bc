"""Lists on their way: published to the `sanctions` topic, and every worker's view of it.

A list travels as immutable chunks keyed `<list>/<version>/<n>` with a manifest, keyed `<list>/manifest`,
last: a publisher that dies half-way leaves chunks nobody refers to, and the version before stays in force.
A version is the sha256 of the list's content. Each list has a transactional producer of its own, which is
opened before the topic is read: of two publishers at once the later fences the earlier, and knows what it replaces.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import hmac
import io
import logging
import re
import sys
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from itertools import chain
from typing import Annotated, Any, Final

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from mode import Service
from pydantic import ConfigDict, Field, ValidationError

from streamer import __version__
from streamer.events import ListVersion, Outbound, digest
from streamer.lists import Lists
from streamer.settings import Settings
from streamer.watchlists import ParsedList
from streamer.watchlists.bounds import refuse_hostile
from streamer.watchlists.entity import Entity, InvalidList, entity_from_json, entity_to_json

log = logging.getLogger(__name__)

TOPIC = "sanctions"
CHUNK_RAW_BYTES = 512 * 1024
"""A chunk is closed once its JSON lines exceed this; compressed it is a fifth of that."""
CHUNK_RAW_BYTES_MAX = 8 * 1024 * 1024
"""More than this is not decompressed: no publisher of ours writes it."""
LIST_CHUNKS_MAX = 10_000
"""Of one version: 5 GiB of JSON. The largest official list fills some hundred."""
OVERLAY_ENTITIES_MAX = 2_000
"""Up to so many added, changed or removed entities are laid over the index; beyond that it is built anew."""
TRANSACTION_SECONDS = 30
"""The broker ends the transaction of a publisher that died after so long; until then readers wait for what follows it
on a partition. The largest list is published in a few seconds."""
PARSER_VERSION = "1"
"""Raised with every change of the parsers: an unchanged file is then read anew, once."""
REFUSALS_MAX = 100
"""Lists whose refusal is remembered: names come from whoever may write to the topic."""
_CHUNK_NUMBER = re.compile(r"0|[1-9][0-9]{0,3}")
"""Below LIST_CHUNKS_MAX."""


class RefusedList(InvalidList):
    """A list that must not come into force. `reason` is one of metrics.LIST_REFUSED_REASONS."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


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


# ---------------------------------------------------------------- records of the topic (pure)


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


def _refuse_unsigned(name: str, value: bytes, key: str) -> None:
    try:
        fields = orjson.loads(value)
    except orjson.JSONDecodeError:
        fields = None
    signed = fields.get("signature") if isinstance(fields, dict) else None
    if not isinstance(signed, str) or not hmac.compare_digest(signed.encode(), signature(fields, key).encode()):
        raise RefusedList(
            f"sanctions topic: the manifest of {name} is not signed by STREAMER_LISTS_KEY; refused. Sync it where that "
            "key is configured",
            "unsigned",
        )


def _decompressed(chunk: bytes) -> bytes:
    unpack = zlib.decompressobj()
    try:
        raw = unpack.decompress(chunk, CHUNK_RAW_BYTES_MAX)
    except zlib.error as error:
        raise InvalidList(f"sanctions topic: a chunk is not zlib data: {error}") from None
    if not unpack.eof:
        raise InvalidList(f"sanctions topic: a chunk is cut, or exceeds {CHUNK_RAW_BYTES_MAX} bytes")
    return raw


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


@dataclass(slots=True)
class Shelf:
    """What the records of the topic add up to. Feed it every record in order; ask it for complete editions."""

    key: str | None = field(default=None, repr=False)
    """With it, manifests it did not sign are refused, and so are older ones put back and unsigned deletions."""
    manifests: dict[str, Manifest] = field(default_factory=dict)
    chunks: dict[tuple[str, str], dict[int, bytes]] = field(default_factory=dict)
    editions: dict[str, Edition] = field(default_factory=dict)
    """In force: the last complete edition of each list."""
    refused: dict[str, str] = field(default_factory=dict)
    """List -> why its newest version is not in force though all its records are there; the one before stays."""
    refused_for: dict[str, str] = field(default_factory=dict)
    """List -> the same as one of metrics.LIST_REFUSED_REASONS."""

    def put(self, key: bytes, value: bytes | None) -> str | None:
        """Take one record, whatever it holds. Returns the list whose edition in force changed, or None."""
        name, *rest = key.decode("utf-8", "replace").split("/")
        try:
            if rest == ["manifest"]:
                changed = self._put_manifest(name, value)
            elif len(rest) == 2 and _CHUNK_NUMBER.fullmatch(rest[1]):
                changed = self._put_chunk(name, rest[0], int(rest[1]), value)
            else:
                log.warning("sanctions topic: a key of unknown shape was passed over")
                return None
        except InvalidList as error:
            # One bad record must not stop every worker: they go on with the last good copy, which grows stale.
            if name in self.refused or len(self.refused) < REFUSALS_MAX:
                self.refused[name] = str(error)
                self.refused_for[name] = error.reason if isinstance(error, RefusedList) else "unreadable"
            return None
        if changed is not None:
            self.refused.pop(changed, None)
            self.refused_for.pop(changed, None)
        return changed

    def _put_chunk(self, name: str, version: str, n: int, value: bytes | None) -> str | None:
        if value is None:
            self._forget_chunk(name, version, n)
            return None
        in_force = self.editions.get(name)
        if in_force is None or in_force.manifest.version != version:
            self.chunks.setdefault((name, version), {})[n] = value
        return self._completed(name)

    def _put_manifest(self, name: str, value: bytes | None) -> str | None:
        if value is None:
            if self.key is not None:
                raise RefusedList(f"sanctions topic: an unsigned record deletes list {name}; refused", "unsigned")
            self.manifests.pop(name, None)
            return name if self.editions.pop(name, None) else None
        if self.key is not None:
            _refuse_unsigned(name, value, self.key)
        try:
            manifest = Manifest.model_validate_json(value)
        except ValidationError as error:
            raise InvalidList(
                f"sanctions topic: the manifest of {name} cannot be read: {error.errors()[0]['msg']}"
            ) from None
        if manifest.list != name:
            raise InvalidList(f"sanctions topic: the manifest under the key of {name} is that of another list")
        known = self.manifests.get(name)
        if self.key is not None and known is not None and manifest.fetched_at < known.fetched_at:
            # Its signature is good for ever: whoever may write to the topic could put an old version back.
            raise RefusedList(
                f"sanctions topic: a manifest of {name} fetched at {manifest.fetched_at:%Y-%m-%dT%H:%M:%SZ} follows "
                f"one of {known.fetched_at:%Y-%m-%dT%H:%M:%SZ}; refused",
                "older",
            )
        self.manifests[name] = manifest
        in_force = self.editions.get(name)
        if in_force and in_force.manifest.version == manifest.version:
            # Verified again: same content, newer date.
            self.editions[name] = Edition(manifest, in_force.entities)
            return name
        return self._completed(name)

    def _completed(self, name: str) -> str | None:
        manifest = self.manifests.get(name)
        if manifest is None:
            return None
        in_force = self.editions.get(name)
        if in_force and in_force.manifest.version == manifest.version:
            return None
        held = self.chunks.get((name, manifest.version), {})
        if any(n not in held for n in range(manifest.chunks)):
            return None
        raw_chunks = [_decompressed(held[n]) for n in range(manifest.chunks)]
        version = hashlib.sha256()
        for chunk in raw_chunks:
            version.update(chunk)
        if version.hexdigest() != manifest.version:
            raise InvalidList(f"list {name}: the chunks of version {manifest.version[:12]} do not give its sha256")
        entities = entities_by_id(name, raw_chunks)
        if in_force:
            # What did not change stays the object it was: whoever compares sees it at once, and the twins of a whole
            # list are not freed at one go, which would hold up the stream.
            for key, known in in_force.entities.items():
                if entities.get(key) == known:
                    entities[key] = known
        self.editions[name] = Edition(manifest, entities)
        # The bytes have served: keep no second copy of the list.
        del self.chunks[name, manifest.version]
        return name

    def _forget_chunk(self, name: str, version: str, n: int) -> None:
        held = self.chunks.get((name, version))
        if held is not None:
            held.pop(n, None)
            if not held:
                del self.chunks[name, version]

    def missing(self) -> tuple[str, ...]:
        """Lists whose newest manifest is not complete yet, with how many chunks are there."""
        return tuple(
            f"{name} ({len(self.chunks.get((name, manifest.version), {}))} of {manifest.chunks} chunks)"
            for name, manifest in sorted(self.manifests.items())
            if name not in self.editions or self.editions[name].manifest.version != manifest.version
        )


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


# ---------------------------------------------------------------- guards

_CURE: Final = (
    "refused, and the list in force, if any, stays. Check the source; if it is right, say why: --accept-shrink 'REASON'"
)


def refuse_shrink(name: str, before: int, after: int, share_max: float) -> None:
    """Raises RefusedList when a list would silently become smaller."""
    if before and after < before * (1 - share_max):
        raise RefusedList(
            f"list {name}: {after:,} entries where {before:,} are in force, {1 - after / before:.0%} fewer, more "
            f"than the {share_max:.0%} allowed; {_CURE}",
            "shrunk",
        )


def refuse_count(name: str, entries: int, band: tuple[int, int]) -> None:
    """Raises RefusedList for a list with fewer or more entries than its source has had for years."""
    fewest, most = band
    if not fewest <= entries <= most:
        raise RefusedList(
            f"list {name}: {entries:,} entries, outside of {fewest:,} to {most:,} (entries of its source); {_CURE}",
            "shrunk" if entries < fewest else "grown",
        )


def refuse_older(name: str, before: datetime | None, after: datetime | None) -> None:
    """Raises RefusedList where the publisher's own date goes back: a cache that was asleep, or an old file."""
    if before and after and after < before:
        raise RefusedList(
            f"list {name}: published on {after:%Y-%m-%d %H:%M}, but the one in force on {before:%Y-%m-%d %H:%M}; "
            f"{_CURE}",
            "older",
        )


# ---------------------------------------------------------------- reading and publishing (kafka-python)


def read_shelf(settings: Settings, timeout_seconds: float = 60.0, only: Collection[str] | None = None) -> Shelf:
    """Everything on the topic up to its end, as it is now; of the lists `only`, where given.

    Raises TimeoutError where the broker does not deliver.
    """
    from kafka import KafkaConsumer  # noqa: PLC0415 - the worker reads with its own client
    from kafka import TopicPartition as Partition  # noqa: PLC0415

    shelf = Shelf(key=settings.lists_key)
    topic = settings.topic(TOPIC)
    consumer = KafkaConsumer(
        **settings.command_client(),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        allow_auto_create_topics=False,
        max_partition_fetch_bytes=8 * 1024 * 1024,
    )
    try:
        numbers = consumer.partitions_for_topic(topic)
        if not numbers:
            raise InvalidList(f"topic {topic} does not exist: run `streamer topics create` first")
        partitions = [Partition(topic, n) for n in sorted(numbers)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        deadline = time.monotonic() + timeout_seconds
        while any(consumer.position(p) < ends[p] for p in partitions):
            if time.monotonic() > deadline:
                raise TimeoutError(f"topic {topic}: not read to its end within {timeout_seconds:.0f} s")
            for records in consumer.poll(timeout_ms=500).values():
                for record in records:
                    if record.key is not None and (only is None or _list_of(record.key) in only):
                        shelf.put(record.key, record.value)
    finally:
        consumer.close()
    return shelf


def _list_of(key: bytes) -> str:
    return key.partition(b"/")[0].decode("utf-8", "replace")


class Publisher:
    """The one who may publish a list now. Opened, it fences every earlier one; then read what is in force, and publish.

        with Publisher(settings, "ofac") as publisher:
            shelf = publisher.read()
            publisher.publish(edition.manifest, chunks, superseded(shelf, edition.manifest))

    Between the two nobody else can have published: a later publisher fences this one, whose transaction then fails.
    Raises kafka.errors.KafkaError.
    """

    def __init__(self, settings: Settings, name: str) -> None:
        self._settings = settings
        self._name = name
        self._fenced = settings.lists_transactional

    def __enter__(self) -> Publisher:
        from kafka import KafkaProducer  # noqa: PLC0415

        fence: dict[str, Any] = {}
        if self._fenced:
            fence = {
                "transactional_id": f"{self._settings.topic_prefix}lists-{self._name}",
                "transaction_timeout_ms": TRANSACTION_SECONDS * 1000,
            }
        self._producer = KafkaProducer(
            **self._settings.command_client(),
            **fence,
            acks="all",
            enable_idempotence=True,
            max_request_size=4 * 1024 * 1024,
        )
        if fence:
            try:
                self._producer.init_transactions()
            except BaseException:
                self._producer.close(timeout=10)
                raise
        return self

    def __exit__(self, *_: object) -> None:
        self._producer.close(timeout=10)

    def read(self) -> Shelf:
        """What is in force of this list."""
        return read_shelf(self._settings, only=(self._name,))

    def publish(
        self,
        manifest: Manifest,
        chunks: Sequence[bytes],
        superseded: Iterable[tuple[str, int]] = (),
        progress: Callable[[int], None] = lambda done: None,
    ) -> None:
        """Publish the chunks, then the manifest, in one transaction; then tombstone `superseded` (version, chunks)."""
        topic, name = self._settings.topic(TOPIC), manifest.list
        assert name == self._name
        with _transaction(self._producer, active=self._fenced):
            sent = []
            for n, chunk in enumerate(chunks):
                sent.append(self._producer.send(topic, key=chunk_key(name, manifest.version, n), value=chunk))
                progress(n + 1)
            # Every chunk is confirmed before the manifest is sent: whoever sees it finds them all.
            for confirmation in sent:
                confirmation.get(timeout=60)
            value = manifest_value(manifest, self._settings.lists_key)
            self._producer.send(topic, key=manifest_key(name), value=value).get(timeout=60)
        gone = [(version, n) for version, count in superseded for n in range(count)]
        if gone:
            with _transaction(self._producer, active=self._fenced):
                for version, n in gone:
                    self._producer.send(topic, key=chunk_key(name, version, n), value=None)
                self._producer.flush(timeout=60)


def superseded(shelf: Shelf, manifest: Manifest) -> list[tuple[str, int]]:
    """(version, chunks) that no worker needs any more once `manifest` is in force.

    Not the version it replaces: a worker may be reading that one now. The next sync clears it away.
    """
    return [
        (version, max(numbers) + 1)
        for (name, version), numbers in shelf.chunks.items()
        if name == manifest.list and version != manifest.version and numbers
    ]


def publish_edition(settings: Settings, edition: Edition, chunks: Sequence[bytes]) -> None:
    """Publish without looking at what is in force. Raises kafka.errors.KafkaError."""
    with Publisher(settings, edition.manifest.list) as publisher:
        publisher.publish(edition.manifest, chunks)


@contextmanager
def _transaction(producer: Any, *, active: bool) -> Iterator[None]:
    if not active:
        yield
        return
    producer.begin_transaction()
    try:
        yield
    except BaseException:
        with suppress(Exception):  # the broker aborts it by itself, after its timeout
            producer.abort_transaction()
        raise
    producer.commit_transaction()


# ---------------------------------------------------------------- the worker's view


class ListsView(Service):
    """Every worker's own copy of the lists: complete before the first payment, swapped whole afterwards.

    Reads the topic without a consumer group, from the beginning. `current` is replaced by one assignment of
    an immutable snapshot; take it once per payment.
    """

    def __init__(
        self,
        settings: Settings,
        required: Iterable[str],
        on_change: Callable[[Mapping[str, Manifest]], None] = lambda manifests: None,
        on_refusal: Callable[[str, str], None] = lambda name, reason: None,
        prepare: Callable[[Lists], Any] = lambda lists: None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._settings = settings
        self._required = tuple(required)
        self._on_change = on_change
        self._on_refusal = on_refusal
        self._prepare = prepare
        self._refused: dict[str, str] = {}
        self._shelf = Shelf(key=settings.lists_key)
        self._laid_over = 0
        self._in_force: dict[str, Edition] = {}
        self._consumer: AIOKafkaConsumer | None = None
        self.current: Lists | None = None
        self.prepared: Any = None
        """What `prepare` made of `current`, off the event loop's thread; replaced together with it."""

    def lacking(self) -> tuple[str, ...]:
        """Required lists that are not in force; empty when the view is ready."""
        return tuple(name for name in self._required if name not in self._in_force)

    def refused(self) -> Mapping[str, str]:
        """List -> why its newest version was refused; the one before, if any, is in force."""
        return dict(self._refused)

    async def load(self) -> None:
        """Read the topic to its present end, then on until every required list is in force.

        Nothing may be consumed before this returns. Raises InvalidList for a sample list in a worker that
        does not allow them.
        """
        topic = self._settings.topic(TOPIC)
        consumer = AIOKafkaConsumer(
            **self._settings.kafka_client(),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            max_partition_fetch_bytes=8 * 1024 * 1024,
        )
        await consumer.start()
        self._consumer = consumer
        numbers = consumer.partitions_for_topic(topic)
        if not numbers:
            await consumer._client.force_metadata_update()
            numbers = consumer.partitions_for_topic(topic)
        if not numbers:
            raise InvalidList(f"topic {topic} does not exist: run `streamer topics create` first")
        partitions = [TopicPartition(topic, n) for n in sorted(numbers)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        told_at = time.monotonic()
        while True:
            await self._take(timeout_ms=500)
            at_end = all([await consumer.position(p) >= ends[p] for p in partitions])
            if at_end:
                await self._swap()
                if not self.lacking():
                    break
            if time.monotonic() - told_at > 10:
                told_at = time.monotonic()
                log.warning(
                    "waiting for lists: required %s, in force %s, incomplete %s; publish with `streamer lists sync`",
                    ", ".join(self._required) or "none",
                    ", ".join(sorted(self._in_force)) or "none",
                    ", ".join(self._shelf.missing()) or "none",
                )
            if self.should_stop:
                return
        if self.current is None:
            empty = await asyncio.to_thread(Lists.of, (), ())
            prepared = await asyncio.to_thread(self._prepare, empty)
            self.current, self.prepared = empty, prepared

    @Service.task  # type: ignore[untyped-decorator]
    async def _follow(self) -> None:
        while not self.should_stop:
            if self.current is None or self._consumer is None:
                await self.sleep(0.1)
                continue
            if await self._take(timeout_ms=500):
                await self._swap()

    async def _take(self, timeout_ms: int) -> bool:
        assert self._consumer is not None
        changed = False
        for records in (await self._consumer.getmany(timeout_ms=timeout_ms)).values():
            for record in records:
                if record.key is not None:
                    with _beside_the_stream():
                        name = await asyncio.to_thread(self._shelf.put, record.key, record.value)
                    changed = changed or name is not None
        self._tell_refusals()
        return changed

    def _tell_refusals(self) -> None:
        for name, why in self._shelf.refused.items():
            if self._refused.get(name) != why:
                log.error("%s; the version before, if any, stays in force", why)
                self._on_refusal(name, self._shelf.refused_for[name])
        self._refused = dict(self._shelf.refused)

    async def _swap(self) -> None:
        """Put what is complete in force, off the event loop's thread, by one assignment at the end."""
        editions = dict(self._shelf.editions)
        if editions == self._in_force:
            return
        for edition in editions.values():
            if edition.manifest.sample and not self._settings.allow_sample_lists:
                raise InvalidList(
                    f"list {edition.manifest.list} on topic {self._settings.topic(TOPIC)} is the sample for "
                    "demonstrations, not an official list: publish the real one with `streamer lists sync`, or set "
                    "STREAMER_ALLOW_SAMPLE_LISTS=1 for a demonstration"
                )
        started = time.monotonic()
        with _beside_the_stream():
            change, lists, prepared = await asyncio.to_thread(self._with, editions)
        self.current, self.prepared, self._in_force = lists, prepared, editions
        self._on_change({name: edition.manifest for name, edition in editions.items()})
        log.info(
            "lists in force: %s (%d added, %d changed, %d removed, %.1f s)",
            ", ".join(f"{v.list} {v.version[:12]} with {v.entries} entries" for v in lists.versions),
            len(change.added),
            len(change.changed),
            len(change.removed),
            time.monotonic() - started,
        )

    def _with(self, editions: Mapping[str, Edition]) -> tuple[Diff, Lists, Any]:
        """What changes, and what is known then: a small change is laid over the index, a large one builds it anew."""
        versions = [edition.manifest.as_version() for edition in editions.values()]
        moved = {
            name
            for name in {**self._in_force, **editions}
            if _version(self._in_force, name) != _version(editions, name)
        }
        change = diff(_entities(self._in_force, moved), _entities(editions, moved))
        count = len(change.added) + len(change.changed) + len(change.removed)
        if self.current is not None and not count:
            # Verified again: the dates alone are new.
            return change, replace(self.current, versions=tuple(sorted(versions, key=lambda v: v.list))), self.prepared
        if self.current is not None and self._laid_over + count <= OVERLAY_ENTITIES_MAX:
            self._laid_over += count
            removed = [entity.id for entity in change.removed]
            lists = self.current.updated(versions, change.added + change.changed, removed, rests())
        else:
            self._laid_over = 0
            lists = Lists.of(versions, _entities(editions, editions).values())
        if lists.ownership.edges:
            log.info("%s", lists.ownership.summary)
        return change, lists, self._prepare(lists)

    async def on_stop(self) -> None:
        if self._consumer is not None:
            await self._consumer.stop()


def _version(editions: Mapping[str, Edition], name: str) -> str | None:
    edition = editions.get(name)
    return edition.manifest.version if edition else None


def _entities(editions: Mapping[str, Edition], names: Iterable[str]) -> dict[str, Entity]:
    """By id, of some lists."""
    return {key: e for name in names if name in editions for key, e in editions[name].entities.items()}


REST_SECONDS: Final = 0.002
RESTS_MAX: Final = 250
SWITCH_SECONDS: Final = 0.001
"""How long another thread may compute before the event loop has its turn again, while lists are taken over."""


@contextmanager
def _beside_the_stream() -> Iterator[None]:
    """For work in a thread that makes objects by the million: payments go on beside it.

    A full garbage collection would stop every thread for as long as it takes to look at all of them; what is built here
    stays, and has no cycles. Freezing spares later collections the look at it.
    """
    collects, interval = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        if collects:
            gc.freeze()
            gc.enable()


def rests() -> Callable[[], None]:
    """To be called between the steps of a small change of the lists, so that payments beside it go first.

    A large one rests no longer: it has to come into force.
    """
    left = RESTS_MAX

    def rest() -> None:
        nonlocal left
        if left:
            left -= 1
            time.sleep(REST_SECONDS)

    return rest


def now() -> datetime:
    """The clock of the shell."""
    return datetime.now(UTC)
