"""Links between listed parties: which entity a name stands for."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from streamer.events import Consequence
from streamer.watchlists.entity import Entity, EntityType, Link, ListedName
from streamer.watchlists.scripts import script_of


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


def with_owned(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """With an entity of its own, on no list, for each property that a list names without listing it ("Subsidiaries").

    Its id is the owner's and a hash of its name, so that it stays the same from edition to edition.
    """
    found = tuple(entities)
    owned: dict[str, Entity] = {}
    for entity in found:
        for link in entity.links:
            if link.relation not in _OWNED_RELATIONS or link.entity_id is not None or not link.name.strip():
                continue
            number = f"{entity.native_id}.{hashlib.sha256(_folded(link.name).encode()).hexdigest()[:12]}"
            owner = Link(entity.name, _OWNED_RELATIONS[link.relation], entity.id, link.percent, link.source, link.date)
            owned[number] = Entity(
                entity.list,
                number,
                EntityType.ENTITY,
                (ListedName(link.name, script=script_of(link.name)),),
                consequence=Consequence.REVIEW,
                links=(replace(owner, until=link.until),),
                listed=False,
            )
    return (*found, *owned.values())


_OWNED_RELATIONS: Final = {
    "owns": "owned_by",
    "controls": "controlled_by",
    "owns_or_controls": "owned_or_controlled_by",
}


def _folded(name: str) -> str:
    # The last point of an abbreviation is lost where it closed a text.
    return name.casefold().rstrip(".")
