"""The stores keep what was put, by partition, within one bounded memory."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import faust
import pytest
from faust.types import TP

from streamer.worker import state
from streamer.worker.state import KEY_SEPARATOR, MemoryStore, RocksStore, StateTable


@pytest.fixture(params=["memory", "rocksdb"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """The table's store, partitions 0 and 1 open."""
    loop = asyncio.new_event_loop()
    app = faust.App("test", broker="kafka://127.0.0.1:1", datadir=str(tmp_path), store=f"{request.param}://", loop=loop)
    table = StateTable(app, name="facts", partitions=2)
    data = table.data
    assert isinstance(data, MemoryStore if request.param == "memory" else RocksStore)
    yield data
    if isinstance(data, RocksStore):
        data._dbs.clear()
    loop.close()


def key(prefix: str, rest: str) -> bytes:
    return prefix.encode() + KEY_SEPARATOR + rest.encode()


def test_a_store_gives_back_what_was_put_and_forgets_what_was_deleted(store: Any) -> None:
    assert store.read(0, key("a", "1")) is None
    store.write(0, key("a", "1"), b"one")
    assert store.read(0, key("a", "1")) == b"one"
    store.write(0, key("a", "1"), b"another")
    assert store.read(0, key("a", "1")) == b"another"
    store.write(0, key("a", "1"), None)
    assert store.read(0, key("a", "1")) is None
    store.write(0, key("a", "1"), None)


def test_partitions_do_not_see_each_other(store: Any) -> None:
    store.write(0, key("a", "1"), b"zero")
    store.write(1, key("a", "1"), b"one")
    assert (store.read(0, key("a", "1")), store.read(1, key("a", "1"))) == (b"zero", b"one")
    assert list(store.scan(1, b"a")) == [(key("a", "1"), b"one")]


def test_a_scan_finds_its_prefix_and_no_longer_one(store: Any) -> None:
    for prefix, rest in (("acme/1", "x"), ("acme/1", "y"), ("acme/10", "z"), ("acme/", "v"), ("acme/1", "w\x1fw")):
        store.write(0, key(prefix, rest), rest.encode())
    assert {k for k, _ in store.scan(0, b"acme/1")} == {key("acme/1", rest) for rest in ("x", "y", "w\x1fw")}
    assert list(store.scan(0, b"acme")) == []


def test_a_changelog_restores_the_store(store: Any) -> None:
    class Message:
        def __init__(self, offset: int, key: bytes, value: bytes | None) -> None:
            self.tp, self.offset, self.partition = TP("facts-changelog", 0), offset, 0
            self.key, self.value = key, value

    class Changed:
        def __init__(self, *fields: Any) -> None:
            self.message = Message(*fields)
            self.key, self.value = self.message.key, self.message.value

    batch = [
        Changed(0, key("a", "1"), b"one"),
        Changed(1, key("a", "2"), b"two"),
        Changed(2, key("a", "1"), None),
        Changed(3, key("a", "3"), b"three"),
    ]
    store.apply_changelog_batch(batch, to_key=lambda k: k, to_value=lambda v: v)
    assert dict(store.scan(0, b"a")) == {key("a", "2"): b"two", key("a", "3"): b"three"}


def test_all_databases_of_a_process_share_one_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks, indexes and filters of all of them; what is stored is many times the bound."""
    monkeypatch.setattr(state, "STATE_CACHE_BYTES", 2**20)
    monkeypatch.setattr(state, "STATE_BUFFER_BYTES", 2**19)
    state._state_memory.cache_clear()
    options = state._StateOptions()
    databases = [options.open(tmp_path / name) for name in ("histories-0", "histories-1", "event-ids-0")]
    stored = 0
    for n in range(2_000):
        for database in databases:
            value = random.Random(n).randbytes(1_000)
            database.put(b"%064d" % n, value)
            stored += len(value)
    for n in range(0, 2_000, 5):
        for database in databases:
            assert database.get(b"%064d" % n) == random.Random(n).randbytes(1_000)
    blocks, _ = state._state_memory()
    # A block that is being read, and a buffer that is being written out, may stand beside the bound for a moment.
    assert 2**18 < blocks.get_usage() < 2 * 2**20 < stored / 2
    for database in databases:
        database.close()
    state._state_memory.cache_clear()
