"""Links between listed parties: which entity a name stands for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from streamer.watchlists.entity import Entity, Link


def resolved(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Give each link that has a name only ("Linked To: …") its entity, where exactly one of the same list bears it."""
    found = tuple(entities)
    bearers: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for entity in found:
        for name in entity.names:
            if not name.weak:
                bearers[entity.list, _folded(name.text)].add(entity.id)

    def with_id(of_list: str, link: Link) -> Link:
        ids = bearers.get((of_list, _folded(link.name)), set())
        return replace(link, entity_id=next(iter(ids))) if link.entity_id is None and len(ids) == 1 else link

    return tuple(
        replace(entity, links=tuple(with_id(entity.list, link) for link in entity.links)) if entity.links else entity
        for entity in found
    )


def _folded(name: str) -> str:
    # The last point of an abbreviation is lost where it closed a text.
    return name.casefold().rstrip(".")
