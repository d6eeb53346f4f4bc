"""Lists on their way: published to the `sanctions` topic, and every worker's view of it.

A list travels as immutable chunks keyed `<list>/<version>/<n>` with a manifest, keyed `<list>/manifest`,
last: a publisher that dies half-way leaves chunks nobody refers to, and the version before stays in force.
A version is the sha256 of the list's content. Each list has a transactional producer of its own, so that of
two publishers at once the later fences the earlier.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from mode import Service
from pydantic import Field, ValidationError

from streamer.events import ListVersion, Outbound, digest
from streamer.monitor import Lists
from streamer.settings import Settings
from streamer.watchlists import ParsedList
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
PARSER_VERSION = "1"
REFUSALS_MAX = 100
"""Lists whose refusal is remembered: names come from whoever may write to the topic."""
_CHUNK_NUMBER = re.compile(r"0|[1-9][0-9]{0,3}")
"""Below LIST_CHUNKS_MAX."""


class Manifest(Outbound):
    """What a list consists of. Published last; its arrival puts the version in force."""

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
    sample: bool = False
    """Ships with the package for demonstrations; a production worker refuses it."""

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
) -> tuple[Edition, list[bytes]]:
    """The edition and its chunks, compressed. Raises InvalidList for an empty list or an id that appears twice."""
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
    )
    return Edition(manifest, by_id), [zlib.compress(chunk, 6) for chunk in raw_chunks]


def edition_from(parsed: ParsedList, fetched_at: datetime) -> tuple[Edition, list[bytes]]:
    """The same from a list that was read and holds one list only (`ParsedList.by_name`)."""
    (name,) = parsed.names
    return edition_of(
        name,
        parsed.entities,
        raw_sha256=parsed.sha256,
        published_at=parsed.published,
        fetched_at=fetched_at,
        sample=parsed.sample,
    )


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


def _decompressed(chunk: bytes) -> bytes:
    unpack = zlib.decompressobj()
    try:
        raw = unpack.decompress(chunk, CHUNK_RAW_BYTES_MAX)
    except zlib.error as error:
        raise InvalidList(f"sanctions topic: a chunk is not zlib data: {error}") from None
    if not unpack.eof:
        raise InvalidList(f"sanctions topic: a chunk is cut, or exceeds {CHUNK_RAW_BYTES_MAX} bytes")
    return raw


def _entities_by_id(name: str, raw: bytes) -> dict[str, Entity]:
    """Raises InvalidList for a line that is no entity of this list: its sha256 says only that nobody changed it."""
    by_id: dict[str, Entity] = {}
    for n, line in enumerate(raw.splitlines(), start=1):
        try:
            entity = entity_from_json(line)
        except ValidationError as error:
            raise InvalidList(f"list {name}: line {n} is no entity: {error.errors()[0]['msg']}") from None
        if not entity.names or entity.list != name or entity.id in by_id:
            raise InvalidList(f"list {name}: line {n} has no name, is of another list, or repeats an id")
        by_id[entity.id] = entity
    if not by_id:
        raise InvalidList(f"list {name}: has no entries; an empty list would release everybody")
    return by_id


@dataclass(slots=True)
class Shelf:
    """What the records of the topic add up to. Feed it every record in order; ask it for complete editions."""

    manifests: dict[str, Manifest] = field(default_factory=dict)
    chunks: dict[tuple[str, str], dict[int, bytes]] = field(default_factory=dict)
    editions: dict[str, Edition] = field(default_factory=dict)
    """In force: the last complete edition of each list."""
    refused: dict[str, str] = field(default_factory=dict)
    """List -> why its newest version is not in force though all its records are there; the one before stays."""

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
            return None
        if changed is not None:
            self.refused.pop(changed, None)
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
            self.manifests.pop(name, None)
            return name if self.editions.pop(name, None) else None
        try:
            manifest = Manifest.model_validate_json(value)
        except ValidationError as error:
            raise InvalidList(
                f"sanctions topic: the manifest of {name} cannot be read: {error.errors()[0]['msg']}"
            ) from None
        if manifest.list != name:
            raise InvalidList(f"sanctions topic: the manifest under the key of {name} is that of another list")
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
        raw = b"".join(_decompressed(held[n]) for n in range(manifest.chunks))
        if digest(raw) != manifest.version:
            raise InvalidList(f"list {name}: the chunks of version {manifest.version[:12]} do not give its sha256")
        self.editions[name] = Edition(manifest, _entities_by_id(name, raw))
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
        changed=tuple(after[key] for key in sorted(after.keys() & before.keys()) if after[key] != before[key]),
        removed=tuple(before[key] for key in sorted(before.keys() - after.keys())),
    )


# ---------------------------------------------------------------- guards

SHRINK_SHARE_MAX: Final = 0.10
"""A list that loses more than this share of its entries is refused unless a person says why."""


def refuse_shrink(name: str, before: int, after: int, accepted_because: str | None, share_max: float) -> None:
    """Raises InvalidList when a list would silently become smaller."""
    if before and after < before * (1 - share_max) and not accepted_because:
        raise InvalidList(
            f"list {name}: {after} entries where {before} are in force, {1 - after / before:.0%} fewer; more than "
            f"{share_max:.0%} is refused and the list in force stays. Check the source; if it is right, say why: "
            "--accept-shrink 'REASON'"
        )


# ---------------------------------------------------------------- reading and publishing (kafka-python)


def read_shelf(settings: Settings, timeout_seconds: float = 60.0) -> Shelf:
    """Everything on the topic up to its end, as it is now. Raises TimeoutError where the broker does not deliver."""
    from kafka import KafkaConsumer  # noqa: PLC0415 - the worker reads with its own client
    from kafka import TopicPartition as Partition  # noqa: PLC0415

    shelf = Shelf()
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
                    if record.key is not None:
                        shelf.put(record.key, record.value)
    finally:
        consumer.close()
    return shelf


def publish_edition(
    settings: Settings,
    edition: Edition,
    chunks: Sequence[bytes],
    superseded: Iterable[tuple[str, int]] = (),
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Publish the chunks, then the manifest, in one transaction; then tombstone `superseded` (version, chunks).

    Raises kafka.errors.KafkaError; a publisher that was fenced by a later one publishes nothing.
    """
    from kafka import KafkaProducer  # noqa: PLC0415

    manifest = edition.manifest
    topic = settings.topic(TOPIC)
    fence = (
        {"transactional_id": f"{settings.topic_prefix}lists-{manifest.list}"} if settings.lists_transactional else {}
    )
    producer = KafkaProducer(
        **settings.command_client(), **fence, acks="all", enable_idempotence=True, max_request_size=4 * 1024 * 1024
    )
    try:
        if fence:
            producer.init_transactions()
        with _transaction(producer, active=bool(fence)):
            sent = []
            for n, chunk in enumerate(chunks):
                sent.append(producer.send(topic, key=chunk_key(manifest.list, manifest.version, n), value=chunk))
                progress(n + 1)
            # Every chunk is confirmed before the manifest is sent: whoever sees it finds them all.
            for confirmation in sent:
                confirmation.get(timeout=60)
            value = orjson.dumps(manifest.model_dump(mode="json"))
            producer.send(topic, key=manifest_key(manifest.list), value=value).get(timeout=60)
        with _transaction(producer, active=bool(fence)):
            for version, count in superseded:
                for n in range(count):
                    producer.send(topic, key=chunk_key(manifest.list, version, n), value=None)
            producer.flush(timeout=60)
    finally:
        producer.close(timeout=10)


@contextmanager
def _transaction(producer: Any, *, active: bool) -> Iterator[None]:
    if not active:
        yield
        return
    producer.begin_transaction()
    try:
        yield
    except BaseException:
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
        on_refusal: Callable[[str], None] = lambda name: None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._settings = settings
        self._required = tuple(required)
        self._on_change = on_change
        self._on_refusal = on_refusal
        self._refused: dict[str, str] = {}
        self._shelf = Shelf()
        self._laid_over = 0
        self._in_force: dict[str, Edition] = {}
        self._consumer: AIOKafkaConsumer | None = None
        self.current: Lists | None = None

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
            self.current = await asyncio.to_thread(Lists.of, (), ())

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
                    name = await asyncio.to_thread(self._shelf.put, record.key, record.value)
                    changed = changed or name is not None
        self._tell_refusals()
        return changed

    def _tell_refusals(self) -> None:
        for name, why in self._shelf.refused.items():
            if self._refused.get(name) != why:
                log.error("%s; the version before, if any, stays in force", why)
                self._on_refusal(name)
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
        versions = [edition.manifest.as_version() for edition in editions.values()]
        before = {key: e for edition in self._in_force.values() for key, e in edition.entities.items()}
        after = {key: e for edition in editions.values() for key, e in edition.entities.items()}
        change = await asyncio.to_thread(diff, before, after)
        moved = len(change.added) + len(change.changed) + len(change.removed)
        if self.current is not None and self._laid_over + moved <= OVERLAY_ENTITIES_MAX:
            self._laid_over += moved
            removed = [entity.id for entity in change.removed]
            lists = await asyncio.to_thread(self.current.updated, versions, change.added + change.changed, removed)
        else:
            self._laid_over = 0
            lists = await asyncio.to_thread(Lists.of, versions, after.values())
        if lists.ownership.edges:
            log.info("%s", lists.ownership.summary)
        self.current, self._in_force = lists, editions
        self._on_change({name: edition.manifest for name, edition in editions.items()})
        log.info(
            "lists in force: %s (%d added, %d changed, %d removed, %.1f s)",
            ", ".join(f"{v.list} {v.version[:12]} with {v.entries} entries" for v in lists.versions),
            len(change.added),
            len(change.changed),
            len(change.removed),
            time.monotonic() - started,
        )

    async def on_stop(self) -> None:
        if self._consumer is not None:
            await self._consumer.stop()


def now() -> datetime:
    """The clock of the shell."""
    return datetime.now(UTC)
