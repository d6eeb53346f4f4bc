"""What is listed at one moment: one immutable snapshot with its indexes, swapped whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from streamer.events import ListVersion
from streamer.screening import Screener
from streamer.screening.identifiers import IdentifierIndex
from streamer.screening.one_words import OneWordNames
from streamer.watchlists.entity import Entity
from streamer.watchlists.ownership import NOBODY, Ownership


@dataclass(frozen=True, slots=True)
class Lists:
    """What is known at one moment: immutable, swapped whole."""

    versions: tuple[ListVersion, ...]
    screener: Screener
    identifiers: IdentifierIndex
    one_words: OneWordNames = field(default_factory=lambda: OneWordNames(()))
    ownership: Ownership = NOBODY
    property: Mapping[str, Entity] = field(default_factory=lambda: MappingProxyType({}))
    """By id, who is on no list: indexed only while a blocked party owns, or may own, enough of it."""
    whole: Lists | None = None
    """Where the indexes hold a part: the lists they are a part of."""

    @classmethod
    def of(cls, versions: Iterable[ListVersion], entities: Iterable[Entity]) -> Lists:
        """Build both indexes; seconds for a full list."""
        known = {entity.id: entity for entity in entities}
        ownership = Ownership.of(known.values())
        indexed = [entity for entity in known.values() if _is_screened(entity, ownership)]
        return cls(
            tuple(sorted(versions, key=lambda v: v.list)),
            Screener(indexed),
            IdentifierIndex(indexed),
            OneWordNames(indexed),
            ownership,
            MappingProxyType({entity.id: entity for entity in known.values() if not entity.listed}),
        )

    def updated(
        self,
        versions: Iterable[ListVersion],
        added: Sequence[Entity],
        removed: Sequence[str],
        rest: Callable[[], object] = lambda: None,
    ) -> Lists:
        """The same with some entities added or replaced and some, by id, removed.

        `rest` is called after every millisecond of work on names or so: payments that are screened beside it go first.
        """
        indexed = self.screener.entities_by_id
        gone = set(removed) - {entity.id for entity in added}
        new = {entity.id: entity for entity in added}
        # No copy at one stroke: it would hold up the stream for milliseconds.
        parts = (indexed, self.property, new)
        known = {key: e for part in parts for key, e in part.items() if key not in gone}
        ownership = Ownership.of(known.values())
        # A party delisted, or a share sold, also changes who else is screened.
        screened = {key: e for key, e in known.items() if _is_screened(e, ownership)}
        more = [e for key, e in screened.items() if indexed.get(key) is not e]
        less = [key for key in indexed if key not in screened]
        return Lists(
            tuple(sorted(versions, key=lambda v: v.list)),
            self.screener.updated(more, less, rest),
            self.identifiers.updated(more, less),
            self.one_words.updated(more, less),
            ownership,
            MappingProxyType({key: e for key, e in known.items() if not e.listed}),
        )

    def only(self, entity_ids: Iterable[str]) -> Lists:
        """The same lists with indexes of these entities alone: to match what is known against a change."""
        by_id = self.screener.entities_by_id
        some = [by_id[entity_id] for entity_id in sorted(set(entity_ids)) if entity_id in by_id]
        words = OneWordNames(some)
        return replace(self, screener=Screener(some), identifiers=IdentifierIndex(some), one_words=words, whole=self)

    def entity(self, entity_id: str) -> Entity | None:
        """Listed or not."""
        if self.whole is not None:
            return self.whole.entity(entity_id)
        return self.screener.entities_by_id.get(entity_id) or self.property.get(entity_id)

    def name(self, entity_id: str) -> str:
        """The entity's name, or its id where no list has it."""
        entity = self.entity(entity_id)
        return entity.name if entity else entity_id


def _is_screened(entity: Entity, ownership: Ownership) -> bool:
    return entity.listed or entity.id in ownership.by_entity
