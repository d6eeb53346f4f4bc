"""Which listed names hold which tokens, in arrays: what a name may bring at best is summed up for thousands at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

FEW_NAMES: Final = 16
"""So few names are compared one by one as fast."""
ROUNDED_BITS: Final = 1e-3
"""Sums of single precision may be off by less."""
SPARED_MAX: Final = 8
"""Where so many tokens of a name are met, all may be."""


class Held(NamedTuple):
    """Listed names that hold what a token of a query may mean."""

    names: NDArray[np.int64]
    gains: NDArray[np.float32]
    """Bits that the token brings in each of `names`, with those that go where it is not met; ascending."""
    most: float


class Postings:
    """Immutable but for scratch arrays, which two threads never share."""

    def __init__(
        self, names: Sequence[Sequence[int]], losses: Sequence[Sequence[float]], burdens: Sequence[float]
    ) -> None:
        """`names[t]`: numbers of the names that hold token `t`.

        `losses[n]`: bits that go for each token of name `n` that is not met; `burdens[n]`: bits that go if none is.
        """
        self._starts: NDArray[np.int64] = np.zeros(len(names) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, names), np.int64, len(names)), out=self._starts[1:])
        self._names: NDArray[np.int64] = np.fromiter(chain.from_iterable(names), np.int64, self._starts[-1])
        self._lacking = _lacking(losses, burdens)
        self._scratches: list[NDArray[np.float32]] = []

    def reaching(self, tokens: Iterable[Held], start: float, extra: float) -> set[int]:
        """Names in which the tokens may bring so many bits that, from `start` on, nothing is lacking.

        `start` (below 0) counts every token as missed; `extra` bits may come in some names beside the tokens.
        """
        # Names that hold nothing but what together brings too little are not looked at: those of the commonest tokens.
        room = -start - extra - ROUNDED_BITS
        looked_at, others = [], []
        for held in sorted(tokens, key=lambda held: -len(held.names)):
            if held.most < room:
                room -= held.most
                others.append(held)
            else:
                looked_at.append(held)
        if not looked_at:
            return set()
        names = np.concatenate([held.names for held in looked_at])
        bits = np.full(len(names), start, np.float32)
        met = np.full(len(names), len(others))
        for held in looked_at:
            best = self._best(held, names)
            bits += best
            met += best > 0.0
        most = sum([held.most for held in others])
        likely = bits + self._lacking[np.minimum(met, SPARED_MAX), names] + most >= -ROUNDED_BITS
        names = names[likely]
        if others and len(names) > FEW_NAMES:
            bits, met = bits[likely], met[likely] - len(others)
            for held in others:
                best = self._best(held, names)
                bits += best
                met += best > 0.0
            names = names[bits + self._lacking[np.minimum(met, SPARED_MAX), names] >= -ROUNDED_BITS]
        return set(names.tolist())

    def held(self, tokens: Sequence[int], worths: Sequence[float], loss: float) -> Held:
        """Where listed tokens stand that one token of a query may mean; `worths`: bits that each brings."""
        count = len(tokens)
        bits = np.fromiter(worths, np.float32, count)
        order = bits.argsort()
        numbers = np.fromiter(tokens, np.int64, count)[order]
        begins = self._starts[numbers]
        sizes = self._starts[numbers + 1] - begins
        ends = sizes.cumsum()
        at = np.arange(ends[-1] if count else 0) + (begins - ends + sizes).repeat(sizes)
        gains = bits[order] + np.float32(loss)
        return Held(self._names[at], gains.repeat(sizes), float(gains[-1]) if count else loss)

    def _best(self, held: Held, names: NDArray[np.int64]) -> NDArray[np.float32]:
        """For each of `names` the largest of its gains."""
        try:
            scratch = self._scratches.pop()
        except IndexError:
            scratch = np.zeros(self._lacking.shape[1], np.float32)
        # Of several gains of one name the last stays.
        scratch[held.names] = held.gains
        best = scratch[names]
        scratch[held.names] = 0.0
        self._scratches.append(scratch)
        return best


def _lacking(losses: Sequence[Sequence[float]], burdens: Sequence[float]) -> NDArray[np.float32]:
    """[k, n]: bits, 0 or less, that go in name `n` where the `k` dearest of its tokens are met; the last, where all."""
    count = len(losses)
    sizes = np.fromiter(map(len, losses), np.int64, count)
    dearest = np.zeros((count, max(SPARED_MAX, sizes.max(initial=0))), np.float32)
    dearest[np.arange(dearest.shape[1]) < sizes[:, None]] = np.fromiter(chain.from_iterable(losses), np.float32)
    dearest = -np.sort(-np.maximum(dearest, 0.0), axis=1)
    lacking = np.zeros((SPARED_MAX + 1, count), np.float32)
    np.cumsum(dearest[:, :SPARED_MAX].T, axis=0, out=lacking[1:])
    lacking[SPARED_MAX] = dearest.sum(axis=1)
    lacking -= np.fromiter(burdens, np.float32, count)
    return lacking
