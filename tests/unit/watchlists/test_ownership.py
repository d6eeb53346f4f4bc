"""The 50 % rule: OFAC's own examples, what other regimes ask, and what is unknown."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from streamer.events import Consequence
from streamer.watchlists.entity import Entity, EntityType, Link, ListedName
from streamer.watchlists.ownership import Ownership, Standing, ownership_in_words

Owner = tuple[str, float | None]


def blocked(number: str, list: str = "ofac", consequence: Consequence = Consequence.BLOCK) -> Entity:
    return Entity(list, number, EntityType.PERSON, (ListedName(f"Person {number}"),), consequence=consequence)


def owned(number: str, *owners: Owner, relation: str = "owned_by", **link: str) -> Entity:
    links = tuple(Link(owner, relation, owner, percent, **link) for owner, percent in owners)
    return Entity(
        "ownership",
        number,
        EntityType.ENTITY,
        (ListedName(f"Company {number}"),),
        consequence=Consequence.REVIEW,
        links=links,
        listed=False,
    )


def standing(number: str, *entities: Entity, rules: Iterable[str] = ("us",)) -> Standing | None:
    found = Ownership.of(entities).standings(f"ownership-{number}", tuple(rules))
    return found[0] if found else None


X, Y = blocked("X"), blocked("Y")


# OFAC, FAQ 401: the examples, as it gives them.
@pytest.mark.parametrize(
    ("companies", "percent"),
    [
        pytest.param(
            [owned("A", ("ofac-X", 50)), owned("B", ("ownership-A", 50))], 50, id="X owns 50 % of A, A 50 % of B"
        ),
        pytest.param(
            [
                owned("A", ("ofac-X", 50)),
                owned("C", ("ofac-X", 50)),
                owned("B", ("ownership-A", 25), ("ownership-C", 25)),
            ],
            50,
            id="X owns 50 % of A and of C, each 25 % of B",
        ),
        pytest.param(
            [owned("A", ("ofac-X", 50)), owned("B", ("ofac-X", 10), ("ownership-A", 40))],
            50,
            id="X owns 50 % of A and 10 % of B, A 40 % of B",
        ),
        pytest.param(
            [
                owned("A", ("ofac-X", 50)),
                owned("C", ("ofac-X", 25)),
                owned("B", ("ownership-A", 25), ("ownership-C", 25)),
            ],
            None,
            id="X owns 50 % of A and 25 % of C: C is not blocked, so B is not",
        ),
        pytest.param(
            [
                owned("A", ("ofac-X", 25)),
                owned("C", ("ofac-X", 25)),
                owned("B", ("ownership-A", 50), ("ownership-C", 50)),
            ],
            None,
            id="X owns 25 % of A and of C: neither is blocked, so B is not",
        ),
        pytest.param([owned("B", ("ofac-X", 25), ("ofac-Y", 25))], 50, id="two blocked persons with 25 % each"),
        pytest.param([owned("B", ("ofac-X", 49.99))], None, id="a hair below"),
        pytest.param(
            [owned("B", ("ofac-X", 16.67), ("ofac-Y", 16.67), ("ownership-A", 16.66)), owned("A", ("ofac-X", 100))],
            50,
            id="thirds of a half add up in spite of binary",
        ),
    ],
)
def test_ofacs_examples(companies: list[Entity], percent: float | None) -> None:
    found = standing("B", X, Y, *companies)
    assert (found.percent if found else None) == percent
    assert found is None or found.is_certain


def test_the_chain_leads_from_the_company_to_the_listed_owners_with_every_share() -> None:
    found = standing("C", X, Y, owned("C", ("ownership-B", 60), ("ofac-Y", 5)), owned("B", ("ofac-X", 75)))
    assert found is not None
    assert [(s.owned, s.owner, s.percent) for s in found.chain] == [
        ("ownership-C", "ownership-B", 60),
        ("ownership-C", "ofac-Y", 5),
        ("ownership-B", "ofac-X", 75),
    ]
    assert found.listed == ("ofac-X", "ofac-Y")
    says = ownership_in_words(found, str)
    assert says.startswith("owned 65 % in the aggregate by blocked parties (OFAC's 50 % rule): 60 % of ownership-C by")


@pytest.mark.parametrize("consequence", [c for c in Consequence if c is not Consequence.BLOCK])
def test_only_programmes_that_block_count(consequence: Consequence) -> None:
    assert standing("A", blocked("X", consequence=consequence), owned("A", ("ofac-X", 100))) is None


def test_a_cycle_ends_and_counts_what_comes_from_outside() -> None:
    ring = [
        owned("A", ("ownership-C", 40), ("ofac-X", 50)),
        owned("B", ("ownership-A", 60)),
        owned("C", ("ownership-B", 100)),
    ]
    found = {n: standing(n, X, *ring) for n in "ABC"}
    assert [found[n] and found[n].percent for n in "ABC"] == [90, 60, 100]  # type: ignore[union-attr]
    assert found["A"] is not None
    assert [s.owner for s in found["A"].chain] == ["ofac-X"]
    assert any("cycle" in note for note in found["A"].notes)


def test_a_cycle_without_a_blocked_owner_blocks_nobody() -> None:
    assert not Ownership.of([X, owned("A", ("ownership-B", 100)), owned("B", ("ownership-A", 100))]).by_entity


def test_an_unknown_share_is_a_doubt_that_travels_onward() -> None:
    entities = [X, owned("A", ("ofac-X", None)), owned("B", ("ownership-A", 80))]
    for number in "AB":
        found = standing(number, *entities)
        assert found is not None
        assert not found.is_certain
        assert found.percent == 0
    assert "an unknown share of ownership-A by ofac-X" in ownership_in_words(standing("A", *entities), str)  # type: ignore[arg-type]


def test_a_holding_said_to_have_ended_is_a_doubt() -> None:
    found = standing("A", X, owned("A", ("ofac-X", 60), until="2023-05-01"))
    assert found is not None
    assert not found.is_certain
    assert "said to have ended on 2023-05-01" in ownership_in_words(found, str)
    assert standing("A", X, owned("A", ("ofac-X", 40), until="2023-05-01")) is None


def test_the_largest_of_several_statements_on_one_holding_counts_once() -> None:
    links = (
        Link("x", "owned_by", "ofac-X", 30, "register A", "2024"),
        Link("x", "owned_by", "ofac-X", 55, "B", "2019"),
    )
    company = Entity("ownership", "A", EntityType.ENTITY, (ListedName("A"),), links=links, listed=False)
    found = standing("A", X, company)
    assert found is not None
    assert found.percent == 55
    assert any("30 % (register A, 2024), 55 % (B, 2019)" in note for note in found.notes)


def test_a_sum_over_100_is_said_and_shown_as_100() -> None:
    company = owned("A", ("ofac-X", 80), ("ofac-Y", 70))
    found = standing("A", X, Y, company)
    assert found is not None
    assert found.percent == 100
    assert any("150 %" in problem for problem in Ownership.of([X, Y, company]).problems)


def test_an_owner_on_no_list_is_reported_and_blocks_nobody() -> None:
    ownership = Ownership.of([X, owned("A", ("ofac-gone", 90))])
    assert not ownership.by_entity
    assert ownership.problems == (
        "ofac-gone, named with ownership-A by list ownership, is on no list in force: it counts as not blocked",
    )


# ---------------------------------------------------------------- other regimes


def test_each_rule_counts_the_owners_of_its_own_lists_only() -> None:
    mixed = [X, blocked("E", "eu"), owned("A", ("ofac-X", 30), ("eu-E", 30))]
    assert not Ownership.of(mixed).by_entity
    # A list without a rule of its own counts under each.
    assert standing("A", X, blocked("N", "un"), owned("A", ("ofac-X", 30), ("un-N", 30))) is not None


@pytest.mark.parametrize(
    ("list", "owners", "rules"),
    [
        ("eu", [("X", 50.0)], ["eu", "eu-control"]),
        ("eu", [("X", 25.0), ("Y", 25.0)], ["eu", "eu-control"]),
        ("uk", [("X", 50.0)], []),
        ("uk", [("X", 50.01)], ["uk", "uk-control"]),
        ("uk", [("X", 40.0), ("Y", 40.0)], []),
    ],
)
def test_the_eus_half_and_the_uks_more_than_half(list: str, owners: list[Owner], rules: list[str]) -> None:
    company = owned("A", *((f"{list}-{number}", percent) for number, percent in owners))
    found = Ownership.of([blocked("X", list), blocked("Y", list), company]).by_entity.get("ownership-A", ())
    assert [s.rule.name for s in found if s.is_certain] == rules


@pytest.mark.parametrize(("list", "rules"), [("eu", ["eu-control"]), ("uk", ["uk-control"]), ("ofac", [])])
def test_control_blocks_only_where_the_regime_says_so(list: str, rules: list[str]) -> None:
    company = owned("A", (f"{list}-X", None), relation="controlled_by")
    found = Ownership.of([blocked("X", list), company]).by_entity.get("ownership-A", ())
    assert [s.rule.name for s in found] == rules
    assert all(s.is_certain and s.chain[0].share == "control" for s in found)


def test_owned_or_controlled_without_a_share_is_a_doubt_under_the_50_percent_rule() -> None:
    found = standing("A", X, owned("A", ("ofac-X", None), relation="owned_or_controlled_by"))
    assert found is not None
    assert not found.is_certain
