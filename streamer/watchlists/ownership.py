"""The 50 % rule: who is owned by blocked parties is blocked, on a list or not.

OFAC, "Revised guidance on entities owned by persons whose property and interests in property are blocked", 13 Aug
2014: an entity owned 50 % or more in the aggregate, directly or indirectly, by blocked persons is itself blocked, and
what it owns is owned by a blocked person in full (FAQ 398 to 402). `RULES` has the others as rows.

    ownership = Ownership.of(entities)
    ownership.standings("ownership-77")

Edges come from the links of entities. Each rule is a least fixed point: the set of blocked parties only grows, round
by round, so cycles end and neither the order nor the repetition of edges matters; one edge more never lowers a share.
What is unknown is not guessed: where a blocked owner's share is not known, or a holding is said to have ended, the
party *may* be blocked, which is a doubt (`is_certain` False), and a second fixed point follows that doubt onward.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from streamer.events import Consequence
from streamer.watchlists.entity import Entity, Link

_OWN_NUMBERS: Final = "ownership-"
"""Owners that a register names and that nobody lists."""
_STAKES_MAX: Final = 20
"""Shown of one party's owners, the largest first; all are counted."""
_CHAIN_MAX: Final = 50
"""Stakes shown of a whole chain, the nearest first."""
_ROUNDS_MAX: Final = 10_000
"""A chain of companies longer than this is no ownership structure. Reaching it is said in `problems`."""
_PROBLEMS_MAX: Final = 100
_STAKES_IN_WORDS_MAX: Final = 6
_PERCENT_DIGITS: Final = 6
"""Shares are compared after rounding: three times 16.67 % must not miss a threshold by a bit of binary."""

UNLISTED: Final = "ownership-unlisted:"
"""Before the name, case folded, of an owner of whom a source gives nothing but a name."""
STANDS_FOR: Final = "stands_for"
"""Detail of an entity that only carries edges of a party on another list: that party's entity id."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom one regime counts as owned. A row of `RULES`."""

    name: str
    says: str
    lists: frozenset[str]
    """Lists whose blocked parties count; lists that no rule names count under every rule."""
    percent: float = 50.0
    or_more: bool = True
    """False: only more than `percent`."""
    aggregated: bool = True
    """The shares of several blocked owners are added."""
    control: bool = False
    """Whoever a blocked party controls counts, too."""
    source: str = ""

    def reached(self, share: float) -> bool:
        return share >= self.percent if self.or_more else share > self.percent


_EU: Final = (
    "Council of the EU, Best Practices for the effective implementation of restrictive measures (3 July 2024), "
    "ownership and control"
)
_UK: Final = "OFSI, UK financial sanctions general guidance, chapter 4: ownership and control"

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            Rule(
                "us",
                "OFAC's 50 % rule",
                frozenset({"ofac"}),
                source="OFAC, revised guidance on entities owned by blocked persons (13 Aug 2014)",
            ),
            Rule("eu", "the EU's ownership test", frozenset({"eu"}), source=_EU),
            Rule("uk", "the UK's ownership test", frozenset({"uk"}), or_more=False, aggregated=False, source=_UK),
            Rule("eu-control", "the EU's ownership or control test", frozenset({"eu"}), control=True, source=_EU),
            Rule(
                "uk-control",
                "the UK's ownership or control test",
                frozenset({"uk"}),
                or_more=False,
                aggregated=False,
                control=True,
                source=_UK,
            ),
        )
    }
)
"""By name, as the policy names them. OFAC: control alone does not block (FAQ 398). The EU asked for more than 50 %
until its best practices of July 2024. OFSI adds shares only where owners act jointly."""

_NAMED_LISTS: Final = frozenset(name for rule in RULES.values() for name in rule.lists)

OWNS, CONTROLS, EITHER = "owns", "controls", "owns_or_controls"
_RELATIONS: Final[Mapping[str, tuple[str, bool]]] = {
    "owns": (OWNS, True),
    "owned_by": (OWNS, False),
    "controls": (CONTROLS, True),
    "controlled_by": (CONTROLS, False),
    "owns_or_controls": (EITHER, True),
    "owned_or_controlled_by": (EITHER, False),
}
"""Relation of a link -> (what the owner does, whether the entity that has the link is the owner).

OFAC's advanced list says "Owned or Controlled By" (relation 15003), without a share."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One owner of one party, by entity id, as one source says it."""

    owner: str
    owned: str
    relation: str = OWNS
    """owns | controls | owns_or_controls"""
    percent: float | None = None
    """0..100; None where the source does not say."""
    source: str = ""
    date: str = ""
    """ISO 8601: when the source says it was so."""
    until: str = ""
    """ISO 8601: when the source says it ended. A sale to a friend is not the end of ownership: a doubt, not a no."""
    by_name: bool = False
    """The source gives the owner's name only, and a blocked party bears it: a doubt."""


@dataclass(frozen=True, slots=True)
class Stake:
    """One blocked owner of one party, as counted."""

    owner: str
    owned: str
    percent: float | None
    """None: not known, or control."""
    relation: str
    source: str
    date: str
    until: str

    @property
    def share(self) -> str:
        """In words: `60 %`, `an unknown share`, `control`."""
        if self.percent is None and self.relation != OWNS:
            return {CONTROLS: "control", EITHER: "ownership or control"}[self.relation]
        return "an unknown share" if self.percent is None else f"{self.percent:g} %"


@dataclass(frozen=True, slots=True)
class Standing:
    """Why a party is, or may be, blocked under one rule though no list blocks it."""

    rule: Rule
    entity_id: str
    percent: float
    """In the aggregate of blocked owners, as the rule adds them; at most 100."""
    is_certain: bool
    """False: a share that is not known, or a holding said to have ended, decides."""
    chain: tuple[Stake, ...]
    """The blocked owners of the party, then theirs, up to listed parties; at most _CHAIN_MAX."""
    listed: tuple[str, ...]
    """Entity ids of the listed parties at the top of the chain."""
    notes: tuple[str, ...] = ()
    """What is odd about the figures: sums over 100 %, sources that disagree, cycles."""


def edges(known: Mapping[str, Entity]) -> Iterator[Edge]:
    """The edges that links of entities, by id, speak of."""
    for entity in known.values():
        for link in entity.links:
            relation = _RELATIONS.get(link.relation)
            if relation is not None and link.entity_id is not None:
                stood_for = entity.details.get(STANDS_FOR, "")
                mine = stood_for if stood_for in known else entity.id
                yield _edge(entity, mine, link, *relation)


def _edge(entity: Entity, mine: str, link: Link, relation: str, is_owner: bool) -> Edge:
    assert link.entity_id is not None
    other = link.entity_id
    owner, owned = (mine, other) if is_owner else (other, mine)
    source = link.source or f"list {entity.list}"
    return Edge(owner, owned, relation, link.percent, source, link.date or "", link.until or "")


# ---------------------------------------------------------------- what is known of one pair


@dataclass(frozen=True, slots=True)
class _Pair:
    """All that is said of one owner of one party."""

    stake: Stake
    """The largest share that still holds; else one of unknown size; else one that ended."""
    known: float
    """Per cent that surely holds."""
    possible: float
    """Per cent that may hold: 100 where the share is not known, what it was where it ended."""
    controls: bool
    disagree: str = ""


def _pair(edges_of_pair: Iterable[Edge]) -> _Pair:
    """Several sources on one holding are one holding: the largest share counts, whatever their dates."""
    found = sorted(set(edges_of_pair), key=_order)
    holdings = [e for e in found if e.relation != CONTROLS]
    current = [e for e in holdings if not (e.until or e.by_name)]
    known = max((e.percent for e in current if e.percent is not None), default=0.0)
    possible = max((100.0 if e.percent is None else e.percent for e in holdings), default=0.0)
    controls = any(e.relation != OWNS and not (e.until or e.by_name) for e in found)
    sized = {e.percent for e in current if e.percent is not None}
    disagree = ", ".join(f"{e.percent:g} % ({_where(e)})" for e in current if e.percent is not None)
    lead = max(
        found,
        key=lambda e: (
            e.relation != CONTROLS,
            not (e.until or e.by_name),
            e.percent is not None,
            e.percent or 0.0,
            e.date,
            e.source,
        ),
    )
    source = f"{lead.source}, the owner by name only" if lead.by_name else lead.source
    stake = Stake(lead.owner, lead.owned, lead.percent, lead.relation, source, lead.date, lead.until)
    return _Pair(stake, known, possible, controls, disagree if len(sized) > 1 else "")


def _order(edge: Edge) -> tuple[object, ...]:
    percent = -1.0 if edge.percent is None else edge.percent
    return edge.owner, edge.owned, edge.relation, percent, edge.source, edge.date, edge.until


def _where(edge: Edge | Stake) -> str:
    return ", ".join(part for part in (edge.source, edge.date) if part)


# ---------------------------------------------------------------- the fixed point


@dataclass(frozen=True, slots=True)
class _Graph:
    """Who owns whom, by party owned; only pairs whose owner is another party than the owned."""

    owners: Mapping[str, Mapping[str, _Pair]]

    @classmethod
    def of(cls, found: Iterable[Edge]) -> _Graph:
        grouped: defaultdict[str, defaultdict[str, list[Edge]]] = defaultdict(lambda: defaultdict(list))
        for edge in found:
            if edge.owner != edge.owned:
                grouped[edge.owned][edge.owner].append(edge)
        return cls({owned: {owner: _pair(es) for owner, es in sorted(by.items())} for owned, by in grouped.items()})


def _spread(
    graph: _Graph, seeds: Collection[str], rule: Rule, share: Callable[[_Pair], float]
) -> tuple[Mapping[str, int], bool]:
    """Party -> the round in which it became blocked (0 for seeds), and whether _ROUNDS_MAX cut it short."""
    owns: defaultdict[str, list[str]] = defaultdict(list)
    for owned, owners in graph.owners.items():
        for owner in owners:
            owns[owner].append(owned)
    rounds = dict.fromkeys(seeds, 0)
    touched = {owned for seed in seeds for owned in owns.get(seed, ())}
    for number in range(1, _ROUNDS_MAX + 1):
        new = [p for p in touched if p not in rounds and _counts(graph.owners[p], rounds, rule, share)]
        if not new:
            return rounds, False
        # A round is judged as a whole: the order within it cannot matter.
        rounds.update(dict.fromkeys(new, number))
        touched = {owned for party in new for owned in owns.get(party, ())}
    return rounds, True


def _counts(owners: Mapping[str, _Pair], blocked: Collection[str], rule: Rule, share: Callable[[_Pair], float]) -> bool:
    theirs = [pair for owner, pair in owners.items() if owner in blocked]
    return rule.reached(_sum(rule, map(share, theirs))) or (rule.control and any(pair.controls for pair in theirs))


def _sum(rule: Rule, shares: Iterable[float]) -> float:
    total = sum(sorted(shares)) if rule.aggregated else max(shares, default=0.0)
    return round(total, _PERCENT_DIGITS)


def _known(pair: _Pair) -> float:
    return pair.known


def _possible(pair: _Pair) -> float:
    return pair.possible


# ---------------------------------------------------------------- the result


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who is, or may be, blocked by ownership. Immutable; made anew with every change of the lists."""

    by_entity: Mapping[str, tuple[Standing, ...]]
    """Entity id -> its standings, in the order of RULES; only parties that no list blocks under the rule."""
    problems: tuple[str, ...] = ()
    """What the sources left unclear, for people to look at: owners on no list, sums over 100 %."""
    edges: int = 0

    @classmethod
    def of(cls, entities: Iterable[Entity]) -> Ownership:
        """Apply every rule; milliseconds for lists without edges, a second for some ten thousand."""
        known = {entity.id: entity for entity in entities}
        found = sorted(_named(edges(known), known.values()), key=_order)
        if not found:
            return NOBODY
        graph = _Graph.of(found)
        by_entity: defaultdict[str, list[Standing]] = defaultdict(list)
        problems = list(_dangling(found, known))
        for rule in RULES.values():
            seeds = {e.id for e in known.values() if _is_blocked(e, rule)}
            certain, cut = _spread(graph, seeds, rule, _known)
            possible, cut_too = _spread(graph, seeds, rule, _possible)
            if cut or cut_too:
                problems.append(
                    f"rule {rule.name}: chains of over {_ROUNDS_MAX} companies were not followed to their end"
                )
            for party in sorted(possible.keys() - seeds):
                rounds = certain if party in certain else possible
                by_entity[party].append(_standing(rule, party, graph, rounds, certain, seeds))
        problems += [
            f"{s.entity_id}: {note}" for party in sorted(by_entity) for s in by_entity[party][:1] for note in s.notes
        ]
        return cls(
            MappingProxyType({party: tuple(standings) for party, standings in by_entity.items()}),
            tuple(dict.fromkeys(problems))[:_PROBLEMS_MAX],
            len(found),
        )

    @property
    def summary(self) -> str:
        """One line for people."""
        certain = sum(1 for standings in self.by_entity.values() if any(s.is_certain for s in standings))
        doubtful = len(self.by_entity) - certain
        return f"ownership: {self.edges:,} holdings; {certain:,} parties blocked by ownership, {doubtful:,} in doubt"

    def standings(self, entity_id: str, rules: Collection[str]) -> tuple[Standing, ...]:
        """Of one party under the named rules; the certain ones first."""
        found = [s for s in self.by_entity.get(entity_id, ()) if s.rule.name in rules]
        return tuple(sorted(found, key=lambda s: not s.is_certain))


NOBODY: Final = Ownership(MappingProxyType({}))


def _is_blocked(entity: Entity, rule: Rule) -> bool:
    """On a list that blocks, under this rule. Programmes that restrict or reject freeze nothing that could be owned."""
    counts = entity.list in rule.lists or entity.list not in _NAMED_LISTS
    return entity.listed and entity.consequence is Consequence.BLOCK and counts


def _named(found: Iterable[Edge], known: Iterable[Entity]) -> set[Edge]:
    """The edges, those of owners without a number with that of the blocked party of the same name, if there is one."""
    known_edges = set(found)
    if not any(edge.owner.startswith(UNLISTED) for edge in known_edges):
        return known_edges
    bearers: dict[str, str] = {}
    for entity in known:
        if entity.listed and entity.consequence is Consequence.BLOCK:
            for name in entity.names:
                if not name.weak:
                    folded = UNLISTED + name.text.casefold()
                    bearers[folded] = min(entity.id, bearers.get(folded, entity.id))
    return {
        replace(edge, owner=bearers[edge.owner], by_name=True) if edge.owner in bearers else edge
        for edge in known_edges
    }


def _dangling(found: Iterable[Edge], known: Mapping[str, Entity]) -> Iterator[str]:
    """Numbers of a list that no list has: a party that was delisted, or a slip of the pen."""
    carried = {entity.details[STANDS_FOR] for entity in known.values() if STANDS_FOR in entity.details}
    for edge in found:
        for end, other in ((edge.owner, edge.owned), (edge.owned, edge.owner)):
            if end not in known and end not in carried and not end.startswith(_OWN_NUMBERS):
                yield f"{end}, named with {other} by {_where(edge)}, is on no list in force: it counts as not blocked"


def _standing(
    rule: Rule,
    party: str,
    graph: _Graph,
    rounds: Mapping[str, int],
    certain: Collection[str],
    seeds: Collection[str],
) -> Standing:
    is_certain = party in certain
    owners = graph.owners[party]
    blocked = [pair for owner, pair in owners.items() if owner in certain]
    everybody = sum(pair.known for pair in owners.values())
    chain, notes = _chain(party, graph, rounds, rule, is_certain=is_certain)
    if round(everybody, _PERCENT_DIGITS) > 100:
        notes.append(f"the shares of all owners add up to {everybody:g} %: sources disagree, each is counted")
    return Standing(
        rule=rule,
        entity_id=party,
        percent=min(100.0, _sum(rule, (pair.known for pair in blocked))),
        is_certain=is_certain,
        chain=chain,
        listed=tuple(sorted({stake.owner for stake in chain if stake.owner in seeds})),
        notes=tuple(dict.fromkeys(notes)),
    )


def _chain(
    party: str, graph: _Graph, rounds: Mapping[str, int], rule: Rule, *, is_certain: bool
) -> tuple[tuple[Stake, ...], list[str]]:
    """Breadth first, from the party up to the seeds. Owners that became blocked no earlier than what they own stand in
    the sum but not in the chain: in a cycle they would explain each other."""
    stakes: list[Stake] = []
    notes: list[str] = []
    seen = {party}
    level = [party]
    while level and len(stakes) < _CHAIN_MAX:
        above: list[str] = []
        for owned in level:
            pairs = [
                p for owner, p in graph.owners.get(owned, {}).items() if owner in rounds and _says(p, rule, is_certain)
            ]
            pairs.sort(key=lambda p: (-p.possible, p.stake.owner))
            earlier = [p for p in pairs if rounds[p.stake.owner] < rounds[owned]]
            if len(earlier) < len(pairs):
                notes.append("the holdings form a cycle, or an owner is blocked by way of others; each is counted once")
            for pair in earlier[:_STAKES_MAX]:
                stakes.append(pair.stake)
                if pair.disagree:
                    notes.append(
                        f"sources disagree on the share of {pair.stake.owner}, the largest counts: {pair.disagree}"
                    )
                if pair.stake.owner not in seen:
                    seen.add(pair.stake.owner)
                    if rounds[pair.stake.owner]:
                        above.append(pair.stake.owner)
        level = above
    return tuple(stakes[:_CHAIN_MAX]), notes


def _says(pair: _Pair, rule: Rule, is_certain: bool) -> bool:
    return (pair.known > 0 if is_certain else pair.possible > 0) or (rule.control and pair.controls)


# ---------------------------------------------------------------- in words


def ownership_in_words(standing: Standing, names: Callable[[str], str]) -> str:
    """What follows "this company …", for people; `names` gives a name for an entity id."""
    rule = standing.rule
    if not standing.is_certain:
        known = f", {standing.percent:g} % are known" if standing.percent else ""
        how = f"may be owned by blocked parties ({rule.says}{known})"
    elif rule.reached(standing.percent):
        total = " in the aggregate" if rule.aggregated and len(standing.listed) > 1 else ""
        how = f"owned {standing.percent:g} %{total} by blocked parties ({rule.says})"
    else:
        how = f"controlled by blocked parties ({rule.says})"
    stakes = "; ".join(stake_in_words(stake, names) for stake in standing.chain[:_STAKES_IN_WORDS_MAX])
    more = len(standing.chain) - _STAKES_IN_WORDS_MAX
    notes = "".join(f"; {note}" for note in standing.notes[:_STAKES_IN_WORDS_MAX])
    return f"{how}: {stakes}" + (f"; and {more} more" if more > 0 else "") + notes


def stake_in_words(stake: Stake, names: Callable[[str], str]) -> str:
    """`60 % of ACME TRADING by KIM (ofac-1), register, 2024-05-01`."""
    where = _where(stake)
    ended = f", said to have ended on {stake.until}" if stake.until else ""
    return (
        f"{stake.share} of {names(stake.owned)} by {names(stake.owner)} ({stake.owner})"
        + (f", {where}" if where else "")
        + ended
    )
