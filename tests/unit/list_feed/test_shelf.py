"""Lists as records of a topic: complete or not in force, in whatever order their chunks come."""

from __future__ import annotations

import random
import zlib
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.list_feed import editions, shelf
from streamer.list_feed.editions import Edition, chunk_key, edition_from, edition_of, manifest_key
from streamer.list_feed.shelf import Shelf
from streamer.watchlists import Entity, InvalidList, ListedName, ParsedList, sample_lists

AT = datetime(2026, 11, 20, tzinfo=UTC)
OFAC: ParsedList = next(one for one in sample_lists() if one.names == ("ofac",))


def edition(entities: tuple[Entity, ...] = OFAC.entities, fetched_at: datetime = AT) -> tuple[Edition, list[bytes]]:
    return edition_of("ofac", entities, raw_sha256="0" * 64, published_at=None, fetched_at=fetched_at)


def records(published: tuple[Edition, list[bytes]]) -> list[tuple[bytes, bytes]]:
    """Key and value of each record, in the order of publishing."""
    made, chunks = published
    manifest = made.manifest
    value = orjson.dumps(manifest.model_dump(mode="json"))
    return [
        *((chunk_key("ofac", manifest.version, n), chunk) for n, chunk in enumerate(chunks)),
        (manifest_key("ofac"), value),
    ]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    # Several chunks from the sample list: the real bound would make one.
    monkeypatch.setattr(editions, "CHUNK_RAW_BYTES", 4 * 1024)


def test_what_was_published_comes_back() -> None:
    made, chunks = edition_from(OFAC, AT)
    assert len(chunks) > 3
    shelf = Shelf()
    changed = [shelf.put(key, value) for key, value in records((made, chunks))]
    assert changed == [None] * len(chunks) + ["ofac"]
    back = shelf.editions["ofac"]
    assert back.manifest == made.manifest
    assert dict(back.entities) == {entity.id: entity for entity in OFAC.entities}
    assert back.manifest.sample


def test_the_order_of_partitions_does_not_matter() -> None:
    published = edition()
    for seed in range(20):
        shuffled = records(published)
        random.Random(seed).shuffle(shuffled)
        shelf = Shelf()
        changes = [shelf.put(key, value) for key, value in shuffled]
        assert changes.count("ofac") == 1
        assert shelf.editions["ofac"].entities.keys() == {entity.id for entity in OFAC.entities}
        assert shelf.chunks == {}, "the bytes of a list in force are not kept twice"


def test_a_list_without_all_its_chunks_leaves_the_one_before_in_force() -> None:
    shelf = Shelf()
    old, new = edition(OFAC.entities[:-1]), edition()
    for key, value in records(old):
        shelf.put(key, value)
    *chunks, manifest = records(new)
    missing = chunks.pop(1)
    for key, value in [*chunks, manifest]:
        assert shelf.put(key, value) is None
    assert shelf.editions["ofac"].manifest.version == old[0].manifest.version
    assert shelf.missing() == (f"ofac ({len(chunks)} of {len(chunks) + 1} chunks)",)
    assert shelf.put(*missing) == "ofac"
    assert shelf.editions["ofac"].manifest.version == new[0].manifest.version
    assert shelf.missing() == ()


def test_a_list_verified_again_is_younger_and_otherwise_the_same() -> None:
    shelf = Shelf()
    for key, value in records(edition()):
        shelf.put(key, value)
    entities = shelf.editions["ofac"].entities
    *_, (key, value) = records(edition(fetched_at=AT + timedelta(hours=2)))
    assert shelf.put(key, value) == "ofac"
    assert shelf.editions["ofac"].manifest.fetched_at == AT + timedelta(hours=2)
    assert shelf.editions["ofac"].entities is entities


def test_a_deleted_manifest_takes_the_list_out_of_force() -> None:
    shelf = Shelf()
    for key, value in records(edition()):
        shelf.put(key, value)
    assert shelf.put(manifest_key("ofac"), None) == "ofac"
    assert shelf.editions == {}


def test_tombstones_of_an_old_version_do_not_touch_the_new_one() -> None:
    shelf = Shelf()
    old, new = edition(OFAC.entities[:-1]), edition()
    for key, value in [*records(old), *records(new)]:
        shelf.put(key, value)
    for n in range(len(old[1])):
        assert shelf.put(chunk_key("ofac", old[0].manifest.version, n), None) is None
    assert shelf.editions["ofac"].manifest.version == new[0].manifest.version


@given(key=st.binary(max_size=40), value=st.one_of(st.none(), st.binary(max_size=40)))
@settings(deadline=None)
def test_a_stray_record_puts_nothing_in_force(key: bytes, value: bytes | None) -> None:
    shelf = Shelf()
    try:
        assert shelf.put(key, value) is None
    except InvalidList as refused:
        assert "sanctions topic" in str(refused)
    assert shelf.editions == {}


def test_a_chunk_that_would_swell_without_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "CHUNK_RAW_BYTES_MAX", 1024)
    bomb = zlib.compress(b"x" * 1025)
    with pytest.raises(InvalidList, match="exceeds 1024 bytes"):
        shelf._decompressed(bomb)
    assert shelf._decompressed(zlib.compress(b"x" * 1024)) == b"x" * 1024


# ---------------------------------------------------------------- signatures


def signed(published: tuple[Edition, list[bytes]], key: str | None) -> list[tuple[bytes, bytes]]:
    *chunks, (name, _) = records(published)
    return [*chunks, (name, editions.manifest_value(published[0].manifest, key))]


def test_with_a_key_only_what_it_signed_comes_into_force() -> None:
    for by, accepted in (("the key", True), ("another", False), (None, False)):
        shelf = Shelf(key="the key")
        for key, value in signed(edition(), by):
            shelf.put(key, value)
        assert ("ofac" in shelf.editions) is accepted
        assert shelf.refused_for == ({} if accepted else {"ofac": "unsigned"})
    # Without a key whoever may write is believed, signed or not.
    shelf = Shelf()
    for key, value in signed(edition(), "the key"):
        shelf.put(key, value)
    assert "ofac" in shelf.editions


def test_no_field_of_a_signed_manifest_can_be_changed() -> None:
    name, value = signed(edition(), "the key")[-1]
    fields = orjson.loads(value)
    for field in fields:
        shelf = Shelf(key="the key")
        forged = fields | {field: not fields[field] if isinstance(fields[field], bool) else 7}
        assert shelf.put(name, orjson.dumps(forged)) is None
        assert shelf.refused_for == {"ofac": "unsigned"}, field
    # What a later release adds is signed with the rest, and read over.
    more = fields | {"colour": "red", "signature": editions.signature(fields | {"colour": "red"}, "the key")}
    shelf = Shelf(key="the key")
    shelf.put(name, orjson.dumps(more))
    assert "ofac" in shelf.manifests


def test_with_a_key_nobody_puts_an_old_version_back_or_deletes_a_list() -> None:
    shelf = Shelf(key="the key")
    old = signed(edition(OFAC.entities[:-1], AT), "the key")
    new = signed(edition(fetched_at=AT + timedelta(hours=2)), "the key")
    for key, value in [*old, *new, *old]:
        shelf.put(key, value)
    assert len(shelf.editions["ofac"].entities) == len(OFAC.entities)
    assert shelf.refused_for == {"ofac": "older"}
    assert shelf.put(manifest_key("ofac"), None) is None
    assert shelf.refused_for == {"ofac": "unsigned"}
    assert len(shelf.editions["ofac"].entities) == len(OFAC.entities)


def test_with_a_key_a_restart_accepts_no_older_version_than_was_seen() -> None:
    old, new = (signed(edition(fetched_at=AT + timedelta(hours=hours)), "the key") for hours in (0, 2))
    shelf = Shelf(key="the key", seen={"ofac": AT + timedelta(hours=2)})
    for key, value in old:
        shelf.put(key, value)
    assert shelf.editions == {}
    assert shelf.refused_for == {"ofac": "older"}
    assert "follows one of 2026-11-20T02:00:00Z" in shelf.refused["ofac"]
    for key, value in new:
        shelf.put(key, value)
    assert "ofac" in shelf.editions
    assert shelf.refused == {}
    # Without a key nobody vouches for the dates.
    shelf = Shelf(seen={"ofac": AT + timedelta(hours=2)})
    for key, value in old:
        shelf.put(key, value)
    assert "ofac" in shelf.editions


def test_what_did_not_change_stays_the_same_object() -> None:
    shelf = Shelf()
    for key, value in records(edition(OFAC.entities[:-1])):
        shelf.put(key, value)
    before = dict(shelf.editions["ofac"].entities)
    for key, value in records(edition(fetched_at=AT + timedelta(hours=2))):
        shelf.put(key, value)
    after = shelf.editions["ofac"].entities
    assert all(after[key] is known for key, known in before.items())
    assert len(after) == len(before) + 1


def test_a_hostile_entry_on_the_topic_is_refused() -> None:
    hostile = OFAC.entities[0].__class__(
        list="ofac", native_id="1", type=OFAC.entities[0].type, names=(ListedName("Listed \x1b[2J Party"),)
    )
    shelf = Shelf()
    for key, value in records(edition((hostile,))):
        shelf.put(key, value)
    assert shelf.editions == {}
    assert "control character" in shelf.refused["ofac"]
