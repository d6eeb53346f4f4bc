"""Ownership, whatever the graph: order and repetition do not matter, more edges never lower a share, cycles end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streamer.events import Consequence
from streamer.watchlists.entity import Entity, EntityType, Link, ListedName
from streamer.watchlists.ownership import RULES, Ownership

BLOCKED = tuple(
    Entity(name, number, EntityType.PERSON, (ListedName(number),), consequence=Consequence.BLOCK)
    for name, number in (("ofac", "1"), ("ofac", "2"), ("eu", "1"), ("uk", "1"), ("un", "1"))
)
COMPANIES = tuple(f"ownership-{n}" for n in range(6))

links = st.tuples(
    st.sampled_from(COMPANIES),
    st.builds(
        Link,
        st.just("owner"),
        st.sampled_from(["owned_by", "controlled_by", "owned_or_controlled_by"]),
        st.sampled_from([*(e.id for e in BLOCKED), *COMPANIES]),
        st.none() | st.sampled_from([5.0, 16.67, 25.0, 33.3, 49.99, 50.0, 50.01, 75.0, 100.0]),
        until=st.none() | st.just("2020-01-01"),
    ),
)
graphs = st.lists(links, max_size=25)


def ownership(edges: list[tuple[str, Link]]) -> Ownership:
    companies = (
        Entity(
            "ownership",
            name.removeprefix("ownership-"),
            EntityType.ENTITY,
            (ListedName(name),),
            links=tuple(link for owned, link in edges if owned == name),
            listed=False,
        )
        for name in COMPANIES
    )
    return Ownership.of([*BLOCKED, *companies])


@given(graphs, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(edges: list[tuple[str, Link]], chance: object) -> None:
    again = [*edges, *edges]
    chance.shuffle(again)  # type: ignore[attr-defined]
    assert ownership(again).by_entity == ownership(edges).by_entity


@given(graphs, links)
def test_one_edge_more_never_lowers_a_share(edges: list[tuple[str, Link]], more: tuple[str, Link]) -> None:
    before, after = ownership(edges), ownership([*edges, more])
    for company in COMPANIES:
        for rule in RULES:
            for standing in before.standings(company, [rule]):
                (now,) = after.standings(company, [rule])
                assert now.percent >= standing.percent
                assert now.is_certain >= standing.is_certain


@given(graphs)
def test_a_standing_is_what_its_figures_say(edges: list[tuple[str, Link]]) -> None:
    found = ownership(edges)
    for standings in found.by_entity.values():
        for standing in standings:
            assert standing.listed, "a chain ends at a listed party"
            assert standing.chain
            if standing.is_certain and not standing.rule.control:
                assert standing.rule.reached(standing.percent)
            if not standing.rule.control:
                assert not standing.rule.reached(standing.percent) or standing.is_certain


@given(graphs)
def test_brute_force_agrees(edges: list[tuple[str, Link]]) -> None:
    """The rule as the guidance words it, applied until nothing changes."""
    held: dict[tuple[str, str], float] = {}
    for owned, link in edges:
        if link.relation != "controlled_by" and link.percent is not None and link.until is None:
            assert link.entity_id is not None
            if link.entity_id != owned:
                held[owned, link.entity_id] = max(link.percent, held.get((owned, link.entity_id), 0.0))
    blocked = {"ofac-1", "ofac-2", "un-1"}
    for _ in COMPANIES:
        for company in COMPANIES:
            share = sum(percent for (owned, owner), percent in held.items() if owned == company and owner in blocked)
            if round(share, 6) >= 50:
                blocked.add(company)
    found = ownership(edges)
    certain = {c for c in COMPANIES if any(s.is_certain for s in found.standings(c, ["us"]))}
    assert certain == blocked & set(COMPANIES)
