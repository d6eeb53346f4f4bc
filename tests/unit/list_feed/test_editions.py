"""Editions of a list: versions by content, and what changes between two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from streamer.list_feed.editions import Edition, diff, edition_of
from streamer.watchlists import Entity, InvalidList, ParsedList, sample_lists

AT = datetime(2026, 11, 20, tzinfo=UTC)
OFAC: ParsedList = next(one for one in sample_lists() if one.names == ("ofac",))


def edition(entities: tuple[Entity, ...] = OFAC.entities, fetched_at: datetime = AT) -> tuple[Edition, list[bytes]]:
    return edition_of("ofac", entities, raw_sha256="0" * 64, published_at=None, fetched_at=fetched_at)


def test_a_version_is_of_the_content_whatever_the_order_of_rows() -> None:
    one, _ = edition()
    reordered, _ = edition(tuple(reversed(OFAC.entities)), AT + timedelta(days=1))
    other, _ = edition(OFAC.entities[1:])
    assert one.manifest.version == reordered.manifest.version != other.manifest.version


def test_an_empty_list_or_an_id_twice_is_refused() -> None:
    with pytest.raises(InvalidList, match="an empty list would release everybody"):
        edition(())
    with pytest.raises(InvalidList, match=f"the id {OFAC.entities[0].id} appears twice"):
        edition((OFAC.entities[0], OFAC.entities[0]))


def test_a_diff_names_what_came_what_changed_and_what_went() -> None:
    first, second, third = OFAC.entities[:3]
    changed = third.__class__(**{name: getattr(third, name) for name in third.__slots__} | {"remarks": "moved"})
    before = {entity.id: entity for entity in (first, third)}
    after = {entity.id: entity for entity in (second, changed)}
    found = diff(before, after)
    assert (found.added, found.changed, found.removed) == ((second,), (changed,), (first,))
    assert diff(before, dict(reversed(before.items()))).is_empty
