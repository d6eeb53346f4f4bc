"""Listed parties for tests, in one line each."""

from __future__ import annotations

from streamer.events import PartyType
from streamer.screening import Hit, Query, Screener
from streamer.watchlists.entity import BirthDate, Entity, EntityType, ListedIdentifier, ListedName

HOLD, REVIEW, NEAR_MISS = 0.90, 0.80, 0.65
"""The shipped policy."""


def listed(
    number: str,
    *names: str,
    type: EntityType = EntityType.PERSON,
    weak: tuple[str, ...] = (),
    births: tuple[str, ...] = (),
    countries: tuple[str, ...] = (),
    identifiers: tuple[ListedIdentifier, ...] = (),
) -> Entity:
    return Entity(
        "test",
        number,
        type,
        (*(ListedName(n) for n in names), *(ListedName(n, weak=True) for n in weak)),
        birth_dates=tuple(BirthDate(b) for b in births),
        nationalities=countries,
        identifiers=identifiers,
    )


def company(number: str, *names: str, weak: tuple[str, ...] = ()) -> Entity:
    return listed(number, *names, type=EntityType.ENTITY, weak=weak)


def hits(
    query: str | Query, *entities: Entity, type: PartyType = PartyType.UNKNOWN, score_min: float = NEAR_MISS
) -> list[Hit]:
    asked = query if isinstance(query, Query) else Query(query, type)
    return Screener(entities).screen(asked, score_min=score_min)


def score(query: str | Query, entity: Entity, *, type: PartyType = PartyType.UNKNOWN) -> float:
    found = hits(query, entity, type=type, score_min=0.02)
    return found[0].score if found else 0.0
