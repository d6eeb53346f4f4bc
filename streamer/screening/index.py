"""Candidates: which listed names could a name mean? Dictionary look-ups only, never a walk over the list.

Every distinct token of the list is filed under itself, under its sound (`names.skeleton`) and under every spelling of
that sound with one letter deleted, so a typo is found by looking up its own deletions. Pairs of neighbouring tokens
and whole names are filed glued together as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from streamer.events import PartyType
from streamer.screening.names import Name, skeleton, tokenise
from streamer.screening.scoring import similarity, token_weight
from streamer.watchlists.entity import Entity, EntityType, ListedName

CANDIDATES_MAX: Final = 300
"""More listed names than this are never scored for one query; the ones with the most shared weight go first."""
TOKENS_LOOKED_UP_MAX: Final = 12
"""Of a long text only the rarest tokens are looked up."""
TOKEN_CACHE_MAX: Final = 20_000
ALONE_SHARE: Final = 0.42
"""A token that carries this share of a name's weight makes candidates alone; lighter ones only in pairs."""

PARTY_TYPE: Final = {
    EntityType.PERSON: PartyType.PERSON,
    EntityType.ENTITY: PartyType.ENTITY,
    EntityType.VESSEL: PartyType.VESSEL,
    EntityType.AIRCRAFT: PartyType.VESSEL,
    EntityType.UNKNOWN: PartyType.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One name of one listed party, prepared once."""

    entity: Entity
    name: ListedName
    type: PartyType
    prepared: Name
    weights: tuple[float, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class TokenMatch:
    """What one token of a query may mean in this list."""

    similar: dict[str, float]
    """Listed token -> similarity 0..1."""
    names: frozenset[int]
    """Listed names that contain one of them."""
    weight: float


def deletions(text: str) -> list[str]:
    """`text` with one letter left out, each way."""
    return [text[:i] + text[i + 1 :] for i in range(len(text))]


class Index:
    """Immutable once built; used from one thread (the token cache is not locked)."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self.listed: list[Listed] = []
        postings: dict[str, list[int]] = {}
        glued: dict[str, list[int]] = {}
        seen: set[tuple[str, tuple[str, ...]]] = set()
        for entity in entities:
            type = PARTY_TYPE[entity.type]
            for name in sorted(entity.names, key=lambda n: n.weak):
                prepared = tokenise(name.text, type)
                if not prepared.tokens or (entity.id, prepared.tokens) in seen:
                    continue
                seen.add((entity.id, prepared.tokens))
                number = len(self.listed)
                weights = tuple(token_weight(t) for t in prepared.tokens)
                self.listed.append(Listed(entity, name, type, prepared, weights, sum(weights)))
                for token in set(prepared.tokens):
                    postings.setdefault(token, []).append(number)
                for key in set(_glued_keys(prepared)):
                    glued.setdefault(key, []).append(number)
        self._postings = postings
        self._glued = glued
        self._near: dict[str, list[str]] = {}
        for token in postings:
            sound = skeleton(token)
            for key in (sound, *(deletions(sound) if len(sound) > 3 else ())):
                self._near.setdefault(key, []).append(token)
        self._token_cache: dict[str, TokenMatch] = {}

    def __len__(self) -> int:
        return len(self.listed)

    def token_match(self, token: str) -> TokenMatch:
        found = self._token_cache.get(token)
        if found is None:
            if len(self._token_cache) >= TOKEN_CACHE_MAX:
                self._token_cache.clear()
            found = self._token_cache[token] = self._token_match(token)
        return found

    def _token_match(self, token: str) -> TokenMatch:
        similar: dict[str, float] = {token: 1.0} if token in self._postings else {}
        if len(token) > 1:
            sound = skeleton(token)
            near = set(self._near.get(sound, ()))
            if len(sound) > 2:
                for key in deletions(sound):
                    near.update(self._near.get(key, ()))
            near.discard(token)
            for other in near:
                s = similarity(token, other)
                if s:
                    similar[other] = s
        names: set[int] = set()
        for other in similar:
            names.update(self._postings[other])
        names.update(self._glued.get(skeleton(token), ()))
        return TokenMatch(similar, frozenset(names), token_weight(token))

    def candidates(self, name: Name) -> tuple[list[int], dict[str, TokenMatch]]:
        """Numbers of listed names worth scoring, and what each token of the query may mean."""
        matches: dict[str, TokenMatch] = {}
        for token in name.tokens:
            if token not in matches:
                matches[token] = self.token_match(token)
        rarest = sorted(matches.values(), key=lambda m: -m.weight)[:TOKENS_LOOKED_UP_MAX]
        total = sum(m.weight for m in rarest)
        found: set[int] = set()
        for i, match in enumerate(rarest):
            if match.weight >= ALONE_SHARE * total:
                found |= match.names
            for other in rarest[i + 1 :]:
                found |= match.names & other.names
        tokens = name.tokens
        for a, b in pairwise(tokens):
            sound = skeleton(a + b)
            found.update(self._glued.get(sound, ()))
            for token in self._near.get(sound, ()):
                if skeleton(token) == sound:
                    found.update(self._postings[token])
        if len(tokens) > 2:
            found.update(self._glued.get(skeleton("".join(tokens)), ()))
        if len(found) > CANDIDATES_MAX:
            shared = {n: sum(m.weight for m in rarest if n in m.names) for n in found}
            return sorted(found, key=lambda n: (-shared[n], n))[:CANDIDATES_MAX], matches
        return sorted(found), matches


def _glued_keys(name: Name) -> Iterable[str]:
    tokens = name.tokens
    if len(tokens) < 2:
        return
    for a, b in pairwise(tokens):
        yield skeleton(a + b)
    yield skeleton("".join(tokens))
    if name.surname_tokens:
        k = name.surname_tokens
        yield skeleton("".join(tokens[k:] + tokens[:k]))
