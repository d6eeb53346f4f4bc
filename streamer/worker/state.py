"""The worker's state: changelogged tables of immutable values, in memory or in RocksDB, with a scan by prefix.

- `StateTable`: its `put` returns the confirmation of the changelog record, which joins the ack window of `delivery`
  like any other output.
- `MemoryStore`, `RocksStore`: its two stores.

They reach into private methods of faust-streaming 0.15.3, whose version is pinned.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Awaitable, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

import rocksdict
from faust.stores import memory, rocksdb
from faust.tables.table import Table
from faust.types import TP

from streamer.worker.delivery import leave

STATE_CACHE_BYTES = 64 * 1024 * 1024
"""RocksDB cache for all databases of the process together: blocks, indexes, filters and memtables."""

STATE_BUFFER_BYTES = 24 * 1024 * 1024
"""RocksDB memtable budget, within STATE_CACHE_BYTES."""

_STATE_BLOCK_BYTES = 16 * 1024
"""Keys are long: with RocksDB's default of 4 KiB the block indexes were a tenth of the data."""

_STATE_FILES_OPEN_MAX = 128
"""Open files per database; there is one database for each table and partition."""

KEY_SEPARATOR = b"\x1f"
"""ASCII unit separator, between the prefix of a state key (its subject) and the rest."""


class StateTable(Table):
    """A changelogged table of bytes, written only with the partition said and the confirmation in hand.

    Keys are `prefix + KEY_SEPARATOR + rest`; values are immutable facts. A late write by a worker that lost
    the partition can then only repeat a fact, never erase one.
    """

    def __init__(self, app: Any, **kwargs: Any) -> None:
        super().__init__(app, key_type=bytes, value_type=bytes, **kwargs)

    def _new_store(self) -> Any:
        url = self._store or self.app.conf.store
        factory = RocksStore if url.scheme == "rocksdb" else MemoryStore
        return factory(
            url,
            self.app,
            self,
            table_name=self.name,
            key_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
            value_type=bytes,
            loop=self.loop,
            options=self.options,
        )

    def read(self, partition: int, key: bytes) -> bytes | None:
        """The value of one key, or None."""
        value: bytes | None = self.data.read(partition, key)
        return value

    def scan(self, partition: int, prefix: bytes, rows_max: int | None = None) -> list[tuple[bytes, bytes]]:
        """(key, value) whose key starts with `prefix + KEY_SEPARATOR`; all of them, or the first `rows_max`."""
        return list(islice(self.data.scan(partition, prefix), rows_max))

    def page(self, partition: int, prefix: bytes, after: bytes, rows_max: int) -> list[tuple[bytes, bytes]]:
        """(key, value) of the next rows of a prefix in the order of their keys, from behind `after` on."""
        return list(islice(self.data.behind(partition, prefix, after), rows_max))

    async def put(self, partition: int, key: bytes, value: bytes | None) -> Awaitable[Any]:
        """Store (None deletes) and send the changelog record; the result is its confirmation."""
        self.write(partition, key, value)
        return await self.send_changelog_record(partition, key, value)

    def write(self, partition: int, key: bytes, value: bytes | None) -> None:
        """Store only, at once, for what must be there before anything else runs; the changelog record must follow."""
        self.data.write(partition, key, value)

    async def send_changelog_record(self, partition: int, key: bytes, value: bytes | None) -> Awaitable[Any]:
        """Send the changelog record of what is stored; the result is its confirmation."""
        confirmation: asyncio.Future[Any] = await self.app.producer.send(
            self.changelog_topic_name, key, value, partition, None, None
        )
        confirmation.add_done_callback(self._remember_offset)
        return confirmation

    def _remember_offset(self, confirmation: asyncio.Future[Any]) -> None:
        if confirmation.cancelled() or confirmation.exception() is not None:
            return  # The window awaits the same future and ends the process.
        sent = confirmation.result()
        self.data.remember_offset(TP(sent.topic, sent.partition), sent.offset)

    def apply_changelog_batch(self, batch: Iterable[Any]) -> None:
        try:
            super().apply_changelog_batch(batch)
        except Exception as error:  # noqa: BLE001 - Faust would log it and go on with a hole in the history
            leave(f"the changelog of {self.name} cannot be applied: {type(error).__name__}")


class MemoryStore(memory.Store):
    """partition -> prefix -> rest of the key -> value. Restored from the changelog at every start."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._partitions: dict[int, dict[bytes, dict[bytes, bytes]]] = defaultdict(dict)
        self._orders: dict[tuple[int, bytes], list[bytes]] = {}
        """Sorted keys of the prefixes that are paged through, until one is added or deleted."""

    def read(self, partition: int, key: bytes) -> bytes | None:
        prefix, _, rest = key.partition(KEY_SEPARATOR)
        return self._partitions[partition].get(prefix, {}).get(rest)

    def scan(self, partition: int, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        stem = prefix + KEY_SEPARATOR
        return ((stem + rest, value) for rest, value in self._partitions[partition].get(prefix, {}).items())

    def behind(self, partition: int, prefix: bytes, after: bytes) -> Iterator[tuple[bytes, bytes]]:
        stem = prefix + KEY_SEPARATOR
        rows = self._partitions[partition].get(prefix, {})
        order = self._orders.get((partition, prefix))
        if order is None:
            order = self._orders[partition, prefix] = sorted(rows)
        begin = bisect_right(order, after[len(stem) :]) if after >= stem else 0
        return ((stem + rest, rows[rest]) for rest in order[begin:])

    def write(self, partition: int, key: bytes, value: bytes | None) -> None:
        prefix, _, rest = key.partition(KEY_SEPARATOR)
        rows = self._partitions[partition]
        if (value is not None) is not (rest in rows.get(prefix, {})):
            self._orders.pop((partition, prefix), None)
        if value is not None:
            rows.setdefault(prefix, {})[rest] = value
        elif prefix in rows:
            rows[prefix].pop(rest, None)
            if not rows[prefix]:
                del rows[prefix]

    def remember_offset(self, tp: TP, offset: int) -> None:
        """Nothing outlives the process, so nothing is remembered."""

    def apply_changelog_batch(self, batch: Iterable[Any], to_key: Any, to_value: Any) -> None:
        for event in batch:
            self.write(event.message.partition, event.message.key, event.message.value)

    async def on_rebalance(
        self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], generation_id: int = 0
    ) -> None:
        for tp in revoked:
            if tp.topic in self.table.changelog_topic.topics:
                self._partitions.pop(tp.partition, None)
                self._orders.clear()

    async def on_recovery_completed(self, active_tps: set[TP], standby_tps: set[TP]) -> None:
        """Nothing: revoked partitions were dropped when they were revoked."""


@cache
def _state_memory() -> tuple[rocksdict.Cache, rocksdict.WriteBufferManager]:
    blocks = rocksdict.Cache(STATE_CACHE_BYTES)
    return blocks, rocksdict.WriteBufferManager.new_write_buffer_manager_with_cache(STATE_BUFFER_BYTES, False, blocks)


class _StateOptions(rocksdb.RocksDBOptions):
    """One bound for all databases, however many there are and however long they grow.

    Faust's own options would fill slowly, for days, up to 192 MiB of buffers and 2 GiB of cache in each database, and
    keep indexes and filters outside of any bound.
    """

    def as_options(self) -> rocksdict.Options:
        blocks, buffers = _state_memory()
        options = rocksdict.Options(raw_mode=True)
        options.create_if_missing(True)
        options.set_max_open_files(_STATE_FILES_OPEN_MAX)
        options.set_write_buffer_size(STATE_BUFFER_BYTES // 4)
        options.set_write_buffer_manager(buffers)
        layout = rocksdict.BlockBasedOptions()
        layout.set_block_cache(blocks)
        layout.set_cache_index_and_filter_blocks(True)
        layout.set_block_size(_STATE_BLOCK_BYTES)
        layout.set_bloom_filter(10, block_based=False)
        options.set_block_based_table_factory(layout)
        return options


class RocksStore(rocksdb.Store):
    """One RocksDB a partition; restores only what the changelog has beyond the offset it remembers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rocksdb_options = _StateOptions()

    def read(self, partition: int, key: bytes) -> bytes | None:
        value: bytes | None = self._db_for_partition(partition).get(key)
        return value

    def scan(self, partition: int, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        stem = prefix + KEY_SEPARATOR
        rows = self._db_for_partition(partition).iter()
        rows.seek(stem)
        while rows.valid() and rows.key().startswith(stem):
            yield rows.key(), rows.value()
            rows.next()

    def behind(self, partition: int, prefix: bytes, after: bytes) -> Iterator[tuple[bytes, bytes]]:
        stem = prefix + KEY_SEPARATOR
        rows = self._db_for_partition(partition).iter()
        rows.seek(max(stem, after + b"\0"))
        while rows.valid() and rows.key().startswith(stem):
            yield rows.key(), rows.value()
            rows.next()

    def write(self, partition: int, key: bytes, value: bytes | None) -> None:
        db = self._db_for_partition(partition)
        if value is None:
            db.delete(key)
        else:
            db.put(key, value)

    def remember_offset(self, tp: TP, offset: int) -> None:
        if tp.partition in self._dbs:
            known = self.persisted_offset(tp)
            if known is None or offset > known:
                self.set_persisted_offset(tp, offset)
