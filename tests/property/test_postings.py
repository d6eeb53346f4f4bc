"""Sums of what names may bring, in arrays: no name is lost that reaches what is asked, one by one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.screening.postings import ROUNDED_BITS, Postings

TOKENS = 40
MEANINGS = 24
"""More than SPARED_MAX: counts of tokens met go beyond the rows of the table."""
bits = st.floats(0.25, 17.0).map(lambda x: round(x, 2))
names = st.lists(
    st.lists(st.tuples(st.integers(0, TOKENS - 1), bits), min_size=1, max_size=30, unique_by=lambda pair: pair[0]),
    min_size=1,
    max_size=30,
)
"""Tokens and what each costs where it is not met."""
listed = st.lists(st.tuples(st.integers(0, MEANINGS - 1), bits), min_size=TOKENS, max_size=TOKENS)
"""For each listed token the token of the query that may mean it, and what it then brings."""


@settings(max_examples=300, deadline=None)
@given(names, listed, st.lists(bits, min_size=MEANINGS, max_size=MEANINGS), st.floats(-400.0, -0.5))
def test_no_name_that_reaches_enough_is_lost(
    names: list[list[tuple[int, float]]], listed: list[tuple[int, float]], query: list[float], start: float
) -> None:
    holders = [[n for n, name in enumerate(names) if token in dict(name)] for token in range(TOKENS)]
    losses = [[loss for _, loss in name] for name in names]
    postings = Postings(holders, losses, [sum(row) for row in losses])
    meant = [{t: worth for t, (m, worth) in enumerate(listed) if m == meaning} for meaning in range(MEANINGS)]
    held = [postings.held([*worths], [*worths.values()], loss) for worths, loss in zip(meant, query, strict=True)]
    found = postings.reaching(held, start, 0.0)
    for n, name in enumerate(names):
        left = start - sum(losses[n])
        for worths, loss in zip(meant, query, strict=True):
            # Each token of a query is one token of the name: the one that brings most.
            left += max((worths[t] + loss + spared for t, spared in name if t in worths), default=0.0)
        if left > 10 * ROUNDED_BITS:
            assert n in found, (left, name)
    assert found == postings.reaching(held, start, 0.0), "nothing is left behind in the scratch array"


def test_more_tokens_may_be_met_than_the_table_has_rows() -> None:
    # "Klein" and twenty times "Neumann", which resembles a token that stands in most names of the list.
    names_max = 40
    holders = [[*range(20)], [*range(20, names_max)], [*range(1, names_max)]]
    losses = [[6.0] if n == 0 else [6.0, 0.5] for n in range(names_max)]
    postings = Postings(holders, losses, [sum(row) for row in losses])
    rare, common = postings.held([0], [10.0], 4.5), postings.held([2], [0.5], 4.5)
    start = -21 * 4.5 - 5.0
    found = postings.reaching([rare, *[common] * 20], start, 0.0)
    assert found.issuperset(range(1, 20)) and 0 not in found
