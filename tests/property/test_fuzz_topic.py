"""Whatever stands on the lists' topic, a worker's shelf holds complete, verified editions, or says what it refuses."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streamer.events import digest
from streamer.list_feed.editions import LIST_CHUNKS_MAX, Edition, Manifest, chunk_key, edition_of, manifest_key
from streamer.list_feed.shelf import REFUSALS_MAX, Shelf
from streamer.watchlists import sample_lists
from streamer.watchlists.entity import entity_to_json
from tests.property.fuzzing import damages, finds, fuzzed, texts

pytestmark = pytest.mark.timeout(600)

NAME = "ofac"
Records = list[tuple[bytes, bytes | None]]


@cache
def edition() -> tuple[Edition, tuple[bytes, ...]]:
    (entities,) = (one.entities for one in sample_lists() if one.names == (NAME,))
    made, chunks = edition_of(
        NAME, entities, raw_sha256="0" * 64, published_at=None, fetched_at=datetime(2026, 11, 20, tzinfo=UTC)
    )
    return made, tuple(chunks)


def manifest_bytes(**fields: Any) -> bytes:
    return json.dumps(edition()[0].manifest.model_dump(mode="json") | fields).encode()


def good() -> Records:
    made, chunks = edition()
    version = made.manifest.version
    return [
        *((chunk_key(NAME, version, n), chunk) for n, chunk in enumerate(chunks)),
        (manifest_key(NAME), manifest_bytes()),
    ]


def shelved(records: Records, shelf: Shelf | None = None) -> Shelf:
    """Feeds the records and checks what must hold after each."""
    shelf = shelf or Shelf()
    for key, value in records:
        before = dict(shelf.editions)
        changed = shelf.put(key, value)
        assert {name for name in before | shelf.editions if before.get(name) != shelf.editions.get(name)} <= {changed}
        assert len(shelf.refused) <= REFUSALS_MAX
        for name, one in shelf.editions.items():
            assert one.manifest.list == name
            assert one.entities
            assert all(
                key == entity.id and entity.names and entity.list == name for key, entity in one.entities.items()
            )
        assert all(isinstance(line, str) for line in shelf.missing())
    return shelf


def chunk(content: bytes) -> bytes:
    return zlib.compress(content)


keys = st.one_of(
    st.binary(max_size=60),
    texts().map(lambda text: text.encode("utf-8", "replace")),
    st.builds(
        "/".join,
        st.lists(
            st.sampled_from([NAME, "", "manifest", "0", "1", "-1", "²", "٣", "00", "9" * 5000, "v", "1_0", "\x00"]),
            min_size=1,
            max_size=4,
        ),
    ).map(str.encode),
)


def manifests() -> st.SearchStrategy[bytes]:
    numbers = st.sampled_from([-1, 0, 1, 2, LIST_CHUNKS_MAX, LIST_CHUNKS_MAX + 1, 10**30, 1.5, None, "1", True])
    fields: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
        st.sampled_from(list(Manifest.model_fields)), st.one_of(numbers, texts(), st.just([])), max_size=3
    )
    return fields.map(lambda changed: manifest_bytes(**changed))


def contents() -> st.SearchStrategy[bytes]:
    entity = st.sampled_from([entity_to_json(e) for e in list(edition()[0].entities.values())[:5]])
    damaged = st.builds(lambda line, damage: damage(line), entity, damages())
    return st.lists(st.one_of(entity, damaged, st.binary(max_size=20), st.just(b"{}")), max_size=4).map(b"\n".join)


values = st.one_of(st.none(), st.binary(max_size=80), contents().map(chunk), manifests())


@fuzzed(300)
@given(st.lists(st.tuples(keys, values), max_size=8))
def test_any_records(records: Records) -> None:
    shelved(records)


@fuzzed(200)
@given(contents(), st.integers(0, 3))
def test_a_version_of_any_content_whose_sha256_is_right(content: bytes, beyond: int) -> None:
    version = digest(content)
    shelf = shelved(
        [
            *((chunk_key(NAME, version, n), chunk(content if n == 0 else b"")) for n in range(1 + beyond)),
            (manifest_key(NAME), manifest_bytes(version=version, chunks=1)),
        ]
    )
    assert (NAME in shelf.editions) != (NAME in shelf.refused)


@fuzzed(150)
@given(st.data(), damages())
def test_damage_leaves_the_edition_in_force(data: st.DataObject, damage: Callable[[bytes], bytes]) -> None:
    shelf = shelved(good())
    in_force = shelf.editions[NAME]
    records = [(key, value) for key, value in _newer() if value is not None]
    at = data.draw(st.integers(0, len(records) - 1))
    damaged = damage(records[at][1])
    if damaged == records[at][1]:
        return
    records[at] = (records[at][0], damaged)
    shelved(list(records), shelf)
    now = shelf.editions[NAME]
    # A manifest may be damaged in what only describes; its content is verified in any case.
    assert now.entities in (in_force.entities, _newer_entities())


@fuzzed(100)
@given(st.permutations(range(6)))
def test_the_order_of_the_records_does_not_matter(order: list[int]) -> None:
    records = (*good(), *_newer())
    shelf = shelved([records[n % len(records)] for n in order])
    assert NAME in shelf.editions or shelf.missing() or not shelf.manifests


def _newer() -> Iterator[tuple[bytes, bytes | None]]:
    content = b"\n".join(entity_to_json(e) for e in list(edition()[0].entities.values())[:3])
    version = digest(content)
    yield chunk_key(NAME, version, 0), chunk(content)
    yield manifest_key(NAME), manifest_bytes(version=version, chunks=1, entities=3, names=3)


def _newer_entities() -> Any:
    return {e.id: e for e in list(edition()[0].entities.values())[:3]}


def test_a_chunk_that_unpacks_to_more_than_any_publisher_writes_is_refused() -> None:
    bomb = chunk(b"\x00" * (64 * 1024 * 1024))
    version = "v"
    shelf = shelved(
        [(chunk_key(NAME, version, 0), bomb), (manifest_key(NAME), manifest_bytes(version=version, chunks=1))]
    )
    assert "exceeds" in shelf.refused[NAME]


def test_a_refused_version_is_replaced_by_a_good_one() -> None:
    shelf = shelved([(manifest_key(NAME), b"{")])
    assert NAME in shelf.refused
    shelved(good(), shelf)
    assert shelf.refused == {}
    assert shelf.editions[NAME].entities == edition()[0].entities


@pytest.mark.parametrize("case", finds("topic"))
def test_finds(case: dict[str, Any]) -> None:
    """`records`: keys and values as text; a value that names chunk content is packed, a manifest completed."""
    records: Records = []
    for key, value in case["records"]:
        if value is None or isinstance(value, str):
            packed = None if value is None else chunk(value.encode())
        else:
            packed = manifest_bytes(**value)
        records.append((key.replace("{9}", "9" * 5_000).encode(), packed))
    shelf = shelved(records)
    assert sorted(shelf.refused) == case["refused"]
    assert shelf.editions == {}
