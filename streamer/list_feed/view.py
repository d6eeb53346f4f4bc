"""The worker's view of the lists: complete before the first payment, replaced as a whole afterwards."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from mode import Service

from streamer.list_feed.editions import TOPIC, Diff, Edition, Manifest, diff
from streamer.list_feed.seen import SeenManifests
from streamer.list_feed.shelf import Shelf
from streamer.lists import Lists
from streamer.settings import METADATA_AGE_MS_MAX, Settings
from streamer.watchlists.entity import Entity, InvalidList

log = logging.getLogger(__name__)

_OVERLAY_ENTITIES_MAX = 2_000
"""Up to so many added, changed or removed entities are laid over the index; beyond that it is built anew."""


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
        self._seen = SeenManifests(settings.data_dir)
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
        if self._shelf.key is not None:
            self._shelf.seen = await asyncio.to_thread(self._seen.read)
        consumer = AIOKafkaConsumer(
            **self._settings.kafka_client(),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            max_partition_fetch_bytes=8 * 1024 * 1024,
            metadata_max_age_ms=METADATA_AGE_MS_MAX,
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
                # Not before: a topic that is not compacted yet holds older manifests ahead of the newest.
                self._tell_refusals()
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
            changed = await self._take(timeout_ms=500)
            self._tell_refusals()
            if changed:
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
        if self._shelf.key is not None:
            await self._remember(editions)
        self._on_change({name: edition.manifest for name, edition in editions.items()})
        log.info(
            "lists in force: %s (%d added, %d changed, %d removed, %.1f s)",
            ", ".join(f"{v.list} {v.version[:12]} with {v.entries} entries" for v in lists.versions),
            len(change.added),
            len(change.changed),
            len(change.removed),
            time.monotonic() - started,
        )

    async def _remember(self, editions: Mapping[str, Edition]) -> None:
        """So that a restart refuses older manifests, whose signatures are as good."""
        times = {**self._shelf.seen, **{name: edition.manifest.fetched_at for name, edition in editions.items()}}
        try:
            await asyncio.to_thread(self._seen.write, times)
        except OSError as error:
            log.error("lists: cannot be kept for the next start in %s: %s", self._settings.data_dir, error.strerror)  # noqa: TRY400

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
        if self.current is not None and self._laid_over + count <= _OVERLAY_ENTITIES_MAX:
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
_RESTS_MAX: Final = 250
_SWITCH_SECONDS: Final = 0.001
"""How long another thread may compute before the event loop has its turn again, while lists are taken over."""


@contextmanager
def _beside_the_stream() -> Iterator[None]:
    """For work in a thread that makes objects by the million: payments go on beside it.

    A full garbage collection would stop every thread for as long as it takes to look at all of them; what is built here
    stays, and has no cycles. Freezing spares later collections the look at it.
    """
    collects, interval = gc.isenabled(), sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(_SWITCH_SECONDS)
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
    left = _RESTS_MAX

    def rest() -> None:
        nonlocal left
        if left:
            left -= 1
            time.sleep(REST_SECONDS)

    return rest
