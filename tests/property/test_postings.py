"""Sums of what names may bring, in arrays: no name is lost that reaches what is asked, one by one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.screening.postings import ROUNDED_BITS, Postings

TOKENS = 12
bits = st.floats(0.25, 17.0).map(lambda x: round(x, 2))
names = st.lists(st.lists(st.integers(0, TOKENS - 1), min_size=1, max_size=10, unique=True), min_size=1, max_size=30)
meaning = st.tuples(st.dictionaries(st.integers(0, TOKENS - 1), bits, max_size=6), bits)


@settings(max_examples=300, deadline=None)
@given(st.data(), names, st.lists(meaning, min_size=1, max_size=5), st.floats(-60.0, -0.5))
def test_no_name_that_reaches_enough_is_lost(
    data: st.DataObject, names: list[list[int]], meanings: list[tuple[dict[int, float], float]], start: float
) -> None:
    losses = [data.draw(st.lists(bits, min_size=len(name), max_size=len(name))) for name in names]
    holders = [[n for n, name in enumerate(names) if token in name] for token in range(TOKENS)]
    postings = Postings(holders, losses, [sum(row) for row in losses])
    tokens = [postings.held([*worths], [*worths.values()], loss) for worths, loss in meanings]
    found = postings.reaching(tokens, start, 0.0)
    for n, (name, row) in enumerate(zip(names, losses, strict=True)):
        left = start - sum(row)
        for worths, loss in meanings:
            # Each token of a query is one token of the name: the one that brings most.
            left += max((worths[t] + loss + x for t, x in zip(name, row, strict=True) if t in worths), default=0.0)
        if left > 10 * ROUNDED_BITS and _met_apart(name, meanings):
            assert n in found, (left, name)
    assert found == postings.reaching(tokens, start, 0.0), "nothing is left behind in the scratch array"


def _met_apart(name: list[int], meanings: list[tuple[dict[int, float], float]]) -> bool:
    """No token of the name is met by two tokens of the query."""
    return all(sum(token in worths for worths, _ in meanings) <= 1 for token in name)
